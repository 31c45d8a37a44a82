//! Generates the code of the schema.

fn main() -> sinew_compiler::Result {
    sinew_compiler::compile("idl")
}
