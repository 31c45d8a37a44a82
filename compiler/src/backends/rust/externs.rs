//! Namespaces that are generated in another crate or module, and the Rust paths of their items.

use std::collections::BTreeMap;
use std::fmt;

use super::code::{Code, code};
use super::names;
use crate::schema::{Namespace, NamespaceId, Schema};

/// Namespaces that are not generated, each with the Rust path of its module.
#[derive(Clone, Debug, Default)]
pub struct Externs {
    paths: BTreeMap<String, Code>,
}

impl Externs {
    /// Sets the module of `namespace` to `path`, which begins with `::` or `crate::`. Nested namespaces are in modules
    /// below `path`, unless they are added too or have a `@rust.module`.
    ///
    /// # Errors
    /// If `path` is invalid, or if `namespace` was added before.
    pub fn add(&mut self, namespace: &str, path: &str) -> Result<(), BadExtern> {
        let parsed = absolute(path).ok_or_else(|| not_absolute(namespace, path))?;
        match self.paths.insert(namespace.to_owned(), parsed) {
            None => Ok(()),
            Some(_) => Err(added_twice(namespace)),
        }
    }

    /// Checks that each of these namespaces or one nested in it exists.
    ///
    /// # Errors
    /// If no file declares one.
    pub fn check(&self, schema: &Schema) -> Result<(), BadExtern> {
        let is_there = |name: &&String| schema.namespaces().iter().any(|n| is_in(n, name));
        match self.paths.keys().find(|name| !is_there(name)) {
            None => Ok(()),
            Some(name) => Err(not_declared(name)),
        }
    }

    /// The paths for the namespaces of `schema`.
    pub(super) fn resolve(&self, schema: &Schema) -> Elsewhere {
        let namespaces = schema.namespaces().iter();
        let paths = namespaces.map(|namespace| self.path(schema, namespace));
        Elsewhere {
            paths: paths.collect(),
        }
    }

    /// The path of the module of `namespace`, from the innermost added namespace around it.
    fn path(&self, schema: &Schema, namespace: &Namespace) -> Option<Code> {
        let mut outer = (1..=namespace.segments.len()).rev();
        outer.find_map(|length| {
            let segments = &namespace.segments[..length];
            let path = self.paths.get(&segments.join("."))?;
            let mut declared = schema.namespaces().iter();
            let around = match declared.find(|n| n.segments == segments) {
                Some(around) => names::modules(around),
                None => names::modules_of(segments),
            };
            let modules = names::modules(namespace);
            let below = modules.strip_prefix(around.as_slice())?;
            let below = below.iter().map(|module| code!("::$module", module));
            let below = Code::joined("", below);
            Some(code!("$path$below", path, below))
        })
    }
}

/// The namespaces of a schema that are not generated, and the paths of their modules.
pub(super) struct Elsewhere {
    paths: Vec<Option<Code>>,
}

impl Elsewhere {
    /// The absolute path of a namespace's module, if it is not generated here.
    pub(super) fn path(&self, namespace: NamespaceId) -> Option<&Code> {
        self.paths.get(namespace.0 as usize)?.as_ref()
    }
}

/// Whether this is the namespace `name` or nested in it.
fn is_in(namespace: &Namespace, name: &str) -> bool {
    let full = namespace.name();
    let rest = full.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A module path that has the same meaning everywhere.
fn absolute(text: &str) -> Option<Code> {
    let path: syn::Path = syn::parse_str(text).ok()?;
    let is_plain = path.segments.iter().all(|s| s.arguments.is_none());
    let mut names = path.segments.iter().map(|s| s.ident.to_string());
    let is_absolute = path.leading_colon.is_some() || names.next()? == "crate";
    let is_keyword = |name: String| matches!(&*name, "crate" | "self" | "super" | "Self");
    (is_plain && is_absolute && !names.any(is_keyword)).then(|| Code::of_path(path))
}

/// Why a namespace cannot be external.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadExtern {
    message: String,
}

impl fmt::Display for BadExtern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BadExtern {}

fn not_absolute(namespace: &str, path: &str) -> BadExtern {
    BadExtern {
        message: format!(
            "`{path}` is not a path for the extern namespace `{namespace}`: it has to be a path of \
             modules that begins with `::` or `crate::`, as in `::a_crate::a_module`"
        ),
    }
}

fn added_twice(namespace: &str) -> BadExtern {
    BadExtern {
        message: format!("the extern namespace `{namespace}` has two paths; remove one"),
    }
}

fn not_declared(namespace: &str) -> BadExtern {
    BadExtern {
        message: format!(
            "no file that is compiled declares the extern namespace `{namespace}`; check the \
             spelling, or remove it"
        ),
    }
}
