//! A crate whose schema others share.

#![forbid(unsafe_code)]
#![deny(warnings)]

sinew::include_idl!();

pub fn price_of_tea() -> shop::base::Money {
    let currency = shop::base::Currency::new("EUR").expect("three letters");
    shop::base::Money::new(250, currency)
}
