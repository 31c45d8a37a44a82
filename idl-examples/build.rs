//! Compiles every file below `idl/`. The server of `shop` tells its files, so that a shell can call it without them.

fn main() -> sinew_compiler::Result {
    sinew_compiler::configure()
        .root("idl")
        .sources(true)
        .compile()
}
