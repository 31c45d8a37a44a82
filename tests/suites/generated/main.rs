//! What generated code does: the cases of `tests/codegen`, compiled into this suite.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::fmt::Debug;

use sinew::{DecodeErrorKind, Message, Status, decode, encode};

/// Every case of `tests/codegen`, under lints that a crate may have switched on.
#[deny(
    absolute_paths_not_starting_with_crate,
    closure_returning_async_block,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    impl_trait_redundant_captures,
    let_underscore_drop,
    missing_copy_implementations,
    missing_debug_implementations,
    redundant_imports,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::nursery,
    clippy::pedantic
)]
pub mod idl {
    sinew::include_idl!();
}

use idl::cases;

/// Encodes and decodes a value; what comes back is the same, and so are its bytes.
fn round_trip<T: Message + PartialEq + Debug>(value: &T) {
    let bytes = encode(value).expect("it can be encoded");
    let back: T = decode(&bytes).expect("it can be decoded");
    assert_eq!(&back, value);
    assert_eq!(encode(&back), Ok(bytes), "{value:?}");
}

mod beside;
mod draining;
mod lent;
mod mishaps;
mod mocks;
mod names;
pub mod own;
mod rules;
mod services;
mod streams;
mod values;
mod views;

/// The kind of the error that decoding `bytes` gives.
fn refused<T: Message + Debug>(bytes: &[u8]) -> DecodeErrorKind {
    decode::<T>(bytes).expect_err("it is refused").kind()
}

/// The message of a call that failed.
fn message(status: &Status) -> String {
    status.to_string()
}
