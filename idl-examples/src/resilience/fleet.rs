//! The servers. Each keeps its address and its queue when it is restarted.

use std::sync::Arc;

use sinew::{Ctx, Server, Status};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::client::Counter;
use crate::idl::queue::{Job, Jobs, JobsServer};

/// Takes jobs and counts them.
#[derive(Clone, Default)]
struct Queue {
    taken: Arc<Counter>,
}

impl Jobs for Queue {
    async fn submit(&self, _cx: Ctx, _job: Job) -> Result<u64, Status> {
        self.taken.add();
        Ok(self.taken.count())
    }

    async fn taken(&self, _cx: Ctx) -> Result<u64, Status> {
        Ok(self.taken.count())
    }
}

/// All servers.
pub(super) struct Fleet {
    nodes: Vec<Node>,
}

struct Node {
    address: String,
    queue: Queue,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Fleet {
    /// Starts this many servers, on free ports.
    pub(super) async fn start(count: usize) -> Result<Self, Status> {
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(Node::start("127.0.0.1:0", Queue::default()).await?);
        }
        Ok(Self { nodes })
    }

    /// Their addresses.
    pub(super) fn addresses(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.address.clone()).collect()
    }

    /// Stops a server, which finishes the calls it has taken, and starts it again on the same port.
    pub(super) async fn restart(&mut self, place: usize) -> Result<(), Status> {
        let node = self.nodes.remove(place);
        let (address, queue) = (node.address.clone(), node.queue.clone());
        node.stop().await;
        self.nodes
            .insert(place, Node::start(&address, queue).await?);
        Ok(())
    }

    /// Waits until a server has taken another job.
    pub(super) async fn until_called(&self, place: usize) {
        let taken = &self.nodes[place].queue.taken;
        taken.reaches(taken.count() + 1).await;
    }

    /// Stops all servers, and returns how many jobs they have taken.
    pub(super) async fn stop(self) -> u64 {
        let mut taken = 0;
        for node in self.nodes {
            let queue = node.queue.clone();
            node.stop().await;
            taken += queue.taken.count();
        }
        taken
    }
}

impl Node {
    async fn start(address: &str, queue: Queue) -> Result<Self, Status> {
        let server = Server::new().add(JobsServer::new(queue.clone()));
        let listening = server.bind(address).await?;
        let address = listening.local_addr().to_string();
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(listening.run_until(stopped));
        Ok(Self {
            address,
            queue,
            stop,
            running,
        })
    }

    async fn stop(self) {
        // Only an error if the server has stopped already.
        let _ = self.stop.send(());
        if let Err(error) = self.running.await {
            eprintln!("a server ended badly: {error}");
        }
    }
}
