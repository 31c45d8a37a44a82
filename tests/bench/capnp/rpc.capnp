@0xb1f3a5c27d9e4086;
# The service that all stacks under test offer.

enum Currency {
  usd @0;
  eur @1;
  gbp @2;
  jpy @3;
}

struct LineItem {
  sku @0 :Text;
  title @1 :Text;
  quantity @2 :UInt32;
  unitPriceCents @3 :Int64;
  # Absent is -1.
  discountPct @4 :Int32 = -1;
}

struct PostalAddress {
  name @0 :Text;
  street @1 :Text;
  city @2 :Text;
  zip @3 :Text;
  country @4 :Text;
}

struct Attribute {
  key @0 :Text;
  value @1 :Text;
}

struct Order {
  requestId @0 :Text;
  customerId @1 :UInt64;
  createdAtMs @2 :Int64;
  currency @3 :Currency;
  items @4 :List(LineItem);
  shipping @5 :PostalAddress;
  # Absent is a null pointer.
  coupon @6 :Text;
  note @7 :Text;
  gift @8 :Bool;
  attributes @9 :List(Attribute);
  totalCents @10 :Int64;
}

interface Bench {
  # Answers what it is given.
  echo @0 (body :Data) -> (body :Data);
  # The sum; wraps around.
  add @1 (left :Int64, right :Int64) -> (sum :Int64);
  # Takes an order and answers its total.
  placeOrder @2 (order :Order) -> (total :Int64);
  # Sends so many items of so many bytes to the receiver, and answers when it has them.
  items @3 (size :UInt32, count :UInt64, receiver :Receiver) -> ();
}

interface Receiver {
  # Takes an item.
  take @0 (item :Data) -> stream;
}
