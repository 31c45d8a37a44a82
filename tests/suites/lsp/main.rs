//! `sinew lsp`: what an editor is told, and what it can ask.

mod editor;
mod names;
mod texts;
