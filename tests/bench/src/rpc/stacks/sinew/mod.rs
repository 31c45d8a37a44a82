//! Sinew, with the code that its compiler generates from `rpc.idl`, set up in several ways.

#[macro_use]
mod calls;

pub mod additions;
mod certificate;
pub mod lent;
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

/// Settings of servers and clients, with defaults.
pub trait Setup: 'static {
    /// What the stack is called.
    const NAME: &'static str;
    /// What the stack is.
    const KIND: Kind = Kind::Addition;

    /// The loads that it carries; by default those for additions.
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

/// The default settings.
pub struct Plain;

impl Setup for Plain {
    const NAME: &'static str = "Sinew";
    const KIND: Kind = Kind::Sinew;

    fn carries(_: &Scenario) -> bool {
        true
    }
}

handler!(Vec<u8>);

/// The default limits, except for the number of calls that the scenarios have in flight.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.calls = 1024;
    limits
}

/// Both sides poll for a while before they sleep.
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

    calls!(Vec<u8>);

    fn carries(scenario: &Scenario) -> bool {
        S::carries(scenario)
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let server = Server::new()
            .limits(S::limits(limits()))
            .add(BenchServer::new(Handler));
        S::server(server).listen(listener)?.run().await;
        Ok(())
    }

    async fn connect(address: SocketAddr) -> Result<BenchClient, Failure> {
        let connect = S::connect(Connect::new().limits(S::limits(limits())));
        let channel = connect.to(address.to_string()).await?;
        Ok(BenchClient::new(S::channel(channel)))
    }

    fn order(plain: &PlainOrder) -> Order {
        plain.into()
    }
}
