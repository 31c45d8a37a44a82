//! An observed call: the span that it runs in, and the observers to tell when it begins and ends.

use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;
use tracing::span::Entered;

use super::held::{self, Holds};
use super::{Begun, End, Ended, Observe};
use crate::caught::caught;
use crate::channel::handler_panicked;
use crate::handler::Handler;
use crate::report::{self, About};
use crate::status::deadline_passed;
#[cfg(feature = "spans")]
use crate::trace::Spans;
use crate::trace::{CallSpan, Side};
use crate::verdict::{self, Which};
use crate::{Code, Ctx, Metadata, MethodRef, Peer, Result, Status};

/// What observes calls: an [`Observe`], or spans.
pub struct Observer(Kind);

enum Kind {
    Told(Arc<dyn Observe>),
    #[cfg(feature = "spans")]
    Spans(Side),
}

impl<O: Observe> From<O> for Observer {
    fn from(observer: O) -> Self {
        Self(Kind::Told(Arc::new(observer)))
    }
}

#[cfg(feature = "spans")]
impl From<Spans> for Observer {
    fn from(Spans(side): Spans) -> Self {
        Self(Kind::Spans(side))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").finish_non_exhaustive()
    }
}

/// The observers of a service. Cheap to clone, and free if there are none.
#[derive(Clone, Default)]
pub(crate) struct Observers {
    told: Option<Arc<[Arc<dyn Observe>]>>,
    spans: Option<Side>,
}

impl Observers {
    pub(crate) fn add(&mut self, Observer(added): Observer) {
        match added {
            Kind::Told(added) => {
                let known = self.told.iter().flat_map(|known| known.iter().cloned());
                self.told = Some(known.chain([added]).collect());
            }
            #[cfg(feature = "spans")]
            Kind::Spans(side) => self.spans = Some(side),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.told.is_none() && self.spans.is_none()
    }

    /// The handler of a method, observed.
    pub(crate) fn around(&self, inner: Handler, method: &MethodRef) -> Handler {
        match self.is_empty() {
            true => inner,
            false => held::around(self, inner, method),
        }
    }

    /// A call begins. If it is observed, its watch goes into `held`.
    #[inline]
    pub(crate) fn watch(&self, method: &MethodRef, cx: &mut Ctx, held: &mut Option<Watch>) {
        if self.is_empty() {
            return;
        }
        let of = Of {
            call: Some(cx.which()),
            deadline: cx.deadline(),
            now: None,
        };
        let (metadata, peer) = cx.metadata_and_peer();
        let span = self.span(method, metadata, Some(peer));
        self.begin(method, metadata, span, of, held);
    }

    /// The same for a call with this metadata that this program makes `now`.
    #[inline]
    pub(crate) fn watch_new(
        &self,
        method: &MethodRef,
        metadata: &mut Metadata,
        (deadline, now): (Option<Instant>, Instant),
        held: &mut Option<Watch>,
    ) {
        let of = Of {
            call: None,
            deadline,
            now: Some(now),
        };
        let span = self.span(method, metadata, None);
        self.begin(method, metadata, span, of, held);
    }

    fn span(
        &self,
        method: &MethodRef,
        metadata: &mut Metadata,
        peer: Option<&Peer>,
    ) -> Option<CallSpan> {
        self.spans?
            .begin(method, metadata, peer.and_then(Peer::address))
    }

    fn begin(
        &self,
        method: &MethodRef,
        metadata: &Metadata,
        span: Option<CallSpan>,
        of: Of,
        held: &mut Option<Watch>,
    ) {
        let told = match &self.told {
            Some(observers) => Some(Told {
                observers: observers.clone(),
                method: method.clone(),
                began: of.now.unwrap_or_else(Instant::now),
                count: 0,
            }),
            None if span.is_none() => return,
            None => None,
        };
        let watch = held.insert(Watch {
            told,
            span,
            call: of.call,
            deadline: of.deadline,
        });
        watch.begun(metadata);
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.told.as_ref().map_or(0, |observers| observers.len());
        write!(f, "Observers({count})")
    }
}

/// What is known about a call that begins.
struct Of {
    /// On a server, where the connection may end it.
    call: Option<Which>,
    deadline: Option<Instant>,
    now: Option<Instant>,
}

/// An observed call. If it is dropped without an end, it was given up, has timed out, was ended by its server, or its
/// handler panicked.
pub(crate) struct Watch {
    told: Option<Told>,
    span: Option<CallSpan>,
    call: Option<Which>,
    deadline: Option<Instant>,
}

/// The observers to tell of a call's end.
struct Told {
    observers: Arc<[Arc<dyn Observe>]>,
    method: MethodRef,
    began: Instant,
    /// How many of them were told that it began: fewer than all if one has panicked.
    count: usize,
}

impl Watch {
    /// Enters the call's span, until the guard is dropped.
    #[inline]
    pub(crate) fn enter(&self) -> Option<Entered<'_>> {
        self.span.as_ref().map(CallSpan::enter)
    }

