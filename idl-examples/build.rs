//! Compiles every file below `idl/`. The server of `shop` publishes its files, so that `sinew call` works without them.

fn main() -> sinew_compiler::Result {
    sinew_compiler::configure()
        .root("idl")
        .sources(true)
        .compile()
}
