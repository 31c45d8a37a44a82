//! Compiles the datasets' schemas.

fn main() -> sinew_compiler::Result {
    let mut config = sinew_compiler::configure()
        .root("../idl")
        .shared_bytes(true)
        .shared_strings(true);
    for name in ["log", "mesh", "minecraft", "mk48", "order", "rpc"] {
        config = config.file(format!("../idl/{name}.idl"));
    }
    config.compile()
}
