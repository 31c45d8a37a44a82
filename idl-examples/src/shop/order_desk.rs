//! Orders in memory; articles and prices come from the stock service.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sinew::{Ctx, Decimal, Status, Timestamp, Uuid};

use crate::idl::shop::common::{Health, Money, NotFound};
use crate::idl::shop::orders::orders::{CheckoutError, CreateError, GetError};
use crate::idl::shop::orders::{
    MAX_LINES, Order, OrderLine, OrderLocked, OrderState, Orders, Payment, Receipt, TooManyLines,
};
use crate::idl::shop::stock::StockClient;
use crate::idl::shop::stock::stock::{ArticleError, TakeError};

/// Keeps orders, and asks the stock service for articles. Clones share their orders.
#[derive(Clone, Debug)]
pub struct OrderDesk {
    stock: StockClient,
    orders: Arc<Mutex<BTreeMap<Uuid, Order>>>,
}

impl OrderDesk {
    /// An order desk without orders.
    pub fn new(stock: StockClient) -> Self {
        Self {
            stock,
            orders: Arc::default(),
        }
    }

    fn orders(&self) -> MutexGuard<'_, BTreeMap<Uuid, Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An order that can still be changed.
    fn draft(&self, id: Uuid) -> Result<Order, CheckoutError> {
        let order = self.orders().get(&id).cloned();
        let order = order.ok_or_else(|| NotFound::new("order", id.to_string()))?;
        match order.state {
            OrderState::Draft => Ok(order),
            state => Err(OrderLocked::new(id, state).into()),
        }
    }

    /// Takes one line out of stock and returns its price.
    ///
    /// After a failure with `Reached::Maybe` it is unknown whether the pieces were taken. Here they count as not taken.
    /// A real shop would give each request an id, so that the method can be `idempotent` and retried.
    async fn take(&self, cx: &Ctx, line: &OrderLine) -> Result<Money, CheckoutError> {
        let article =
            self.stock
                .article(&line.sku)
                .within(cx)
                .await
                .map_err(|error| match error {
                    ArticleError::NotFound(error) => CheckoutError::from(error),
                    other => Status::from(other).into(),
                })?;
        self.stock
            .take(&line.sku, line.quantity)
            .within(cx)
            .await
            .map_err(|error| match error {
                TakeError::NotFound(error) => CheckoutError::from(error),
                TakeError::OutOfStock(error) => error.into(),
                other => Status::from(other).into(),
            })?;
        Ok(article.price)
    }
}

impl OrderDesk {
    /// Takes the articles of an order and closes it, or puts them back.
    async fn take_and_close(
        &self,
        cx: &Ctx,
        id: Uuid,
        payment: Payment,
    ) -> Result<Receipt, CheckoutError> {
        let mut order = self.draft(id)?;
        let mut taken = Vec::new();
        let result = match self.take_all(cx, &mut order, &mut taken).await {
            Ok(()) => self.close(order, payment),
            Err(error) => Err(error),
        };
        if result.is_err() {
            self.put_back(taken).await;
        }
        result
    }

    /// Takes each line out of stock, and records its price.
    async fn take_all(
        &self,
        cx: &Ctx,
        order: &mut Order,
        taken: &mut Vec<OrderLine>,
    ) -> Result<(), CheckoutError> {
        for line in &mut order.lines {
            line.unit_price = Some(self.take(cx, line).await?);
            taken.push(line.clone());
        }
        Ok(())
    }

    /// Marks an order as paid, unless it has been closed in the meantime.
    fn close(&self, mut order: Order, payment: Payment) -> Result<Receipt, CheckoutError> {
        let total = total(&order.lines);
        let total = total.ok_or_else(|| Status::out_of_range("the total is too large"))?;
        let mut orders = self.orders();
        let state = orders.get(&order.id).map(|order| order.state);
        if let Some(state) = state.filter(|state| *state != OrderState::Draft) {
            return Err(OrderLocked::new(order.id, state).into());
        }
        order.state = OrderState::Paid;
        order.payment = Some(payment);
        orders.insert(order.id, order.clone());
        Ok(Receipt::new(order, Money::new(total)))
    }

    /// Not `within` the call, because that may have run out of time, which is why this is needed.
    async fn put_back(&self, taken: Vec<OrderLine>) {
        for line in taken {
            let put = self.stock.put_back(&line.sku, line.quantity).await;
            if let Err(error) = put {
                eprintln!(
                    "server: {} of {} are lost: {error}",
                    line.quantity, line.sku
                );
            }
        }
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
        let order = Order::new(id, customer, lines, Timestamp::now());
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
        let (desk, caller) = (self.clone(), cx.clone());
        // If the caller disconnects, this handler is dropped, and without a shield the articles would stay taken.
        cx.shield(async move { desk.take_and_close(&caller, id, payment).await })
            .await
    }
}

/// The total price; `None` if it does not fit into an amount.
fn total(lines: &[OrderLine]) -> Option<Decimal> {
    lines.iter().try_fold(Decimal::from(0), |sum, line| {
        let price = line.unit_price.as_ref()?.amount;
        sum.checked_add(price.checked_mul(line.quantity.into())?)
    })
}
