//! Sinew with strings and bytes that share the memory of their message.

use std::net::SocketAddr;
use std::sync::LazyLock;

use sinew::{Bytes, Connect, Ctx, DecodeLimits, Message, PeerShape, Server, Status, Tx};
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

/// The shape of orders, as a connection would have it.
static OWN: LazyLock<PeerShape> = LazyLock::new(|| {
    PeerShape::parse(Order::shape().head()).expect("a generated shape can be read")
});

handler!(Bytes);

impl Stack for Shared {
    const NAME: &'static str = "Sinew, shared texts and bytes";
    const KIND: Kind = Kind::Sinew;

    calls!(Bytes);

    async fn serve(listener: TcpListener) -> Result<(), Failure> {
        let server = Server::new()
            .limits(limits())
            .add(BenchServer::new(Handler));
        server.listen(listener)?.run().await;
        Ok(())
    }

    async fn connect(address: SocketAddr) -> Result<BenchClient, Failure> {
        let channel = Connect::new()
            .limits(limits())
            .to(address.to_string())
            .await?;
        Ok(BenchClient::new(channel))
    }

    /// The strings share one allocation, as in an order from a connection.
    fn order(plain: &Plain) -> Order {
        let mut bytes = Vec::new();
        sinew::encode_body(&Owned::from(plain), &mut bytes).expect("an order is within the limits");
        OWN.decode_shared(&bytes.into(), &DecodeLimits::default())
            .expect("both types are of one schema")
    }
}
