//! The command `sinew`: what it prints, where, and how it exits.
//!
//! A case is a folder `tests/cli/<command>/<case>` with the arguments in `args`, and `stdin` if
//! there is one. The command runs in a copy of the folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sinew_tests::cases::{Case, cases, entries, relative};
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn the_command_does_what_its_snapshots_say() {
    assert_snapshots(&cases("cli"), run);
}

fn run(case: &Case) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&case.name);
    _ = fs::remove_dir_all(&folder);
    copy(&case.path, &folder);
    let args = fs::read_to_string(folder.join("args")).expect("a case has arguments");
    let stdin = match File::open(folder.join("stdin")) {
        Ok(file) => Stdio::from(file),
        Err(_) => Stdio::null(),
    };
    let output = Command::new(env!("CARGO_BIN_EXE_sinew"))
        .args(args.split_whitespace())
        .current_dir(&folder)
        .stdin(stdin)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the command can be run");
    let code = output.status.code().expect("it is not killed");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    let written = written(&case.path, &folder);
    format!("$ sinew {args}exit: {code}\n-- stdout --\n{stdout}-- stderr --\n{stderr}{written}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\u{1b}', "␛")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the temporary folder can be written");
    for path in entries(from) {
        let to = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("the temporary folder can be written");
        }
    }
}

/// The names of the files that the command wrote.
fn written(before: &Path, after: &Path) -> String {
    let mut files = Vec::new();
    collect(after, &mut files);
    let names = files.iter().map(|path| relative(after, path));
    let new = names.filter(|name| !before.join(name).exists());
    let lines: String = new.map(|name| format!("{name}\n")).collect();
    let lines = match lines.as_str() {
        "" => lines,
        lines => format!("-- written --\n{lines}"),
    };
    lines + &changed(before, &files, after)
}

/// The files that were there and are not as they were.
fn changed(before: &Path, files: &[PathBuf], after: &Path) -> String {
    let change = |path: &PathBuf| {
        let name = relative(after, path);
        let old = fs::read(before.join(&name)).ok()?;
        let new = fs::read(path).expect("the temporary folder can be read");
        (old != new).then(|| format!("-- changed: {name} --\n{}", text(&new)))
    };
    files.iter().filter_map(change).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
