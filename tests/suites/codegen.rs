//! Generated code: `tests/codegen/<feature>.idl` and its snapshot. `generated` tests that it compiles and works.

use std::path::Path;

use sinew_compiler::Generated;
use sinew_compiler::backends::Backend;
use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::{Additions, Format, Rust, Shared};
use sinew_compiler::source::MemoryLoader;
use sinew_tests::cases::{Case, TESTS, case, entries};
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn rust_is_generated_as_in_its_snapshot() {
    assert_snapshots(&cases("codegen"), |case| rust(case, Format::Pretty).code());
}

#[test]
fn mocks_are_generated_as_in_their_snapshot() {
    assert_snapshots(&cases("mocks"), |case| {
        let rust = |mocks| {
            let backend = Rust {
                format: Format::Pretty,
                mocks,
                ..Rust::default()
            };
            of_case(case, &backend).code()
        };
        what_is_more(&rust(false), &rust(true))
    });
}

#[test]
fn texts_and_bytes_that_are_shared_are_generated_as_in_their_snapshot() {
    assert_snapshots(&cases("shared/idl"), |case| {
        let backend = Rust {
            format: Format::Pretty,
            shared: Shared {
                strings: true,
                bytes: true,
            },
            ..Rust::default()
        };
        of_case(case, &backend).code()
    });
}

#[test]
fn the_name_of_a_mock_may_be_taken_unless_there_are_mocks() {
    let mut files = MemoryLoader::default();
    files.insert("a.idl", "namespace a; service Desk {} struct DeskMock {}");
    let rust = |mocks| {
        let checked = sinew_compiler::check(&files, &["a.idl".to_owned()]).expect("it is there");
        let backend = Rust {
            mocks,
            ..Rust::default()
        };
        sinew_compiler::generate(checked, &backend)
    };
    assert!(rust(false).is_ok());
    let report = rust(true)
        .expect_err("two items are called `DeskMock`")
        .to_string();
    assert!(
        report.contains("E0801") && report.contains("`DeskMock`"),
        "{report}"
    );
}

#[test]
fn what_is_lent_to_nobody_is_an_error() {
    let idl = "namespace a; service Desk { i64 add(1: i64 left); string say(1: string text); \
               stream<string> follow(1: string name); }";
    let lent = |pattern: &str| {
        let mut files = MemoryLoader::default();
        files.insert("a.idl", idl);
        let checked = sinew_compiler::check(&files, &["a.idl".to_owned()]);
        let mut schema = checked.expect("it is there").schema.expect("it is right");
        let mut additions = Additions::default();
        additions.lend(pattern);
        let found = additions
            .apply(&mut schema)
            .map_err(|error| error.to_string());
        found.err()
    };
    for pattern in ["a.Desk", "a.Desk.say", "a.*.say", "**"] {
        assert_eq!(lent(pattern), None, "{pattern}");
    }
    for pattern in ["a.Desk.add", "a.Desk.follow"] {
        let message = lent(pattern).expect("nothing to look at");
        assert!(
            message.contains("as there is nothing to look at"),
            "{message}"
        );
    }
    for pattern in ["a.Dask", "a", "a.Desk.say.text"] {
        let message = lent(pattern).expect("no such method");
        assert!(
            message.contains("no service or method is called so"),
            "{message}"
        );
    }
}

/// The paragraphs that only the longer text contains.
fn what_is_more(shorter: &str, longer: &str) -> String {
    let mut known = shorter.trim_end().split("\n\n").peekable();
    let more = longer.trim_end().split("\n\n").filter(|paragraph| {
        let is_known = known.peek() == Some(paragraph);
        if is_known {
            known.next();
        }
        !is_known
    });
    more.collect::<Vec<_>>().join("\n\n")
}

#[test]
fn json_is_generated_as_in_its_snapshot() {
    let json = |case: &Case| of_case(case, &JsonSchema).files[0].text.clone();
    assert_snapshots(&cases("json"), json);
}

#[test]
fn both_formats_say_the_same() {
    for case in cases("codegen").into_iter().chain(cases("codegen/hostile")) {
        let formats = [Format::Plain, Format::Pretty].map(|format| rust(&case, format));
        let [plain, pretty] = formats.map(|generated| meant(&generated));
        assert!(plain == pretty, "{}", case.name);
    }
}

#[test]
fn plain_code_is_laid_out_in_lines() {
    for case in cases("codegen") {
        for line in rust(&case, Format::Plain).code().lines() {
            assert!(!line.ends_with(' '), "{}: `{line}`", case.name);
            assert!(line.len() < 400, "{}: `{line}`", case.name);
        }
    }
}

#[test]
fn the_size_of_the_code_is_in_proportion() {
    let mut schema = String::from("namespace large;\n");
    for number in 0..100 {
        schema.push_str(&large_struct(number));
    }
    let mut files = MemoryLoader::default();
    files.insert("large.idl", schema.as_str());
    let rust = generated(&files, "large.idl", &Additions::default(), &Rust::default());
    let size: usize = rust.files.iter().map(|file| file.text.len()).sum();
    let ratio = size as f64 / schema.len() as f64;
    assert!(ratio <= 12.0, "{ratio} bytes for each byte of the schema");
}

/// A struct with twenty fields of ten kinds.
fn large_struct(number: usize) -> String {
    let mut text = format!("\n/// The record {number} of the schema.\nstruct Record{number} {{\n");
    let inner = match number {
        0 => "string".to_owned(),
        _ => format!("Record{}", number - 1),
    };
    let kinds = [
        "i32",
        "i64",
        "string",
        "f64",
        "bool",
        "list<string>",
        "map<string, i64>",
        &inner,
        "u32",
        "bytes",
    ];
    for id in 1..=20 {
        let kind = kinds[id % kinds.len()];
        text.push_str(&format!("    {id}: {kind} field_number_{id};\n"));
    }
    text + "}\n"
}

/// The cases in a folder, by name.
fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(TESTS).join(folder);
    let mut paths = entries(&folder);
    paths.retain(|path| path.is_file() || path.join("main.idl").exists());
    let cases: Vec<_> = paths
        .iter()
        .filter_map(|path| case(&folder, path))
        .collect();
    assert!(!cases.is_empty(), "no case in {}", folder.display());
    cases
}

fn rust(case: &Case, format: Format) -> Generated {
    let backend = Rust {
        format,
        ..Rust::default()
    };
    of_case(case, &backend)
}

/// The code generated for a case. In cases named `lent`, handlers borrow their requests.
fn of_case(case: &Case, backend: &dyn Backend) -> Generated {
    let mut additions = Additions::default();
    if case.name == "lent" {
        additions.lend("cases.**.Desk");
    }
    generated(&case.files, &case.main, &additions, backend)
}

fn generated(
    files: &MemoryLoader,
    main: &str,
    additions: &Additions,
    backend: &dyn Backend,
) -> Generated {
    let mut checked = sinew_compiler::check(files, &[main.to_owned()]).expect("the file is there");
    let schema = checked.schema.as_mut().expect("the case has no errors");
    additions
        .apply(schema)
        .expect("the case has what they are for");
    sinew_compiler::generate(checked, backend).expect("the case has no errors")
}

/// The code of all files as Rust tokens, regardless of layout and trailing commas.
fn meant(generated: &Generated) -> Vec<String> {
    let lay = |text: &str| prettyplease::unparse(&syn::parse_file(text).expect("it is Rust"));
    let files = generated.files.iter();
    files
        .map(|file| lay(&file.text).replace([' ', '\n', ','], ""))
        .collect()
}
