//! Takes what is shared from the crate `base`.

fn main() -> sinew_compiler::Result {
    sinew_compiler::configure()
        .root("idl")
        .root("../base/idl")
        .extern_namespace("shop.base", "::base::shop::base")
        .views(true)
        .compile()
}
