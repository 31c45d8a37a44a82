// What costs what.
namespace java common
namespace py common

struct Money {
    1: i64 cents
}
