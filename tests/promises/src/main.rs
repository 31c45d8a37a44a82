//! The command: tests the promises and prints the figures.

use std::alloc::System;
use std::process::ExitCode;

use sinew_promises::rpc;
use sinew_promises::wire;
use tracking_allocator::Allocator;

#[global_allocator]
static ALLOCATOR: Allocator<System> = Allocator::system();

const USAGE: &str =
    "usage: sinew-promises wire [--json FILE] [messages per type] [cases] [values per pair]
       sinew-promises rpc [--json FILE] [--seed NUMBER] [--only TRIAL]
       sinew-promises vectors";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((what, options)) = arguments.split_first() else {
        return usage();
    };
    match what.as_str() {
        "wire" => match wire::Options::parse(options) {
            Some(options) => ended(wire::run(&options)),
            None => usage(),
        },
        "rpc" => match rpc::Options::parse(options) {
            Some(options) => ended(rpc::run(&options)),
            None => usage(),
        },
        // Started by `rpc`.
        "server" => match rpc::server::Orders::parse(options) {
            Some(orders) => ended(rpc::server::run(&orders)),
            None => usage(),
        },
        "vectors" => {
            sinew_promises::fill::fill();
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

fn ended(result: std::io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::from(2)
}
