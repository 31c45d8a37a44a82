//! Policies and ejection rules without servers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::eject::Eject;
use super::member::{Judge, Member, Sign, Ticket};
use super::policies::{LeastLoaded, Priority, Random, Rendezvous, RoundRobin, Weighted};
use super::policy::{Asked, Candidate, Policy};
use super::pool::Shared;
use crate::discover::Endpoint;
use crate::transport::Remote;
use crate::{Connect, Metadata, MethodRef, Reached, Reply, Status};

fn candidates(endpoints: impl IntoIterator<Item = Endpoint>) -> Vec<Candidate> {
    let candidate = |endpoint: Endpoint| {
        let address = endpoint.shared_address();
        let remote = Remote::to(address.clone(), Connect::new());
        let member = Member::new(address, remote, Weak::<Shared>::new());
        Candidate { endpoint, member }
    };
    endpoints.into_iter().map(candidate).collect()
}

fn weighing(weights: &[u32]) -> Vec<Candidate> {
    let endpoint = |(place, weight): (usize, &u32)| {
        Endpoint::new(format!("10.0.0.{place}:7000")).with_weight(*weight)
    };
    candidates(weights.iter().enumerate().map(endpoint))
}

/// Chooses for a call with this key.
fn pick(policy: &impl Policy, candidates: &[Candidate], key: &str) -> usize {
    let mut metadata = Metadata::new();
    metadata.append(Metadata::ROUTE, key);
    let call = Asked {
        method: &MethodRef::defined("test.Probe".into(), "echo".into(), None),
        metadata: &metadata,
    };
    policy.pick(&call, candidates)
}

/// How often each server is chosen.
fn counts(policy: &impl Policy, candidates: &[Candidate], calls: usize) -> Vec<usize> {
    let mut counts = vec![0; candidates.len()];
    for call in 0..calls {
        counts[pick(policy, candidates, &format!("key-{call}"))] += 1;
    }
    counts
}

#[test]
fn round_robin_takes_turns() {
    let policy = RoundRobin::new();
    assert_eq!(counts(&policy, &weighing(&[1, 1, 5]), 300), [100; 3]);
}

#[test]
fn chance_is_even_or_as_the_weights_say() {
    let counts_of = |weights: &[u32]| counts(&Weighted, &weighing(weights), 4000);
    let even = counts(&Random, &weighing(&[1, 9]), 4000);
    assert!(even.iter().all(|count| *count > 1700), "{even:?}");
    let uneven = counts_of(&[1, 3]);
    assert!((800..1200).contains(&uneven[0]), "{uneven:?}");
    assert_eq!(counts_of(&[0, 7, 0]), [0, 4000, 0]);
    assert!(counts_of(&[0, 0]).iter().all(|count| *count > 1700));
    assert_eq!(counts_of(&[u32::MAX]), [4000]);
}

#[test]
fn the_less_loaded_for_its_weight_is_chosen() {
    let two = weighing(&[1, 1]);
    let busy: Vec<_> = (0..5)
        .map(|_| Ticket::new(two[0].member.clone(), false))
        .collect();
    assert_eq!(counts(&LeastLoaded, &two, 100), [0, 100]);
    drop(busy);
    assert_eq!(two[0].in_flight(), 0);
    // 12 calls at weight 4 are less than 5 at weight 1.
    let two = weighing(&[4, 1]);
    let _busy: Vec<_> = (0..17)
        .map(|call| Ticket::new(two[usize::from(call > 11)].member.clone(), false))
        .collect();
    assert_eq!(counts(&LeastLoaded, &two, 100), [100, 0]);
    // A server of weight 0 gets nothing, however busy the others are.
    let four = weighing(&[0, 0, u32::MAX, 0]);
    let _busy: Vec<_> = (0..9)
        .map(|_| Ticket::new(four[2].member.clone(), false))
        .collect();
    assert_eq!(counts(&LeastLoaded, &four, 100), [0, 0, 100, 0]);
    let none = counts(&LeastLoaded, &weighing(&[0, 0]), 400);
    assert!(none.iter().all(|count| *count > 100), "{none:?}");
}

