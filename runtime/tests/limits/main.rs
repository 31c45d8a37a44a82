//! Every limit of a connection, a client and a server: at the limit all is well, one beyond gives the typed error.

#![allow(unreachable_pub, dead_code)] // nobody is outside of a test, and not all tests use all that they share

#[path = "table.rs"]
mod table;

#[test]
fn every_limit_has_a_case_that_holds() {
    let proven = table::hold(|name| println!("{name}"));
    println!("{proven} of {} limits", sinew::Limits::NAMES.len());
}
