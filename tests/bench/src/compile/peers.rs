//! The compilers that are compared, and how each is called.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::schema::Language;
use crate::cargo::cargo;

/// The command that only checks.
pub const CHECK: &str = "sinew check";
/// An optimised build script.
pub const OPTIMISED: &str = "sinew, plain (optimised build script)";
/// An unoptimised build script.
pub const AS_BUILT: &str = "sinew, plain (build script as cargo builds it)";

/// How to call a compiler for a schema, into a folder.
type Call = Box<dyn Fn(&Path, &Path) -> Command>;

/// A compiler and how to run it.
pub struct Peer {
    /// What the table calls it.
    pub name: &'static str,
    /// Whether it belongs to Sinew.
    pub is_sinew: bool,
    /// Its schema language.
    pub language: Language,
    /// The command for the schema in the first file, into the folder.
    pub command: Call,
}

/// The installed compilers, and a line about each missing one.
pub fn find() -> Result<(Vec<Peer>, Vec<String>), Box<dyn Error>> {
    let sinew = built_sinew()?;
    let own = env::current_exe()?;
    let script = |command: &mut Command, schema: &Path, out: &Path| {
        command.arg(schema);
        command.env("OUT_DIR", out).env("CARGO_MANIFEST_DIR", out);
    };
    let mut peers = vec![
        peer(
            CHECK,
            Language::Sinew,
            sinew.command.clone(),
            |command, schema, _| {
                command.arg("check").arg(schema);
            },
        ),
        peer(OPTIMISED, Language::Sinew, sinew.optimised_script, script),
        peer(AS_BUILT, Language::Sinew, sinew.script, script),
        peer(
            "sinew gen, pretty",
            Language::Sinew,
            sinew.command.clone(),
            |command, schema, out| {
                command
                    .args(["gen", "--lang", "rust", "--out"])
                    .arg(out)
                    .arg(schema);
            },
        ),
        peer(
            "prost-build (protox)",
            Language::Proto,
            own,
            |command, schema, out| {
                command.args(["compile-run", "prost"]).arg(schema).arg(out);
            },
        ),
    ];
    let mut missing = Vec::new();
    match is_there("thrift", "-version") {
        true => peers.insert(
            0,
            peer(
                "thrift --gen rs",
                Language::Thrift,
                "thrift".into(),
                |command, schema, out| {
                    command.args(["--gen", "rs", "-out"]).arg(out).arg(schema);
                },
            ),
        ),
        false => missing.push(
            "thrift is not on this machine (Debian has it as thrift-compiler): left out".to_owned(),
        ),
    }
    match is_there("protoc", "--version") {
        true => peers.push(peer(
            "protoc, descriptor only",
            Language::Proto,
            "protoc".into(),
            |command, schema, out| {
                command
                    .arg("-I")
                    .arg(schema.parent().expect("the schema lies in a folder"));
                command
                    .arg("-o")
                    .arg(out.join("descriptor.binpb"))
                    .arg(schema);
            },
        )),
        false => missing.push("protoc is not on this machine: left out".to_owned()),
    }
    Ok((peers, missing))
}

fn peer(
    name: &'static str,
    language: Language,
    program: PathBuf,
    arguments: impl Fn(&mut Command, &Path, &Path) + 'static,
) -> Peer {
    let command = move |schema: &Path, out: &Path| {
        let mut command = Command::new(&program);
        arguments(&mut command, schema, out);
        command
    };
    Peer {
        name,
        is_sinew: name.starts_with("sinew"),
        language,
        command: Box::new(command),
    }
}

fn is_there(program: &str, version: &str) -> bool {
    Command::new(program)
        .arg(version)
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Programs of this workspace.
struct Sinew {
    /// The release build of the command.
    command: PathBuf,
    /// A build script that is optimised.
    optimised_script: PathBuf,
    /// A build script in cargo's default profile.
    script: PathBuf,
}

fn built_sinew() -> Result<Sinew, Box<dyn Error>> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sinew");
    let example = ["--package", "sinew-compiler", "--example", "build_script"];
    build(&target, &example)?;
    build(
        &target,
        &["--release", "--package", "sinew-cli", "--bin", "sinew"],
    )?;
    build(&target, &[&["--release"], &example[..]].concat())?;
    Ok(Sinew {
        command: target.join("release/sinew"),
        optimised_script: target.join("release/examples/build_script"),
        script: target.join("debug/examples/build_script"),
    })
}

fn build(target: &Path, what: &[&str]) -> Result<(), Box<dyn Error>> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let mut command = cargo();
    command.args([
        "build",
        "--quiet",
        "--manifest-path",
        manifest,
        "--target-dir",
    ]);
    if !command.arg(target).args(what).status()?.success() {
        return Err(format!("cargo build {} failed", what.join(" ")).into());
    }
    Ok(())
}
