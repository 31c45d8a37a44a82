//! All codes with their severities and titles. The explanation of a code is its page in `compiler/pages`; without a
//! page this does not compile.

use super::Level;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// No code is generated.
    Error,
    /// Code is generated all the same.
    Warning,
}

macro_rules! catalogue {
    ($($name:ident = $id:ident, $kind:ident, $title:literal;)*) => {
        /// The code of a diagnostic.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
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

            fn kind(self) -> Kind {
                match self {
                    $(Code::$name => Kind::$kind,)*
                }
            }

            /// A few words that describe it.
            pub fn title(self) -> &'static str {
                match self {
                    $(Code::$name => $title,)*
                }
            }

            /// Its page in Markdown: cause, wrong and right examples.
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Code::$name => {
                        include_str!(concat!("../../pages/", stringify!($id), ".md"))
                    })*
                }
            }

            /// The code with this identifier, ignoring case.
            pub fn from_id(id: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
            }
        }
    };
}

/// The kind of a code.
enum Kind {
    Error,
    Warning,
    /// A lint that is off by default.
    Quiet,
    /// A change between two versions of a schema. An error, unless the comparison of versions lowers it to a warning.
    Change,
}

impl Code {
    /// Whether it describes a change between two versions of a schema.
    pub fn is_change(self) -> bool {
        matches!(self.kind(), Kind::Change)
    }

    /// Whether it is an error or a lint. Changes are errors until the comparison of versions says how bad they are.
    pub fn severity(self) -> Severity {
        match self.kind() {
            Kind::Error | Kind::Change => Severity::Error,
            Kind::Warning | Kind::Quiet => Severity::Warning,
        }
    }

    /// The default level.
    pub fn level(self) -> Level {
        match self.kind() {
            Kind::Error | Kind::Change => Level::Deny,
            Kind::Warning => Level::Warn,
            Kind::Quiet => Level::Allow,
        }
    }
}

