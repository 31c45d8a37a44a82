//! The table of habits. The first match applies.

use super::When::{Behind, BehindModifier, Expects, First, In, Inside, NotIn};
use super::{Found, Habit, When};

/// All habits, specific ones before general ones.
pub(super) const HABITS: &[Habit] = &[
    any(
        &[In("service"), First(&["stream"]), Expects("`(`")],
        "what is streamed stands in angle brackets: `stream<Order> watch();`",
    ),
    any(
        &[In("service"), First(&["compose"])],
        "services extend others: `service Orders extends Health { }`",
    ),
    one(
        &["["],
        &[In(""), Expects("a declaration")],
        "annotations begin with `@`: `@deprecated struct Order { }`",
    ),
    one(
        &["(", "["],
        &[First(&["struct", "exception", "union"]), In("")],
        "fields are in braces: `struct Point { 1: i32 x; }`",
    ),
    one(
        &["<", ">"],
        &[First(&["const"]), Expects("`;`")],
        "there are no comparisons: write the value itself",
    ),
    one(
        &["<", ">", "="],
        &[Expects("an argument")],
        "a range has its ends around `..=`: `1..=64`, `..=64`, `1..`",
    ),
    Habit {
        found: Found::Digits,
        when: &[In("service"), Expects("a method")],
        help: "a service has methods; fields are in a `struct`",
    },
    any(
        &[First(&["extensions"])],
        "remove it: what is not known is skipped, so ids need not be set aside",
    ),
    one(
        &["("],
        &[In("struct"), Expects("a name")],
        "methods are in a `service`: `Reply name(1: Request request);`",
    ),
    one(
        &["<", "("],
        &[NotIn(""), Behind("string")],
        "limits of the length come first: `@len(..=64) 1: string name;`",
    ),
    Habit {
        found: Found::Digits,
        when: &[Expects("a type"), Behind("list<")],
        help: "say of what, and in front how many: `@len(..=5) 1: list<string> names;`",
    },
    one(
        &[":"],
        &[In("struct"), Expects("a name")],
        "what a value must satisfy comes first: `@len(..=255) 1: string name;`",
    ),
    one(
        &["<"],
        &[In("")],
        "only a `struct` and a `union` have type parameters",
    ),
    any(
        &[Expects("`<`"), Behind("list")],
        "say of what: `list<string>`",
    ),
    any(
        &[Expects("`<`"), Behind("set")],
        "say of what: `set<string>`",
    ),
    any(
        &[Expects("`<`"), Behind("map")],
        "say from what to what: `map<string, u32>`",
    ),
    one(
        &[">"],
        &[Expects("`,`")],
        "a `map` has keys and values, an `array` a length: `map<string, u32>`, `array<u8, 16>`",
    ),
    one(
        &[">"],
        &[Expects("a type"), Behind("<")],
        "say of what: `list<string>`, `Page<Order>`",
    ),
    one(
        &[","],
        &[Expects("`>`")],
        "a `list` or `set` has elements of one type; a `map` has keys and values",
    ),
    one(
        &["="],
        &[First(&["typedef", "newtype"])],
        "the type comes first: `typedef string UserId;`",
    ),
    one(
        &[":"],
        &[First(&["typedef", "newtype"]), Expects("a name")],
        "the type comes first: `newtype string Email;`",
    ),
    one(
        &[":"],
        &[First(&["const"]), Expects("a name")],
        "the type comes first: `const u32 MAX = 5;`",
    ),
    one(
        &[":", "="],
        &[Expects("`>`")],
        "a type parameter is a name only: `struct Page<T> { }`",
    ),
    one(
        &[":"],
        &[Expects("`]`")],
        "a map is in braces: `{ \"a\": 1, \"b\": 2 }`",
    ),
    one(
        &[","],
        &[First(&["const"]), Expects("`)`")],
        "lists and sets are in brackets: `[1, 2]`",
    ),
    one(
        &["=", "!"],
        &[Expects("`{`")],
        "there are no comparisons: write the value itself",
    ),
    one(
        &[",", "}"],
        &[Expects("`:`"), Inside('{')],
        "lists and sets are in brackets: `[1, 2]`; a map is `{ \"a\": 1, \"b\": 2 }`",
    ),
    one(
        &[",", "}", ";"],
        &[In("annotation"), Expects("`:`")],
        "a field of an annotation is a type and a name: `string team;`",
    ),
    one(
        &[",", "}", ";", ")"],
        &[NotIn(""), Expects("`:`")],
        "a type and a name come after the id: `1: string name`",
    ),
    one(
        &["@"],
        &[Expects("an argument")],
        "say it by names: `@each(len = 1..=8)`",
    ),
    one(
        &["@"],
        &[In("")],
        "declarations have no ids: they are known by their names",
    ),
    one(
        &["@"],
        &[Expects("a type"), Behind("<")],
        "what elements must satisfy comes first: `@each(len = 1..=8) 1: list<string> names;`",
    ),
    one(
        &["@"],
        &[NotIn("service")],
        "ids stand in front: `1: string name;`",
    ),
    one(
        &["("],
        &[NotIn("service"), Expects("a type")],
        "there are no tuples; declare a `struct` with these fields",
    ),
    one(
        &["{"],
        &[First(&["newtype", "typedef"]), Expects("`;`")],
        "it has no body; constraints stand in front: `@len(1..=64) newtype string Name;`",
    ),
    one(
        &["{"],
        &[First(&["typedef"])],
        "types are declared by their names: `struct Point { 1: i32 x; }`",
    ),
    one(
        &["|"],
        &[Expects("a name")],
        "what may be absent is `optional`, and one of several types is a `union`",
    ),
    one(
        &["*"],
        &[First(&["import", "include"])],
        "there are no wildcards: `import \"common.idl\";` and `common.Money`, or name what is meant in braces",
    ),
    one(
        &["{"],
        &[In("service"), Expects("`;`")],
        "a method has no body: it ends with `;`",
    ),
    one(
        &["{"],
        &[In("union"), Expects("a name")],
        "a variant has a name: `2: square { 1: f64 side; }`",
    ),
    one(
        &["{"],
        &[First(&["import"])],
        "write `as` or names in braces, not both",
    ),
    one(
        &["{"],
        &[In("enum")],
        "what holds something is a variant of a `union`: `2: square { 1: f64 side; }`",
    ),
    one(
        &["["],
        &[Behind("stream")],
        "what is streamed stands in angle brackets: `stream<Order> watch();`",
    ),
    one(
        &["["],
        &[Behind("throws")],
        "errors are in parentheses: `throws (1: NotFound not_found)`",
    ),
    one(&["["], &[Expects("`;`")], LATE_OPTIONS),
    one(&["["], &[Expects("`reserved`")], LATE_OPTIONS),
    one(
        &["["],
        &[],
        "write `list<T>`, or `array<T, 3>` for as many elements",
    ),
    one(
        &["/"],
        &[Expects("an argument")],
        "a pattern is a string: `@pattern(\"[a-z]+\")`",
    ),
    one(
        &["="],
        &[Expects("an id")],
        "what an annotation says is in parentheses: `@since(\"1.0\")`",
    ),
    any(
        &[Expects("a type"), Behind("array<")],
        "the type comes before the length: `array<u8, 16>`",
    ),
    one(
        &["&"],
        &[Expects("a type")],
        "there are no references: write the type alone",
    ),
    one(
        &["extends", ":"],
        &[First(&["struct", "exception", "union"])],
        "only services extend others; put what is shared into a struct and hold that in a field",
    ),
    one(
        &["returns"],
        &[In("service")],
        "the result comes before the method, and only there",
    ),
    any(
        &[Expects("`(`"), BehindModifier],
        "the word comes before the result: `oneway void ping();`",
    ),
    one(
        &[";"],
        &[In("service"), Behind("throws")],
        "say what is thrown: `throws (1: NotFound not_found)`",
    ),
    one(
        &["("],
        &[In("service"), Expects("a name")],
        "a method begins with its result: `string name(1: u64 id);`, or `void name();`",
    ),
    one(
        &[";"],
        &[First(&["reserved"])],
        "say what is reserved: `reserved 4, 6..=9, \"name\";`",
    ),
    one(
        &[";"],
        &[NotIn(""), Expects("a name")],
        "the name comes after the type: `1: string name;`",
    ),
    one(
        &[";"],
        &[First(&["const"]), Expects("`=`")],
        "a constant has a value: `const u32 MAX = 5;`",
    ),
    one(
        &["="],
        &[First(&["const"]), Expects("a name")],
        "a constant has a type: `const u32 MAX = 5;`",
    ),
    one(
        &["="],
        &[In("union")],
        "variants have an id and no default: `1: string name;`",
    ),
    any(
        &[First(&["annotation"]), Expects("`on`")],
        "say what it is for: `annotation owner on struct, field { string team; }`",
    ),
    one(
        &["{"],
        &[First(&["namespace"])],
        "a namespace holds the whole file: `namespace shop;`",
    ),
    Habit {
        found: Found::Digits,
        when: &[In("enum")],
        help: "the number comes after the name: `CLUBS = 0;`",
    },
    Habit {
        found: Found::Digits,
        when: &[In("flags")],
        help: "the bit comes after the name: `READ = 1;`",
    },
    one(
        &["}"],
        &[In("")],
        "remove it, or look for the `{` that it should close",
    ),
    Habit {
        found: Found::Name,
        when: &[First(&["import", "include"])],
        help: "name the file in quotes: `import \"shop/common.idl\";`",
    },
];

/// What to do about options in brackets.
const LATE_OPTIONS: &str =
    "annotations stand in front: `@deprecated(\"use another\") 1: string name;`";

const fn any(when: &'static [When], help: &'static str) -> Habit {
    Habit {
        found: Found::Anything,
        when,
        help,
    }
}

const fn one(tokens: &'static [&'static str], when: &'static [When], help: &'static str) -> Habit {
    Habit {
        found: Found::One(tokens),
        when,
        help,
    }
}
