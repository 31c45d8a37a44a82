//! Generates Rust from every `.idl` file below `idl/`.

fn main() -> sinew_compiler::Result {
    sinew_compiler::compile("idl")
}
