//! Orders in Cap'n Proto.

use super::generated::rpc_capnp::{Currency, attribute, line_item, order, postal_address};
use crate::wire::datasets::order as plain;

/// Writes an order into a message.
pub fn write(plain: &plain::Order, mut out: order::Builder<'_>) {
    out.set_request_id(&plain.request_id);
    out.set_customer_id(plain.customer_id);
    out.set_created_at_ms(plain.created_at_ms);
    out.set_currency(currency(plain.currency));
    let mut items = out.reborrow().init_items(plain.items.len() as u32);
    for (place, plain) in (0..).zip(&plain.items) {
        item(plain, items.reborrow().get(place));
    }
    address(&plain.shipping, out.reborrow().init_shipping());
    if let Some(coupon) = &plain.coupon {
        out.set_coupon(coupon);
    }
    if let Some(note) = &plain.note {
        out.set_note(note);
    }
    out.set_gift(plain.gift);
    let count = plain.attributes.len() as u32;
    let mut attributes = out.reborrow().init_attributes(count);
    for (place, (key, value)) in (0..).zip(&plain.attributes) {
        let mut attribute: attribute::Builder<'_> = attributes.reborrow().get(place);
        attribute.set_key(key);
        attribute.set_value(value);
    }
    out.set_total_cents(plain.total_cents);
}

fn currency(plain: plain::Currency) -> Currency {
    match plain {
        plain::Currency::Usd => Currency::Usd,
        plain::Currency::Eur => Currency::Eur,
        plain::Currency::Gbp => Currency::Gbp,
        plain::Currency::Jpy => Currency::Jpy,
    }
}

fn item(plain: &plain::LineItem, mut out: line_item::Builder<'_>) {
    out.set_sku(&plain.sku);
    out.set_title(&plain.title);
    out.set_quantity(plain.quantity);
    out.set_unit_price_cents(plain.unit_price_cents);
    if let Some(percent) = plain.discount_pct {
        out.set_discount_pct(percent as i32);
    }
}

fn address(plain: &plain::PostalAddress, mut out: postal_address::Builder<'_>) {
    out.set_name(&plain.name);
    out.set_street(&plain.street);
    out.set_city(&plain.city);
    out.set_zip(&plain.zip);
    out.set_country(&plain.country);
}
