//! Sinew, with the code that its compiler generates from `rpc.idl`.

use std::net::SocketAddr;

use sinew::{Channel, Ctx, Limits, Server, Status, Tx};
use tokio::net::TcpListener;

use super::{Failure, Stack};
use crate::wire::datasets::order::Order as Plain;
use crate::wire::peers::sinew::generated::order::Order;
use crate::wire::peers::sinew::generated::rpc::{Bench, BenchClient, BenchServer};

/// The stack.
pub struct Sinew;

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

impl Stack for Sinew {
    type Client = BenchClient;
    type Order = Order;

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

    fn order(plain: &Plain) -> Order {
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
