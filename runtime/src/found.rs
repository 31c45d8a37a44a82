//! What layers find out about a call and leave for its handler, and a channel for its balancer: a value of each type. It
//! never leaves the process.

use std::any::Any;
use std::sync::Arc;

/// One pointer wide; costs a look where there is nothing.
#[derive(Clone, Default)]
pub(crate) struct Found(Option<Arc<Vec<Value>>>);

type Value = Arc<dyn Any + Send + Sync>;

impl Found {
    /// Puts `value` in place of another of its type. Copies of this one keep what they have.
    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        let values = Arc::make_mut(self.0.get_or_insert_default());
        values.retain(|known| !(**known).is::<T>());
        values.push(Arc::new(value));
    }

    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        let values = self.0.as_deref()?;
        values.iter().find_map(|known| (**known).downcast_ref())
    }
}
