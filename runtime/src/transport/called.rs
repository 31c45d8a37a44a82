//! The methods that a client has called on a connection: their indices there, and the shapes of their replies.

use crate::body::Written;
use crate::protocol::MethodIndex;
use crate::{Method, dense};

/// The methods that were called on a connection.
pub(super) struct Called {
    /// The index of each method of this program, by its process-wide number.
    indexes: Vec<Option<MethodIndex>>,
    list: Vec<Entry>,
    /// How much memory a decoded reply may take.
    value_bytes: u32,
}

#[derive(Default)]
struct Entry {
    known: Option<&'static Method>,
    replies: Option<Written>,
}

impl Called {
    /// An empty list. A decoded reply may take at most `value_bytes` of memory.
    pub(super) fn new(value_bytes: u32) -> Self {
        Self {
            indexes: Vec::new(),
            list: Vec::new(),
            value_bytes,
        }
    }

    /// The index of a method with requests in its own shape, if it was called before.
    #[inline]
    pub(super) fn index(&self, method: &Method) -> Option<MethodIndex> {
        self.indexes.get(method.number()).copied().flatten()
    }

    /// Remembers the index of a method.
    pub(super) fn remember(&mut self, method: &'static Method, index: MethodIndex) {
        *dense::place(&mut self.indexes, method.number()) = Some(index);
        let entry = dense::place(&mut self.list, index.get());
        entry.known.get_or_insert(method);
    }

    /// Replies have the shape with this head from now on.
    pub(super) fn define_replies(&mut self, index: MethodIndex, head: &[u8]) {
        let entry = dense::place(&mut self.list, index.get());
        let ours = entry.known.map(Method::reply_shape);
        entry.replies = Some(Written::new(head, ours, self.value_bytes));
    }

    /// The method, if this program knows it.
    pub(super) fn known(&self, index: MethodIndex) -> Option<&'static Method> {
        self.list.get(index.get())?.known
    }

    /// The shape of replies, once the peer has sent it.
    #[inline]
    pub(super) fn replies(&self, index: MethodIndex) -> Option<Written> {
        self.list.get(index.get())?.replies.clone()
    }
}
