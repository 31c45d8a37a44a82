//! Requests of a shop: 1,000 messages, each written and read on its own.

use std::collections::BTreeMap;

use super::plain;
use crate::wire::random::Random;

plain! {
    #[derive(Copy)]
    pub enum Currency { Usd, Eur, Gbp, Jpy }

    pub struct LineItem {
        pub sku: String,
        pub title: String,
        pub quantity: u32,
        pub unit_price_cents: i64,
        pub discount_pct: Option<u32>,
    }

    pub struct PostalAddress {
        pub name: String,
        pub street: String,
        pub city: String,
        pub zip: String,
        pub country: String,
    }

    pub struct Order {
        pub request_id: String,
        pub customer_id: u64,
        pub created_at_ms: i64,
        pub currency: Currency,
        pub items: Vec<LineItem>,
        pub shipping: PostalAddress,
        pub coupon: Option<String>,
        pub note: Option<String>,
        pub gift: bool,
        pub attributes: BTreeMap<String, String>,
        pub total_cents: i64,
    }
}

/// All orders.
pub fn generate(random: &mut Random) -> Vec<Order> {
    (0..1000).map(|_| order(random)).collect()
}

fn order(random: &mut Random) -> Order {
    const COUPONS: [&str; 4] = ["WELCOME10", "SPRING-SALE", "FREESHIP", "VIP2026"];
    const NOTES: [&str; 4] = [
        "Please ring the bell",
        "Leave the parcel with a neighbour",
        "Call before you deliver, please",
        "Put it behind the gate next to the garage",
    ];
    let items = random.list(1..4, line_item);
    let total_cents = items
        .iter()
        .map(|item| item.unit_price_cents * i64::from(item.quantity))
        .sum();
    Order {
        request_id: request_id(random),
        customer_id: random.range(1..10_000_000) as u64,
        created_at_ms: 1_760_000_000_000 + random.range(0..2_592_000_000),
        currency: random.pick(&[Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Jpy]),
        items,
        shipping: address(random),
        coupon: random.optional(0.3, |random| random.word(&COUPONS)),
        note: random.optional(0.2, |random| random.word(&NOTES)),
        gift: random.chance(0.1),
        attributes: attributes(random),
        total_cents,
    }
}

fn request_id(random: &mut Random) -> String {
    let (high, low) = (random.bits(), random.bits());
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff,
    )
}

fn line_item(random: &mut Random) -> LineItem {
    const ADJECTIVES: [&str; 8] = [
        "Large",
        "Stainless Steel",
        "Wooden",
        "Red",
        "Foldable",
        "Wireless",
        "Organic Cotton",
        "Compact",
    ];
    const NOUNS: [&str; 8] = [
        "Mug",
        "Water Bottle",
        "Desk Lamp",
        "Towel",
        "Umbrella",
        "Keyboard",
        "Notebook",
        "Travel Adapter",
    ];
    LineItem {
        sku: format!("SKU-{:06}", random.range(0..1_000_000)),
        title: format!("{} {}", random.pick(&ADJECTIVES), random.pick(&NOUNS)),
        quantity: random.range(1..6) as u32,
        unit_price_cents: random.range(99..50_000),
        discount_pct: random.optional(0.25, |random| random.range(5..51) as u32),
    }
}

fn address(random: &mut Random) -> PostalAddress {
    const FIRST: [&str; 8] = [
        "Ada", "Ben", "Clara", "David", "Elena", "Felix", "Grace", "Hugo",
    ];
    const LAST: [&str; 8] = [
        "Abbott", "Brown", "Castillo", "Dietrich", "Evans", "Fischer", "Garcia", "Hill",
    ];
    const STREETS: [&str; 6] = [
        "Main Street",
        "Station Road",
        "Mill Lane",
        "Church Street",
        "Park Avenue",
        "Harbour View",
    ];
    const CITIES: [&str; 8] = [
        "Berlin",
        "Lisbon",
        "Oslo",
        "Toronto",
        "Melbourne",
        "Seattle",
        "Dublin",
        "Vienna",
    ];
    PostalAddress {
        name: format!("{} {}", random.pick(&FIRST), random.pick(&LAST)),
        street: format!("{} {}", random.range(1..300), random.pick(&STREETS)),
        city: random.word(&CITIES),
        zip: format!("{:05}", random.range(0..100_000)),
        country: random.word(&["DE", "PT", "NO", "CA", "AU", "US", "IE", "AT"]),
    }
}

fn attributes(random: &mut Random) -> BTreeMap<String, String> {
    const KEYS: [&str; 6] = [
        "channel",
        "utm_source",
        "campaign",
        "device",
        "ab_bucket",
        "locale",
    ];
    const VALUES: [&str; 8] = [
        "web",
        "ios",
        "android",
        "newsletter",
        "google",
        "treatment-b",
        "en-US",
        "de-DE",
    ];
    random
        .list(0..4, |random| (random.word(&KEYS), random.word(&VALUES)))
        .into_iter()
        .collect()
}
