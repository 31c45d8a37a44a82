//! The services that every server can offer. Their code is generated from `runtime/idl`; a test keeps it fresh.

pub mod health;
pub mod reflect;
