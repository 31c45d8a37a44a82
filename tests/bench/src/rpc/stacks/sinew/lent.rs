//! Sinew with a handler that borrows its orders.

use std::net::SocketAddr;

use sinew::{Connect, Ctx, Server, Status};
use tokio::net::TcpListener;

use super::limits;
use crate::rpc::report::Kind;
use crate::rpc::scenario::{Method, Scenario};
use crate::rpc::stacks::{Failure, Stack};
use crate::wire::datasets::order::Order as Plain;
use crate::wire::peers::sinew::generated::order::{Order, OrderView};
use crate::wire::peers::sinew::generated::rpc::{Looking, LookingClient, LookingServer};

/// The stack.
pub struct Lent;

struct Handler;

impl Looking for Handler {
    async fn place_order(&self, _cx: Ctx, order: OrderView<'_>) -> Result<i64, Status> {
        Ok(order.total_cents)
    }
}

impl Stack for Lent {
    const NAME: &'static str = "Sinew, views";
    const KIND: Kind = Kind::Sinew;

    type Client = LookingClient;
    type Order = Order;
    type Body = Vec<u8>;

    fn carries(scenario: &Scenario) -> bool {
        scenario.method == Method::PlaceOrder
    }

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let server = Server::new()
            .limits(limits())
            .add(LookingServer::new(Handler));
        server.listen(listener)?.run().await;
        Ok(())
    }

    async fn connect(address: SocketAddr) -> Result<LookingClient, Failure> {
        let channel = Connect::new()
            .limits(limits())
            .to(address.to_string())
            .await?;
        Ok(LookingClient::new(channel))
    }

    fn order(plain: &Plain) -> Order {
        plain.into()
    }

    async fn echo(_: &LookingClient, _: Vec<u8>) -> Result<Vec<u8>, Failure> {
        Err("this service takes orders".into())
    }

    async fn add(_: &LookingClient, _: i64, _: i64) -> Result<i64, Failure> {
        Err("this service takes orders".into())
    }

    async fn place_order(client: &LookingClient, order: Order) -> Result<i64, Failure> {
        Ok(client.place_order(order).await?)
    }
}
