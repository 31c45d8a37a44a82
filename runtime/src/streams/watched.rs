//! A call with streams that is observed, however many tries it takes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::layer::Watch;
use crate::{Channel, Metadata, Method, Status};

/// Who observes a call. The tries share it, of which one runs at a time; if all are dropped before it has ended, it was given up.
#[derive(Clone)]
pub(super) struct Watched(Arc<Mutex<Option<Watch>>>);

impl Watched {
    /// A call of `channel` begins. `None` if nobody observes it.
    pub(super) fn begin(
        channel: &Channel,
        method: &'static Method,
        metadata: &mut Metadata,
        deadline: Option<Instant>,
    ) -> Option<Self> {
        let mut watch = None;
        let observers = channel.observers();
        if !observers.is_empty() {
            let times = (deadline, Instant::now());
            observers.watch_new(&method.into(), metadata, times, &mut watch);
        }
        watch.map(|watch| Self(Arc::new(Mutex::new(Some(watch)))))
    }

    /// Runs a part of the call.
    pub(super) fn within<R>(&self, run: impl FnOnce() -> R) -> R {
        let watch = self.lock();
        let _entered = watch.as_ref().and_then(Watch::enter);
        run()
    }

    /// The call is over.
    pub(super) fn end(&self, failed: Option<&Status>) {
        if let Some(mut watch) = self.lock().take() {
            watch.end(failed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Watch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