#[test]
fn keys_stay_when_servers_come_and_go() {
    let five = weighing(&[1; 5]);
    let policy = Rendezvous::new();
    let chosen = |from: &[Candidate]| -> BTreeMap<u32, String> {
        let at = |key: u32| {
            from[pick(&policy, from, &key.to_string())]
                .address()
                .to_owned()
        };
        (0..1000).map(|key| (key, at(key))).collect()
    };
    let (before, again) = (chosen(&five), chosen(&five));
    assert_eq!(before, again);
    let after = chosen(&five[..4]);
    let gone = five[4].address();
    for (key, address) in &before {
        assert!(
            *address == gone || after[key] == *address,
            "{key} has moved"
        );
    }
    let shares = counts(&policy, &five, 5000);
    assert!(
        shares.iter().all(|share| (800..1200).contains(share)),
        "{shares:?}"
    );
}

#[test]
fn heavier_servers_have_more_keys() {
    let policy = Rendezvous::new();
    let shares = counts(&policy, &weighing(&[1, 3, 0]), 4000);
    assert!((850..1150).contains(&shares[0]), "{shares:?}");
    assert_eq!(shares[2], 0);
    let idle = counts(&policy, &weighing(&[0, 0]), 4000);
    assert!(idle.iter().all(|count| *count > 1700), "{idle:?}");
}

#[test]
fn the_first_priority_that_is_there_takes_all() {
    let endpoint = |place: u32, priority| {
        Endpoint::new(format!("10.0.0.{place}:7000")).with_priority(priority)
    };
    let all = candidates([
        endpoint(1, 0),
        endpoint(2, 0),
        endpoint(3, 1),
        endpoint(4, 2),
    ]);
    let policy = Priority::new(RoundRobin::new());
    assert_eq!(counts(&policy, &all, 10), [5, 5, 0, 0]);
    assert_eq!(counts(&policy, &all[1..], 10), [10, 0, 0]);
    assert_eq!(counts(&policy, &all[2..], 10), [10, 0]);
}

/// Whether the rules have ejected the server.
#[derive(Default)]
struct Verdict(AtomicBool);

impl Judge for Verdict {
    fn judge(&self, _: &Arc<Member>, sign: Sign) {
        if let Sign::Failed {
            in_a_row,
            is_telling: true,
        } = sign
            && Eject::new().is_enough(in_a_row)
        {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_is_late_for_all_before_that_is_held_against_it() {
    let verdict = Arc::new(Verdict::default());
    let judge = Arc::downgrade(&verdict);
    let remote = Remote::to("10.0.0.1:7000", Connect::new());
    let member = Member::new("10.0.0.1:7000".into(), remote, judge);
    let ends = |result| Ticket::new(member.clone(), false).end(&result);
    let late = || {
        ends(Err(
            Status::deadline_exceeded("").with_reached(Reached::Maybe)
        ))
    };
    let pass = |millis| tokio::time::advance(Duration::from_millis(millis));
    let is_ejected = || verdict.0.swap(false, Ordering::Relaxed);
    // Hasty callers, while somebody is answered now and then.
    for _ in 0..10 {
        for _ in 0..99 {
            late();
            pass(1).await;
        }
        ends(Ok(Reply::to_oneway()));
    }
    assert!(!is_ejected());
    // Nobody is answered for twice the usual pause.
    for _ in 0..8 {
        assert!(!is_ejected());
        late();
        pass(25).await;
    }
    late();
    assert!(is_ejected());
    // The bound has an upper limit.
    pass(60_000).await;
    ends(Ok(Reply::to_oneway()));
    late();
    pass(1_999).await;
    for _ in 0..5 {
        late();
        assert!(!is_ejected());
    }
    pass(1).await;
    late();
    assert!(is_ejected());
    ends(Ok(Reply::to_oneway()));
    // Errors other than timeouts count at once.
    for _ in 0..5 {
        assert!(!is_ejected());
        ends(Err(Status::internal("")));
    }
    assert!(is_ejected());
}
