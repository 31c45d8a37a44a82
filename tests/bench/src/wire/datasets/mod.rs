//! The five datasets: their types as a Rust programmer would write them, and seeded generators.
//!
//! Each peer that derives on Rust types uses these; the others convert from them.

pub mod log;
pub mod mesh;
pub mod minecraft;
pub mod mk48;
pub mod order;

/// Declares types with the derives of every peer that works on plain Rust types.
macro_rules! plain {
    ($($(#[$meta:meta])* pub $kind:ident $name:ident $body:tt)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[derive(bincode::Encode, bincode::Decode)]
        #[derive(bitcode::Encode, bitcode::Decode)]
        #[derive(wincode::SchemaWrite, wincode::SchemaRead)]
        #[derive(rkyv::Archive, rkyv::Serialize, rkyv::Deserialize)]
        #[allow(missing_docs)]
        pub $kind $name $body
    )*};
}
pub(crate) use plain;
