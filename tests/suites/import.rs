//! `sinew import`: what it writes for each file in `tests/import`, and what it says.
//!
//! A case is a `.proto` file with the `.idl` file and the report beside it. That the code for it compiles is tested with all other
//! schemas, in `compiles`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sinew_tests::cases::{Case, TESTS, copy, entries, files_below, relative, repository};
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn each_file_becomes_what_lies_beside_it() {
    let folder = fresh("import");
    let mut different = Vec::new();
    for case in cases() {
        let out = folder.join("out").join(&case.name);
        import(&folder, &case, &out);
        for path in files_below(&out) {
            let wanted = Path::new(TESTS).join("import").join(relative(&out, &path));
            let text = read(&path);
            if env::var("INSTA_UPDATE").is_ok_and(|it| it == "always") {
                let folder = wanted.parent().expect("a file lies in a folder");
                fs::create_dir_all(folder).expect("it can be made");
                fs::write(&wanted, &text).expect("it can be written");
            }
            if fs::read_to_string(&wanted).ok() != Some(text) {
                different.push(wanted);
            }
        }
    }
    assert!(different.is_empty(), "other text: {different:#?}");
}

#[test]
fn each_report_is_that_beside_the_file() {
    let folder = fresh("import_reports");
    assert_snapshots(&cases(), |case| {
        let output = import(&folder, case, &folder.join("out").join(&case.name));
        let code = output.status.code().expect("it is not killed");
        format!("exit: {code}\n{}", text(&output.stderr))
    });
}

#[test]
fn what_is_written_is_accepted_and_in_the_one_style() {
    let folder = fresh("import_checks");
    for case in cases() {
        let out = folder.join("out").join(&case.name);
        import(&folder, &case, &out);
        for command in ["check", "fmt --check"] {
            let output = sinew()
                .args(command.split(' '))
                .args(["--message-format", "short"])
                .arg(&out)
                .output()
                .expect("the command can be run");
            let said = text(&output.stderr) + &text(&output.stdout);
            // What is deprecated is used where it was, and a prefix stays where two names would be the same without it.
            let is_known = |line: &&str| line.contains("[W0907]") || line.contains("[W0906]");
            let others: Vec<&str> = said.lines().filter(|line| !is_known(line)).collect();
            assert!(others.is_empty(), "{}: {others:#?}", case.name);
            assert!(output.status.success(), "{}", case.name);
        }
    }
}

#[test]
fn no_comment_is_lost() {
    let folder = fresh("import_comments");
    for case in cases() {
        let out = folder.join("out").join(&case.name);
        import(&folder, &case, &out);
        let main = read(&out.join(format!("{}.idl", case.name)));
        for line in read(&case.path).lines() {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            let words = comment.trim_matches(['/', ' ']);
            assert!(main.contains(words), "{}: {words}", case.name);
        }
    }
}

#[test]
fn the_page_shows_what_is_written() {
    let page = read(&repository().join("docs/src/importing.md"));
    let block = |begin: &str| {
        let (_, rest) = page.split_once(begin).expect("the page has the block");
        rest.split("```").next().unwrap_or_default().to_owned()
    };
    let folder = fresh("import_page");
    let before = "syntax = \"proto3\";\n";
    fs::write(
        folder.join("page.proto"),
        format!("{before}{}", block(before)),
    )
    .expect("it can be written");
    let status = sinew()
        .args(["import", "page.proto", "--out", "page"])
        .current_dir(&folder)
        .status();
    assert!(status.expect("the command can be run").success());
    assert_eq!(read(&folder.join("page/page.idl")), block("```idl\n"));
}

/// Whatever a file is cut to, it is refused or imported.
#[test]
fn a_file_that_ends_anywhere_is_no_bug() {
    let folder = fresh("import_parts");
    for name in ["comments", "proto2", "library"] {
        let text = read(&folder.join(format!("{name}.proto")));
        let places = text.char_indices().step_by(67);
        for (at, _) in places {
            fs::write(folder.join("part.proto"), &text[..at]).expect("it can be written");
            let output = sinew()
                .args(["import", "part.proto", "--out", "out", "--force"])
                .current_dir(&folder)
                .output()
                .expect("the command can be run");
            let code = output.status.code();
            assert!(matches!(code, Some(0 | 1)), "{name} up to {at}: {code:?}");
        }
    }
}

/// The files that lie directly in the folder; the others are imported.
fn cases() -> Vec<Case> {
    let folder = Path::new(TESTS).join("import");
    let paths = entries(&folder).into_iter();
    let protos = paths.filter(|path| path.extension().is_some_and(|it| it == "proto"));
    let case = |path: PathBuf| Case {
        name: relative(&folder, &path.with_extension("")),
        path,
        main: String::new(),
        files: Default::default(),
    };
    protos.map(case).collect()
}

/// A copy of all cases.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    _ = fs::remove_dir_all(&folder);
    copy(&Path::new(TESTS).join("import"), &folder);
    folder
}

fn import(folder: &Path, case: &Case, out: &Path) -> Output {
    let output = sinew()
        .args(["import", "--message-format", "short", "--out"])
        .arg(relative(folder, out))
        .arg(format!("{}.proto", case.name))
        .current_dir(folder)
        .output();
    output.expect("the command can be run")
}

fn sinew() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sinew"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
