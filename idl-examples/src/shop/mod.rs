//! `shop`: two services on one port, one calling the other, over a schema of
//! several files.

mod client;
mod order_desk;
mod warehouse;

pub use client::client;
pub use order_desk::OrderDesk;
pub use warehouse::Warehouse;

use sinew::Server;

use crate::idl::SOURCES;
use crate::idl::shop::orders::OrdersServer;
use crate::idl::shop::stock::{StockClient, StockServer};

/// A server that answers `shop.stock.Stock` and `shop.orders.Orders`.
///
/// The order desk reaches the warehouse through a client. Here that client
/// calls the server in the same process; `StockClient::connect` would put the
/// network between them, and nothing else would change.
///
/// It publishes its schema: `sinew call ADDRESS` lists its methods.
pub fn server() -> Server {
    let stock = StockServer::new(Warehouse::with_tea());
    let desk = OrderDesk::new(StockClient::new(stock.clone()));
    Server::new()
        .add(stock)
        .add(OrdersServer::new(desk))
        .add_reflection_with([SOURCES])
}
