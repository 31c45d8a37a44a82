//! Which servers of a pool get calls: those in rotation, and those that wait at its side. No I/O, and time comes in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use super::member::Member;
use super::policy::Candidate;
use crate::Backoff;
use crate::figures::Servers;

/// The servers of a pool. There can be thousands, so what is done with one of them looks at each once at most.
#[derive(Default)]
pub(super) struct Rotation {
    /// All, in order of priority, then address.
    all: Vec<Place>,
    /// Those that get calls, in the same order: shared with calls that choose among them.
    ready: Arc<[Candidate]>,
    /// When the first of those at the side is due.
    due: Option<Instant>,
    /// What was told of them to whoever counts them.
    told: Servers,
}

struct Place {
    candidate: Candidate,
    /// Why it gets no calls for now.
    aside: Option<Aside>,
}

#[derive(Clone, Copy)]
enum Aside {
    /// It cannot be connected to before this time.
    Unreachable { until: Instant },
    /// It has failed too often. Ejected so many times in a row.
    Ejected { until: Instant, times: u32 },
    /// One call finds out whether it is well again. If that takes longer, so does another.
    OnTrial { until: Instant, times: u32 },
}

impl Rotation {
    pub(super) fn all(&self) -> impl Iterator<Item = &Candidate> {
        self.all.iter().map(|place| &place.candidate)
    }

    /// Those that get calls.
    pub(super) fn ready(&self) -> &Arc<[Candidate]> {
        &self.ready
    }

    /// Those that get calls, and those that could be connected to if there were no others.
    pub(super) fn reachable(&self) -> impl Iterator<Item = &Candidate> {
        let reachable = self.all.iter().filter(|place| match place.aside {
            Some(Aside::Unreachable { .. }) => false,
            Some(Aside::Ejected { .. } | Aside::OnTrial { .. }) | None => true,
        });
        reachable.map(|place| &place.candidate)
    }

    /// Whether somebody at the side may be due. Reads the clock only if somebody is there.
    pub(super) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Whoever of those at the side is due first.
    pub(super) fn first_due(&self) -> Option<&Candidate> {
        let aside = self.all.iter().filter(|place| place.aside.is_some());
        let first = aside.min_by_key(|place| place.aside.map(Aside::until));
        first.map(|place| &place.candidate)
    }

    /// Replaces the servers, and gives what was there before. What is known of those that stay stays.
    pub(super) fn replace(&mut self, mut candidates: Vec<Candidate>) -> impl Sized + use<> {
        candidates.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
        let aside = |place: &Place| Some((Arc::as_ptr(&place.candidate.member), place.aside?));
        let known: BTreeMap<_, _> = self.all.iter().filter_map(aside).collect();
        let place = |candidate: Candidate| Place {
            aside: known.get(&Arc::as_ptr(&candidate.member)).copied(),
            candidate,
        };
        let all = candidates.into_iter().map(place).collect();
        let before = std::mem::replace(&mut self.all, all);
        self.arrange();
        before
    }

    /// Takes in those that may be connected to again.
    pub(super) fn take_reachable(&mut self, now: Instant) {
        for place in &mut self.all {
            if let Some(Aside::Unreachable { until }) = place.aside
                && until <= now
            {
                place.aside = None;
            }
        }
        self.arrange();
    }

    /// Takes in whoever is due: the unreachable get another chance. Gives one that was ejected and is on trial from now.
    pub(super) fn take_due(&mut self, now: Instant, pauses: &Backoff) -> Option<Arc<Member>> {
        let mut on_trial = None;
        for place in &mut self.all {
            match place.aside {
                Some(Aside::Unreachable { until }) if until <= now => place.aside = None,
                Some(Aside::Ejected { until, times } | Aside::OnTrial { until, times })
                    if until <= now && on_trial.is_none() =>
                {
                    let until = now + pauses.half_jitter(times);
                    place.aside = Some(Aside::OnTrial { until, times });
                    on_trial = Some(place.candidate.member.clone());
                }
                Some(Aside::Unreachable { .. } | Aside::Ejected { .. } | Aside::OnTrial { .. })
                | None => {}
            }
        }
        self.arrange();
        on_trial
    }