    /// Tells the observers that the call begins.
    fn begun(&mut self, metadata: &Metadata) {
        if let Some(told) = &mut self.told {
            let _entered = self.span.as_ref().map(CallSpan::enter);
            for observer in told.observers.iter() {
                let method = &told.method;
                observer.begin(&Begun { method, metadata });
                told.count += 1;
            }
        }
    }

    /// The call has ended, with an answer or with a status.
    pub(crate) fn end(&mut self, failed: Option<&Status>) {
        self.tell(failed.map_or(End::Answered, End::Failed));
        if let Some(span) = self.span.take() {
            span.end(failed);
        }
    }

    fn tell(&mut self, end: End<'_>) {
        if let Some(told) = &self.told {
            let _entered = self.enter();
            told.tell(end);
        }
        self.told = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.told.is_some() || self.span.is_some() {
            self.dropped();
        }
    }
}

impl Watch {
    /// The call was dropped before it has ended.
    #[cold]
    fn dropped(&mut self) {
        let late = |deadline: Instant| Instant::now() >= deadline;
        // A caller may have given up because the deadline had passed, which says more than `Cancelled`.
        let ended = self.call.and_then(verdict::of);
        let ended = ended.filter(|status| status.code() != Code::Cancelled);
        let failed = match self.deadline {
            _ if std::thread::panicking() => Some(handler_panicked()),
            _ if ended.is_some() => ended,
            Some(deadline) if late(deadline) => Some(deadline_passed()),
            Some(_) | None => None,
        };
        self.tell(failed.as_ref().map_or(End::Cancelled, End::Failed));
        if let Some(span) = self.span.take() {
            match &failed {
                Some(failed) => span.end(Some(failed)),
                None => span.given_up(),
            }
        }
    }
}

impl Told {
    fn tell(&self, end: End<'_>) {
        let at = Instant::now();
        let ended = Ended {
            method: &self.method,
            elapsed: at.saturating_duration_since(self.began),
            #[cfg(feature = "metrics")]
            at,
            end,
        };
        for observer in &self.observers[..self.count] {
            // The remaining observers must be told too. And if the call ends by a panic, a second one would abort the
            // program.
            let told = caught(|| observer.end(&ended));
            if told.is_none() {
                let what = &"an observer panicked when it was told of the end of a call";
                report::error(what, About::default());
            }
        }
    }
}

impl Holds for Observers {
    type Held = Watch;

    fn hold(&self, method: &MethodRef, cx: &mut Ctx, held: &mut Option<Watch>) -> Result {
        self.watch(method, cx, held);
        Ok(())
    }

    fn enter(watch: &Watch) -> Option<Entered<'_>> {
        watch.enter()
    }

    fn end(watch: &mut Watch, failed: Option<&Status>) {
        watch.end(failed);
    }
}
