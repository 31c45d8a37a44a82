//! Real servers and channels with foreign peers: later peers are served, and earlier honest ones still are.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sinew::{Accept, Connect, Ctx, Limits, Peer, Server, Status};
use sinew_promises::idl::trial::{Ledger, LedgerClient, LedgerServer};
use tokio::io::DuplexStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use super::side;
use super::stranger::{ROOM, Stranger, meet};
use crate::Behaviour;
use crate::choices::Choices;

/// A server that foreign peers connect to, one after the other. Some are gone when the next one connects, others are
/// not.
pub(super) fn guests(input: &[u8]) -> Behaviour {
    meet(async {
        let mut choices = Choices::new(input);
        let (come, guests) = unbounded_channel();
        let (stop, serving) = serve(&Arc::new(Mutex::new(guests)));
        let old = client(&come);
        let (mut there, mut heard) = (Vec::new(), Vec::new());
        while !choices.is_empty() {
            let mut stranger = Stranger::new(join(&come), true);
            heard.append(&mut stranger.stay(&mut choices).await);
            if choices.below(2) == 0 {
                there.push(stranger);
            }
            for client in [&old, &client(&come)] {
                let answer = client.echo(vec![7; 100]).await;
                assert_eq!(answer.expect("it is served"), [7; 100]);
            }
        }
        drop((old, stop));
        serving.await.expect("the server ends well");
        Behaviour::of(heard)
    })
}

/// A channel to an address with foreign peers, each followed by an honest one.
pub(super) fn hosts(input: &[u8]) -> Behaviour {
    /// A channel may only notice with a call that the foreign peer is gone.
    const TRIES: usize = 3;
    /// The longest pause between its dials.
    const PAUSE: Duration = Duration::from_secs(10);
    meet(async {
        let mut choices = Choices::new(input);
        let (dialled, hosts) = unbounded_channel();
        let connect = Connect::new().limits(limits()).open_by(move |_| {
            let far = join(&dialled);
            std::future::ready(io::Result::Ok(far))
        });
        let client = LedgerClient::new(connect.lazily_to("somewhere"));
        let (hosts, mut heard) = (Arc::new(Mutex::new(hosts)), Vec::new());
        while !choices.is_empty() {
            let echo = || tokio::spawn(client.echo(vec![7; 100]).owned());
            let calls: Vec<_> = (0..1 + choices.below(6)).map(|_| echo()).collect();
            let host = hosts.lock().await.recv().await.expect("the channel dials");
            let mut stranger = Stranger::new(host, false);
            heard.append(&mut stranger.stay(&mut choices).await);
            drop(stranger);
            let (stop, serving) = serve(&hosts);
            let mut tries = 0;
            while let Err(status) = client.echo(vec![7; 100]).await {
                tries += 1;
                assert!(tries < TRIES, "it is not served: {status}");
                tokio::time::sleep(PAUSE).await;
            }
            for call in calls {
                let ended = call.await.expect("no call panics");
                heard.push(ended.map_or_else(|status| status.code() as usize, |_| 0));
            }
            drop(stop);
            serving.await.expect("the server ends well");
        }
        Behaviour::of(heard)
    })
}

/// Small limits; connections last, however long the foreign peers do.
fn limits() -> Limits {
    let mut limits = side::limits();
    (limits.client_idle, limits.server_idle) = (Duration::MAX, Duration::MAX);
    limits
}

/// Connections within this process.
#[derive(Clone)]
struct Guests(Arc<Mutex<UnboundedReceiver<DuplexStream>>>);

impl Accept for Guests {
    type Io = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.lock().await.recv().await {
            Some(guest) => Ok((guest, Peer::unknown())),
            None => std::future::pending().await,
        }
    }
}

/// A server for anybody, until the first return value is dropped.
fn serve(
    guests: &Arc<Mutex<UnboundedReceiver<DuplexStream>>>,
) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel();
    let server = Server::new().add(LedgerServer::new(Honest));
    let server = server.limits(limits()).listen(Guests(guests.clone()));
    let serving = server.expect("it listens").run_until(stopped);
    (stop, tokio::spawn(serving))
}

/// One end of a transport whose other end is passed to a server.
fn join(come: &UnboundedSender<DuplexStream>) -> DuplexStream {
    let (near, far) = tokio::io::duplex(ROOM);
    // Nobody accepts it once the run is over.
    let _ = come.send(far);
    near
}

fn client(come: &UnboundedSender<DuplexStream>) -> LedgerClient {
    LedgerClient::new(Connect::new().limits(limits()).over(join(come)))
}

/// Does what it is told.
struct Honest;

impl Ledger for Honest {
    async fn once(&self, _: Ctx, id: u64, _: u32) -> Result<u64, Status> {
        Ok(id)
    }

    async fn again(&self, _: Ctx, id: u64, _: u32) -> Result<u64, Status> {
        Ok(id)
    }

    async fn echo(&self, _: Ctx, data: Vec<u8>) -> Result<Vec<u8>, Status> {
        Ok(data)
    }

    async fn blob(&self, _: Ctx, size: u32) -> Result<Vec<u8>, Status> {
        Ok(vec![7; size.min(1 << 20) as usize])
    }

    async fn hold(&self, cx: Ctx, _: Vec<u8>) -> Result<(), Status> {
        cx.cancelled().await;
        Ok(())
    }
}