    /// No calls for servers that cannot be connected to before these times.
    pub(super) fn unreachable(&mut self, servers: &[(Arc<Member>, Instant)]) {
        let until = |(member, until): &(Arc<Member>, Instant)| (Arc::as_ptr(member), *until);
        let until: BTreeMap<_, _> = servers.iter().map(until).collect();
        for place in self.all.iter_mut().filter(|place| place.aside.is_none()) {
            let until = until.get(&Arc::as_ptr(&place.candidate.member));
            place.aside = until.map(|until| Aside::Unreachable { until: *until });
        }
        self.arrange();
    }

    /// No calls for a server that fails, unless it is one of too few; `false` if it is, or gets none already. Where there are
    /// backups, too few are left only when those are.
    pub(super) fn eject(&mut self, member: &Arc<Member>, pauses: &Backoff) -> bool {
        let ejected = self.reachable().count() - self.ready.len();
        let are_too_many = (ejected + 1) * 2 > self.all.len() && !self.has_backup_of(member);
        if are_too_many || self.ready.len() < 2 {
            return false;
        }
        let until = Instant::now() + pauses.half_jitter(1);
        self.change(member, |aside| {
            aside
                .is_none()
                .then_some(Aside::Ejected { until, times: 1 })
        })
    }

    /// Whether one that gets calls has a later priority than this one.
    fn has_backup_of(&self, member: &Arc<Member>) -> bool {
        let mut ready = self.ready.iter();
        let found = ready.find(|one| Arc::ptr_eq(&one.member, member));
        found.is_some_and(|one| ready.any(|other| other.priority() > one.priority()))
    }

    /// A trial has gone well.
    pub(super) fn readmit(&mut self, member: &Arc<Member>) {
        for place in &mut self.all {
            if Arc::ptr_eq(&place.candidate.member, member) {
                place.aside = None;
            }
        }
        self.arrange();
    }

    /// A trial has gone badly.
    pub(super) fn eject_again(&mut self, member: &Arc<Member>, pauses: &Backoff) {
        self.after_trial(member, |times| {
            let times = times.saturating_add(1);
            let until = Instant::now() + pauses.half_jitter(times);
            Aside::Ejected { until, times }
        });
    }

    /// A trial has not taken place: the next call may be one, not before `until`.
    pub(super) fn try_again(&mut self, member: &Arc<Member>, until: Instant) {
        self.after_trial(member, |times| Aside::Ejected { until, times });
    }

    fn after_trial(&mut self, member: &Arc<Member>, next: impl Fn(u32) -> Aside) {
        self.change(member, |aside| match aside {
            Some(Aside::OnTrial { times, .. }) => Some(next(times)),
            Some(Aside::Unreachable { .. } | Aside::Ejected { .. }) | None => None,
        });
    }

    /// Puts a server to the side, or there for another reason, as `next` says; `false` if it says nothing, or the server is gone.
    fn change(
        &mut self,
        member: &Arc<Member>,
        next: impl Fn(Option<Aside>) -> Option<Aside>,
    ) -> bool {
        let is_it = |place: &&mut Place| Arc::ptr_eq(&place.candidate.member, member);
        let Some(place) = self.all.iter_mut().find(is_it) else {
            return false;
        };
        let Some(next) = next(place.aside) else {
            return false;
        };
        place.aside = Some(next);
        self.arrange();
        true
    }

    /// How many there were of each kind when this was asked last, and how many there are.
    pub(super) fn take_counts(&mut self) -> (Servers, Servers) {
        let mut now = Servers {
            ready: self.ready.len(),
            ..Servers::default()
        };
        for aside in self.all.iter().filter_map(|place| place.aside) {
            match aside {
                Aside::Unreachable { .. } => now.unreachable += 1,
                Aside::Ejected { .. } | Aside::OnTrial { .. } => now.ejected += 1,
            }
        }
        (std::mem::replace(&mut self.told, now), now)
    }

    fn arrange(&mut self) {
        let ready = self.all.iter().filter(|place| place.aside.is_none());
        self.ready = ready.map(|place| place.candidate.clone()).collect();
        let aside = self.all.iter().filter_map(|place| place.aside);
        self.due = aside.map(Aside::until).min();
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.all).finish()
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.aside {
            None => "in rotation",
            Some(Aside::Unreachable { .. }) => "unreachable",
            Some(Aside::Ejected { .. }) => "ejected",
            Some(Aside::OnTrial { .. }) => "on trial",
        };
        write!(f, "{:?} {state}", self.candidate)
    }
}

impl Aside {
    fn until(self) -> Instant {
        match self {
            Self::Unreachable { until }
            | Self::Ejected { until, .. }
            | Self::OnTrial { until, .. } => until,
        }
    }
}
