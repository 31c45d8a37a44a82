//! Servers that share the calls: keeps the set up to date, and reacts to failures. Which call goes where is decided in
//! `route`.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::change::Change;
use super::eject::Eject;
use super::feed::Begin;
use super::member::{Judge, Member, Sign};
use super::policy::{Candidate, Policy};
use super::rotation::Rotation;
use super::route::One;
use super::seek::Seeking;
use crate::discover::Endpoint;
use crate::figures::Servers;
use crate::report::{self, About};
use crate::tally::Tally;
use crate::transport::{Remote, Standing, too_many_calls};
use crate::watchers::Bell;
use crate::{Channel, Connect, Phase, Reached, Result, Retries, Status, figures, task};

/// How long to wait before the next trial of a server that was still being dialed when its trial was abandoned.
const DIALED_TRIAL: Duration = Duration::from_secs(1);

/// Servers that take calls together. Cheap to clone; the connections live as long as one clone or a channel does.
#[derive(Clone)]
pub struct Pool(pub(super) Arc<Shared>);

pub(crate) struct Shared {
    pub(super) policy: Box<dyn Policy>,
    pub(super) eject: Eject,
    pub(super) connect: Connect,
    state: RwLock<State>,
    /// Notified when the first set or the first failure has arrived.
    heard: Notify,
    /// Calls that wait for that, or for a connection.
    pub(super) waiting: Arc<Tally>,
    pub(super) seeking: Seeking,
    /// The source, while no task asks it.
    resting: Mutex<Option<Begin>>,
    /// Whether it is there.
    rests: AtomicBool,
    /// Rings when the pool is dropped: nobody needs the source any more.
    pub(super) gone: Arc<Bell>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) rotation: Rotation,
    /// Why no set has arrived yet.
    failure: Option<Status>,
}

impl Pool {
    pub(super) fn new(policy: Box<dyn Policy>, eject: Eject, connect: Connect) -> Self {
        Self(Arc::new(Shared {
            policy,
            eject,
            connect,
            state: RwLock::default(),
            heard: Notify::new(),
            waiting: Arc::default(),
            seeking: Seeking::default(),
            resting: Mutex::default(),
            rests: AtomicBool::new(false),
            gone: Arc::default(),
        }))
    }

    /// A channel whose calls go to one of the servers each, and to another if a retry helps. It has [`Retries::new`].
    pub fn channel(&self) -> Channel {
        Channel::to(self.clone(), self.0.connect.limits.timeout).retry(Retries::new())
    }

    /// A channel to each of the current servers, in order of their addresses, once they are known.
    ///
    /// # Errors
    /// The source's error, as long as it has never named a server.
    pub async fn each(&self) -> Result<Vec<(Arc<str>, Channel)>> {
        self.0.feed()?;
        self.0.known().await?;
        let state = self.0.read();
        let mut each: Vec<_> = state
            .rotation
            .all()
            .map(|one| {
                let address = one.member.address.clone();
                let channel = Channel::to(One(one.member.clone()), self.0.connect.limits.timeout);
                (address, channel.retry(Retries::new()))
            })
            .collect();
        each.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(each)
    }
}

impl Judge for Shared {
    fn judge(&self, member: &Arc<Member>, sign: Sign) {
        let address = &*member.address;
        match sign {
            Sign::Failed {
                in_a_row,
                is_telling: true,
            } if self.eject.is_enough(in_a_row) => {
                let ejected = self.write().rotation.eject(member, &self.eject.backoff);
                if ejected {
                    report::warn(&"a server is ejected", About::at(address));
                    figures::ejected();
                }
            }
            Sign::Failed { .. } => {}
            Sign::Passed => {
                report::info(&"a server is back", About::at(address));
                figures::readmitted();
                self.write().rotation.readmit(member);
            }
            Sign::FailedAgain => {
                let mut state = self.write();
                state.rotation.eject_again(member, &self.eject.backoff);
            }
            Sign::GivenUp => {
                let until = match member.remote.standing() {
                    Standing::Backoff(until) => until,
                    Standing::Dialing => Instant::now() + DIALED_TRIAL,
                    Standing::Connected | Standing::Idle => Instant::now(),
                };
                self.write().rotation.try_again(member, until);
            }
        }
    }
}

