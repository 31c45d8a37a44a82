//! The services that any server can offer. Their code is generated from `runtime/idl`; a test keeps it up to date.

pub mod health;
pub mod reflect;
