//! Name resolution and sockets of the operating system.

#[cfg(target_family = "wasm")]
mod absent;
#[cfg(not(target_family = "wasm"))]
mod system;

#[cfg(target_family = "wasm")]
pub(crate) use absent::{look_up, tcp, unix};
#[cfg(not(target_family = "wasm"))]
pub(crate) use system::{look_up, prepare, tcp, unix};
