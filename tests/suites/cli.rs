//! The command `sinew`: its output and exit codes.
//!
//! A case is a folder `tests/cli/<command>/<case>` with the arguments in `args`, and `stdin` if
//! there is one. The command runs in a copy of the folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sinew_tests::cases::{Case, TESTS, cases, copy, files_below, relative};
use sinew_tests::snapshot::assert_snapshots;

#[test]
fn the_command_does_what_its_snapshots_say() {
    assert_snapshots(&cases("cli"), run);
}

/// Scripts rely on exit code 1 for mistakes, and 0 otherwise.
#[test]
fn each_mistake_fails_the_command() {
    let table = fs::read_to_string(Path::new(TESTS).join("mistakes.txt"));
    let table = table.expect("the table is there");
    let lines: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(lines.len(), 20);
    for line in lines {
        let mut columns = line.split(" |").map(str::trim).skip(1);
        let path = columns.next().expect("a line names a case");
        let path = match Path::new(TESTS).join(path).is_dir() {
            true => format!("{path}/main.idl"),
            false => format!("{path}.idl"),
        };
        let found = columns.next().expect("a line says what is found");
        let output = Command::new(env!("CARGO_BIN_EXE_sinew"))
            .args(["check", &path])
            .current_dir(TESTS)
            .output()
            .expect("the command can be run");
        let expected = i32::from(!found.is_empty());
        assert_eq!(output.status.code(), Some(expected), "{line}");
        assert_eq!(output.stderr.is_empty(), found.is_empty(), "{line}");
    }
}

/// The command offers every option of build scripts.
#[test]
fn options_of_generated_rust_are_those_of_build_scripts() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("options");
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    let order = "struct Order { 1: string name; 2: bytes picture; }";
    let shop = format!("namespace shop; {order} service Shop {{ void place(1: Order order); }}");
    fs::write(folder.join("shop.idl"), shop).expect("it can be written");
    for (options, there, missing) in [
        ("", "ShopClient ShopServer", "ShopMock OrderView SharedStr"),
        ("--mocks --no-client", "ShopMock ShopServer", "ShopClient"),
        ("--sources", "SOURCES", ""),
        ("--views --no-server", "OrderView ShopClient", "ShopServer"),
        (
            "--shared-strings --shared-bytes",
            "SharedStr sinew::Bytes",
            "Vec<u8>",
        ),
        (
            "--derive shop.*=serde::Serialize --attribute shop.Order.name=serde(default)",
            "serde::Serialize #[serde(default)]",
            "",
        ),
        (
            "--extern-type shop.Order.name=crate::Name --lend shop.Shop",
            "crate::Name OrderView",
            "",
        ),
        ("--extern-namespace shop=::base::shop", "", "ShopClient"),
    ] {
        _ = fs::remove_dir_all(folder.join("out"));
        let status = Command::new(env!("CARGO_BIN_EXE_sinew"))
            .args(["gen", "--lang", "rust", "--out", "out", "shop.idl"])
            .args(options.split_whitespace())
            .current_dir(&folder)
            .status()
            .expect("the command can be run");
        assert!(status.success(), "{options}");
        let code: String = files_below(&folder.join("out"))
            .iter()
            .map(|file| fs::read_to_string(file).expect("it was written"))
            .collect();
        for name in there.split_whitespace() {
            assert!(code.contains(name), "{options}: {name}");
        }
        for name in missing.split_whitespace() {
            assert!(!code.contains(name), "{options}: {name}");
        }
    }
}

/// Unreadable files are reported, and do not keep others from being checked.
#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_does_not_end_the_command() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dangling");
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    fs::write(
        folder.join("a.idl"),
        "namespace a;\nstruct A { 1: i32 x }\n",
    )
    .expect("it can be written");
    std::os::unix::fs::symlink("nowhere.idl", folder.join("0.idl")).expect("a link can be made");
    for (args, also) in [
        ("check .", "a.idl:2:20: error[E0102]"),
        ("fmt --check .", "a.idl:2:20: error[E0102]"),
        ("fix .", "1 fix applied in 1 file"),
        ("fmt .", ""),
        ("check .", ""),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_sinew"))
            .args(args.split(' '))
            .args(["--message-format", "short"])
            .current_dir(&folder)
            .output()
            .expect("the command can be run");
        let stderr = text(&output.stderr);
        let why = "cannot read `0.idl`: there is no such file or folder";
        assert!(
            stderr.contains(why) && stderr.contains(also),
            "{args}: {stderr}"
        );
        assert_eq!(output.status.code(), Some(3), "{args}: {stderr}");
    }
    let mended = fs::read_to_string(folder.join("a.idl")).expect("it is there");
    assert_eq!(mended, "namespace a;\n\nstruct A {\n    1: i32 x;\n}\n");
}

