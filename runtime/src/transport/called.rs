//! The methods that a client has called on a connection: their numbers there, and the shapes of their replies.

use crate::body::Written;
use crate::protocol::MethodIndex;
use crate::{Method, dense};

/// The methods that were called on a connection.
pub(super) struct Called {
    /// What those of this program are called here, by their process-wide number.
    indexes: Vec<Option<MethodIndex>>,
    list: Vec<Entry>,
    /// Bytes of memory of the largest reply.
    value_bytes: u32,
}

#[derive(Default)]
struct Entry {
    known: Option<&'static Method>,
    replies: Option<Written>,
}

impl Called {
    /// None yet; a reply takes at most so many bytes of memory.
    pub(super) fn new(value_bytes: u32) -> Self {
        Self {
            indexes: Vec::new(),
            list: Vec::new(),
            value_bytes,
        }
    }

    /// What a method is called here with requests of its own shape, if it was called before.
    #[inline]
    pub(super) fn index(&self, method: &Method) -> Option<MethodIndex> {
        self.indexes.get(method.number()).copied().flatten()
    }

    /// Notes what a method is called here.
    pub(super) fn remember(&mut self, method: &'static Method, index: MethodIndex) {
        *dense::place(&mut self.indexes, method.number()) = Some(index);
        let entry = dense::place(&mut self.list, index.get());
        entry.known.get_or_insert(method);
    }

    /// From now on replies have the shape with this head.
    pub(super) fn define_replies(&mut self, index: MethodIndex, head: &[u8]) {
        let entry = dense::place(&mut self.list, index.get());
        let ours = entry.known.map(Method::reply_shape);
        entry.replies = Some(Written::new(head, ours, self.value_bytes));
    }

    /// The method, if it is one of this program.
    pub(super) fn known(&self, index: MethodIndex) -> Option<&'static Method> {
        self.list.get(index.get())?.known
    }

    /// The shape of replies, once there was one.
    #[inline]
    pub(super) fn replies(&self, index: MethodIndex) -> Option<Written> {
        self.list.get(index.get())?.replies.clone()
    }
}
