//! Options of `sinew gen` that add to the generated Rust. They are named like the functions of build scripts.

use std::error::Error;

use sinew_compiler::backends::rust::{Additions, Externs};
use sinew_compiler::schema::Schema;

#[derive(clap::Args)]
pub(crate) struct AdditionArgs {
    /// An additional derive for the types and method parameters that a pattern matches: `shop.*=serde::Serialize`
    #[arg(long, value_name = "PATTERN=PATH", value_parser = added)]
    derive: Vec<Added>,
    /// An attribute for the types, fields and variants that a pattern matches: `shop.Order.note=serde(default)`
    #[arg(long, value_name = "PATTERN=ATTRIBUTE", value_parser = added)]
    attribute: Vec<Added>,
    /// Another Rust type for a type or field of the schema: `shop.Money=crate::Money`
    #[arg(long, value_name = "NAME=PATH", value_parser = added)]
    extern_type: Vec<Added>,
    /// The module that has a namespace's code already, so that it is not generated: `shop.base=::shop_base::shop::base`
    #[arg(long, value_name = "NAMESPACE=PATH", value_parser = added)]
    extern_namespace: Vec<Added>,
    /// Methods or services whose handlers borrow their request: `shop.Orders.place`
    #[arg(long, value_name = "PATTERN", conflicts_with = "no_server")]
    lend: Vec<String>,
}

/// An addition and what it applies to.
#[derive(Clone)]
struct Added {
    name: String,
    text: String,
}

fn added(argument: &str) -> Result<Added, String> {
    let (name, text) = argument
        .split_once('=')
        .ok_or("a name, `=`, and what it gets are expected")?;
    Ok(Added {
        name: name.to_owned(),
        text: text.to_owned(),
    })
}

impl AdditionArgs {
    /// Whether there is nothing to add.
    pub(crate) fn is_empty(&self) -> bool {
        let Self {
            derive,
            attribute,
            extern_type,
            extern_namespace,
            lend,
        } = self;
        let mut added = [derive, attribute, extern_type, extern_namespace].into_iter();
        added.all(Vec::is_empty) && lend.is_empty()
    }

    /// Applies the additions to a schema. Returns notes for the user.
    ///
    /// # Errors
    /// If an addition is not valid Rust, or its pattern matches nothing.
    pub(crate) fn apply(&self, schema: &mut Schema) -> Result<Vec<String>, Box<dyn Error>> {
        let mut additions = Additions::default();
        self.derive
            .iter()
            .for_each(|one| additions.derive(&one.name, &one.text));
        self.attribute
            .iter()
            .for_each(|one| additions.attribute(&one.name, &one.text));
        self.extern_type
            .iter()
            .for_each(|one| additions.extern_type(&one.name, &one.text));
        self.lend.iter().for_each(|pattern| additions.lend(pattern));
        self.externs()?.check(schema)?;
        Ok(additions.apply(schema)?)
    }

    /// The namespaces whose code is in another module.
    ///
    /// # Errors
    /// If a path is invalid, or a namespace is given twice.
    pub(crate) fn externs(&self) -> Result<Externs, Box<dyn Error>> {
        let mut externs = Externs::default();
        for one in &self.extern_namespace {
            externs.add(&one.name, &one.text)?;
        }
        Ok(externs)
    }
}
