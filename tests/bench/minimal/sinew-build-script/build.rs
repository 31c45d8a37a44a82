fn main() -> sinew_compiler::Result {
    sinew_compiler::compile("idl")
}
