//! Dials several addresses of one server, and takes the first that connects ("happy eyeballs").

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use std::vec::IntoIter;

use tokio::time::{Instant, timeout};

use super::carrier::Carrier;
use super::dial::{failed, late};
use crate::{Phase, Result, Status};

/// How long to wait for one address before trying the next as well.
const PAUSE: Duration = Duration::from_millis(250);
/// How many attempts may run at the same time.
const MOST: usize = 16;

/// An attempt to connect; boxed so that all have the same type.
pub(crate) type Opening<'a> = Pin<Box<dyn Future<Output = io::Result<Carrier>> + Send + 'a>>;

/// The first transport that opens within `limit` since `begun`. Each attempt starts when the previous one has failed,
/// or shortly after that one has started: some addresses of a name may not answer.
pub(super) async fn first_of(
    address: &Arc<str>,
    ways: Vec<Opening<'_>>,
    begun: Instant,
    limit: Duration,
) -> Result<Carrier> {
    let left = limit.saturating_sub(begun.elapsed());
    // However many addresses there are, each gets its turn.
    let share = left / u32::try_from(ways.len()).unwrap_or(u32::MAX).max(1);
    let race = Race {
        address,
        pause: PAUSE.min(share),
        rest: ways.into_iter(),
        tried: Vec::new(),
    };
    match timeout(left, race.run()).await {
        Ok(won) => won,
        Err(_) => Err(late(address, Phase::Dial, limit)),
    }
}

struct Race<'a> {
    address: &'a Arc<str>,
    pause: Duration,
    rest: IntoIter<Opening<'a>>,
    /// Running attempts, oldest first.
    tried: Vec<Opening<'a>>,
}

impl Race<'_> {
    async fn run(mut self) -> Result<Carrier> {
        let mut last = None;
        loop {
            self.begin();
            if self.tried.is_empty() {
                return Err(last.unwrap_or_else(|| nowhere(self.address)));
            }
            let pause = match self.rest.len() {
                0 => Duration::MAX,
                _ => self.pause,
            };
            match timeout(pause, self.ended()).await {
                Ok(Ok(carrier)) => return Ok(carrier),
                Ok(Err(error)) => last = Some(failed(self.address, Phase::Dial, error)),
                Err(_) => {}
            }
        }
    }

    /// Starts the next attempt, if there is one. Gives up the oldest if too many are running.
    fn begin(&mut self) {
        let Some(next) = self.rest.next() else { return };
        if self.tried.len() == MOST {
            drop(self.tried.remove(0));
        }
        self.tried.push(next);
    }

    /// The result of the next attempt that ends.
    async fn ended(&mut self) -> io::Result<Carrier> {
        poll_fn(|cx| {
            for place in 0..self.tried.len() {
                if let Poll::Ready(ended) = self.tried[place].as_mut().poll(cx) {
                    drop(self.tried.remove(place));
                    return Poll::Ready(ended);
                }
            }
            Poll::Pending
        })
        .await
    }
}

fn nowhere(address: &Arc<str>) -> Status {
    let none = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    failed(address, Phase::Resolve, none)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::Code;

    const LIMIT: Duration = Duration::from_secs(12);

    /// What a way does, and after how long: without that it is silent.
    #[derive(Clone, Copy)]
    enum Way {
        Opens(Duration),
        Fails,
        Silent,
    }

    /// What becomes of a dial by these ways, how long it takes, and how many were tried at a time.
    async fn dialed(ways: &[Way]) -> (Result<Carrier>, Duration, usize) {
        let begun = Instant::now();
        let (now, most) = (&AtomicUsize::new(0), &AtomicUsize::new(0));
        let opening = |way: Way| -> Opening<'_> {
            Box::pin(async move {
                let _tried = Tried::new(now, most);
                match way {
                    Way::Opens(after) => tokio::time::sleep(after).await,
                    Way::Fails => return Err(io::ErrorKind::ConnectionRefused.into()),
                    Way::Silent => std::future::pending().await,
                }
                Ok(Carrier::other(tokio::io::duplex(1).0))
            })
        };
        let ways = ways.iter().copied().map(opening).collect();
        let dialed = first_of(&"a name".into(), ways, begun, LIMIT).await;
        (dialed, begun.elapsed(), most.load(Ordering::Relaxed))
    }

    /// One that is tried as long as this lives.
    struct Tried<'a>(&'a AtomicUsize);

    impl<'a> Tried<'a> {
        fn new(now: &'a AtomicUsize, most: &AtomicUsize) -> Self {
            most.fetch_max(now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            Self(now)
        }
    }

    impl Drop for Tried<'_> {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn near(time: Duration, expected: Duration) {
        assert!(
            time.abs_diff(expected) < Duration::from_millis(20),
            "{time:?} and not {expected:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_that_are_silent_hold_up_the_others_for_a_moment() {
        for silent in [0, 1, 2, 5] {
            let mut ways = vec![Way::Silent; silent];
            ways.push(Way::Opens(Duration::ZERO));
            let (dialed, time, _) = dialed(&ways).await;
            assert!(dialed.is_ok());
            near(time, PAUSE * silent as u32);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_fails_makes_place_at_once_and_one_that_is_slow_may_still_win() {
        let slow = 3 * PAUSE / 2;
        let (won, time, _) = dialed(&[Way::Fails, Way::Opens(slow), Way::Silent]).await;
        assert!(won.is_ok());
        near(time, slow);
        let (refused, time, _) = dialed(&[Way::Fails, Way::Fails]).await;
        let status = refused.err().expect("both refuse");
        assert_eq!(status.phase(), Some(Phase::Dial));
        near(time, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_answers() {
        let (silent, time, most) = dialed(&[Way::Silent; 1_000]).await;
        let status = silent.err().expect("nobody answers");
        assert_eq!(
            (status.code(), status.phase()),
            (Code::Unavailable, Some(Phase::Dial))
        );
        near(time, LIMIT);
        assert_eq!(most, MOST);
        let (nowhere, ..) = dialed(&[]).await;
        let status = nowhere.err().expect("there is no address");
        assert_eq!(status.phase(), Some(Phase::Resolve));
    }
}
