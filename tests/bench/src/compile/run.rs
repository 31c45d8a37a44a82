//! Compilers that are libraries, each run as a process to measure its usage.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

/// Arguments of such a process.
#[derive(Args)]
pub struct RunOptions {
    compiler: Library,
    schema: PathBuf,
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Library {
    Prost,
}

/// Compiles one schema.
pub fn run(options: &RunOptions) -> Result<(), Box<dyn Error>> {
    match options.compiler {
        Library::Prost => prost(&options.schema, &options.out),
    }
}

/// Compiles a schema with prost-build, into the folder.
pub fn prost(schema: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let folder = schema.parent().ok_or("the schema lies in no folder")?;
    let descriptors = protox::compile([schema], [folder])?;
    Ok(prost_build::Config::new()
        .out_dir(out)
        .compile_fds(descriptors)?)
}
