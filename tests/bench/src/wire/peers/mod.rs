//! The peers, one file each.

pub mod bincode;
pub mod bitcode;
pub mod buffa;
pub mod floor;
pub mod pilota;
pub mod postcard;
pub mod prost;
pub mod rkyv;
pub mod serde_json;
pub mod sinew;
pub mod thrift;
pub mod wincode;
