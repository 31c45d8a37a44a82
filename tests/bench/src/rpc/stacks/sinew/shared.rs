//! Sinew with texts and bytes that share the memory of the message that they came in.

use std::net::SocketAddr;

use sinew::{Bytes, Channel, Ctx, DecodeLimits, Message, PeerShape, Server, Status, Tx};
use sinew_bench_shared::order::Order;
use sinew_bench_shared::rpc::{Bench, BenchClient, BenchServer};
use tokio::net::TcpListener;

use super::limits;
use crate::rpc::report::Kind;
use crate::rpc::stacks::{Failure, Stack};
use crate::wire::datasets::order::Order as Plain;
use crate::wire::peers::sinew::generated::order::Order as Owned;

/// The stack.
pub struct Shared;

struct Handler;

impl Bench for Handler {
    async fn echo(&self, _cx: Ctx, body: Bytes) -> Result<Bytes, Status> {
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
        mut output: Tx<Bytes>,
    ) -> Result<(), Status> {
        let item = Bytes::from(vec![0x5a; size as usize]);
        for _ in 0..count {
            output.send_ref(&item).await?;
        }
        Ok(())
    }
}

impl Stack for Shared {
    const NAME: &'static str = "Sinew, shared texts and bytes";
    const KIND: Kind = Kind::Sinew;

    type Client = BenchClient;
    type Order = Order;
    type Body = Bytes;

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let server = Server::new()
            .limits(limits())
            .add(BenchServer::new(Handler));
        Ok(server.serve(listener).await?)
    }

    async fn connect(address: SocketAddr) -> Result<BenchClient, Failure> {
        let channel = Channel::connect_with(address.to_string(), limits()).await?;
        Ok(BenchClient::new(channel))
    }

    /// Its texts share one piece of memory, as those of an order that came by a connection.
    fn order(plain: &Plain) -> Order {
        let mut bytes = Vec::new();
        sinew::encode_body(&Owned::from(plain), &mut bytes).expect("an order is within the limits");
        let shape = Order::shape();
        let peer = PeerShape::parse(shape.head()).expect("a generated shape can be read");
        peer.decode_shared(shape, &bytes.into(), &DecodeLimits::default())
            .expect("both types are of one schema")
    }

    async fn echo(client: &BenchClient, body: Bytes) -> Result<Bytes, Failure> {
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
