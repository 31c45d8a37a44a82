//! Compiler of the Sinew interface definition language.
//!
//! | step | module | from | to |
//! |---|---|---|---|
//! | load | `load` | names of files | these files and all that they import, in a [`source::SourceMap`] |
//! | parse | `parse` | text | [`ast::File`] |
//! | resolve | `resolve` | [`ast::File`]s | [`schema::Schema`] |
//! | check | `check` | [`schema::Schema`] | the same, and diagnostics |
//! | generate | [`backends`] | [`schema::Schema`] | [`backends::GeneratedFile`]s |
//!
//! [`check()`] and [`generate`] run these steps; [`diagnostics::render`] shows what they reported.
//! Nothing of this touches the disk, the terminal or the clock; [`build`] does, for build scripts,
//! which need no more than [`compile()`].

#![forbid(unsafe_code)]

pub mod ast;
pub mod backends;
pub mod build;
mod check;
mod compile;
pub mod complete;
pub mod diagnostics;
pub mod evolution;
pub mod format;
pub mod index;
mod json;
mod load;
pub mod mend;
mod naming;
mod order;
mod parse;
pub mod project;
mod resolve;
pub mod schema;
pub mod source;

pub use build::{BuildFailed, Config, Format, Result, compile, configure};
pub use compile::{Checked, Generated, check, check_and_index, check_with, generate, generate_str};
pub use load::Unreadable;
