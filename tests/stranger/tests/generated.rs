#[test]
fn people() {
    let idl = include_str!("../idl/people.idl");
    let generated = sinew_compiler::generate_str("people.idl", idl).unwrap();
    insta::assert_snapshot!(generated.code());
}
