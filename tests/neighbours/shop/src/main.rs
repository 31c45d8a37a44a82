//! Uses types of two crates in one message.

#![forbid(unsafe_code)]
#![deny(warnings)]

sinew::include_idl!();

use shop::orders::Order;

fn main() {
    let price: base::shop::base::Money = base::price_of_tea();
    let weight = base::shop::base::units::Weight { grams: 100 };
    let order = Order::new(price, weight);
    let bytes = sinew::encode(&order).expect("it fits a message");
    let order: Order = sinew::decode(&bytes).expect("it is an order");
    assert_eq!(order.price, base::price_of_tea());
    println!("{} {} {}", order.price.cents, order.weight.grams, order.unit);
}
