//! The macro that includes what the build script generated.

/// Includes the code that `sinew_compiler::compile` generated in the build script.
///
/// `include_idl!()` stands for the modules of all namespaces: `shop.orders` becomes
/// `pub mod shop { pub mod orders { … } }`, where the macro is called. Call it in a public module
/// or at the root of the crate.
///
/// `include_idl!("shop")` stands for `pub mod shop { … }` alone, with everything whose namespace
/// begins with `shop`. Namespaces refer to each other by relative paths, so those that use each
/// other belong in one place.
#[macro_export]
macro_rules! include_idl {
    () => {
        include!(concat!(
            env!(
                "OUT_DIR",
                "`include_idl!` needs a build script that calls `sinew_compiler::compile`"
            ),
            "/sinew/mod.rs"
        ));
    };
    ($namespace:literal) => {
        include!(concat!(
            env!(
                "OUT_DIR",
                "`include_idl!` needs a build script that calls `sinew_compiler::compile`"
            ),
            "/sinew/modules/",
            $namespace,
            ".rs"
        ));
    };
}
