//! Compilers that are libraries, each as a process of its own so that what it uses can be told.

use std::error::Error;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

/// What such a process is told.
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

/// Compiles a schema by prost-build, into the folder.
pub fn prost(schema: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let folder = schema.parent().ok_or("the schema lies in no folder")?;
    let descriptors = protox::compile([schema], [folder])?;
    Ok(prost_build::Config::new()
        .out_dir(out)
        .compile_fds(descriptors)?)
}
