//! Uses types of two crates in one message.

#![forbid(unsafe_code)]
#![deny(warnings)]

sinew::include_idl!();

use shop::orders::{Guest, Order, OrdersClient, Reservation, Table};

/// A type of this crate that is a `Guest` on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Name(String);

impl From<Guest> for Name {
    fn from(guest: Guest) -> Self {
        Self(guest.0)
    }
}

impl From<&Name> for Guest {
    fn from(name: &Name) -> Self {
        Self(name.0.clone())
    }
}

fn main() {
    let price: base::shop::base::Money = base::price_of_tea();
    let weight = base::shop::base::units::Weight { grams: 100 };
    let order = Order::new(price, weight);
    let bytes = sinew::encode(&order).expect("it fits a message");
    let order: Order = sinew::decode(&bytes).expect("it is an order");
    assert_eq!(order.price, base::price_of_tea());
    let table = Table::new(4);
    let (same, copy) = (table, table);
    assert_eq!(same, copy);
    let mut reservation = Reservation::new(Name("Ada".to_owned()));
    reservation.others = vec![Guest("Cleo".to_owned())];
    let bytes = sinew::encode(&reservation).expect("it fits a message");
    assert_eq!(sinew::decode(&bytes), Ok(reservation.clone()));
    assert_eq!(reservation.third, Name("Bob".to_owned()));
    // There are clients, and nothing else of services.
    _ = OrdersClient::clone;
    println!("{} {} {}", order.price.cents, order.weight.grams, order.unit);
}
