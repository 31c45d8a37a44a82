//! The datasets' types with texts and bytes that share the memory of their message: what is generated is a matter of the
//! crate, and `sinew-bench` itself has the types that own what they hold.

#![allow(missing_docs)]

sinew::include_idl!();
