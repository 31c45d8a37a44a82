//! Minimal programs: their number of crates, build time and size.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use serde::Serialize;
use wait4::Wait4;

/// One program, built from scratch for release.
#[derive(Serialize)]
pub struct Minimal {
    /// Its library.
    pub name: String,
    /// Crates in the program, without the program itself.
    pub crates: usize,
    /// CPU seconds of building all of it.
    pub seconds: f64,
    /// Bytes of the stripped program.
    pub bytes: u64,
}

/// A folder of `minimal`, the program's name in the table, and how its code is generated.
type Program = (
    &'static str,
    &'static str,
    fn() -> Result<Option<String>, Box<dyn Error>>,
);

const PROGRAMS: [Program; 5] = [
    ("tokio", "raw tokio", || Ok(None)),
    ("sinew", "Sinew", sinew),
    ("sinew-build-script", "Sinew, with its build script", || {
        Ok(None)
    }),
    ("tarpc", "tarpc", || Ok(None)),
    ("tonic", "tonic", || {
        Ok(Some(
            include_str!(concat!(env!("OUT_DIR"), "/tonic/echo.rs")).to_owned(),
        ))
    }),
];

/// Builds and tries all of them.
pub fn measure() -> Result<Vec<Minimal>, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("sinew-minimal-{}", std::process::id()));
    let measured = PROGRAMS.iter().map(|program| {
        eprintln!("minimal program: {}", program.1);
        build(program, &folder.join(program.0))
            .map_err(|error| format!("{}: {error}", program.1).into())
    });
    let measured = measured.collect();
    fs::remove_dir_all(&folder)?;
    measured
}

fn build((from, name, generated): &Program, folder: &Path) -> Result<Minimal, Box<dyn Error>> {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&bench.join("minimal").join(from), folder)?;
    fs::copy(bench.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    if let Some(code) = generated()? {
        fs::write(folder.join("src/generated.rs"), code)?;
    }
    let root = bench.join("../..").canonicalize()?;
    let manifest = fs::read_to_string(folder.join("Cargo.toml.in"))?;
    let manifest = manifest
        .replace("RUNTIME", &root.join("runtime").display().to_string())
        .replace("COMPILER", &root.join("compiler").display().to_string());
    fs::write(folder.join("Cargo.toml"), manifest)?;

    let built = cargo(folder, &["build", "--release", "--offline", "--quiet"])
        .stdout(Stdio::null())
        .spawn()?
        .wait4()?;
    if !built.status.success() {
        return Err("it does not build".into());
    }
    let program: PathBuf = folder.join("target/release/minimal");
    let printed = Command::new(&program).output()?;
    if printed.stdout != b"hello\n" {
        return Err("it does not echo".into());
    }
    Ok(Minimal {
        name: (*name).to_owned(),
        crates: crates(folder)?,
        seconds: (built.rusage.utime + built.rusage.stime).as_secs_f64(),
        bytes: fs::metadata(&program)?.len(),
    })
}

fn sinew() -> Result<Option<String>, Box<dyn Error>> {
    let text = include_str!("../../minimal/sinew-build-script/idl/echo.idl");
    let generated = sinew_compiler::generate_str("echo.idl", text)?;
    Ok(Some(generated.code()))
}

/// Packages that end up in the program: no build scripts, no procedural macros.
fn crates(folder: &Path) -> Result<usize, Box<dyn Error>> {
    let options = [
        "tree",
        "--offline",
        "-e",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ];
    let output = cargo(folder, &options).output()?;
    let tree = String::from_utf8(output.stdout)?;
    let packages: BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    Ok(packages.len().saturating_sub(1))
}

fn cargo(folder: &Path, options: &[&str]) -> Command {
    let mut command = crate::cargo::cargo();
    command
        .args(options)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    command
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
