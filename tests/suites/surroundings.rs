//! The output of `sinew` does not depend on the environment: folder, user, locale, time zone, order of arguments,
//! spelling of paths, or age of files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use sinew_tests::cases::{copy, files_below, relative, repository};

const PRODUCTS: [&[&str]; 3] = [
    &["--lang", "rust", "--format", "pretty"],
    &["--lang", "rust", "--format", "plain"],
    &["--lang", "json"],
];

/// An environment.
struct Surroundings {
    folder: PathBuf,
    home: &'static str,
    language: &'static str,
    time_zone: &'static str,
}

#[test]
fn what_is_generated_depends_on_the_files_alone() {
    let (here, there) = two_places("generated", "tests/stranger/idl");
    let absolute = here.folder.join("idl").to_string_lossy().into_owned();
    let inside = Surroundings {
        folder: here.folder.join("idl"),
        ..there
    };
    let runs: [(&Surroundings, &[&str]); 8] = [
        (&here, &["idl"]),
        (&there, &["idl"]),
        (&here, &["idl/notes.idl", "idl/people.idl"]),
        (&there, &["./idl/people.idl", "idl/notes.idl", "idl"]),
        (&there, &[&absolute]),
        (&inside, &["."]),
        (&inside, &["../idl/people.idl", "notes.idl"]),
        (&inside, &["people.idl", "../../here/idl"]),
    ];
    for product in PRODUCTS {
        let first = generated(&here, product, &["idl"]);
        assert!(!first.is_empty());
        for (surroundings, paths) in runs {
            let found = generated(surroundings, product, paths);
            assert!(found == first, "{product:?} {paths:?}");
        }
    }
}

#[test]
fn a_report_depends_on_the_files_and_their_names_alone() {
    let (here, there) = two_places("reported", "tests/ui/single");
    let files = files_below(&here.folder);
    let mut paths: Vec<String> = files.iter().map(|f| relative(&here.folder, f)).collect();
    paths.retain(|path| path.ends_with(".idl"));
    for form in ["human", "short", "json", "github", "sarif"] {
        let first = report(&here, form, &paths);
        assert_eq!(first.status.code(), Some(1));
        for turn in [0, 1, paths.len() / 2] {
            let mut paths = paths.clone();
            paths.rotate_left(turn);
            paths.reverse();
            for surroundings in [&here, &there] {
                assert_eq!(report(surroundings, form, &paths), first, "{form} {turn}");
            }
        }
    }
}

/// Two copies of a folder as `idl`. The second one has old files and a path that is not ASCII.
fn two_places(name: &str, folder: &str) -> (Surroundings, Surroundings) {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("surroundings")
        .join(name);
    _ = fs::remove_dir_all(&base);
    let (here, there) = (base.join("here"), base.join("dört bir yan/there"));
    for place in [&here, &there] {
        copy(&repository().join(folder), &place.join("idl"));
    }
    for path in files_below(&there) {
        let file = File::options().write(true).open(path);
        let file = file.expect("the temporary folder can be written");
        file.set_modified(SystemTime::UNIX_EPOCH)
            .expect("its time can be set");
    }
    let here = Surroundings {
        folder: here,
        home: "/",
        language: "C",
        time_zone: "UTC",
    };
    let there = Surroundings {
        folder: there,
        home: "/nowhere",
        language: "tr_TR.UTF-8",
        time_zone: "Asia/Kathmandu",
    };
    (here, there)
}

/// The files that the command writes, by name.
fn generated(here: &Surroundings, product: &[&str], paths: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("surroundings/out");
    _ = fs::remove_dir_all(&out);
    let output = command(here)
        .args(["gen", "--out"])
        .arg(&out)
        .args(product)
        .args(paths)
        .output()
        .expect("the command can be run");
    assert!(output.status.success(), "{output:?}");
    let files = files_below(&out).into_iter().map(|path| {
        let text = fs::read(&path).expect("it was written");
        (relative(&out, &path), text)
    });
    files.collect()
}

fn report(here: &Surroundings, form: &str, paths: &[String]) -> Output {
    command(here)
        .args(["check", "--max-errors", "0", "--message-format", form])
        .args(paths)
        .output()
        .expect("the command can be run")
}

fn command(here: &Surroundings) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinew"));
    command
        .current_dir(&here.folder)
        .env("HOME", here.home)
        .env("LANG", here.language)
        .env("LC_ALL", here.language)
        .env("TZ", here.time_zone)
        .env_remove("CLICOLOR_FORCE");
    command
}
