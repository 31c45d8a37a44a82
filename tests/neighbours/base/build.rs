//! Compiles the schema that is shared.

fn main() -> sinew_compiler::Result {
    sinew_compiler::configure().root("idl").views(true).compile()
}
