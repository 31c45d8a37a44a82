//! What accompanies a call with one reply without its connection knowing: observers, and the wait before hedging. Most
//! calls have neither.

use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::time::Instant;
use tracing::span::Entered;

use crate::kept::{self, Kept};
use crate::layer::Watch;
use crate::new_call::Options;
use crate::retry::{Patience, Retrying};
use crate::{Channel, Method, Reply, Result};

thread_local! {
    /// Escorts to reuse.
    static IDLE: Kept<Box<Escort>> = const { Kept::new() };
}

/// What accompanies a call.
#[derive(Default)]
pub(crate) struct Escort {
    /// Its observers.
    watch: Option<Watch>,
    /// How long to wait for the first attempt before another one is made in parallel.
    patience: Option<Patience>,
}

impl Escort {
    /// What accompanies a new call, if anything.
    #[inline]
    pub(crate) fn of(
        channel: &Channel,
        method: &'static Method,
        options: &mut Options,
    ) -> Option<Box<Self>> {
        let hedges = |retrying: &Arc<Retrying>| retrying.hedges(Some(method));
        match channel.observers().is_empty() && !channel.retrying().is_some_and(hedges) {
            true => None,
            false => Some(Self::new(channel, method, options)),
        }
    }

    #[cold]
    fn new(channel: &Channel, method: &'static Method, options: &mut Options) -> Box<Self> {
        let mut escort = kept::take(&IDLE, Box::default);
        let observers = channel.observers();
        if !observers.is_empty() {
            let now = Instant::now();
            let times = (options.deadline(method, channel, now), now);
            let metadata = &mut options.metadata;
            observers.watch_new(&method.into(), metadata, times, &mut escort.watch);
        }
        let retrying = channel.retrying();
        escort.patience = retrying.and_then(|it| it.patience(method));
        escort
    }

    /// Enters the call's span, until the guard is dropped.
    pub(crate) fn enter(&self) -> Option<Entered<'_>> {
        self.watch.as_ref().and_then(Watch::enter)
    }

    /// Whether it is time to make another attempt in parallel. True at most once.
    pub(crate) fn has_waited(&mut self, cx: &mut Context<'_>) -> bool {
        let patience = self.patience.as_mut();
        let is_over = patience.is_some_and(|patience| patience.poll(cx).is_ready());
        if is_over {
            self.patience = None;
        }
        is_over
    }

    /// After a poll: ends the observation if the call is over, otherwise returns the escort.
    pub(crate) fn after(mut self: Box<Self>, polled: &Poll<Result<Reply>>) -> Option<Box<Self>> {
        let Poll::Ready(result) = polled else {
            return Some(self);
        };
        if let Some(watch) = &mut self.watch {
            watch.end(result.as_ref().err());
        }
        (self.watch, self.patience) = (None, None);
        kept::keep(&IDLE, self);
        None
    }
}
