//! How a call with streams gets to the server: straight onto a connection, or in a task of its own, with retries until
//! the server accepts it.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::Instrument;

use super::answer::Answer;
use super::call::{Opens, Running};
use super::local::Attended;
use super::watched::Watched;
use super::{Streams, answered};
use crate::channel::{Start, Started};
use crate::new_call::Options;
use crate::outcome::MethodError;
use crate::retry::{Again, Retrying};
use crate::status::too_late;
use crate::{Body, Call, Channel, Ctx, Limits, Metadata, Method, Reply, Result, Service, task};

/// What all attempts of a call have in common, apart from the request.
pub(super) struct Opening {
    pub(super) channel: Channel,
    method: &'static Method,
    metadata: Metadata,
    /// When the call must be over.
    deadline: Option<Instant>,
    /// When the server must have accepted it.
    accepted: Option<Instant>,
    /// The client can send at once, without waiting for the server to accept the call. Until something uses the
    /// streams, other layers may retry it.
    sends_at_once: bool,
    /// Observers of the call, if it is retried here.
    watched: Option<Watched>,
}

impl Opening {
    /// A call that begins now.
    ///
    /// # Errors
    /// The deadline has passed.
    pub(super) fn new(
        channel: Channel,
        method: &'static Method,
        options: Options,
        sends_at_once: bool,
    ) -> Result<Self> {
        let now = Instant::now();
        let lifetime = options.timeout.or(method.own_timeout());
        let lifetime = lifetime.and_then(|lifetime| now.checked_add(lifetime));
        let deadline = earliest([lifetime, options.deadline]);
        if deadline.is_some_and(|deadline| deadline <= now) {
            return Err(too_late());
        }
        Ok(Self {
            accepted: earliest([now.checked_add(channel.timeout()), deadline]),
            channel,
            method,
            metadata: options.metadata,
            deadline,
            sends_at_once,
            watched: None,
        })
    }

    /// Makes the call, and retries it while it is not accepted. Until then the caller has no streams, so nothing is
    /// lost.
    pub(super) async fn until_accepted<S: Opens<E>, E: MethodError>(
        mut self,
        retrying: Arc<Retrying>,
        request: Body,
    ) -> (Result<S, E>, Metadata) {
        let share = || request.share().expect("it has no streams");
        let mut again = Again::new(retrying.clone());
        self.watch();
        let mut running = self.start(share(), None);
        loop {
            let (opened, metadata) = S::open(self.method, running).await;
            let status = match opened {
                Ok(streams) => {
                    retrying.succeeded();
                    return (Ok(streams), metadata);
                }
                Err(error) => match error.into_status() {
                    Ok(status) => status,
                    Err(declared) => return (Err(declared), metadata),
                },
            };
            again.tried().add(status.peer());
            let method = self.method.into();
            let number = match again.after(status, &method, self.accepted).await {
                Ok(number) => number,
                Err(status) => {
                    if let Some(watched) = &self.watched {
                        watched.end(Some(&status));
                    }
                    return (Err(E::from(status)), metadata);
                }
            };
            running = self.start(share(), Some((number, &again)));
        }
    }

    /// Tells observers that the call begins, once for all attempts.
    fn watch(&mut self) {
        let (channel, deadline) = (&self.channel, self.deadline);
        self.watched = Watched::begin(channel, self.method, &mut self.metadata, deadline);
        if self.watched.is_some() {
            self.channel = channel.unobserved();
        }
    }

    /// Puts the call on a connection, or into a task of its own. Retries always go into a task.
    pub(super) fn start(&self, request: Body, again: Option<(u32, &Again)>) -> Running {
        let streams = Streams::new(&Limits::default(), self.accepted);
        if self.sends_at_once {
            streams.keep();
        }
        let body = request.with_streams(streams.clone());
        let mut flight = None;
        let started = match again.is_some() || self.watched.is_some() {
            true => Started::Later,
            false => self.channel.start(&mut Start {
                method: &self.method.into(),
                timeout: self.channel.timeout(),
                deadline: self.deadline,
                metadata: &self.metadata,
                head: body.head(),
                request: &mut &body,
                streams: Some(&streams),
                waker: None,
                goes_ahead: true,
                flight: &mut flight,
                worn: None,
            }),
        };
        let started = match (started, task::has_runtime()) {
            (Started::Later, Err(none)) => Started::Over(Err(none)),
            (started, _) => started,
        };
        let channel = self.channel.clone();
        let answer = match (flight, started) {
            (Some(flight), _) => Answer::of(flight, channel),
            (None, Started::Over(result)) => {
                streams.duplex().over(&answered());
                Answer::here(result.map(|()| Reply::to_oneway()), channel)
            }
            (None, Started::Flight | Started::Later) => {
                let call = |cx: Ctx| Call {
                    method: self.method.into(),
                    cx: match again {
                        Some((number, again)) => cx.attempt_of(number, again.tried()),
                        None => cx,
                    },
                    body,
                };
                let metadata = self.metadata.clone();
                let attended = Attended::new(&channel, &streams, self.deadline, metadata, call)
                    .watched(self.watched.as_ref().map(Watched::attempt));
                Answer::task(tokio::spawn(attended.in_current_span()), channel)
            }
        };
        Running { answer, streams }
    }
}

fn earliest(times: [Option<Instant>; 2]) -> Option<Instant> {
    times.into_iter().flatten().min()
}
