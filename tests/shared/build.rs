//! Compiles the cases of `codegen` with texts and bytes that share the memory of their message.

fn main() -> sinew_compiler::Result {
    sinew_compiler::configure()
        .root("../codegen")
        .views(true)
        .shared_bytes(true)
        .shared_strings(true)
        .lend("cases.lent.**")
        .compile()
}
