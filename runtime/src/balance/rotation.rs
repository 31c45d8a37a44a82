//! Which servers of a pool get calls: those in rotation. The others are set aside, until a given time. No I/O; time is
//! passed in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use tokio::time::Instant;

use super::member::Member;
use super::policy::Candidate;
use crate::Backoff;
use crate::figures::Servers;

/// The servers of a pool. There may be thousands, so no operation is worse than linear.
#[derive(Default)]
pub(super) struct Rotation {
    /// All servers, in order of priority, then address.
    all: Vec<Entry>,
    /// Those in rotation, in the same order; shared with the calls that choose among them.
    ready: Arc<[Candidate]>,
    /// When the first server that is set aside is due.
    due: Option<Instant>,
    /// The counts that metrics know.
    told: Servers,
}

struct Entry {
    candidate: Candidate,
    /// Why it is not in rotation, if it is not.
    aside: Option<Aside>,
}

#[derive(Clone, Copy)]
enum Aside {
    /// It cannot be dialed before this time.
    Unreachable { until: Instant },
    /// Ejected after too many failures, for the `times`th time in a row.
    Ejected { until: Instant, times: u32 },
    /// A trial call is under way. If it takes longer than this, another one may start.
    OnTrial { until: Instant, times: u32 },
}

impl Rotation {
    pub(super) fn all(&self) -> impl Iterator<Item = &Candidate> {
        self.all.iter().map(|entry| &entry.candidate)
    }

    /// The servers in rotation.
    pub(super) fn ready(&self) -> &Arc<[Candidate]> {
        &self.ready
    }

    /// The servers in rotation, and those that could be used if there were no others.
    pub(super) fn reachable(&self) -> impl Iterator<Item = &Candidate> {
        let reachable = self.all.iter().filter(|entry| match entry.aside {
            Some(Aside::Unreachable { .. }) => false,
            Some(Aside::Ejected { .. } | Aside::OnTrial { .. }) | None => true,
        });
        reachable.map(|entry| &entry.candidate)
    }

    /// Whether a server that is set aside may be due. Reads the clock only if there is one.
    pub(super) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Of the servers that are set aside, the one that is due first.
    pub(super) fn first_due(&self) -> Option<&Candidate> {
        let aside = self.all.iter().filter(|entry| entry.aside.is_some());
        let first = aside.min_by_key(|entry| entry.aside.map(Aside::until));
        first.map(|entry| &entry.candidate)
    }

    /// Replaces the servers, and returns the previous ones. Those that stay keep their state.
    pub(super) fn replace(&mut self, mut candidates: Vec<Candidate>) -> impl Sized + use<> {
        candidates.sort_by(|a, b| a.endpoint.cmp(&b.endpoint));
        let aside = |entry: &Entry| Some((Arc::as_ptr(&entry.candidate.member), entry.aside?));
        let known: BTreeMap<_, _> = self.all.iter().filter_map(aside).collect();
        let entry = |candidate: Candidate| Entry {
            aside: known.get(&Arc::as_ptr(&candidate.member)).copied(),
            candidate,
        };
        let all = candidates.into_iter().map(entry).collect();
        let before = std::mem::replace(&mut self.all, all);
        self.arrange();
        before
    }

    /// Puts servers that may be dialed again back into rotation.
    pub(super) fn take_reachable(&mut self, now: Instant) {
        for entry in &mut self.all {
            if let Some(Aside::Unreachable { until }) = entry.aside
                && until <= now
            {
                entry.aside = None;
            }
        }
        self.arrange();
    }

    /// Puts servers that may be dialed again back into rotation. Returns one that was ejected and whose trial begins
    /// now.
    pub(super) fn take_due(&mut self, now: Instant, pauses: &Backoff) -> Option<Arc<Member>> {
        let mut on_trial = None;
        for entry in &mut self.all {
            match entry.aside {
                Some(Aside::Unreachable { until }) if until <= now => entry.aside = None,
                Some(Aside::Ejected { until, times } | Aside::OnTrial { until, times })
                    if until <= now && on_trial.is_none() =>
                {
                    let until = now + pauses.half_jitter(times);
                    entry.aside = Some(Aside::OnTrial { until, times });
                    on_trial = Some(entry.candidate.member.clone());
                }
                Some(Aside::Unreachable { .. } | Aside::Ejected { .. } | Aside::OnTrial { .. })
                | None => {}
            }
        }
        self.arrange();
        on_trial
    }

