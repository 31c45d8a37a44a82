//! What a call that fails was waiting for.

use std::time::Duration;

use sinew::balance::Balancer;
use sinew::discover::List;
use sinew::{Code, Connect, Phase, Reached, Server};
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
    // A client sends its first call ahead of the server's hello.
    for (until, phases) in [
        (Until::Dialing, [Phase::Dial, Phase::Dial]),
        (Until::Hello, [Phase::Await, Phase::Handshake]),
        (Until::Answer, [Phase::Await, Phase::Await]),
    ] {
        let balanced = Balancer::new(List::new(["one"])).connect(connect(until));
        for channel in [connect(until).lazily_to("one"), balanced.channel()] {
            let client = ProbeClient { channel };
            for phase in phases {
                let late = client.wait().timeout(Duration::from_secs(2)).await;
                let status = late.expect_err("it is late");
                let told = (status.code(), status.phase());
                assert_eq!(told, (Code::DeadlineExceeded, Some(phase)), "{status}");
                assert_eq!(status.reached() == Reached::No, phase != Phase::Await);
            }
        }
    }
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
