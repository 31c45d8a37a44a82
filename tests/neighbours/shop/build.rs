//! Takes what is shared from the crate `base`.

fn main() -> sinew_compiler::Result {
    sinew_compiler::configure()
        .root("idl")
        .root("../base/idl")
        .extern_namespace("shop.base", "::base::shop::base")
        .views(true)
        .server(false)
        .derive("shop.orders.Table", "::core::marker::Copy")
        .attribute("shop.orders.Table.seats", "#[doc(alias = \"chairs\")]")
        .attribute("**.Table", "must_use")
        .derive("shop.orders.Orders.leave", "::core::marker::Copy")
        .attribute("shop.orders.Orders.leave", "#[repr(C)]")
        .attribute("shop.orders.Orders.leave.table", "#[doc(alias = \"desk\")]")
        .extern_type("shop.orders.Guest", "crate::Name")
        .extern_type("shop.orders.Reservation.others", "crate::Names")
        .compile()
}
