//! Diagnostics, their codes, and how they are shown.
//!
//! The steps of the compiler push [`Diagnostic`]s into a [`Sink`]; none of them prints. [`Code`] lists all codes.

mod catalogue;
mod cycle;
mod levels;
mod removal;
pub mod render;
mod report;
mod sink;
mod spelling;

pub use catalogue::{Code, Severity};
pub(crate) use cycle::{MAX_SHOWN, show_cycle};
pub use levels::{Level, Levels};
pub use report::Diagnostics;
pub use sink::Sink;
pub use spelling::nearest;

use crate::source::{SourceMap, Span};

/// A message of the compiler about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// Its severity: that of its code, or an error if it is a lint that is denied.
    pub severity: Severity,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// The place it is about.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// Background.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// Fixes, the best one first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A diagnostic at `span`. `label` says in a few words what is wrong there.
    pub fn new(
        code: Code,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary: Label {
                span,
                text: label.into(),
            },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Adds another place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn with_note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds help.
    #[must_use]
    pub fn with_help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a fix of several edits. `message` is an instruction: "write `import`".
    #[must_use]
    pub fn with_edits(mut self, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix {
            message: message.into(),
            edits,
        });
        self
    }

    /// Adds a fix of one edit. `message` is an instruction: "write `import`".
    #[must_use]
    pub fn with_fix(
        mut self,
        message: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        let edits = vec![Edit {
            span,
            replacement: replacement.into(),
        }];
        self.fixes.push(Fix {
            message: message.into(),
            edits,
        });
        self
    }

    /// Extends edits that remove something, so that they leave no white space behind.
    pub(crate) fn widen_removals(&mut self, sources: &SourceMap) {
        for edit in self.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            removal::widen(edit, sources);
        }
    }
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words; may be empty.
    pub text: String,
}

/// Edits that together fix a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// An instruction that describes the edits: "write `import`".
    pub message: String,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Replaces the text at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The place.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}
