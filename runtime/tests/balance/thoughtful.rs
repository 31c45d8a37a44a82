//! Slow policies, and policies that panic: other calls continue, and so do updates from the source.

use std::future::pending;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use sinew::balance::{Asked, Balancer, Candidate, Policy};
use sinew::discover::List;
use sinew::{Code, Connect, Reached, Retries};
use tokio::io::DuplexStream;
use tokio::sync::mpsc::unbounded_channel;

use crate::fleet::{list, nodes, warm_up};
use crate::probe::ProbeClient;
use crate::sources::{Told, endpoints};

/// Chooses the first server, but waits for permission if a call asks for that.
struct Thoughtful {
    thinks: mpsc::Sender<()>,
    may: Mutex<mpsc::Receiver<()>>,
}

impl Policy for Thoughtful {
    fn pick(&self, call: &Asked<'_>, _: &[Candidate]) -> usize {
        if call.metadata.get("hard").is_some() {
            self.thinks.send(()).expect("the test goes on");
            let may = self.may.lock().expect("one call is hard");
            // Much longer than the others need.
            may.recv_timeout(Duration::from_secs(20))
                .expect("the others go on");
        }
        0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn others_go_on_and_servers_come_while_a_policy_thinks() {
    let nodes = nodes(2).await;
    let ((thinks, thinking), (let_go, may)) = (mpsc::channel(), mpsc::channel());
    let (tell, told) = unbounded_channel();
    let may = Mutex::new(may);
    let balancer = Balancer::new(Told(told)).policy(Thoughtful { thinks, may });
    let client = ProbeClient::new(balancer.channel());
    tell.send(Ok(endpoints(&nodes[..1]))).unwrap();
    warm_up(&client, &nodes[..1]).await;

    let hard = tokio::spawn(client.echo("hard").meta("hard", "yes").owned());
    let thinking = tokio::task::spawn_blocking(move || thinking.recv());
    thinking.await.unwrap().expect("it was asked");
    tell.send(Ok(endpoints(&nodes[1..]))).unwrap();
    warm_up(&client, &nodes[1..]).await;
    nodes[0].calls();
    let_go.send(()).expect("it still thinks");
    assert_eq!(hard.await.unwrap().unwrap(), b"hard");
    assert_eq!(nodes[0].calls(), 1, "it was there when the call began");
}

/// Chooses the first so often, and then panics.
struct Wrong(AtomicUsize);

impl Policy for Wrong {
    fn pick(&self, _: &Asked<'_>, _: &[Candidate]) -> usize {
        let left = self.0.fetch_sub(1, Ordering::SeqCst);
        assert_ne!(left, 0, "a bug of the policy");
        0
    }
}

/// Panics where a call asks for that.
struct Hard;

impl Policy for Hard {
    fn pick(&self, call: &Asked<'_>, _: &[Candidate]) -> usize {
        assert!(call.metadata.get("hard").is_none(), "a bug of the policy");
        0
    }
}

#[tokio::test]
async fn a_policy_that_panics_ends_the_call_that_asks_it() {
    let nodes = nodes(1).await;
    let balancer = Balancer::new(list(&nodes)).policy(Hard);
    let client = ProbeClient::new(balancer.channel());
    assert_eq!(client.echo("x").await.unwrap(), b"x");
    let hard = client.echo("x").meta("hard", "yes").await;
    let status = hard.expect_err("nobody has chosen");
    assert_eq!(status.code(), Code::Internal, "{status}");
    assert_eq!(client.echo("x").await.unwrap(), b"x");
}

#[tokio::test(start_paused = true)]
async fn so_it_does_to_the_calls_that_wait_for_a_search() {
    let silent = |_| async { pending::<io::Result<DuplexStream>>().await };
    let balancer = Balancer::new(List::new(["one", "two"])).connect(Connect::new().open_by(silent));
    let policy = Wrong(AtomicUsize::new(1));
    let channel = balancer.policy(policy).channel().retry(Retries::never());
    let status = ProbeClient::new(channel)
        .echo("x")
        .await
        .expect_err("nobody has chosen");
    assert_eq!(
        (status.code(), status.reached()),
        (Code::Unavailable, Reached::No)
    );
    assert!(status.message().contains("panicked"), "{status}");
}
