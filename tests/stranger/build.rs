fn main() -> sinew_compiler::Result {
    sinew_compiler::configure().root("idl").mocks(true).compile()
}
