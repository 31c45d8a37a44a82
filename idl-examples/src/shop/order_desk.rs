//! Orders in memory; articles and prices come from the stock service.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use sinew::{Ctx, Decimal, Status, Timestamp, Uuid};

use crate::idl::shop::common::{Health, Money, NotFound};
use crate::idl::shop::orders::orders::{CheckoutError, CreateError, GetError};
use crate::idl::shop::orders::{
    MAX_LINES, Order, OrderLine, OrderLocked, OrderState, Orders, Payment, Receipt, TooManyLines,
};
use crate::idl::shop::stock::StockClient;
use crate::idl::shop::stock::stock::{ArticleError, TakeError};

/// Keeps orders and asks the stock service for what they contain.
#[derive(Debug)]
pub struct OrderDesk {
    stock: StockClient,
    orders: Mutex<BTreeMap<Uuid, Order>>,
}

impl OrderDesk {
    /// An order desk without orders.
    pub fn new(stock: StockClient) -> Self {
        Self {
            stock,
            orders: Mutex::default(),
        }
    }

    fn orders(&self) -> MutexGuard<'_, BTreeMap<Uuid, Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The order as it is now, for as long as it may still be changed.
    fn draft(&self, id: Uuid) -> Result<Order, CheckoutError> {
        let order = self.orders().get(&id).cloned();
        let order = order.ok_or_else(|| NotFound::new("order", id.to_string()))?;
        match order.state {
            OrderState::Draft => Ok(order),
            state => Err(OrderLocked::new(id, state).into()),
        }
    }

    /// Takes one line out of stock and gives its price.
    async fn take(&self, cx: &Ctx, line: &OrderLine) -> Result<Money, CheckoutError> {
        let article =
            self.stock
                .article(&line.sku)
                .within(cx)
                .await
                .map_err(|error| match error {
                    ArticleError::NotFound(error) => CheckoutError::from(error),
                    other => Status::from_error(other).into(),
                })?;
        self.stock
            .take(&line.sku, line.quantity)
            .within(cx)
            .await
            .map_err(|error| match error {
                TakeError::NotFound(error) => CheckoutError::from(error),
                TakeError::OutOfStock(error) => error.into(),
                other => Status::from_error(other).into(),
            })?;
        Ok(article.price)
    }
}

impl Health for OrderDesk {
    async fn ping(&self, _cx: Ctx) -> Result<(), Status> {
        Ok(())
    }
}

impl Orders for OrderDesk {
    async fn create(
        &self,
        _cx: Ctx,
        customer: String,
        lines: Vec<OrderLine>,
    ) -> Result<Order, CreateError> {
        if lines.len() > MAX_LINES as usize {
            return Err(TooManyLines::default().into());
        }
        let mut orders = self.orders();
        let id = Uuid::from_u128(orders.len() as u128 + 1);
        let order = Order::new(id, customer, lines, now()?);
        orders.insert(id, order.clone());
        Ok(order)
    }

    async fn get(&self, _cx: Ctx, id: Uuid) -> Result<Order, GetError> {
        let order = self.orders().get(&id).cloned();
        Ok(order.ok_or_else(|| NotFound::new("order", id.to_string()))?)
    }

    async fn list(&self, _cx: Ctx, customer: Option<String>) -> Result<Vec<Order>, Status> {
        let wanted = |order: &&Order| customer.as_ref().is_none_or(|name| *name == order.customer);
        Ok(self.orders().values().filter(wanted).cloned().collect())
    }

    async fn checkout(
        &self,
        cx: Ctx,
        id: Uuid,
        payment: Payment,
    ) -> Result<Receipt, CheckoutError> {
        let mut order = self.draft(id)?;
        let mut cents = Some(0i128);
        for line in &mut order.lines {
            let price = self.take(&cx, line).await?;
            let price_of_line = price.amount.coefficient().checked_mul(line.quantity.into());
            cents = cents
                .zip(price_of_line)
                .and_then(|(sum, line)| sum.checked_add(line));
            line.unit_price = Some(price);
        }
        let total = cents.and_then(|cents| Decimal::new(cents, 2));
        let total = total.ok_or_else(|| Status::out_of_range("the total is too large"))?;
        order.state = OrderState::Paid;
        order.payment = Some(payment);
        self.orders().insert(id, order.clone());
        Ok(Receipt::new(order, Money::new(total)))
    }
}

/// The time on this machine's clock.
fn now() -> Result<Timestamp, Status> {
    let now = Timestamp::try_from(SystemTime::now());
    now.map_err(|error| Status::internal("the clock is wrong").with_source(error))
}
