//! What threads share without a lock, under the names of the standard library: the models in `tests/models.rs` put others in
//! its place, which try every order in which threads can run.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard};
