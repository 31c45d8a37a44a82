//! The stacks under test: what each must offer, and one file for each.

pub mod all;
pub mod capnp;
pub mod looking;
pub mod raw;
pub mod sequential;
pub mod sinew;
pub mod tarpc;
pub mod tonic;
pub mod volo;

use std::error::Error;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::report::Kind;
use super::scenario::Scenario;
use crate::wire::datasets::order::Order;

/// Why a call or a connection failed.
pub type Failure = Box<dyn Error + Send + Sync>;

/// The same service in one stack, over the stack's own types, as a user of the stack would write it.
pub trait Stack: 'static {
    /// Its name, in tables and on command lines.
    const NAME: &'static str;
    /// What it is.
    const KIND: Kind = Kind::Peer;
    /// Why it does not carry some of the loads, as a sentence without its full stop.
    const LACKS: Option<&'static str> = None;

    /// One connection, shared by all callers.
    type Client: Clone + Send + Sync + 'static;
    /// The stack's type of an order.
    type Order: Send + 'static;
    /// The stack's type of bytes.
    type Body: From<Vec<u8>> + AsRef<[u8]> + Send + 'static;

    /// Whether it can carry a load.
    fn carries(scenario: &Scenario) -> bool {
        let _ = scenario;
        true
    }

    /// Serves until it is dropped.
    fn serve(listener: TcpListener) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Opens one connection.
    fn connect(address: SocketAddr) -> impl Future<Output = Result<Self::Client, Failure>> + Send;

    /// An order in the stack's type.
    fn order(plain: &Order) -> Self::Order;

    /// Sends bytes and returns the reply.
    fn echo(
        client: &Self::Client,
        body: Self::Body,
    ) -> impl Future<Output = Result<Self::Body, Failure>> + Send;

    /// The sum of both.
    fn add(
        client: &Self::Client,
        left: i64,
        right: i64,
    ) -> impl Future<Output = Result<i64, Failure>> + Send;

    /// The order's total.
    fn place_order(
        client: &Self::Client,
        order: Self::Order,
    ) -> impl Future<Output = Result<i64, Failure>> + Send;

    /// Calls back for each of this many items of this many bytes in the server's stream.
    fn stream(
        client: &Self::Client,
        bytes: usize,
        items: usize,
        take: impl FnMut(&[u8]) -> Result<(), Failure> + Send,
    ) -> impl Future<Output = Result<(), Failure>> + Send {
        let _ = (client, bytes, items, take);
        async { Err("this stack does not stream".into()) }
    }
}
