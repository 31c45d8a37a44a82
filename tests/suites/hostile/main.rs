//! Files that nobody means well with: whatever they hold, the compiler gives the right answer, and
//! the answer stays short.
//!
//! The files are the entries of `tests/hostile`. What would be too many to write down is swept over.

mod answer;
mod corpus;
mod sweeps;
mod template;

use answer::answered;

/// The stack of the main thread on the tightest platform.
const STACK: usize = 1024 * 1024;

#[test]
fn nesting() {
    answered("nesting");
}

#[test]
fn backtracking() {
    answered("backtracking");
}

#[test]
fn size() {
    answered("size");
}

#[test]
fn numbers() {
    answered("numbers");
}

#[test]
fn bytes() {
    answered("bytes");
}

#[test]
fn unicode() {
    answered("unicode");
}

#[test]
fn injection() {
    answered("injection");
}

#[test]
fn names() {
    answered("names");
}

#[test]
fn growth() {
    answered("growth");
}

#[test]
fn graph() {
    answered("graph");
}

#[test]
fn paths() {
    answered("paths");
}
