//! What no codec can beat: copying the bytes, and cloning and dropping the value.

use std::hint::black_box;

use crate::wire::report::Kind;
use crate::wire::subject::{Subject, Task};

/// Copies prost's messages into a reused buffer.
pub fn memcpy<'a>(messages: Vec<Vec<u8>>) -> Subject<'a> {
    let mut out = Vec::new();
    let copy = move || {
        for message in &messages {
            out.clear();
            out.extend_from_slice(black_box(message));
            black_box(&out);
        }
    };
    floor("memcpy of prost's bytes", Task::Encode, copy)
}

/// Clones and drops the values.
pub fn clone_and_drop<'a, T: Clone + 'a>(values: Vec<T>) -> Subject<'a> {
    let clone = move || {
        for value in &values {
            drop(black_box(black_box(value).clone()));
        }
    };
    floor("clone + drop", Task::Decode, clone)
}

fn floor<'a>(name: &'static str, task: Task, work: impl FnMut() + 'a) -> Subject<'a> {
    Subject {
        name,
        kind: Kind::Floor,
        bytes: None,
        compressed: None,
        tasks: vec![(task, Box::new(work))],
    }
}