catalogue! {
    // Bxxx: changes between two versions
    FieldAdded = B002, Change, "a field that may be left out is added";
    RequiredFieldAdded = B003, Change, "a required field is added";
    OptionalFieldRemoved = B004, Change, "an optional field is removed";
    DefaultedFieldRemoved = B005, Change, "a field with a default is removed";
    RequiredFieldRemoved = B006, Change, "a required field is removed";
    IdNotReserved = B007, Change, "the id of something removed is not reserved";
    IdReused = B008, Change, "an id is used for something else";
    IdChanged = B009, Change, "the id of a member changes";
    IdsSwapped = B010, Change, "two members swap their ids";
    MemberRenamed = B011, Change, "a member is renamed";
    RequiredToOptional = B012, Change, "something required becomes optional";
    OptionalToRequired = B014, Change, "something optional becomes required";
    OptionalToDefault = B015, Change, "something optional gets a default";
    DefaultToOptional = B016, Change, "something with a default becomes optional";
    DefaultToRequired = B017, Change, "something with a default becomes required";
    DefaultChanged = B018, Change, "a default changes";
    WiderInteger = B021, Change, "an integer becomes wider";
    NarrowerInteger = B022, Change, "an integer becomes narrower";
    OtherScalar = B023, Change, "a type is encoded differently";
    TextToBytes = B024, Change, "text becomes bytes";
    BytesToText = B025, Change, "bytes become text";
    NewtypeChanged = B026, Change, "a newtype replaces the type inside it, or the reverse";
    NumberOrEnum = B028, Change, "an enum replaces its number, or the reverse";
    ListToSet = B029, Change, "a list becomes a set";
    SetToList = B030, Change, "a set becomes a list";
    OtherForm = B031, Change, "a type takes another form";
    FrozenOrNot = B033, Change, "a struct becomes frozen, or no longer is";
    FrozenChanged = B034, Change, "the layout of a frozen struct changes";
    DeclarationRenamed = B036, Change, "a declaration is renamed";
    DeclarationRemoved = B037, Change, "a declaration is removed";
    Tighter = B040, Change, "a constraint becomes tighter";
    Looser = B041, Change, "a constraint becomes looser";
    KeyChanged = B044, Change, "the fields of a key change";
    OtherMeaning = B045, Change, "a type is replaced by one with the same bytes";
    ValueAdded = B050, Change, "a value is added to an open type";
    ClosedValueAdded = B051, Change, "a value is added to a closed type";
    ValueRemoved = B052, Change, "a value of an open type is removed";
    ClosedValueRemoved = B053, Change, "a value of a closed type is removed";
    NumberChanged = B054, Change, "the number of a value changes";
    ValueRenamed = B055, Change, "a value is renamed";
    BecomesClosed = B056, Change, "an open type becomes closed";
    BecomesOpen = B057, Change, "a closed type becomes open";
    VariantAdded = B060, Change, "a variant is added to an open union";
    ClosedVariantAdded = B061, Change, "a variant is added to a closed union";
    VariantRemoved = B062, Change, "a variant of an open union is removed";
    UnitOrStruct = B063, Change, "a variant gets its first fields, or loses them all";
    FieldsOrType = B064, Change, "a variant gets its own fields instead of a struct, or the reverse";
    TypeReplaced = B065, Change, "a type is replaced by another one";
    ClosedVariantRemoved = B067, Change, "a variant of a closed union is removed";
    MethodRemoved = B071, Change, "a method is removed";
    MethodRenamed = B072, Change, "the wire name of a method changes";
    MovedToBase = B073, Change, "a method moves to an extended service";
    ParameterAdded = B074, Change, "a parameter is added";
    RequiredParameterAdded = B075, Change, "a required parameter is added";
    ParameterRemoved = B076, Change, "a parameter is removed";
    ResultAdded = B078, Change, "a method gets a result";
    ResultRemoved = B079, Change, "a method loses its result";
    StreamOrNot = B080, Change, "the stream directions of a method change";
    OnewayOrNot = B081, Change, "a method becomes oneway, or no longer is";
    ErrorAdded = B082, Change, "a method throws an additional error";
    ErrorRemoved = B083, Change, "a method throws one error fewer";
    ErrorAdvice = B084, Change, "the fault or retry of an exception changes";
    ErrorType = B085, Change, "the Rust error type of a method changes";
    NotIdempotent = B086, Change, "a method may no longer be retried";
    BaseRemoved = B087, Change, "a service no longer extends another one";
    ServiceRenamed = B088, Change, "the wire name of a service changes";
    ServiceRemoved = B089, Change, "a service is removed";
    ConstantChanged = B095, Change, "the value of a constant changes";
    BecomesInternal = B096, Change, "a declaration becomes internal";
    NoLongerReserved = B097, Change, "something is no longer reserved";
    OtherArguments = B098, Change, "a Rust function takes other arguments";
    NothingAccepted = B101, Change, "an accepted change does not exist";

    // E00xx: characters and literals
    InvalidUtf8 = E0001, Error, "a file is not text";
    UnexpectedCharacter = E0002, Error, "a character is not part of the language";
    ControlCharacter = E0003, Error, "the text contains a control character";
    HashComment = E0004, Error, "`#` does not start a comment";
    UnterminatedComment = E0005, Error, "a block comment has no end";
    UnterminatedString = E0006, Error, "a string has no closing quote";
    UnknownEscape = E0007, Error, "an escape is unknown";
    BadUnicodeEscape = E0008, Error, "an escape names no character";
    BadDigit = E0009, Error, "a digit does not belong to the base of its number";
    LeadingZero = E0010, Error, "a number has a leading zero";
    BadUnderscore = E0011, Error, "`_` is not between digits";
    ForeignName = E0012, Error, "a name has letters that are not ASCII";
    LongName = E0013, Error, "a name is too long";
    LimitExceeded = E0014, Error, "a limit of the compiler is exceeded";
    BadLiteral = E0015, Error, "a literal is malformed";
    MergeConflict = E0016, Error, "a merge is not finished";

    // E01xx: syntax
    UnexpectedToken = E0101, Error, "something else is expected";
    MissingSemicolon = E0102, Error, "a `;` is missing";
    UnclosedBrace = E0103, Error, "a `{` is never closed";
    UnknownDeclaration = E0104, Error, "a declaration begins with an unknown word";
    MissingNamespace = E0105, Error, "the file does not start with its namespace";
    SecondNamespace = E0106, Error, "a file has two namespaces";
    LateImport = E0107, Error, "an import comes after a declaration";
    LateAnnotation = E0108, Error, "an annotation comes after what it applies to";
    WrongModifier = E0109, Error, "a modifier does not fit the declaration";
    OptionalMark = E0110, Error, "`T?` is not a type";
    OldWord = E0111, Error, "a word of another language is spelled differently here";
    MissingId = E0112, Error, "a member has no id";
    NeedlessId = E0113, Error, "a member has an id where ids are not allowed";
    SwappedField = E0114, Error, "the parts of a field are in the wrong order";
    NestedDeclaration = E0115, Error, "a declaration is inside another";
    ConflictingModifiers = E0116, Error, "two modifiers cannot be combined";
    NotSupportedYet = E0117, Error, "a feature is not supported yet";
    OtherLanguage = E0118, Error, "a file is written in another language";

    // E02xx: files and names
    UnknownType = E0201, Error, "a type cannot be found";
    UnknownInNamespace = E0202, Error, "a namespace does not declare the name";
    NamesCollide = E0203, Error, "two names become the same in generated code";
    DuplicateName = E0204, Error, "a name is declared twice";
    UnreadableImport = E0205, Error, "an import cannot be read";
    InternalName = E0206, Error, "a declaration is internal to its namespace";
    NamespaceCycle = E0207, Error, "namespaces import each other";
    DuplicateImport = E0208, Error, "two imports have the same name";
    WrongKind = E0209, Error, "a name refers to another kind of declaration";
    NamespaceClash = E0210, Error, "two files of a namespace declare the same name";
    NotTransitive = E0211, Error, "a name is visible only in an imported file";
    BuiltinName = E0212, Error, "a declaration takes the name of a built-in";

    // E03xx: members and ids
    DuplicateId = E0301, Error, "an id is used twice";
    ReservedId = E0302, Error, "an id is reserved";
    ReservedName = E0304, Error, "a name is reserved";
    IdOutOfRange = E0305, Error, "an id is out of range";
    BadReserved = E0309, Error, "a reserved range is empty or overlaps another";
    DuplicateNumber = E0310, Error, "two enum values have the same number";
    NumberOutOfRange = E0311, Error, "a number does not fit the base type";
    MissingNumber = E0312, Error, "an enum value has no number";
    BadFlag = E0313, Error, "a flag is neither one bit nor a combination of flags";
    EmptyClosed = E0314, Error, "a closed type has no member";

    // E04xx: types
    WrongArity = E0401, Error, "a generic type has the wrong number of arguments";
    NotGeneric = E0402, Error, "a type that is not generic is given arguments";
    UnusedParameter = E0403, Error, "a type parameter is never used";
    InfiniteValue = E0404, Error, "a type contains itself with no way to end";
    TypedefCycle = E0405, Error, "a typedef refers to itself";
    InfiniteInstantiation = E0406, Error, "a generic type contains ever larger instances of itself";
    NotFrozen = E0407, Error, "a member of a frozen struct has no constant size";
    MisplacedOptional = E0408, Error, "`optional` is not allowed here";
    NoTotalOrder = E0409, Error, "a key or set element has no total order";
    ExceptionAsType = E0410, Error, "an exception is used outside `throws`";
    ServiceAsType = E0411, Error, "a service is used as a type";
    MisplacedStream = E0412, Error, "a stream is not the last parameter";
    BadBaseType = E0413, Error, "a base type is not an integer type";
    BadArrayLength = E0414, Error, "an array length is invalid";
    NeedlessRequired = E0415, Error, "`required` has no meaning here";
    LayoutTooLarge = E0416, Error, "a fixed layout is too large";

    // E05xx: values
    ValueOutOfRange = E0501, Error, "a value does not fit its type";
    WrongValue = E0502, Error, "a value has the wrong type";
    UnknownConstant = E0503, Error, "a constant cannot be found";
    ConstantCycle = E0504, Error, "constants refer to each other";
    BadArithmetic = E0505, Error, "an operation in a constant has no result";
    OptionalWithDefault = E0506, Error, "an optional field has a default";
    NoSuchMember = E0507, Error, "a declaration does not have the member";
    MissingField = E0508, Error, "a required field is missing in a value";
    NotOneVariant = E0509, Error, "a union value does not set exactly one variant";
    DuplicateKey = E0510, Error, "a key or element is given twice";
    InexactValue = E0511, Error, "a number cannot be represented";
    BrokenConstraint = E0512, Error, "a value breaks its own constraint";

    // E06xx: annotations and constraints
    UnknownAnnotation = E0601, Error, "an annotation cannot be found";
    WrongTarget = E0602, Error, "an annotation is on the wrong thing";
    MissingArgument = E0603, Error, "an annotation lacks an argument";
    UnknownArgument = E0604, Error, "an annotation does not take the argument";
    WrongArgument = E0605, Error, "an argument of an annotation has the wrong type";
    DuplicateAnnotation = E0606, Error, "an annotation is given twice";
    PositionalArgument = E0607, Error, "an argument of an annotation needs its name";
    AnnotationConflict = E0608, Error, "two annotations cannot be combined";
    InapplicableConstraint = E0610, Error, "a constraint does not apply to its type";
    BadPattern = E0611, Error, "a pattern does not compile";
    EmptyRange = E0612, Error, "a range is empty";
    UselessConstraint = E0613, Error, "a constraint has no effect";
    ConstrainedElement = E0614, Error, "constraints of an alias would be lost";
    UnknownMessageField = E0615, Error, "a message refers to something that is not a field";

    // E07xx: services
    OnewayWithAnswer = E0701, Error, "a oneway method has something to answer";
    DuplicateMethod = E0702, Error, "a method is declared twice, or is also inherited";
    AmbiguousMethod = E0703, Error, "a method comes from two bases";
    ServiceCycle = E0704, Error, "services extend each other";
    DuplicateWireName = E0705, Error, "two methods or services have the same wire name";
    NotThrowable = E0706, Error, "`throws` names something that is not an exception";
    NotOnlyExceptions = E0707, Error, "a thrown union has a variant that is not an exception";
    SecondStream = E0712, Error, "a method has two streams in one direction";
    ThrowingParameter = E0713, Error, "a stream from the client throws";
    RepeatedBase = E0714, Error, "a service extends the same service twice";

    // E08xx: Rust
    RustNameClash = E0801, Error, "two Rust items get the same name";
    InvalidRustHint = E0802, Error, "a hint for Rust is not Rust";
    Underivable = E0803, Error, "a trait cannot be derived";
    InvalidRustName = E0804, Error, "a name for Rust cannot be used";
    UnorderedInRust = E0806, Error, "a key has no order in Rust";

    // W09xx: lints
    UnusedImport = W0901, Warning, "an import is not used";
    RedundantRequired = W0902, Warning, "`required` is redundant";
    NameStyle = W0903, Warning, "a name does not follow the style of its kind";
    LonelyDoc = W0904, Warning, "a doc comment documents nothing";
    BrokenDocLink = W0905, Warning, "a link in a doc comment leads nowhere";
    RepeatedPrefix = W0906, Warning, "an enum value repeats the name of its enum";
    DeprecatedUse = W0907, Warning, "something deprecated is used";
    UnusedInternal = W0908, Quiet, "an internal type is never used";
    SensitiveMessage = W0910, Warning, "a sensitive value appears in a message";
    OnewayHides = W0911, Quiet, "a oneway method hides failures";
    PresenceFlag = W0912, Quiet, "a flag says whether a field is present";
    Undocumented = W0913, Quiet, "something public has no doc comment";
    UselessAllow = W0914, Warning, "`@allow` matches nothing";
    ManyParameters = W0915, Quiet, "a method has many parameters";
    ByteList = W0916, Warning, "a list of bytes is slower than `bytes`";
    RepeatedId = W0917, Warning, "defaults repeat the ids of their fields";
}
