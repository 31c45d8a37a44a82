//! `sinew lsp`: what an editor is told, and what it can ask.

mod answers;
mod editor;
mod names;
mod sloppy;
mod texts;
