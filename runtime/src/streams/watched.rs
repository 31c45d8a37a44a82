//! Observers of a call with streams, which may take several attempts.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tracing::span::Entered;

use crate::layer::Watch;
use crate::{Channel, Metadata, Method, Status};

/// The observers of a call, between its attempts. If all clones are dropped before the call has ended, it was given up.
#[derive(Clone)]
pub(super) struct Watched(Arc<Mutex<Option<Watch>>>);

impl Watched {
    /// A call through `channel` begins. `None` if nobody observes it.
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

    /// Begins an attempt. Only one can run at a time.
    pub(super) fn attempt(&self) -> Attempt {
        let watch = self.lock().take();
        let rest = self.clone();
        Attempt { watch, rest }
    }

    /// The call is over.
    pub(super) fn end(&self, failed: Option<&Status>) {
        let watch = self.lock().take();
        if let Some(mut watch) = watch {
            watch.end(failed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Watch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The observers, during an attempt. Dropping it returns them for the next attempt.
pub(super) struct Attempt {
    watch: Option<Watch>,
    rest: Watched,
}

impl Attempt {
    /// Enters the call's span, until the guard is dropped.
    pub(super) fn enter(&self) -> Option<Entered<'_>> {
        self.watch.as_ref().and_then(Watch::enter)
    }

    /// The call has ended with this attempt.
    pub(super) fn end(&mut self, failed: Option<&Status>) {
        if let Some(mut watch) = self.watch.take() {
            watch.end(failed);
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(watch) = self.watch.take() {
            *self.rest.lock() = Some(watch);
        }
    }
}
