//! Idle runners that a connection keeps for later calls of their methods.

use crate::dense;
use crate::handler::{Handler, Runner};
use crate::protocol::MethodIndex;

/// How many idle runners to keep.
const KEPT: usize = 32;

/// Idle runners, by method.
#[derive(Default)]
pub(super) struct Idle {
    list: Vec<Vec<Box<dyn Runner>>>,
    kept: usize,
}

impl Idle {
    /// A runner for the method; `None` if its calls cannot run straight from bytes to bytes.
    pub(super) fn take(
        &mut self,
        method: MethodIndex,
        handler: &Handler,
    ) -> Option<Box<dyn Runner>> {
        match self.list.get_mut(method.get()).and_then(Vec::pop) {
            Some(runner) => {
                self.kept -= 1;
                Some(runner)
            }
            None => handler.runner(),
        }
    }

    /// Keeps a runner for the next call of its method, unless there are enough.
    pub(super) fn keep(&mut self, method: MethodIndex, runner: Box<dyn Runner>) {
        if self.kept == KEPT {
            return;
        }
        dense::place(&mut self.list, method.get()).push(runner);
        self.kept += 1;
    }
}
