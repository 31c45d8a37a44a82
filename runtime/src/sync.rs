//! The primitives of lock-free code, under the names of the standard library. The models in `tests/models.rs` replace
//! them by those of loom, which tries every interleaving of threads.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
pub(crate) use std::sync::{Mutex, MutexGuard};
