//! Generates the messages of those peers whose generators need no external compiler.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const DATASETS: [&str; 5] = ["log", "mesh", "minecraft", "mk48", "order"];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let rustc = Command::new(env::var("RUSTC")?).arg("--version").output()?;
    println!(
        "cargo::rustc-env=BENCH_RUSTC={}",
        String::from_utf8(rustc.stdout)?.trim()
    );
    sinew_compiler::build::configure()
        .root("idl")
        .views(true)
        .lend("rpc.Looking")
        .compile()?;
    protobuf(&out)?;
    tonic(&out)?;
    pilota(&out)
}

/// prost and buffa, both from what protox reads.
fn protobuf(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    let files = DATASETS.map(|name| format!("proto/{name}.proto"));
    let descriptors = protox::compile(&files, ["proto"])?;

    prost_build::Config::new()
        .btree_map(["."])
        .compile_fds(descriptors.clone())?;

    let set = out.join("descriptors.binpb");
    fs::write(&set, prost::Message::encode_to_vec(&descriptors))?;
    let buffa = out.join("buffa");
    fs::create_dir_all(&buffa)?;
    buffa_build::Config::new()
        .files(&files.map(|file| file.replace("proto/", "")))
        .descriptor_set(set)
        .out_dir(buffa)
        .include_file("mod.rs")
        .compile()?;
    Ok(())
}

/// The services; tonic uses the orders that prost has generated.
fn tonic(out: &Path) -> Result<(), Box<dyn Error>> {
    let out = out.join("tonic");
    fs::create_dir_all(&out)?;
    for (file, folder) in [("rpc.proto", "proto"), ("echo.proto", "minimal/tonic")] {
        println!("cargo::rerun-if-changed={folder}/{file}");
        tonic_prost_build::configure()
            .out_dir(&out)
            .extern_path(".order", "crate::wire::peers::prost::generated::order")
            .compile_fds(protox::compile([file], [folder])?)?;
    }
    Ok(())
}

fn pilota(out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=thrift");
    let files = DATASETS.map(|name| PathBuf::from(format!("thrift/{name}.thrift")));
    pilota_build::Builder::thrift()
        .ignore_unused(false)
        .compile(files, pilota_build::Output::File(out.join("pilota.rs")));
    Ok(())
}
