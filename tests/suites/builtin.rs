//! The checked-in code of the built-in services is what the compiler generates from their schemas.

use std::fs;

use sinew_tests::cases::repository;

#[test]
fn their_code_is_fresh() {
    let runtime = repository().join("runtime");
    for name in ["health", "reflect"] {
        let (file, path) = (format!("{name}.idl"), format!("{name}.rs"));
        let text =
            fs::read_to_string(runtime.join("idl").join(&file)).expect("the schema is there");
        let generated =
            sinew_compiler::generate_str(&file, &text).expect("the schema has no error");
        let code = generated.files.iter().find(|file| file.path == path);
        let code = &code.expect("a namespace has a file").text;

        let checked_in = runtime.join("src/builtin/generated").join(path);
        if fs::read_to_string(&checked_in).is_ok_and(|old| old == *code) {
            continue;
        }
        fs::write(&checked_in, code).expect("the code can be written");
        panic!("the code of {file} was out of date; it is generated again, look at it");
    }
}