/// The files of a git revision, imports included, are reported with its name.
#[test]
fn a_git_revision_is_another_version() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("revision");
    _ = fs::remove_dir_all(&folder);
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    };
    write(
        "idl/shop.idl",
        "namespace shop;\n\nimport \"money.idl\" { Money };\n\nstruct Order {\n    1: Money price;\n}\n",
    );
    write(
        "idl/money.idl",
        "namespace money;\n\nstruct Money {\n    1: i64 cents;\n}\n",
    );
    for args in [
        "init --quiet",
        "add .",
        "-c user.name=test -c user.email=test@localhost -c commit.gpgsign=false commit --quiet -m first",
    ] {
        let git = Command::new("git")
            .args(args.split(' '))
            .current_dir(&folder)
            .status();
        assert!(git.expect("there is git").success(), "{args}");
    }
    write(
        "idl/money.idl",
        "namespace money;\n\nstruct Money {\n    1: i64 cents;\n    2: string currency;\n}\n",
    );
    let run = |below: &str, args: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinew"));
        command
            .arg("breaking")
            .args(args.split(' '))
            .current_dir(folder.join(below));
        command
    };
    for (below, args, code, said) in [
        ("", "--against HEAD idl", 1, "HEAD:idl/money.idl:3:8"),
        ("", "--against HEAD idl", 1, "error[B003]"),
        (
            "idl",
            "--against HEAD shop.idl",
            1,
            "HEAD:idl/money.idl:3:8",
        ),
        ("", "--against HEAD --direction forward idl", 0, ""),
        (
            "",
            "--against nothing idl",
            3,
            "neither a file or folder nor a git revision",
        ),
        ("", "--against --upload-pack=x idl", 2, "--against"),
        (
            "",
            "--against HEAD -",
            3,
            "the standard input has no revisions",
        ),
    ] {
        let output = run(below, args).output().expect("the command can be run");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{args}: {stderr}");
        assert!(stderr.contains(said), "{args}: {stderr}");
    }
    let all = format!("file://{}", folder.display());
    let shallow = folder.join("shallow");
    let cloned = Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", &all])
        .arg(&shallow)
        .status();
    assert!(cloned.expect("there is git").success());
    let output = run("shallow", "--against HEAD~1 idl").output();
    let stderr = text(&output.expect("the command can be run").stderr);
    assert!(
        stderr.contains("which is shallow: `git fetch --unshallow --tags` brings"),
        "{stderr}"
    );
    let without_git = run("", "--against HEAD idl").env("PATH", "").output();
    let without_git = without_git.expect("the command can be run");
    assert_eq!(without_git.status.code(), Some(3));
    assert!(text(&without_git.stderr).contains("cannot run `git`"));
}

/// A limit on file sizes stands for a full disk.
#[cfg(unix)]
#[test]
fn no_half_of_a_file_is_left_where_the_disk_is_full() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("full");
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    let letters = (b'A'..=b'Z').map(char::from);
    let pairs = letters.flat_map(|a| ['A', 'B', 'C'].map(|b| format!("{a}{b}")));
    let values = pairs.enumerate().map(|(i, name)| format!("{name}={i},"));
    let idl = format!("namespace a;enum E{{{}}}", values.collect::<String>());
    // A block has 512 or 1,024 bytes, and more than two are written.
    assert!(idl.len() < 512);
    fs::write(folder.join("a.idl"), &idl).expect("it can be written");
    for (command, error) in [
        ("gen --lang rust --out . a.idl", "cannot write `./a.rs`"),
        ("fmt a.idl", "cannot write `a.idl`"),
    ] {
        let output = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$@\"", "sh"])
            .arg(env!("CARGO_BIN_EXE_sinew"))
            .args(command.split(' '))
            .current_dir(&folder)
            .output()
            .expect("there is a shell");
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{command}: {stderr}");
        assert!(stderr.contains(error), "{command}: {stderr}");
        assert_eq!(files_below(&folder), [folder.join("a.idl")], "{command}");
        let now = fs::read_to_string(folder.join("a.idl"));
        assert_eq!(now.expect("it is there"), idl, "{command}");
    }
}

#[test]
fn colours_are_left_out_where_nobody_wants_them() {
    for (unwanted, is_coloured) in [("", true), ("0", false), ("1", false)] {
        let output = Command::new(env!("CARGO_BIN_EXE_sinew"))
            .args(["explain", "E9999"])
            .env("CLICOLOR_FORCE", "1")
            .env("NO_COLOR", unwanted)
            .output()
            .expect("the command can be run");
        let stderr = text(&output.stderr);
        assert_eq!(stderr.contains('␛'), is_coloured, "{unwanted}: {stderr}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_said() {
    let full = File::options().write(true).open("/dev/full");
    let output = Command::new(env!("CARGO_BIN_EXE_sinew"))
        .args(["explain", "--list"])
        .stdout(full.expect("Linux has it"))
        .output()
        .expect("the command can be run");
    let stderr = text(&output.stderr);
    assert_eq!(stderr, "error: cannot write `<stdout>`: the disk is full\n");
    assert_eq!(output.status.code(), Some(3));
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

/// The names of the files that the command has created.
fn written(before: &Path, after: &Path) -> String {
    let files = files_below(after);
    let names = files.iter().map(|path| relative(after, path));
    let new = names.filter(|name| !before.join(name).exists());
    let lines: String = new.map(|name| format!("{name}\n")).collect();
    let lines = match lines.as_str() {
        "" => lines,
        lines => format!("-- written --\n{lines}"),
    };
    lines + &changed(before, &files, after)
}

/// The files that the command has changed.
fn changed(before: &Path, files: &[PathBuf], after: &Path) -> String {
    let change = |path: &PathBuf| {
        let name = relative(after, path);
        let old = fs::read(before.join(&name)).ok()?;
        let new = fs::read(path).expect("the temporary folder can be read");
        (old != new).then(|| format!("-- changed: {name} --\n{}", text(&new)))
    };
    files.iter().filter_map(change).collect()
}
