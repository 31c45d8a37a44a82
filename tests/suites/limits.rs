//! Large and hostile schemas: accepted up to a limit, an error that names the limit beyond it, and never a crash.

use std::fmt::Write as _;

use sinew_compiler::source::MemoryLoader;

/// The codes reported about `text`, without duplicates.
fn codes(text: &str) -> Vec<&'static str> {
    let mut files = MemoryLoader::default();
    files.insert("main.idl", format!("namespace big;\n{text}"));
    let names = ["main.idl".to_owned()];
    let checked = sinew_compiler::check(&files, &names).expect("the file is there");
    let mut codes: Vec<_> = checked.diagnostics.iter().map(|d| d.code.id()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        writeln!(text, "{}", line(n)).expect("a string can be written to");
        text
    })
}

#[test]
fn a_struct_has_at_most_4096_fields() {
    let fields = |count| lines(count, |n| format!("{}: i32 f{n};", n + 1));
    assert_eq!(codes(&format!("struct S {{ {} }}", fields(4096))), [""; 0]);
    assert_eq!(
        codes(&format!("struct S {{ {} }}", fields(4097))),
        ["E0014"]
    );
}

#[test]
fn ten_thousand_enum_values_may_build_on_each_other() {
    let values = lines(9_999, |n| format!("V{} = V{n} + 1;", n + 1));
    assert_eq!(codes(&format!("enum E {{ V0 = 0; {values} }}")), [""; 0]);
}

#[test]
fn chains_of_any_length_are_walked() {
    let chain = 5_000;
    let structs = lines(chain, |n| format!("struct S{n} {{ 1: S{} next; }}", n + 1));
    assert_eq!(codes(&format!("{structs} struct S{chain} {{}}")), [""; 0]);
    let consts = lines(chain, |n| format!("const i32 C{n} = C{};", n + 1));
    assert_eq!(codes(&format!("{consts} const i32 C{chain} = 1;")), [""; 0]);
    let aliases = lines(chain, |n| format!("typedef T{} T{n};", n + 1));
    assert_eq!(codes(&format!("{aliases} typedef i32 T{chain};")), [""; 0]);
    let cycle = lines(chain, |n| format!("typedef T{} T{n};", (n + 1) % chain));
    assert_eq!(codes(&cycle), ["E0405"]);
}

#[test]
fn types_that_hold_each_other_may_be_many() {
    let count = 2_000;
    let pairs = lines(count, |n| {
        let other = n ^ 1;
        format!("struct S{n} {{ 1: optional S{other} other; }}")
    });
    assert_eq!(codes(&pairs), [""; 0]);
    let knot = lines(count, |n| {
        let next = (n + 1) % count;
        format!("struct S{n} {{ 1: optional S{next} next; 2: optional S0 first; }}")
    });
    assert_eq!(codes(&knot), [""; 0]);
    let generics = lines(count, |n| {
        format!("struct G{}<T> {{ 1: G{n}<T> next; }}", n + 1)
    });
    let start = "struct G0<T> { 1: optional T value; }";
    assert_eq!(codes(&format!("{start} {generics}")), [""; 0]);
    let endless = lines(count, |n| format!("struct S{n} {{ 1: S{} other; }}", n ^ 1));
    assert_eq!(codes(&endless), ["E0404"]);
}

#[test]
fn a_value_inside_many_newtypes_is_refused() {
    let newtypes = lines(5_000, |n| format!("newtype N{} N{n};", n + 1));
    let text = format!("{newtypes} newtype i32 N5000; const N0 X = 5;");
    assert_eq!(codes(&text), ["E0014"]);
}

#[test]
fn what_doubles_meets_a_limit() {
    let types = lines(100, |n| {
        format!("typedef map<i32, P<T{n}, T{n}>> T{};", n + 1)
    });
    let pair = "struct P<A, B> { 1: A a; 2: B b; } typedef i32 T0;";
    assert_eq!(codes(&format!("{pair} {types}")), ["E0014"]);
    let strings = lines(60, |n| format!("const string A{} = A{n} + A{n};", n + 1));
    assert_eq!(
        codes(&format!("const string A0 = \"0123456789\"; {strings}")),
        ["E0014"]
    );
    let values = lines(60, |n| {
        let inner = format!("S{n} a = S{n} {{}}");
        format!("struct S{} {{ 1: {inner}; 2: S{n} b = S{n} {{}}; }}", n + 1)
    });
    assert_eq!(codes(&format!("struct S0 {{}} {values}")), ["E0014"]);
    let frozen = lines(20, |n| {
        format!("frozen struct F{n} {{ array<F{}, 60_000> a; }}", n + 1)
    });
    assert_eq!(
        codes(&format!("{frozen} frozen struct F20 {{ i32 a; }}")),
        ["E0416"]
    );
}

#[test]
fn services_extend_each_other_64_deep() {
    let chain = |count: usize| {
        let services = lines(count, |n| format!("service S{n} extends S{} {{}}", n + 1));
        format!("{services} service S{count} {{}}")
    };
    assert_eq!(codes(&chain(63)), [""; 0]);
    assert_eq!(codes(&chain(64)), ["E0014"]);
    assert_eq!(codes(&chain(2_000)), ["E0014"]);
}
