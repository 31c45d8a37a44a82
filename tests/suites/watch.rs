//! `sinew check --watch`: its output after each change, without depending on timing.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

/// A watched folder.
struct Watch {
    folder: PathBuf,
    process: Child,
    lines: Lines<BufReader<ChildStderr>>,
}

impl Watch {
    fn begin(name: &str, files: &[(&str, &str)], args: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("watch")
            .join(name);
        _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (file, text) in files {
            fs::write(folder.join(file), text).expect("a file can be written");
        }
        let mut process = Command::new(env!("CARGO_BIN_EXE_sinew"))
            .args(["check", "--watch", "--message-format", "short"])
            .args(args)
            .current_dir(&folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command can be run");
        let lines = process.stderr.take().expect("it is piped");
        Self {
            folder,
            process,
            lines: BufReader::new(lines).lines(),
        }
    }

    /// The report of one check.
    fn report(&mut self) -> Vec<String> {
        let lines = self.lines.by_ref();
        let mut report = Vec::new();
        for line in lines {
            let line = line.expect("it is text");
            let is_last = line.contains("waiting for changes");
            report.push(line);
            if is_last {
                return report;
            }
        }
        panic!("the command ended: {report:?}");
    }

    /// Writes a file atomically, because half of it would be checked too.
    fn write(&self, file: &str, text: &str) {
        let beside = self.folder.join("beside");
        fs::write(&beside, text).expect("a file can be written");
        fs::rename(&beside, self.folder.join(file)).expect("a file can be moved");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn has(report: &[String], text: &str) -> bool {
    report.iter().any(|line| line.contains(text))
}

const GOOD: &str = "namespace shop;\n\nstruct Order {\n    1: u32 number;\n}\n";

#[test]
fn a_file_that_changes_is_checked_again() {
    let mut watch = Watch::begin("file", &[("shop.idl", GOOD)], &["shop.idl"]);
    let clean = watch.report();
    assert_eq!(clean.len(), 1, "{clean:?}");
    assert!(clean[0].contains("1 file checked"), "{clean:?}");
    watch.write("shop.idl", &GOOD.replace("u32", "Number"));
    let wrong = watch.report();
    assert!(has(&wrong, "error[E0201]"), "{wrong:?}");
    watch.write("shop.idl", GOOD);
    assert_eq!(watch.report(), clean);
}

#[test]
fn a_folder_and_what_it_imports_are_watched() {
    let importing = "namespace shop.all;\n\nimport \"shop.idl\" { Order };\n\nstruct All {\n    1: list<Order> orders;\n}\n";
    let mut watch = Watch::begin("folder", &[("all.idl", importing)], &["."]);
    let missing = watch.report();
    assert!(has(&missing, "error["), "{missing:?}");
    // A missing file that was looked for, and is added to the folder.
    watch.write("shop.idl", GOOD);
    let found = watch.report();
    assert!(
        has(&found, "2 files checked") && !has(&found, "error["),
        "{found:?}"
    );
    fs::remove_file(watch.folder.join("shop.idl")).expect("it is there");
    assert!(has(&watch.report(), "error["));
}

#[test]
fn a_project_that_is_wrong_is_waited_for() {
    let toml = "roots = [\".\"]\n";
    let files = [("sinew.toml", toml), ("shop.idl", GOOD)];
    let mut watch = Watch::begin("project", &files, &[]);
    let clean = watch.report();
    watch.write("sinew.toml", "roots = \"");
    let wrong = watch.report();
    assert!(has(&wrong, "sinew.toml"), "{wrong:?}");
    watch.write("sinew.toml", toml);
    assert_eq!(watch.report(), clean);
}

#[test]
fn what_is_wrong_when_it_begins_is_waited_for() {
    let wrong = [("sinew.toml", "roots = \""), ("shop.idl", GOOD)];
    let mut watch = Watch::begin("wrong", &wrong, &[]);
    let report = watch.report();
    assert!(has(&report, "sinew.toml"), "{report:?}");
    watch.write("sinew.toml", "roots = [\".\"]\n");
    assert!(has(&watch.report(), "1 file checked"));

    let mut watch = Watch::begin("nothing", &[], &["shop.idl"]);
    let report = watch.report();
    assert!(has(&report, "shop.idl"), "{report:?}");
    watch.write("shop.idl", GOOD);
    assert!(has(&watch.report(), "1 file checked"));
}
