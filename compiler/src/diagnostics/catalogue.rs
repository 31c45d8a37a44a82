//! Every code once: its number, severity and title. The explanation is the page
//! of that name in `compiler/pages`, so a code without a page does not compile.

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Worth a look.
    Warning,
}

macro_rules! catalogue {
    ($($name:ident = $id:ident, $severity:ident, $title:literal;)*) => {
        /// The code of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(
                #[doc = concat!(stringify!($id), ": ", $title)]
                $name,
            )*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The stable identifier, such as `E0301`.
            pub fn id(self) -> &'static str {
                match self {
                    $(Code::$name => stringify!($id),)*
                }
            }

            /// Whether it is an error.
            pub fn severity(self) -> Severity {
                match self {
                    $(Code::$name => Severity::$severity,)*
                }
            }

            /// What it is about, in a few words.
            pub fn title(self) -> &'static str {
                match self {
                    $(Code::$name => $title,)*
                }
            }

            /// Its page: cause, wrong and right examples; Markdown.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Code::$name => {
                        include_str!(concat!("../../pages/", stringify!($id), ".md"))
                    })*
                }
            }

            /// The code with this identifier, in any case.
            pub fn from_id(id: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
            }
        }
    };
}

catalogue! {
    // E00xx: characters and literals
    InvalidUtf8 = E0001, Error, "a file is not text";
    LimitExceeded = E0014, Error, "a limit of the compiler is exceeded";

    // E01xx: syntax

    // E02xx: files and names
    UnknownType = E0201, Error, "a type cannot be found";
    UnreadableImport = E0205, Error, "an import cannot be read";

    // E03xx: members and ids
    DuplicateId = E0301, Error, "an id is used twice";

    // E04xx: types

    // E05xx: values

    // E06xx: annotations and constraints

    // E07xx: services

    // E08xx: Rust

    // W09xx: lints
}
