//! Every code once: its number, severity and title. The explanation is the page
//! of that name in `compiler/pages`, so a code without a page does not compile.

use super::Level;

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is generated.
    Error,
    /// Worth a look.
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

/// What the catalogue says of a code.
enum Kind {
    Error,
    Warning,
    /// A lint that is not looked for unless somebody asks for it.
    Quiet,
    /// A change between two versions of a schema: an error or a warning, by what was asked for.
    Change,
}

impl Code {
    /// Whether it is about a change between two versions of a schema.
    pub fn is_change(self) -> bool {
        matches!(self.kind(), Kind::Change)
    }

    /// Whether it is an error or a lint. Changes are errors, or warnings if they break nothing for sure.
    pub fn severity(self) -> Severity {
        match self.kind() {
            Kind::Error | Kind::Change => Severity::Error,
            Kind::Warning | Kind::Quiet => Severity::Warning,
        }
    }

    /// What is made of it unless somebody says otherwise.
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
    FieldAdded = B002, Change, "a field is added that may be left out";
    RequiredFieldAdded = B003, Change, "a required field is added";
    OptionalFieldRemoved = B004, Change, "an optional field is removed";
    DefaultedFieldRemoved = B005, Change, "a field with a default is removed";
    RequiredFieldRemoved = B006, Change, "a required field is removed";
    IdNotReserved = B007, Change, "the id of what is removed is not reserved";
    IdReused = B008, Change, "an id is used for something else";
    IdChanged = B009, Change, "a member has another id";
    IdsSwapped = B010, Change, "two members have swapped their ids";
    MemberRenamed = B011, Change, "a member has another name";
    RequiredToOptional = B012, Change, "what was required is optional";
    OptionalToRequired = B014, Change, "what was optional is required";
    OptionalToDefault = B015, Change, "what was optional has a default";
    DefaultToOptional = B016, Change, "what had a default is optional";
    DefaultToRequired = B017, Change, "what had a default is required";
    DefaultChanged = B018, Change, "a default is another one";
    WiderInteger = B021, Change, "an integer is wider";
    NarrowerInteger = B022, Change, "an integer is narrower";
    OtherScalar = B023, Change, "a type is written in another way";
    TextToBytes = B024, Change, "text becomes bytes";
    BytesToText = B025, Change, "bytes become text";
    NewtypeChanged = B026, Change, "a newtype stands for what is in it, or the other way round";
    NumberOrEnum = B028, Change, "an enum stands for its number, or the other way round";
    ListToSet = B029, Change, "a list becomes a set";
    SetToList = B030, Change, "a set becomes a list";
    OtherForm = B031, Change, "a type has another form";
    FrozenOrNot = B033, Change, "a struct becomes frozen, or is no longer";
    FrozenChanged = B034, Change, "a frozen struct has another layout";
    DeclarationRenamed = B036, Change, "a declaration has another name";
    DeclarationRemoved = B037, Change, "a declaration is removed";
    Tighter = B040, Change, "a constraint is tighter";
    Looser = B041, Change, "a constraint is looser";
    KeyChanged = B044, Change, "a key has other fields";
    OtherMeaning = B045, Change, "a type stands for the same bytes as before";
    ValueAdded = B050, Change, "a value is added to an open type";
    ClosedValueAdded = B051, Change, "a value is added to a closed type";
    ValueRemoved = B052, Change, "a value of an open type is removed";
    ClosedValueRemoved = B053, Change, "a value of a closed type is removed";
    NumberChanged = B054, Change, "a value has another number";
    ValueRenamed = B055, Change, "a value has another name";
    BecomesClosed = B056, Change, "an open type becomes closed";
    BecomesOpen = B057, Change, "a closed type becomes open";
    VariantAdded = B060, Change, "a variant is added to an open union";
    ClosedVariantAdded = B061, Change, "a variant is added to a closed union";
    VariantRemoved = B062, Change, "a variant of an open union is removed";
    UnitOrStruct = B063, Change, "a variant without fields gets some, or loses them";
    FieldsOrType = B064, Change, "a variant has fields of its own instead of a struct, or the other way round";
    TypeReplaced = B065, Change, "a type takes the place of another one";
    ClosedVariantRemoved = B067, Change, "a variant of a closed union is removed";
    MethodRemoved = B071, Change, "a method is removed";
    MethodRenamed = B072, Change, "a method has another name on the wire";
    MovedToBase = B073, Change, "a method moves to a service that is extended";
    ParameterAdded = B074, Change, "a parameter is added";
    RequiredParameterAdded = B075, Change, "a required parameter is added";
    ParameterRemoved = B076, Change, "a parameter is removed";
    ResultAdded = B078, Change, "a method gives back something, and did not";
    ResultRemoved = B079, Change, "a method gives back nothing any more";
    StreamOrNot = B080, Change, "a method streams in other directions";
    OnewayOrNot = B081, Change, "a method becomes oneway, or is no longer";
    ErrorAdded = B082, Change, "a method throws one more error";
    ErrorRemoved = B083, Change, "a method throws one error less";
    ErrorAdvice = B084, Change, "an exception asks for something else of callers";
    ErrorType = B085, Change, "errors of a method are of another type in Rust";
    NotIdempotent = B086, Change, "a method may no longer be repeated";
    BaseRemoved = B087, Change, "a service no longer extends another one";
    ServiceRenamed = B088, Change, "a service has another name on the wire";
    ServiceRemoved = B089, Change, "a service is removed";
    ConstantChanged = B095, Change, "a constant has another value";
    BecomesInternal = B096, Change, "a declaration becomes internal";
    NoLongerReserved = B097, Change, "what was reserved is no longer";
    OtherArguments = B098, Change, "a function takes other arguments in Rust";
    NothingAccepted = B101, Change, "an accepted change is not there";

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
    MergeConflict = E0016, Error, "a merge is not finished";

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
    WrongKind = E0209, Error, "a name stands for another kind of declaration";
    NamespaceClash = E0210, Error, "two files of a namespace declare the same name";
    NotTransitive = E0211, Error, "a name is visible in an imported file only";
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
    TypedefCycle = E0405, Error, "a typedef stands for itself";
    InfiniteInstantiation = E0406, Error, "a generic type contains ever larger instances of itself";
    NotFrozen = E0407, Error, "a member of a frozen struct has no constant size";
    MisplacedOptional = E0408, Error, "`optional` is not allowed here";
    NoTotalOrder = E0409, Error, "a key or set element has no total order";
    ExceptionAsType = E0410, Error, "an exception stands outside `throws`";
    ServiceAsType = E0411, Error, "a service is used as a type";
    MisplacedStream = E0412, Error, "a stream is not the last parameter";
    BadBaseType = E0413, Error, "a base type is not an integer type";
    BadArrayLength = E0414, Error, "an array length is not possible";
    NeedlessRequired = E0415, Error, "`required` means nothing here";
    LayoutTooLarge = E0416, Error, "a fixed layout is too large";

