//! `sinew decode`, `sinew encode` and `sinew inspect`: messages as JSON, and byte by byte.

pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod inspect;
