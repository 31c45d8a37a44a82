//! Hostile inputs: the compiler reports the right codes, quickly and briefly.
//!
//! The inputs are the entries of `tests/hostile`, and sweeps over what would be too much to write down.

mod answer;
mod corpus;
mod sweeps;
mod template;

use answer::answered;

/// The smallest main thread stack of all platforms.
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
