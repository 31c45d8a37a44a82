//! The parser that pest makes from `idl.pest`, and the limits it runs under.
//!
//! The generated parser is checked in, so that building this crate does not have to build pest's generator.
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

// A test checks that it is up to date.
include!("generated/rules.rs");

/// Applies the grammar to a whole file. It accepts any text that passes the scan; only the call limit can stop it, and
/// then the error is the offset it has reached.
pub(crate) fn file(text: &str) -> Result<Pair<'_, Rule>, usize> {
    limit_calls();
    match Idl::parse(Rule::file, text) {
        Ok(mut pairs) => Ok(pairs.next().expect("a rule that matches yields its pair")),
        Err(error) => Err(offset(&error)),
    }
}

/// Applies one rule to a slice. Returns where it fails, and the rules that would have matched there.
pub(crate) fn failure(rule: Rule, slice: &str) -> Option<(usize, Vec<Rule>)> {
    let error = Idl::parse(rule, slice).err()?;
    let expected = match &error.variant {
        pest::error::ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        pest::error::ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Some((offset(&error), expected))
}

/// Maximum number of rule calls per parse: 256 for each byte of the largest allowed file (16 MiB). Ordinary files need
/// 4 to 9 per byte; the worst of 371 hostile ones needed 118. pest keeps the limit in a static, so it is set once and
/// never changed.
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
