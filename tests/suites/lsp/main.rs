//! `sinew lsp`: diagnostics and requests.

mod answers;
mod editor;
mod names;
mod sloppy;
mod texts;
