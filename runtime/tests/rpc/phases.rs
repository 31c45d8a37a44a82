//! The phases in which calls fail.

use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::List;
use sinew::{Code, Connect, Phase, Reached, Server, Status};
use tokio::io::DuplexStream;

use crate::probe::{Probe, ProbeClient};

/// How far a server lets its clients come.
#[derive(Clone, Copy)]
enum Until {
    Dialing,
    Hello,
    Answer,
}

fn connect(until: Until) -> Connect {
    Connect::new().open_by(move |_| async move {
        let (near, far) = tokio::io::duplex(1 << 16);
        match until {
            Until::Dialing => std::future::pending().await,
            Until::Hello => drop(tokio::spawn(silent(far))),
            Until::Answer => {
                let server = Server::new().add(Probe::default());
                drop(tokio::spawn(server.serve_connection(far)));
            }
        }
        Ok(near)
    })
}

async fn silent(_far: DuplexStream) {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_call_that_runs_out_of_time_says_what_it_waited_for() {
    // A client sends its first call ahead of the server's hello, so it may have been executed.
    let (unsent, sent) = (Reached::No, Reached::Maybe);
    for (until, phase, reached) in [
        (Until::Dialing, Phase::Dial, [unsent, unsent]),
        (Until::Hello, Phase::Handshake, [sent, unsent]),
        (Until::Answer, Phase::Await, [sent, sent]),
    ] {
        let balanced = Balancer::new(List::new(["one"])).connect(connect(until));
        for channel in [connect(until).lazily_to("one"), balanced.channel()] {
            let client = ProbeClient { channel };
            for reached in reached {
                let late = client.wait().timeout(Duration::from_secs(2)).await;
                is_late(late, phase, reached);
            }
        }
    }
}

fn is_late(result: Result<(), Status>, phase: Phase, reached: Reached) {
    let status = result.expect_err("it is late");
    let told = (status.code(), status.phase(), status.reached());
    let expected = (Code::DeadlineExceeded, Some(phase), reached);
    assert_eq!(told, expected, "{status}");
}

#[tokio::test(start_paused = true)]
async fn a_call_without_room_has_waited_to_be_sent() {
    let (near, far) = tokio::io::duplex(1 << 16);
    let (probe, mut one) = (Probe::default(), sinew::Limits::default());
    one.calls = 1;
    let server = Server::new().add(probe.clone()).limits(one);
    tokio::spawn(server.serve_connection(far));
    let client = ProbeClient {
        channel: Connect::new().over(near),
    };
    let _running = tokio::spawn(client.wait().owned());
    probe.began(1).await;
    let second = client.wait().timeout(Duration::from_secs(2)).await;
    is_late(second, Phase::Send, Reached::No);
}

/// Names are looked up on a thread for blocking work, which is busy here.
#[test]
fn a_slow_lookup_is_no_dial() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(1)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let (release, released) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || released.recv());
        let short = Duration::from_millis(20);
        let channel = Connect::new().lazily_to("localhost:9");
        let client = ProbeClient {
            channel: channel.retry(sinew::Retries::never()),
        };
        is_late(
            client.wait().timeout(short).await,
            Phase::Resolve,
            Reached::No,
        );
        let mut limits = sinew::Limits::default();
        limits.dial = short;
        let dialed = Connect::new().limits(limits).to("localhost:9").await;
        let status = dialed.expect_err("nobody looks up");
        let told = (status.code(), status.phase(), status.reached());
        assert_eq!(told, (Code::Unavailable, Some(Phase::Resolve), Reached::No));
        release.send(()).expect("it waits");
        busy.await.expect("no panic").expect("it was told");
    });
}

#[tokio::test(start_paused = true)]
async fn a_handshake_has_its_own_time_whatever_the_call_has() {
    let mut limits = sinew::Limits::default();
    limits.handshake = Duration::from_secs(4);
    let channel = connect(Until::Hello).limits(limits).lazily_to("one");
    let begun = tokio::time::Instant::now();
    let patient = ProbeClient {
        channel: channel.retry(sinew::Retries::never()),
    };
    let late = patient.wait().timeout(Duration::from_secs(3600)).await;
    let status = late.expect_err("nobody says hello");
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(begun.elapsed().as_secs(), 4);
}
