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

/// A type of this crate that is a list of `Guest`s on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Names(Vec<String>);

impl From<Vec<Guest>> for Names {
    fn from(guests: Vec<Guest>) -> Self {
        Self(guests.into_iter().map(|guest| guest.0).collect())
    }
}

impl From<&Names> for Vec<Guest> {
    fn from(names: &Names) -> Self {
        names.0.iter().cloned().map(Guest).collect()
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
    let leave = shop::orders::orders::LeaveRequest { table, tip: 1 };
    let (same, copy) = (leave, leave);
    assert_eq!(same, copy);
    let mut reservation = Reservation::new(Name("Ada".to_owned()));
    reservation.others = Names(vec!["Cleo".to_owned()]);
    let bytes = sinew::encode(&reservation).expect("it fits a message");
    assert_eq!(sinew::decode(&bytes), Ok(reservation.clone()));
    assert_eq!(reservation.third, Name("Bob".to_owned()));
    // There are clients, and nothing else of services.
    _ = |client: OrdersClient, guest: Name| drop(client.seat(guest.clone(), None, guest));
    println!("{} {} {}", order.price.cents, order.weight.grams, order.unit);
}
