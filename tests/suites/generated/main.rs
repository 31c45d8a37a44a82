//! What generated code does: the cases of `tests/codegen`, compiled into this suite.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::fmt::Debug;

use sinew::{DecodeErrorKind, Message, Status, decode, encode};

/// Every case of `tests/codegen`.
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
