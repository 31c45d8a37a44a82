//! Compiles the cases of `codegen` into the suite `generated`.

fn main() -> sinew_compiler::build::Result {
    sinew_compiler::build::configure()
        .root("codegen")
        .views(true)
        .mocks(true)
        .sources(true)
        .lend("cases.lent.Desk")
        .compile()
}
