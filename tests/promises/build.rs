//! Compiles the schemas of `tests/wire` and `tests/evolution`, and the services that promises of calls are tried on.

fn main() -> sinew_compiler::Result {
    let mut config = sinew_compiler::configure()
        .views(true)
        .file("../wire/schema.idl")
        .file("idl/trial.idl")
        .file("idl/wide.idl");
    for version in 1..=12 {
        config = config.file(format!("../evolution/v{version:02}.idl"));
    }
    config.compile()
}