    // E05xx: values
    ValueOutOfRange = E0501, Error, "a value does not fit its type";
    WrongValue = E0502, Error, "a value has another type than its place";
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
    WrongTarget = E0602, Error, "an annotation stands on the wrong thing";
    MissingArgument = E0603, Error, "an annotation misses an argument";
    UnknownArgument = E0604, Error, "an annotation does not take the argument";
    WrongArgument = E0605, Error, "an argument of an annotation has the wrong type";
    DuplicateAnnotation = E0606, Error, "an annotation is given twice";
    PositionalArgument = E0607, Error, "an argument of an annotation needs its name";
    AnnotationConflict = E0608, Error, "two annotations do not go together";
    InapplicableConstraint = E0610, Error, "a constraint does not apply to its type";
    BadPattern = E0611, Error, "a pattern does not compile";
    EmptyRange = E0612, Error, "a range is empty";
    UselessConstraint = E0613, Error, "a constraint has no effect";
    ConstrainedElement = E0614, Error, "constraints of an alias would be lost";
    UnknownMessageField = E0615, Error, "a message refers to what is not a field";

    // E07xx: services
    OnewayWithAnswer = E0701, Error, "a oneway method has something to answer";
    DuplicateMethod = E0702, Error, "a method is declared twice or inherited as well";
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

    // W09xx: lints
    UnusedImport = W0901, Warning, "an import is not used";
    RedundantRequired = W0902, Warning, "`required` is redundant";
    NameStyle = W0903, Warning, "a name has another style than its kind";
    LonelyDoc = W0904, Warning, "a doc comment documents nothing";
    BrokenDocLink = W0905, Warning, "a link in a doc comment leads nowhere";
    RepeatedPrefix = W0906, Warning, "an enum value repeats the name of its enum";
    DeprecatedUse = W0907, Warning, "something deprecated is used";
    UnusedInternal = W0908, Quiet, "an internal type is never used";
    SensitiveMessage = W0910, Warning, "a sensitive value appears in a message";
    OnewayHides = W0911, Quiet, "a oneway method hides failures";
    PresenceFlag = W0912, Quiet, "a flag says whether a field is there";
    Undocumented = W0913, Quiet, "something public has no doc comment";
    UselessAllow = W0914, Warning, "`@allow` matches nothing";
    ManyParameters = W0915, Quiet, "a method has many parameters";
    ByteList = W0916, Warning, "a list of bytes is slower than `bytes`";
    RepeatedId = W0917, Warning, "defaults repeat the ids of their fields";
}
