//! The datasets' types with strings and bytes that share their message's memory. They need a crate of their own,
//! because the option applies to a whole crate, and `sinew-bench` uses the owned types.

#![allow(missing_docs)]

sinew::include_idl!();
