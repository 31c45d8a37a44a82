// The service that all stacks under test offer.
include "order.thrift"

service Bench {
    // Answers what it is given.
    binary echo(1: required binary body),

    // The sum; wraps around.
    i64 add(1: required i64 left, 2: required i64 right),

    // Takes an order and answers its total.
    i64 place_order(1: required order.Order order),
}
