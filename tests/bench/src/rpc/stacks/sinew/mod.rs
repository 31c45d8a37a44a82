//! Sinew, with the code that its compiler generates from `rpc.idl`, set up in several ways.

pub mod additions;
mod certificate;
mod recorder;
pub mod shared;

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::time::Duration;

use sinew::{Channel, Connect, Ctx, Limits, Server, Status, Tx};
use tokio::net::TcpListener;

use super::{Failure, Stack};
use crate::rpc::report::Kind;
use crate::rpc::scenario::{Method, Placement, Scenario};
use crate::wire::datasets::order::Order as PlainOrder;
use crate::wire::peers::sinew::generated::order::Order;
use crate::wire::peers::sinew::generated::rpc::{Bench, BenchClient, BenchServer};

/// The stack, set up in one way.
pub struct Sinew<S>(PhantomData<S>);

/// How servers and clients are set up; what is not said stays as it is by default.
pub trait Setup: 'static {
    /// What the stack is called.
    const NAME: &'static str;
    /// What the stack is.
    const KIND: Kind = Kind::Addition;

    /// The loads that it is for; by default those under which additions are compared.
    fn carries(scenario: &Scenario) -> bool {
        scenario.shows_additions()
    }

    /// Sets up the limits of both sides.
    fn limits(limits: Limits) -> Limits {
        limits
    }

    /// Sets up a server.
    fn server(server: Server) -> Server {
        server
    }

    /// Sets up how clients connect.
    fn connect(connect: Connect) -> Connect {
        connect
    }

    /// Sets up a client.
    fn channel(channel: Channel) -> Channel {
        channel
    }
}

/// Nothing is set up.
pub struct Plain;

impl Setup for Plain {
    const NAME: &'static str = "Sinew";
    const KIND: Kind = Kind::Sinew;

    fn carries(_: &Scenario) -> bool {
        true
    }
}

struct Handler;

impl Bench for Handler {
    async fn echo(&self, _cx: Ctx, body: Vec<u8>) -> Result<Vec<u8>, Status> {
        Ok(body)
    }

    async fn add(&self, _cx: Ctx, left: i64, right: i64) -> Result<i64, Status> {
        Ok(left.wrapping_add(right))
    }

    async fn place_order(&self, _cx: Ctx, order: Order) -> Result<i64, Status> {
        Ok(order.total_cents)
    }

    async fn items(
        &self,
        _cx: Ctx,
        size: u32,
        count: u64,
        mut output: Tx<Vec<u8>>,
    ) -> Result<(), Status> {
        let item = vec![0x5a; size as usize];
        for _ in 0..count {
            output.send_ref(&item).await?;
        }
        Ok(())
    }
}

/// The default limits, but for as many calls as the scenarios have in flight.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.calls = 1024;
    limits
}

/// Both sides look for the other's next bytes for a while before they sleep.
pub struct Spinning;

impl Setup for Spinning {
    const NAME: &'static str = "Sinew, spinning 20 µs";
    const KIND: Kind = Kind::Sinew;

    fn carries(scenario: &Scenario) -> bool {
        scenario.in_flight == 1
            && scenario.placement == Placement::SplitCores
            && matches!(scenario.method, Method::Echo(_))
    }

    fn limits(mut limits: Limits) -> Limits {
        limits.spin = Duration::from_micros(20);
        limits
    }
}

impl<S: Setup> Stack for Sinew<S> {
    const NAME: &'static str = S::NAME;
    const KIND: Kind = S::KIND;

    type Client = BenchClient;
    type Order = Order;
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        S::carries(scenario)
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let server = Server::new()
            .limits(S::limits(limits()))
            .add(BenchServer::new(Handler));
        Ok(S::server(server).serve(listener).await?)
    }

    async fn connect(address: SocketAddr) -> Result<BenchClient, Failure> {
        let connect = S::connect(Connect::new().limits(S::limits(limits())));
        let channel = connect.to(address.to_string()).await?;
        Ok(BenchClient::new(S::channel(channel)))
    }

    fn order(plain: &PlainOrder) -> Order {
        plain.into()
    }

    async fn echo(client: &BenchClient, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Ok(client.echo(body).await?)
    }

    async fn add(client: &BenchClient, left: i64, right: i64) -> Result<i64, Failure> {
        Ok(client.add(left, right).await?)
    }

    async fn place_order(client: &BenchClient, order: Order) -> Result<i64, Failure> {
        Ok(client.place_order(order).await?)
    }

    async fn stream(
        client: &BenchClient,
        bytes: usize,
        items: usize,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> Result<(), Failure> {
        let mut stream = client.items(bytes as u32, items as u64).await?;
        while let Some(item) = stream.recv().await? {
            take(&item)?;
        }
        Ok(())
    }
}
