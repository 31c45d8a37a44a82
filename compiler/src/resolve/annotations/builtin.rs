//! The table of built-in annotations: what each may annotate, and its arguments.

/// A built-in annotation.
#[derive(Debug)]
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    pub(crate) says: Says,
    /// Words for what it may annotate; empty for anything.
    pub(crate) targets: &'static [&'static str],
    pub(crate) args: &'static [Arg],
    pub(crate) repeatable: bool,
}

/// The meaning of a built-in annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    /// A constraint of values.
    Constraint(Rule),
    Deprecated,
    Since,
    Sensitive,
    Message,
    Error,
    Timeout,
    WireName,
    Alias,
    Allow,
    BreakingOk,
    Example,
    RustName,
    RustModule,
    RustDerive,
    RustAttr,
    RustType,
    RustMap,
    RustExhaustive,
}

/// The kinds of constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Len,
    Range,
    Pattern,
    Unique,
    Each,
}

/// An argument of a built-in annotation.
#[derive(Debug)]
pub(crate) struct Arg {
    pub(crate) name: &'static str,
    pub(crate) kind: ArgKind,
    pub(crate) required: bool,
}

/// The kind of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgKind {
    /// A string.
    Text,
    /// One or more strings.
    Texts,
    /// One or more codes of lints.
    Codes,
    /// One or more codes of changes between versions.
    Changes,
    /// A range.
    Range,
    /// A range or one number.
    Length,
    /// A duration.
    Duration,
    /// `Fault.CLIENT` or `Fault.SERVER`.
    Fault,
    /// `Retry.NEVER`, `Retry.SAFE` or `Retry.LATER`.
    Retry,
}

impl ArgKind {
    /// How messages call it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            ArgKind::Text | ArgKind::Texts => "a string",
            ArgKind::Codes => "the code of a lint, such as `W0903`",
            ArgKind::Changes => "the code of a change, such as `B003`",
            ArgKind::Range => "a range, such as `1..=9`",
            ArgKind::Length => "a number or a range, such as `1..=9`",
            ArgKind::Duration => "a duration, such as `250ms`",
            ArgKind::Fault => "`Fault.CLIENT` or `Fault.SERVER`",
            ArgKind::Retry => "`Retry.NEVER`, `Retry.SAFE` or `Retry.LATER`",
        }
    }

    /// Whether it takes all positional arguments.
    pub(crate) fn takes_many(self) -> bool {
        matches!(self, ArgKind::Texts | ArgKind::Codes | ArgKind::Changes)
    }
}

const fn required(name: &'static str, kind: ArgKind) -> Arg {
    Arg {
        name,
        kind,
        required: true,
    }
}

const fn optional(name: &'static str, kind: ArgKind) -> Arg {
    Arg {
        name,
        kind,
        required: false,
    }
}

const fn builtin(
    name: &'static str,
    says: Says,
    targets: &'static [&'static str],
    args: &'static [Arg],
) -> Builtin {
    Builtin {
        name,
        says,
        targets,
        args,
        repeatable: false,
    }
}

const VALUES: &[&str] = &["field", "param", "newtype", "typedef"];
const FIELDS: &[&str] = &["field", "param"];
const TYPES: &[&str] = &["struct", "exception", "enum", "flags", "union", "newtype"];

/// Every built-in annotation.
pub(crate) const BUILTINS: &[Builtin] = &[
    builtin(
        "len",
        Says::Constraint(Rule::Len),
        VALUES,
        &[required("range", ArgKind::Length)],
    ),
    builtin(
        "range",
        Says::Constraint(Rule::Range),
        VALUES,
        &[required("range", ArgKind::Range)],
    ),
    builtin(
        "pattern",
        Says::Constraint(Rule::Pattern),
        VALUES,
        &[required("pattern", ArgKind::Text)],
    ),
    builtin("unique", Says::Constraint(Rule::Unique), FIELDS, &[]),
    builtin(
        "each",
        Says::Constraint(Rule::Each),
        FIELDS,
        &[
            optional("len", ArgKind::Length),
            optional("range", ArgKind::Range),
            optional("pattern", ArgKind::Text),
        ],
    ),
    builtin(
        "deprecated",
        Says::Deprecated,
        &[],
        &[
            optional("note", ArgKind::Text),
            optional("since", ArgKind::Text),
            optional("removal", ArgKind::Text),
        ],
    ),
    builtin(
        "since",
        Says::Since,
        &[],
        &[required("version", ArgKind::Text)],
    ),
    builtin(
        "sensitive",
        Says::Sensitive,
        &["field", "param", "struct", "method"],
        &[],
    ),
    builtin(
        "message",
        Says::Message,
        &["exception"],
        &[required("template", ArgKind::Text)],
    ),
    builtin(
        "error",
        Says::Error,
        &["exception"],
        &[
            required("fault", ArgKind::Fault),
            required("retry", ArgKind::Retry),
        ],
    ),
    builtin(
        "timeout",
        Says::Timeout,
        &["method", "service"],
        &[required("duration", ArgKind::Duration)],
    ),
    builtin(
        "wire_name",
        Says::WireName,
        &["method", "service"],
        &[required("name", ArgKind::Text)],
    ),
    builtin("alias", Says::Alias, &["value"], &[]),
    builtin(
        "allow",
        Says::Allow,
        &[],
        &[required("codes", ArgKind::Codes)],
    ),
    Builtin {
        name: "breaking_ok",
        says: Says::BreakingOk,
        targets: &[],
        args: &[
            required("codes", ArgKind::Changes),
            required("reason", ArgKind::Text),
        ],
        repeatable: true,
    },
    builtin("example", Says::Example, &["const"], &[]),
    builtin(
        "rust.name",
        Says::RustName,
        &[],
        &[required("name", ArgKind::Text)],
    ),
    builtin(
        "rust.module",
        Says::RustModule,
        &["namespace"],
        &[required("path", ArgKind::Text)],
    ),
    builtin(
        "rust.derive",
        Says::RustDerive,
        TYPES,
        &[required("paths", ArgKind::Texts)],
    ),
    Builtin {
        name: "rust.attr",
        says: Says::RustAttr,
        targets: &[
            "struct",
            "exception",
            "enum",
            "flags",
            "union",
            "newtype",
            "field",
            "variant",
        ],
        args: &[required("text", ArgKind::Text)],
        repeatable: true,
    },
    builtin(
        "rust.type",
        Says::RustType,
        &["field"],
        &[required("path", ArgKind::Text)],
    ),
    builtin(
        "rust.map",
        Says::RustMap,
        &["field"],
        &[required("kind", ArgKind::Text)],
    ),
    builtin("rust.exhaustive", Says::RustExhaustive, &["service"], &[]),
];

/// Annotations of later versions of the language.
const LATER: &[&str] = &["preserve_unknown", "paginated", "topic", "breaking"];

/// The built-in annotation with this name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name == name)
}

/// Whether the name belongs to a later version of the language.
pub(crate) fn is_for_later(name: &str) -> bool {
    LATER.contains(&name) || name.starts_with("http.")
}
