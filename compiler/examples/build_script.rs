//! What a build script does, as a program: compiles the file that is given into `OUT_DIR`, which
//! cargo sets for build scripts, as it does `CARGO_MANIFEST_DIR`. The benchmarks measure it.

use std::env;

fn main() -> sinew_compiler::Result {
    let files = env::args_os().skip(1);
    let config = files.fold(sinew_compiler::configure(), |config, file| {
        config.file(file)
    });
    config.compile()
}
