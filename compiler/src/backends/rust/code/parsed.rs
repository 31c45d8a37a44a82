//! Code from a schema, after it was parsed as a type or an attribute: it is printed from its tree.

use syn::{Attribute, File, Item, ItemStruct, ItemType, Meta, Path, Type, TypePath};

use super::Code;

impl Code {
    /// A Rust path.
    pub(in crate::backends::rust) fn of_path(path: Path) -> Self {
        Self::of_type(TypePath {
            attrs: Vec::new(),
            qself: None,
            path,
        })
    }

    /// A Rust type that is a path.
    pub(in crate::backends::rust) fn of_type(ty: TypePath) -> Self {
        let mut item: ItemType = syn::parse_str("type X = X;").expect("it is Rust");
        item.ty = Box::new(Type::Path(ty));
        Self::inside(Item::Type(item), "type X = ", ";\n")
    }

    /// A Rust attribute: `#[meta]`.
    pub(in crate::backends::rust) fn of_attribute(meta: Meta) -> Self {
        let mut item: ItemStruct = syn::parse_str("struct X;").expect("it is Rust");
        item.attrs.push(Attribute {
            pound_token: Default::default(),
            style: syn::AttrStyle::Outer,
            bracket_token: Default::default(),
            meta,
        });
        Self::inside(Item::Struct(item), "", "\nstruct X;\n")
    }

    /// The text of an item between `before` and `behind`.
    fn inside(item: Item, before: &str, behind: &str) -> Self {
        let file = File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: vec![item],
        };
        let text = prettyplease::unparse(&file);
        let inner = text.strip_prefix(before).unwrap_or(&text);
        let inner = inner.strip_suffix(behind).unwrap_or(inner);
        Self {
            text: inner.to_owned(),
        }
    }
}
