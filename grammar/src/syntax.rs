//! The parser that pest makes from `idl.pest`, and the limits it runs under.
//!
//! It is checked in, so that nobody who compiles this crate compiles pest's generator first.
#![allow(
    missing_docs,
    unreachable_pub,
    rustdoc::all,
    reason = "pest makes rules public, with the examples of idl.pest, which are no Markdown"
)]

use std::num::NonZeroUsize;
use std::sync::Once;

use pest::Parser as _;
use pest::error::InputLocation;
use pest::iterators::Pair;

struct Idl;

// A test of this crate holds it to the grammar.
include!("generated/rules.rs");

/// Applies the grammar to a whole file. It takes any text that the scan accepts; only the
/// call limit stops it, and then the error is the offset that was reached.
pub(crate) fn file(text: &str) -> Result<Pair<'_, Rule>, usize> {
    limit_calls();
    match Idl::parse(Rule::file, text) {
        Ok(mut pairs) => Ok(pairs.next().expect("a rule that matches yields its pair")),
        Err(error) => Err(offset(&error)),
    }
}

/// Applies one rule to a slice: where it fails and which rules could have gone on there.
pub(crate) fn failure(rule: Rule, slice: &str) -> Option<(usize, Vec<Rule>)> {
    let error = Idl::parse(rule, slice).err()?;
    let expected = match &error.variant {
        pest::error::ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        pest::error::ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Some((offset(&error), expected))
}

/// Calls of rules per parse: 256 for each byte of the largest file that is allowed (16 MiB).
/// Ordinary files need 4 to 9 per byte, the worst of 371 hostile ones needed 118. pest keeps
/// the limit in a static of the process, so it is set once and never changed.
fn limit_calls() {
    const CALLS_PER_BYTE: usize = 256;
    const LARGEST_FILE: usize = 16 * 1024 * 1024;
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        pest::set_call_limit(NonZeroUsize::new(
            CALLS_PER_BYTE.saturating_mul(LARGEST_FILE),
        ))
    });
}

fn offset(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}
