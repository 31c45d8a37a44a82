//! Brings what the build script generated into a crate; generates nothing itself.

/// Includes the code that `sinew_compiler::compile` generated in the build script.
///
/// `include_idl!()` stands for the modules of all namespaces: `shop.orders` becomes
/// `pub mod shop { pub mod orders { … } }`, where the macro is called. Call it in a public module
/// or at the root of the crate.
///
/// `include_idl!("shop.orders")` stands for the items of one namespace without a module around
/// them, for a crate that chooses the places itself. Namespaces refer to each other by relative
/// paths, so those that use each other must be nested as their names are.
#[macro_export]
macro_rules! include_idl {
    () => {
        include!(concat!(env!("OUT_DIR"), "/sinew/mod.rs"));
    };
    ($namespace:literal) => {
        include!(concat!(env!("OUT_DIR"), "/sinew/", $namespace, ".rs"));
    };
}
