//! Compiler of the Sinew interface definition language.
//!
//! | step | module | from | to |
//! |---|---|---|---|
//! | read | [`source`] | names | [`source::SourceMap`] |
//! | parse | `parse` | text | [`ast::File`] |
//! | load | `load` | one file | all that it imports |
//! | resolve | `resolve` | [`ast::File`]s | [`schema::Schema`] |
//! | check | `check` | [`schema::Schema`] | the same, and diagnostics |
//! | generate | [`backends`] | [`schema::Schema`] | [`backends::GeneratedFile`]s |

pub mod ast;
pub mod backends;
pub mod diagnostics;
pub mod schema;
pub mod source;
