//! Compiles the cases of `codegen` with texts and bytes that share the memory of their message, most of them for serde too.

/// All but those with arrays that serde has no implementation for, or with types of their own.
const FOR_SERDE: [&str; 10] = [
    "containers",
    "enums",
    "exceptions",
    "flags",
    "frozen",
    "generics",
    "newtypes",
    "scalars",
    "structs",
    "unions",
];

fn main() -> sinew_compiler::Result {
    let mut config = sinew_compiler::configure()
        .root("../codegen")
        .views(true)
        .shared_bytes(true)
        .shared_strings(true)
        .lend("cases.lent.**");
    for name in FOR_SERDE {
        let types = format!("cases.{name}.*");
        config = config.derive(&types, "serde::Serialize");
        config = config.derive(&types, "serde::Deserialize");
    }
    config.compile()
}
