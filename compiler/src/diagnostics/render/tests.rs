use super::*;
use crate::diagnostics::{Code, Diagnostic, Edit, Fix};
use crate::source::Span;

fn source(text: &str) -> (SourceMap, FileId) {
    let mut sources = SourceMap::new();
    let id = sources.add("idl/shop.idl", text);
    (sources, id)
}

fn span_of(sources: &SourceMap, file: FileId, needle: &str) -> Span {
    let start = sources.file(file).text.find(needle).expect("it is there");
    Span::new(file, start, start + needle.len())
}

fn unknown_type() -> (SourceMap, Diagnostic) {
    let (sources, file) =
        source("namespace shop;\n\nstruct A {\n    1: Usr buyer;\n}\nstruct User {}\n");
    let here = span_of(&sources, file, "Usr");
    let there = span_of(&sources, file, "User");
    let diagnostic = Diagnostic::new(
        Code::UnknownType,
        here,
        "cannot find type `Usr`",
        "not found",
    )
    .with_label(there, "something like it is declared here")
    .with_note("names are case-sensitive")
    .with_fix("write `User`", here, "User");
    (sources, diagnostic)
}

fn shown(sources: &SourceMap, diagnostics: &[Diagnostic], format: Format) -> String {
    let options = Options {
        format,
        ..Options::default()
    };
    render(sources, diagnostics, &options)
}

#[test]
fn people_see_every_label_note_and_edit() {
    let (sources, diagnostic) = unknown_type();
    let text = shown(&sources, &[diagnostic], Format::Human);
    assert_eq!(
        text,
        "\
error[E0201]: cannot find type `Usr`
  ┌─ idl/shop.idl:4:8
  │
4 │     1: Usr buyer;
  │        ^^^ not found
5 │ }
6 │ struct User {}
  │        ---- something like it is declared here
  │
  = note: names are case-sensitive
  = help: write `User`
          4 │     1: User buyer;

error: 1 error in 1 file
"
    );
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let (sources, diagnostic) = unknown_type();
    let options = Options {
        ascii: true,
        ..Options::default()
    };
    let text = render(&sources, &[diagnostic], &options);
    assert!(text.is_ascii(), "{text}");
    assert!(
        text.contains("4 |     1: Usr buyer;\n  |        ^^^ not found"),
        "{text}"
    );
    assert!(text.contains("          4 |     1: User buyer;"), "{text}");
}

