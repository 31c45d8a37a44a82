//! Slow policies: other calls continue, and so do updates from the source.

use std::sync::Mutex;
use std::sync::mpsc;
use std::time::Duration;

use sinew::balance::{Asked, Balancer, Candidate, Policy};
use tokio::sync::mpsc::unbounded_channel;

use crate::fleet::{nodes, warm_up};
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
