//! The types, clients and servers of the schema in `idl/`.

sinew::include_idl!();

#[cfg(test)]
mod wire;