    /// Sets aside servers that cannot be dialed before these times.
    pub(super) fn unreachable(&mut self, servers: &[(Arc<Member>, Instant)]) {
        let until = |(member, until): &(Arc<Member>, Instant)| (Arc::as_ptr(member), *until);
        let until: BTreeMap<_, _> = servers.iter().map(until).collect();
        for entry in self.all.iter_mut().filter(|entry| entry.aside.is_none()) {
            let until = until.get(&Arc::as_ptr(&entry.candidate.member));
            entry.aside = until.map(|until| Aside::Unreachable { until: *until });
        }
        self.arrange();
    }

    /// Sets a failing server aside. `false` if that would leave too few, or if it is set aside already. With backups, a
    /// priority may lose all its servers.
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

    /// Whether a server in rotation has a later priority than this one.
    fn has_backup_of(&self, member: &Arc<Member>) -> bool {
        let mut ready = self.ready.iter();
        let found = ready.find(|one| Arc::ptr_eq(&one.member, member));
        found.is_some_and(|one| ready.any(|other| other.priority() > one.priority()))
    }

    /// A trial has succeeded.
    pub(super) fn readmit(&mut self, member: &Arc<Member>) {
        for entry in &mut self.all {
            if Arc::ptr_eq(&entry.candidate.member, member) {
                entry.aside = None;
            }
        }
        self.arrange();
    }

    /// A trial has failed.
    pub(super) fn eject_again(&mut self, member: &Arc<Member>, pauses: &Backoff) {
        self.after_trial(member, |times| {
            let times = times.saturating_add(1);
            let until = Instant::now() + pauses.half_jitter(times);
            Aside::Ejected { until, times }
        });
    }

    /// A trial was abandoned. The next call may be one, but not before `until`.
    pub(super) fn try_again(&mut self, member: &Arc<Member>, until: Instant) {
        self.after_trial(member, |times| Aside::Ejected { until, times });
    }

    fn after_trial(&mut self, member: &Arc<Member>, next: impl Fn(u32) -> Aside) {
        self.change(member, |aside| match aside {
            Some(Aside::OnTrial { times, .. }) => Some(next(times)),
            Some(Aside::Unreachable { .. } | Aside::Ejected { .. }) | None => None,
        });
    }

    /// Sets a server aside, or changes why, as `next` says. `false` if it says nothing, or if the server is gone.
    fn change(
        &mut self,
        member: &Arc<Member>,
        next: impl Fn(Option<Aside>) -> Option<Aside>,
    ) -> bool {
        let is_it = |entry: &&mut Entry| Arc::ptr_eq(&entry.candidate.member, member);
        let Some(entry) = self.all.iter_mut().find(is_it) else {
            return false;
        };
        let Some(next) = next(entry.aside) else {
            return false;
        };
        entry.aside = Some(next);
        self.arrange();
        true
    }

    /// The counts when this was last called, and the current ones.
    pub(super) fn take_counts(&mut self) -> (Servers, Servers) {
        let mut now = Servers {
            ready: self.ready.len(),
            ..Servers::default()
        };
        for aside in self.all.iter().filter_map(|entry| entry.aside) {
            match aside {
                Aside::Unreachable { .. } => now.unreachable += 1,
                Aside::Ejected { .. } | Aside::OnTrial { .. } => now.ejected += 1,
            }
        }
        (std::mem::replace(&mut self.told, now), now)
    }

    fn arrange(&mut self) {
        let ready = self.all.iter().filter(|entry| entry.aside.is_none());
        self.ready = ready.map(|entry| entry.candidate.clone()).collect();
        let aside = self.all.iter().filter_map(|entry| entry.aside);
        self.due = aside.map(Aside::until).min();
    }
}

impl fmt::Debug for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.all).finish()
    }
}

impl fmt::Debug for Entry {
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
