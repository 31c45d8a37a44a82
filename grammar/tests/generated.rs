//! The checked-in parser is the one that pest generates from the grammar.

use std::{fs, path::Path};

use quote::quote;

#[test]
fn the_parser_is_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let grammar = folder.join("idl.pest").display().to_string();
    let parser = pest_generator::derive_parser(quote!(#[grammar = #grammar] struct Idl;), false);
    let parser = syn::parse2(parser).expect("pest generates Rust");
    let parser = format!(
        "// Generated from idl.pest; `cargo test -p sinew-grammar` does it again.\n{}",
        prettyplease::unparse(&parser)
    );

    let checked_in = folder.join("src/generated/rules.rs");
    if fs::read_to_string(&checked_in).is_ok_and(|old| old == parser) {
        return;
    }
    fs::write(&checked_in, parser).expect("the parser can be written");
    panic!("the parser was out of date; it is generated again from the grammar");
}
