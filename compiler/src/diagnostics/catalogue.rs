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
    UnexpectedCharacter = E0002, Error, "a character is not part of the language";
    ControlCharacter = E0003, Error, "a control character stands in the text";
    HashComment = E0004, Error, "`#` does not start a comment";
    UnterminatedComment = E0005, Error, "a block comment has no end";
    UnterminatedString = E0006, Error, "a string has no closing quote";
    UnknownEscape = E0007, Error, "an escape is not known";
    BadUnicodeEscape = E0008, Error, "an escape names no character";
    BadDigit = E0009, Error, "a digit does not belong to the base of its number";
    LeadingZero = E0010, Error, "a number has a leading zero";
    BadUnderscore = E0011, Error, "`_` does not stand between digits";
    ForeignName = E0012, Error, "a name has letters that are not ASCII";
    LongName = E0013, Error, "a name is too long";
    LimitExceeded = E0014, Error, "a limit of the compiler is exceeded";
    BadLiteral = E0015, Error, "a literal is malformed";

    // E01xx: syntax
    UnexpectedToken = E0101, Error, "something else is expected";
    MissingSemicolon = E0102, Error, "a `;` is missing";
    UnclosedBrace = E0103, Error, "a `{` is never closed";
    UnknownDeclaration = E0104, Error, "a declaration begins with an unknown word";
    MissingNamespace = E0105, Error, "the file does not start with its namespace";
    SecondNamespace = E0106, Error, "a file has two namespaces";
    LateImport = E0107, Error, "an import stands behind a declaration";
    LateAnnotation = E0108, Error, "an annotation stands behind what it is about";
    WrongModifier = E0109, Error, "a modifier does not fit the declaration";
    OptionalMark = E0110, Error, "`T?` is not a type";
    OldWord = E0111, Error, "a word of another language is spelled differently here";
    MissingId = E0112, Error, "a member has no id";
    NeedlessId = E0113, Error, "a member has an id where ids are not allowed";
    SwappedField = E0114, Error, "the parts of a field are in the wrong order";
    NestedDeclaration = E0115, Error, "a declaration stands inside another";
    ConflictingModifiers = E0116, Error, "two modifiers do not go together";
    NotSupportedYet = E0117, Error, "a feature is not supported yet";

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
    RustNameClash = E0801, Error, "two Rust items get the same name";
    InvalidRustHint = E0802, Error, "a hint for Rust is not Rust";
    InvalidRustName = E0804, Error, "a name for Rust cannot be used";

    // W09xx: lints
    LonelyDoc = W0904, Warning, "a doc comment documents nothing";
    StreamLeftOut = W0917, Warning, "a method with a stream is left out of the Rust code";
}