impl Shared {
    /// Replaces the set of servers. Only the source's task calls this. Most of the work is done without the lock, while
    /// calls go on.
    ///
    /// # Errors
    /// There are too many.
    pub(super) fn update(self: &Arc<Self>, endpoints: Vec<Endpoint>) -> Result<()> {
        let named = endpoints.into_iter().map(|one| (one.shared_address(), one));
        // Of several with the same address, the first counts: it is collected last.
        let named: BTreeMap<Arc<str>, Endpoint> = named.rev().collect();
        let most = self.connect.limits.servers;
        if named.len() > most {
            return Err(too_many(named.len(), most));
        }
        let known = self.known_members();
        let candidate = |(address, endpoint): (Arc<str>, Endpoint)| {
            let member = known.get(&address).cloned();
            let member = member.unwrap_or_else(|| self.member(address));
            Candidate { endpoint, member }
        };
        let candidates = named.into_iter().map(candidate).collect();
        let mut state = self.write();
        let before = state.rotation.replace(candidates);
        state.failure = None;
        drop(state);
        self.heard.notify_waiters();
        drop(before);
        Ok(())
    }

    fn known_members(&self) -> BTreeMap<Arc<str>, Arc<Member>> {
        let state = self.read();
        let members = state.rotation.all().map(|one| one.member.clone());
        members.map(|one| (one.address.clone(), one)).collect()
    }

    fn member(self: &Arc<Self>, address: Arc<str>) -> Arc<Member> {
        let remote = Remote::to(address.clone(), self.connect.clone());
        Member::new(address, remote, self.judge())
    }

    fn judge(self: &Arc<Self>) -> Weak<dyn Judge> {
        Arc::<Self>::downgrade(self)
    }

    /// The source has failed. This has no effect once there are servers.
    pub(super) fn fail(&self, status: Status) {
        self.write().failure = Some(status);
        self.heard.notify_waiters();
    }

    /// Starts the source's task if it is not running.
    ///
    /// # Errors
    /// There is no runtime here. The next call inside one will start it.
    pub(super) fn feed(self: &Arc<Self>) -> Result<()> {
        if !self.rests.load(Ordering::Acquire) {
            return Ok(());
        }
        task::has_runtime()?;
        self.rests.store(false, Ordering::Release);
        let begin = self.resting().take();
        if let Some(begin) = begin {
            // Not under the lock: a runtime that is shutting down drops the task at once.
            task::spawn(begin(self));
        }
        Ok(())
    }

    /// Takes back the source, for the next caller to start its task.
    pub(super) fn let_rest(&self, begin: Begin) {
        *self.resting() = Some(begin);
        self.rests.store(true, Ordering::Release);
    }

    fn resting(&self) -> MutexGuard<'_, Option<Begin>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the first set, for a call: subject to the limit on waiting calls.
    pub(super) async fn known_to_calls(&self) -> Result<()> {
        if let Some(known) = self.read().known() {
            return known;
        }
        let most = self.connect.limits.waiting;
        let waits = self.waiting.enter_below(most);
        let _waits = waits.ok_or_else(|| too_many_calls(most).with_phase(Phase::Resolve))?;
        self.known().await
    }

    /// Waits for the first set.
    async fn known(&self) -> Result<()> {
        loop {
            let mut heard = pin!(self.heard.notified());
            heard.as_mut().enable();
            if let Some(known) = self.read().known() {
                return known;
            }
            heard.await;
        }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> Change<'_> {
        Change::of(self.state.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// Whether there are servers; `None` if no source has said anything yet.
    fn known(&self) -> Option<Result<()>> {
        match &self.failure {
            _ if self.rotation.all().next().is_some() => Some(Ok(())),
            Some(status) => Some(Err(status.clone())),
            None => None,
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.read();
        f.debug_tuple("Pool").field(&state.rotation).finish()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.gone.ring();
        let (told, _) = self.write().rotation.take_counts();
        figures::servers(told, Servers::default());
    }
}

fn too_many(named: usize, most: usize) -> Status {
    let message = format!("the source of servers names {named}, the limit `servers` is {most}");
    Status::unavailable(message)
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}
