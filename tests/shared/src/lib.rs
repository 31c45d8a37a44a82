//! The types of `tests/codegen`, their texts and bytes sharing the memory of the message that they are read from.

/// As a user has them.
#[allow(missing_docs, deprecated, reason = "the cases say what they are")]
pub mod idl {
    sinew::include_idl!();
}

#[path = "../../suites/generated/own.rs"]
pub mod own;