#[test]
fn source_text_stays_as_it_is_without_unicode() {
    let mut sources = SourceMap::new();
    let line = format!("const string A = \"│…\" {};", "+ A ".repeat(80));
    let file = sources.add("a.idl", format!("{line}\n"));
    let place = Span::new(file, 17, 25);
    let found = Diagnostic::new(Code::UnknownType, place, "`A` → `A` → …", "wrong").with_fix(
        "write `…`",
        place,
        "\"│\"",
    );
    let options = Options {
        ascii: true,
        ..Options::default()
    };
    let text = render(&sources, &[found], &options);
    for part in [
        "`A` -> `A` -> ...\n",
        "1 | const string A = \"│…\" + A",
        "= help: write `...`\n          1 | const string A = \"│\" + A",
        "A + A~\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn editors_get_one_line() {
    let (sources, diagnostic) = unknown_type();
    assert_eq!(
        shown(&sources, &[diagnostic], Format::Short),
        "idl/shop.idl:4:8: error[E0201]: cannot find type `Usr`\n"
    );
}

#[test]
fn programs_get_every_place() {
    let (sources, diagnostic) = unknown_type();
    let text = shown(&sources, &[diagnostic], Format::Json);
    assert_eq!(text.lines().count(), 1);
    let object: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(object["severity"], "error");
    assert_eq!(object["code"], "E0201");
    assert_eq!(object["spans"][0]["file"], "idl/shop.idl");
    assert_eq!(object["spans"][0]["primary"], true);
    assert_eq!(object["spans"][0]["line_start"], 4);
    assert_eq!(object["spans"][0]["column_start"], 8);
    assert_eq!(object["spans"][0]["line_end"], 4);
    assert_eq!(object["spans"][0]["column_end"], 11);
    assert_eq!(object["spans"][0]["byte_start"], 35);
    assert_eq!(object["spans"][0]["byte_end"], 38);
    assert_eq!(object["spans"][0]["label"], "not found");
    assert_eq!(object["spans"][1]["primary"], false);
    assert_eq!(object["notes"][0], "names are case-sensitive");
    assert_eq!(object["fixes"][0]["edits"][0]["replacement"], "User");
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("{} WRONG {}", "é".repeat(5000), "x".repeat(5000));
    let (sources, file) = source(&text);
    let span = span_of(&sources, file, "WRONG");
    let diagnostic = Diagnostic::new(Code::UnknownType, span, "no", "here");
    let text = shown(&sources, &[diagnostic], Format::Human);
    assert!(text.contains("idl/shop.idl:1:5002"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() < 220),
        "{text}"
    );
    let lines: Vec<&str> = text.lines().collect();
    let column = |line: &str, c| line.chars().position(|x| x == c).expect("it is there");
    assert_eq!(column(lines[3], 'W'), column(lines[4], '^'), "{text}");
}

#[test]
fn what_hides_or_reorders_text_is_escaped() {
    let (sources, file) = source("a\u{202E}b\u{7}\r\nWRONG\u{7F}");
    let span = span_of(&sources, file, "b");
    let diagnostic = Diagnostic::new(
        Code::UnknownType,
        span,
        "no \u{1b}[31m\u{7F}",
        "x\u{200B}y\u{9B}",
    );
    let formats = [
        Format::Human,
        Format::Short,
        Format::Json,
        Format::Github,
        Format::Sarif,
    ];
    for format in formats {
        let text = shown(&sources, std::slice::from_ref(&diagnostic), format);
        let hidden = |c: char| c.is_control() && c != '\n' || c == '\u{200B}';
        assert!(!text.contains(hidden), "{text:?}");
    }
    let text = shown(&sources, &[diagnostic], Format::Human);
    assert!(text.contains("1 │ a\\u{202e}b\\u{7}\n"), "{text}");
    assert!(text.contains("^ x\\u{200b}y\\u{9b}"), "{text}");
}

#[test]
fn a_span_of_several_lines_is_shown_where_it_begins() {
    let (sources, file) = source("/* one\ntwo\nthree");
    let span = Span::new(file, 0, 16);
    let diagnostic = Diagnostic::new(Code::UnknownType, span, "no", "opened here");
    let text = shown(&sources, &[diagnostic], Format::Human);
    assert!(
        text.contains("1 │ /* one\n  │ ^^^^^^ opened here\n"),
        "{text}"
    );
    assert!(!text.contains("two"), "{text}");
}

#[test]
fn the_end_of_a_file_can_be_shown() {
    for text in ["", "a\n", "a"] {
        let (sources, file) = source(text);
        let span = Span::new(file, text.len(), text.len());
        let diagnostic = Diagnostic::new(Code::UnknownType, span, "no", "here");
        let text = shown(&sources, &[diagnostic], Format::Human);
        assert!(text.contains("^ here"), "{text}");
    }
}

#[test]
fn edits_of_several_lines_are_shown_together() {
    let (sources, file) = source("one two\nthree\n");
    let edit = |needle: &str, replacement: &str| Edit {
        span: span_of(&sources, file, needle),
        replacement: replacement.to_owned(),
    };
    let mut diagnostic =
        Diagnostic::new(Code::UnknownType, span_of(&sources, file, "two"), "no", "");
    diagnostic.fixes.push(Fix {
        message: "count in digits".to_owned(),
        edits: vec![edit("three", "3"), edit("one", "1"), edit("two", "2")],
    });
    let text = shown(&sources, &[diagnostic], Format::Human);
    let expected = "  = help: count in digits\n          1 │ 1 2\n          2 │ 3\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_is_beyond_the_limit_is_counted() {
    let (sources, file) = source("abcdef");
    let error = |at| Diagnostic::new(Code::UnknownType, Span::new(file, at, at + 1), "no", "");
    let errors: Vec<_> = (0..5).map(error).collect();
    let mut options = Options {
        format: Format::Short,
        max_errors: 2,
        ..Options::default()
    };
    let text = render(&sources, &errors, &options);
    assert_eq!(text.lines().count(), 3);
    assert!(
        text.ends_with("note: 3 more in `idl/shop.idl`; `--max-errors 0` shows all\n"),
        "{text}"
    );
    options.max_errors = 0;
    assert_eq!(render(&sources, &errors, &options).lines().count(), 5);
    options.max_errors = 2;
    options.format = Format::Human;
    assert!(render(&sources, &errors, &options).ends_with("error: 5 errors in 1 file\n"));
}

#[test]
fn colour_is_only_used_when_asked_for() {
    let (sources, diagnostic) = unknown_type();
    let mut options = Options::default();
    assert!(!render(&sources, std::slice::from_ref(&diagnostic), &options).contains('\u{1b}'));
    options.color = true;
    assert!(render(&sources, &[diagnostic], &options).contains('\u{1b}'));
}

#[test]
fn nothing_to_say_is_empty() {
    let (sources, _) = source("");
    assert_eq!(shown(&sources, &[], Format::Human), "");
}

#[test]
fn workflow_commands_are_escaped() {
    let mut sources = SourceMap::new();
    let file = sources.add("a,b:100%.idl", "one two\nthree");
    let diagnostic = Diagnostic::new(Code::UnknownType, Span::new(file, 4, 7), "100%, no", "")
        .with_help("first: this\nthen that");
    let lines = Diagnostic::new(Code::UnusedImport, Span::new(file, 4, 9), "no", "here");
    assert_eq!(
        shown(&sources, &[diagnostic, lines], Format::Github),
        "::error file=a%2Cb%3A100%25.idl,line=1,endLine=1,col=5,endColumn=8,title=E0201\
         ::100%25, no%0Ahelp: first: this%0Athen that\n\
         ::warning file=a%2Cb%3A100%25.idl,line=1,endLine=2,title=W0901::no (here)\n"
    );
}

#[test]
fn a_sarif_document_has_rules_places_and_fixes() {
    let (sources, diagnostic) = unknown_type();
    let text = shown(&sources, &[diagnostic], Format::Sarif);
    let document: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "sinew");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "E0201");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "E0201");
    assert_eq!(result["level"], "error");
    let text = "cannot find type `Usr`\nnote: names are case-sensitive";
    assert_eq!(result["message"]["text"], text);
    let region = serde_json::json!({
        "startLine": 4, "startColumn": 8, "endLine": 4, "endColumn": 11,
    });
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "idl/shop.idl");
    assert_eq!(place["region"], region);
    assert_eq!(result["locations"][0]["message"]["text"], "not found");
    let related = &result["relatedLocations"][0];
    assert_eq!(related["physicalLocation"]["region"]["startLine"], 6);
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "idl/shop.idl");
    assert_eq!(change["replacements"][0]["deletedRegion"], region);
    assert_eq!(change["replacements"][0]["insertedContent"]["text"], "User");
}

#[test]
fn a_sarif_document_is_written_once_and_always() {
    let mut sources = SourceMap::new();
    let file = sources.add("/a b/é:.idl", "x");
    let mut report = Report::new(Options {
        format: Format::Sarif,
        ..Options::default()
    });
    let diagnostic = Diagnostic::new(Code::UnknownType, Span::new(file, 0, 1), "no", "");
    report.diagnostics(&sources, std::slice::from_ref(&diagnostic));
    report.diagnostics(&sources, &[diagnostic]);
    report.failure("the disk is full");
    assert_eq!(report.take(), "");
    let document: serde_json::Value = serde_json::from_str(&report.finish()).expect("it is JSON");
    let run = &document["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(2));
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "file:///a%20b/%C3%A9%3A.idl"
    );
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let said = &invocation["toolExecutionNotifications"][0];
    assert_eq!(said["message"]["text"], "the disk is full");

    let nothing = shown(&sources, &[], Format::Sarif);
    let document: serde_json::Value = serde_json::from_str(&nothing).expect("it is JSON");
    assert_eq!(document["runs"][0]["results"], serde_json::json!([]));
}
