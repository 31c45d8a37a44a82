//! Servers that count their calls, and fail on request.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sinew::balance::{Balancer, Policy};
use sinew::discover::{Endpoint, List};
use sinew::{Server, Service, Status};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::probe::port::Port;
use crate::probe::{Probe, ProbeClient};

/// A server on its own port, which it keeps when it is restarted.
pub struct Node {
    pub address: String,
    port: Port,
    pub probe: Probe,
    calls: Arc<AtomicUsize>,
    failure: Arc<Mutex<Option<Status>>>,
    hangs: Arc<AtomicBool>,
    /// The `id` that calls have in their metadata, recorded before they run.
    ledger: Arc<Mutex<Vec<u64>>>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Node {
    pub async fn start() -> Self {
        let port = Port::free();
        let mut node = Self {
            address: port.address.clone(),
            port,
            probe: Probe::default(),
            calls: Arc::default(),
            failure: Arc::default(),
            hangs: Arc::default(),
            ledger: Arc::default(),
            running: None,
        };
        node.serve(node.port.listen());
        node
    }

    fn serve(&mut self, listener: TcpListener) {
        let (calls, failure) = (self.calls.clone(), self.failure.clone());
        let (ledger, hangs) = (self.ledger.clone(), self.hangs.clone());
        let service = self.probe.clone().layer(move |call, next| {
            calls.fetch_add(1, Ordering::SeqCst);
            if let Some(id) = call.cx.metadata().get("id") {
                let id = id.parse().expect("an id is a number");
                ledger.lock().expect("nobody panics with it").push(id);
            }
            let failure = failure.lock().expect("nobody panics with it").clone();
            let hangs = hangs.load(Ordering::SeqCst);
            async move {
                match failure {
                    _ if hangs => std::future::pending().await,
                    Some(status) => Err(status),
                    None => next.run(call).await,
                }
            }
        });
        let server = Server::new().add(service).listen(listener);
        let server = server.expect("the listener has an address");
        let (stop, stopped) = oneshot::channel();
        self.running = Some((stop, tokio::spawn(server.run_until(stopped))));
    }

    /// Shuts down gracefully.
    pub async fn stop(&mut self) {
        if let Some((stop, task)) = self.running.take() {
            stop.send(()).expect("it runs");
            task.await.expect("it ends well");
        }
    }

    /// Stops abruptly.
    pub async fn kill(&mut self) {
        if let Some((_stop, task)) = self.running.take() {
            task.abort();
            task.await.expect_err("it was killed");
        }
    }

    /// The ids of calls that have run, as often as they have.
    pub fn ledger(&self) -> Vec<u64> {
        self.ledger.lock().expect("nobody panics with it").clone()
    }

    /// Listens at the same address again.
    pub async fn start_again(&mut self) {
        self.serve(self.port.listen());
    }

    /// Fails all calls from now on, or none.
    pub fn fail(&self, status: Option<Status>) {
        *self.failure.lock().expect("nobody panics with it") = status;
    }

    /// Answers no calls from now on.
    pub fn hang(&self) {
        self.hangs.store(true, Ordering::SeqCst);
    }

    /// The number of calls since this was last called.
    pub fn calls(&self) -> usize {
        self.calls.swap(0, Ordering::SeqCst)
    }
}

/// That many servers.
pub async fn nodes(count: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    for _ in 0..count {
        nodes.push(Node::start().await);
    }
    nodes
}

/// A source with these servers.
pub fn list(nodes: &[Node]) -> List {
    List::new(nodes.iter().map(|node| Endpoint::from(&*node.address)))
}

/// A client of these servers, connected to all of them.
pub async fn client(nodes: &[Node], policy: impl Policy) -> ProbeClient {
    let client = ProbeClient::new(Balancer::new(list(nodes)).policy(policy).channel());
    warm_up(&client, nodes).await;
    client
}

/// Makes calls until each server has had one.
pub async fn warm_up(client: &ProbeClient, nodes: &[Node]) {
    let mut left: Vec<&Node> = nodes.iter().collect();
    while !left.is_empty() {
        client.echo("x").await.expect("the servers run");
        left.retain(|node| node.calls() == 0);
    }
    for node in nodes {
        node.calls();
    }
}

/// The calls of each server.
pub fn calls(nodes: &[Node]) -> Vec<usize> {
    nodes.iter().map(Node::calls).collect()
}
