#[test]
fn the_code_is_what_the_schema_says() -> sinew_compiler::Result {
    sinew_compiler::configure()
        .root("idl")
        .format(sinew_compiler::Format::Pretty)
        .checked_in("tests/generated")
        .compile()
}
