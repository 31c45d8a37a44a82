//! The minimum cost with orders as structs: the limit, with a client that encodes the order, and a server that decodes
//! and drops it, or views it in place.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::sync::Arc;

use sinew::{DecodeLimits, Message, PeerShape};
use tokio::net::TcpListener;

use super::super::{Failure, Stack};
use super::{Connection, OWNED_ORDER, Raw, SEEN_ORDER, number};
use crate::rpc::report::Kind;
use crate::rpc::scenario::{Method, Scenario};
use crate::wire::datasets::order::Order as Plain;
use crate::wire::peers::sinew::generated::order::Order;

/// The limit [`Raw`], with one of the two servers.
pub struct With<S>(PhantomData<S>);

/// What the server does with an order.
pub trait Use: 'static {
    /// What the stack is called.
    const NAME: &'static str;
    /// How it is asked for it.
    const METHOD: u8;
}

/// Decodes the order into a struct with owned strings.
pub struct Codec;

impl Use for Codec {
    const NAME: &'static str = "raw tokio + codec";
    const METHOD: u8 = OWNED_ORDER;
}

/// Views the order.
pub struct View;

impl Use for View {
    const NAME: &'static str = "raw tokio + view";
    const METHOD: u8 = SEEN_ORDER;
}

impl<S: Use> Stack for With<S> {
    const NAME: &'static str = S::NAME;
    const KIND: Kind = Kind::Limit;

    type Client = Arc<Connection>;
    type Order = Order;
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        scenario.method == Method::PlaceOrder
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        Raw::serve(listener).await
    }

    async fn connect(address: SocketAddr) -> Result<Self::Client, Failure> {
        Raw::connect(address).await
    }

    fn order(plain: &Plain) -> Order {
        plain.into()
    }

    async fn echo(client: &Self::Client, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Raw::echo(client, body).await
    }

    async fn add(client: &Self::Client, left: i64, right: i64) -> Result<i64, Failure> {
        Raw::add(client, left, right).await
    }

    async fn place_order(client: &Self::Client, order: Order) -> Result<i64, Failure> {
        let write = |out: &mut Vec<u8>, _: &mut _| {
            sinew::encode_body(&order, out).expect("an order is within the limits");
        };
        Ok(client
            .call_with(S::METHOD, write, |reply| number(reply))
            .await)
    }
}

/// Reads orders whose writer has the same schema.
#[derive(Default)]
pub(super) struct Reader(Option<PeerShape>);

impl Reader {
    /// The order's total; 0 if it is invalid.
    pub(super) fn order(&mut self, body: &[u8]) -> i64 {
        let limits = DecodeLimits::default();
        let order: Result<Order, _> = self.peer().decode(body, &limits);
        order.map_or(0, |order| order.total_cents)
    }

    /// The same with a view.
    pub(super) fn seen_order(&mut self, body: &[u8]) -> i64 {
        let order = self.peer().view::<Order>(body, &DecodeLimits::default());
        order.map_or(0, |order| order.total_cents)
    }

    fn peer(&mut self) -> &PeerShape {
        self.0.get_or_insert_with(|| {
            PeerShape::parse(Order::shape().head()).expect("a generated shape can be read")
        })
    }
}
