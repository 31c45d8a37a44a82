//! A customer who looks around, orders, pays, and triggers every declared error.

use sinew::Status;

use crate::idl::shop::orders::orders::{CheckoutError, CreateError};
use crate::idl::shop::orders::{Card, Order, OrderLine, OrdersClient, Payment};
use crate::idl::shop::stock::StockClient;

/// Orders tea from the shop at `address`.
///
/// # Errors
/// The status of a call that failed for a reason the schema does not declare.
pub async fn client(address: String) -> Result<(), Status> {
    let stock = StockClient::connect(&address).await?;
    let orders = OrdersClient::connect(address).await?;

    orders.ping().await?;
    for article in stock.search("").await? {
        println!(
            "client: {} {} costs {} ({} left)",
            article.sku, article.title, article.price.amount, article.available
        );
    }

    let tea = OrderLine {
        quantity: 2,
        ..OrderLine::new("TEA-0001")
    };
    let order = create(&orders, vec![tea, OrderLine::new("TEA-0002")]).await?;
    pay(&orders, &order, Payment::Card(Card::new("tok_1", "4242"))).await?;
    pay(&orders, &order, Payment::Cash).await?;

    let too_much = OrderLine {
        quantity: 100,
        ..OrderLine::new("TEA-0003")
    };
    let order = create(&orders, vec![OrderLine::new("TEA-0001"), too_much]).await?;
    pay(&orders, &order, Payment::Cash).await?;
    // The checkout took the first line out of stock before it failed at the second.
    let Ok(tea) = stock.article("TEA-0001").await else {
        return Err(Status::not_found("TEA-0001 is gone"));
    };
    println!(
        "client: {} pieces of {} are left, as before",
        tea.available, tea.sku
    );
    Ok(())
}

async fn create(orders: &OrdersClient, lines: Vec<OrderLine>) -> Result<Order, Status> {
    match orders.create("ada", lines).await {
        Ok(order) => {
            println!(
                "client: created order {} with {} lines",
                order.id,
                order.lines.len()
            );
            Ok(order)
        }
        Err(CreateError::Status(status)) => Err(status),
        Err(error) => Err(Status::failed_precondition(error.to_string())),
    }
}

async fn pay(orders: &OrdersClient, order: &Order, payment: Payment) -> Result<(), Status> {
    match orders.checkout(order.id, payment).await {
        Ok(receipt) => println!(
            "client: paid {} for {}",
            receipt.total.amount, receipt.order.id
        ),
        Err(CheckoutError::OutOfStock(error)) => println!("client: cannot pay yet: {error}"),
        Err(CheckoutError::Status(status)) => return Err(status),
        Err(error) => println!("client: refused: {error}"),
    }
    Ok(())
}
