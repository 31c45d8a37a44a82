//! Which servers of a pool get calls: those in rotation, and those that wait at its side. No I/O, and time comes in.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::time::Instant;

use super::member::Member;
use super::policy::Candidate;
use crate::Backoff;

/// The servers of a pool.
#[derive(Default)]
pub(super) struct Rotation {
    /// All, in order of priority, then address.
    all: Vec<Candidate>,
    /// Those that get calls, in the same order.
    ready: Vec<Candidate>,
    aside: Vec<Aside>,
    /// When the first of those at the side is due.
    due: Option<Instant>,
}

/// A server that gets no calls for now.
struct Aside {
    member: Arc<Member>,
    why: Why,
}

enum Why {
    /// It cannot be connected to before this time.
    Unreachable(Instant),
    /// It has failed too often. Ejected so many times in a row.
    Ejected { until: Instant, times: u32 },
    /// One call finds out whether it is well again.
    OnTrial { times: u32 },
}

impl Rotation {
    pub(super) fn all(&self) -> &[Candidate] {
        &self.all
    }

    /// Those that get calls.
    pub(super) fn ready(&self) -> &[Candidate] {
        &self.ready
    }

    /// Whether somebody at the side may be due. Reads the clock only if somebody is there.
    pub(super) fn is_due(&self) -> bool {
        self.due.is_some_and(|due| due <= Instant::now())
    }

    /// Replaces the servers. What is known of those that stay stays.
    pub(super) fn replace(&mut self, members: impl Iterator<Item = Arc<Member>>) {
        self.all = members.map(Candidate).collect();
        self.all.sort_by(|a, b| a.0.endpoint.cmp(&b.0.endpoint));
        let all = set(self.all.iter().map(|one| &one.0));
        self.aside
            .retain(|aside| all.contains(&Arc::as_ptr(&aside.member)));
        self.arrange();
    }

    /// Takes in whoever is due: the unreachable get another chance. Gives one that was ejected and is on trial from now.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Arc<Member>> {
        let still = |aside: &Aside| !matches!(aside.why, Why::Unreachable(until) if until <= now);
        self.aside.retain(still);
        let on_trial = self.aside.iter_mut().find_map(|aside| match aside.why {
            Why::Ejected { until, times } if until <= now => {
                aside.why = Why::OnTrial { times };
                Some(aside.member.clone())
            }
            Why::Ejected { .. } | Why::Unreachable(_) | Why::OnTrial { .. } => None,
        });
        self.arrange();
        on_trial
    }

    /// No calls for a server that cannot be connected to before `until`.
    pub(super) fn unreachable(&mut self, member: &Arc<Member>, until: Instant) {
        self.put_aside(member, Why::Unreachable(until), until);
    }

    /// No calls for a server that fails, unless it is one of too few.
    pub(super) fn eject(&mut self, member: &Arc<Member>, pauses: &Backoff) -> bool {
        let ejected = |aside: &&Aside| !matches!(aside.why, Why::Unreachable(_));
        let ejected = self.aside.iter().filter(ejected).count();
        let too_many = (ejected + 1) * 2 > self.all.len() || self.ready.len() < 2;
        let until = Instant::now() + pauses.half_jitter(1);
        !too_many && self.put_aside(member, Why::Ejected { until, times: 1 }, until)
    }

    /// A trial has gone well.
    pub(super) fn readmit(&mut self, member: &Arc<Member>) {
        self.aside
            .retain(|aside| !Arc::ptr_eq(&aside.member, member));
        self.arrange();
    }

    /// A trial has gone badly.
    pub(super) fn eject_again(&mut self, member: &Arc<Member>, pauses: &Backoff) {
        self.after_trial(member, |times| {
            let times = times.saturating_add(1);
            let until = Instant::now() + pauses.half_jitter(times);
            Why::Ejected { until, times }
        });
    }

    /// A trial has not taken place: the next call may be one, not before `until`.
    pub(super) fn try_again(&mut self, member: &Arc<Member>, until: Instant) {
        self.after_trial(member, |times| Why::Ejected { until, times });
    }

    fn after_trial(&mut self, member: &Arc<Member>, why: impl Fn(u32) -> Why) {
        for aside in &mut self.aside {
            if Arc::ptr_eq(&aside.member, member)
                && let Why::OnTrial { times } = aside.why
            {
                aside.why = why(times);
            }
        }
        self.arrange();
    }

    /// Takes a server out of those that get calls; `false` if it is not among them. One after the other can go so.
    fn put_aside(&mut self, member: &Arc<Member>, why: Why, until: Instant) -> bool {
        let is_it = |one: &Candidate| Arc::ptr_eq(&one.0, member);
        let Some(place) = self.ready.iter().position(is_it) else {
            return false;
        };
        self.ready.remove(place);
        let member = member.clone();
        self.aside.push(Aside { member, why });
        self.due = Some(self.due.map_or(until, |due| due.min(until)));
        true
    }

    fn arrange(&mut self) {
        let aside = set(self.aside.iter().map(|aside| &aside.member));
        let is_ready = |one: &&Candidate| !aside.contains(&Arc::as_ptr(&one.0));
        self.ready = self.all.iter().filter(is_ready).cloned().collect();
        let until = |aside: &Aside| match aside.why {
            Why::Unreachable(until) | Why::Ejected { until, .. } => Some(until),
            Why::OnTrial { .. } => None,
        };
        self.due = self.aside.iter().filter_map(until).min();
    }
}

/// Which servers these are. There can be thousands, so they are not looked for one by one.
fn set<'a>(members: impl Iterator<Item = &'a Arc<Member>>) -> BTreeSet<*const Member> {
    members.map(Arc::as_ptr).collect()
}
