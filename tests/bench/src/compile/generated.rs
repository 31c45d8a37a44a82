//! The cost of generated code: lines to read, and CPU time to build a crate with nothing else.

use std::error::Error;
use std::path::Path;
use std::process::Stdio;
use std::{env, fs};

use serde::Serialize;
use sinew_compiler::backends::rust::Rust;
use sinew_compiler::source::MemoryLoader;
use wait4::Wait4;

use super::run;
use super::schema::{self, Language};
use crate::cargo::cargo;

/// Structs of the schema.
pub const STRUCTS: usize = 200;
/// Builds for each profile; the fastest counts.
pub const BUILDS: usize = 2;

/// The code of one generator.
#[derive(Serialize)]
pub struct Generated {
    /// The generator's name.
    pub name: &'static str,
    /// Lines of the schema that are not empty.
    schema_lines: usize,
    /// Lines of the code that are not empty.
    lines: usize,
    /// Bytes of the code.
    bytes: usize,
    /// CPU seconds of `cargo build` with all dependencies built.
    dev: f64,
    /// The same for `--release`.
    release: f64,
}

impl Generated {
    /// Table cells: lines, lines per line of schema, size, seconds.
    pub fn cells(&self) -> [String; 5] {
        [
            self.lines.to_string(),
            format!("{:.1}", self.lines as f64 / self.schema_lines as f64),
            format!("{:.0}", self.bytes as f64 / 1e3),
            format!("{:.2}", self.dev),
            format!("{:.2}", self.release),
        ]
    }
}

/// A generator: its name, its language, the dependencies of its code, and a function that generates code with the help
/// of a folder.
type Generator = (
    &'static str,
    Language,
    &'static str,
    fn(&str, &Path) -> Result<String, Box<dyn Error>>,
);

const GENERATORS: [Generator; 2] = [
    (
        "sinew, plain",
        Language::Sinew,
        "sinew = { path = \"RUNTIME\" }",
        sinew,
    ),
    ("prost-build", Language::Proto, "prost = \"0.14\"", prost),
];

/// Generates and builds in the folder.
pub fn measure(folder: &Path) -> Result<Vec<Generated>, Box<dyn Error>> {
    let measured = GENERATORS.iter().map(|generator| {
        eprintln!("generated code: {}", generator.0);
        built(generator, &folder.join(generator.0))
            .map_err(|error| format!("code of {}: {error}", generator.0).into())
    });
    measured.collect()
}

fn built(
    (name, language, dependency, generate): &Generator,
    folder: &Path,
) -> Result<Generated, Box<dyn Error>> {
    fs::create_dir_all(folder.join("src"))?;
    let text = schema::schema(*language, STRUCTS);
    let code = generate(&text, folder)?;
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = bench.join("../../runtime").canonicalize()?;
    let dependency = dependency.replace("RUNTIME", &runtime.display().to_string());
    let manifest = format!(
        "[package]\nname = \"generated\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependency}\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(bench.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(Generated {
        name,
        schema_lines: lines(&text),
        lines: lines(&code),
        bytes: code.len(),
        dev: seconds(folder, &code, &["build"])?,
        release: seconds(folder, &code, &["build", "--release"])?,
    })
}

fn lines(text: &str) -> usize {
    let filled = text.lines().filter(|line| !line.trim().is_empty());
    filled.count()
}

/// CPU seconds of the fastest of several builds. Dependencies are built before.
fn seconds(folder: &Path, code: &str, command: &[&str]) -> Result<f64, Box<dyn Error>> {
    let file = folder.join("src/lib.rs");
    fs::write(&file, "")?;
    build(folder, command)?;
    let mut fastest = f64::INFINITY;
    for _ in 0..BUILDS {
        fs::write(&file, code)?;
        fastest = fastest.min(build(folder, command)?);
    }
    Ok(fastest)
}

/// CPU seconds of one build, without incremental data, which would cover all of the code.
fn build(folder: &Path, command: &[&str]) -> Result<f64, Box<dyn Error>> {
    let used = cargo()
        .args(command)
        .args(["--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .stdout(Stdio::null())
        .spawn()?
        .wait4()?;
    if !used.status.success() {
        return Err("it does not build".into());
    }
    Ok((used.rusage.utime + used.rusage.stime).as_secs_f64())
}

/// As a build script generates it.
fn sinew(schema: &str, _: &Path) -> Result<String, Box<dyn Error>> {
    let mut loader = MemoryLoader::default();
    loader.insert("large.idl", schema);
    let checked = sinew_compiler::check(&loader, &["large.idl".to_owned()])?;
    Ok(sinew_compiler::generate(checked, &Rust::default())?.code())
}

fn prost(schema: &str, folder: &Path) -> Result<String, Box<dyn Error>> {
    let file = folder.join("large.proto");
    fs::write(&file, schema)?;
    run::prost(&file, folder)?;
    Ok(fs::read_to_string(folder.join("large.rs"))?)
}
