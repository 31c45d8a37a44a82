namespace rs order

enum Currency {
    USD = 0,
    EUR = 1,
    GBP = 2,
    JPY = 3,
}

struct LineItem {
    1: required string sku;
    2: required string title;
    3: required i32 quantity;
    4: required i64 unit_price_cents;
    5: optional i32 discount_pct;
}

struct PostalAddress {
    1: required string name;
    2: required string street;
    3: required string city;
    4: required string zip;
    5: required string country;
}

struct Order {
    1: required string request_id;
    2: required i64 customer_id;
    3: required i64 created_at_ms;
    4: required Currency currency;
    5: required list<LineItem> items;
    6: required PostalAddress shipping;
    7: optional string coupon;
    8: optional string note;
    9: required bool gift;
    10: required map<string, string> attributes;
    11: required i64 total_cents;
}
