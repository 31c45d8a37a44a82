//! The interface for `build.rs`: compiles the `.idl` files of a crate into `OUT_DIR`. The only part of this crate that
//! accesses the disk and knows about cargo.
//!
//! ```no_run
//! fn main() -> sinew_compiler::Result {
//!     sinew_compiler::compile("idl")
//! }
//! ```
//!
//! The crate then contains `sinew::include_idl!();` where the modules of its namespaces should be.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "this is where the disk is touched, and where cargo is told what to do"
)]

mod cargo;
mod checked_in;
mod disk;
mod failed;
mod project;
mod run;
mod stack;
mod tracking;
mod write;

use std::path::{Path, PathBuf};

use crate::backends::rust::{Additions, Rust};

pub use crate::backends::rust::Format;
pub use checked_in::{StaleFile, stale_files};
pub use disk::DiskLoader;
pub use failed::BuildFailed;
pub use project::{FoundProject, ProjectError, find_project};
pub use stack::on_large_stack;
pub use write::{Unwritable, write_files};

/// The result of [`compile`]: nothing, or a report of the errors.
pub type Result<T = ()> = std::result::Result<T, BuildFailed>;

/// Compiles every `.idl` file below `root`, which is also the import root. A relative `root` is relative to the folder
/// of the crate's `Cargo.toml`.
///
/// # Errors
/// If there is an error in one of the files, or a file cannot be read or written.
pub fn compile(root: impl AsRef<Path>) -> Result {
    configure().root(root).compile()
}

/// Configures a build: `configure().root("idl").file("idl/shop.idl").compile()`.
pub fn configure() -> Config {
    Config::default()
}

/// What to compile and how. [`Config::compile`] does it.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing happens before `compile`"]
pub struct Config {
    roots: Vec<PathBuf>,
    files: Vec<PathBuf>,
    rust: Rust,
    externs: Vec<(String, String)>,
    additions: Additions,
    deny_warnings: bool,
    checked_in: Option<PathBuf>,
}

impl Config {
    /// Adds an import root, after those that were added before.
    pub fn root(mut self, folder: impl AsRef<Path>) -> Self {
        self.roots.push(folder.as_ref().to_owned());
        self
    }

    /// Adds a file to compile, instead of every file below the first root. The path is relative to the folder of the
    /// crate's `Cargo.toml`. A folder is an error: use [`Config::root`] to compile what is in it.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.files.push(path.as_ref().to_owned());
        self
    }

    /// The layout of the generated code; [`Format::Plain`] by default.
    pub fn format(mut self, format: Format) -> Self {
        self.rust.format = format;
        self
    }

    /// Whether structs get views, which borrow strings and bytes from the message that they are decoded from:
    /// `OrderView<'a>` for `Order`. Off by default.
    pub fn views(mut self, views: bool) -> Self {
        self.rust.views = views;
        self
    }

    /// Whether clients are generated for services; on by default.
    ///
    /// ```no_run
    /// # fn main() -> sinew_compiler::Result {
    /// // A program that only serves.
    /// sinew_compiler::configure().root("idl").client(false).compile()
    /// # }
    /// ```
    pub fn client(mut self, client: bool) -> Self {
        self.rust.client = client;
        self
    }

    /// Whether traits and servers are generated for services; on by default.
    pub fn server(mut self, server: bool) -> Self {
        self.rust.server = server;
        self
    }

    /// Adds a derive to the types that a pattern matches, like `@rust.derive`, and to the parameter structs of methods
    /// that it matches. A pattern is a full name in which `*` stands for one segment and `**` for any number of them.
    /// It is an error if a pattern matches nothing.
    ///
    /// ```no_run
    /// # fn main() -> sinew_compiler::Result {
    /// sinew_compiler::configure()
    ///     .root("idl")
    ///     .derive("shop.*", "serde::Serialize")
    ///     .derive("shop.Orders.place", "serde::Deserialize") // `orders::PlaceRequest`
    ///     .compile()
    /// # }
    /// ```
    pub fn derive(mut self, pattern: &str, path: &str) -> Self {
        self.additions.derive(pattern, path);
        self
    }

    /// Adds an attribute to the types, fields and variants that a pattern matches, like `@rust.attr`, and to the
    /// parameter struct of a method or one of its fields. [`Config::derive`] describes patterns.
    ///
    /// ```no_run
    /// # fn main() -> sinew_compiler::Result {
    /// sinew_compiler::configure()
    ///     .root("idl")
    ///     .attribute("shop.Order.note", "#[serde(default)]")
    ///     .compile()
    /// # }
    /// ```
    pub fn attribute(mut self, pattern: &str, attribute: &str) -> Self {
        self.additions.attribute(pattern, attribute);
        self
    }

    /// Uses another Rust type for all fields and parameters of a type of the schema, or for a single one given by its
    /// full name, like `@rust.type`. The other type must implement `From` for the generated type, and the generated
    /// type must implement `From` for a reference to the other. Items of lists and maps, payloads of variants, and
    /// results keep the generated type; a warning names them.
    ///
    /// ```no_run
    /// # fn main() -> sinew_compiler::Result {
    /// sinew_compiler::configure()
    ///     .root("idl")
    ///     .extern_type("shop.Money", "crate::Money")
    ///     .extern_type("shop.Order.prices", "crate::Prices")
    ///     .compile()
    /// # }
    /// ```
    pub fn extern_type(mut self, name: &str, path: &str) -> Self {
        self.additions.extern_type(name, path);
        self
    }

    /// Lends requests to handlers: they borrow a view instead of owning a value. A pattern, as in [`Config::derive`],
    /// selects methods, or services with all their methods. The views required for that are generated, and clients do
    /// not change. Methods with streams, and those without anything to borrow, do not change either; it is an error if
    /// a pattern changes nothing.
    ///
    /// ```no_run
    /// # fn main() -> sinew_compiler::Result {
    /// sinew_compiler::configure()
    ///     .root("idl")
    ///     .lend("shop.Orders.place")
    ///     .compile()
    /// # }
    /// ```
    pub fn lend(mut self, pattern: &str) -> Self {
        self.additions.lend(pattern);
        self
    }

    /// Keeps the generated code in a folder of the source tree instead of `OUT_DIR`. Meant for a test, in crates that
    /// should build without the compiler: if the code is out of date, the test updates it and fails. A build script
    /// updates the code and succeeds. If the variable `CI` is set, nothing is written, and outdated code is an error.
    ///
    /// ```no_run
    /// #[test]
    /// fn the_code_is_what_the_schema_says() -> sinew_compiler::Result {
    ///     sinew_compiler::configure()
    ///         .root("idl")
    ///         .format(sinew_compiler::Format::Pretty)
    ///         .checked_in("src/generated")
    ///         .compile()
    /// }
    /// ```
    pub fn checked_in(mut self, folder: impl AsRef<Path>) -> Self {
        self.checked_in = Some(folder.as_ref().to_owned());
        self
    }

    /// Whether `bytes` is `sinew::Bytes` instead of `Vec<u8>`, and shares memory with the message that it is decoded
    /// from. Must be set alike wherever types of one schema are generated.
    pub fn shared_bytes(mut self, shared: bool) -> Self {
        self.rust.shared.bytes = shared;
        self
    }

    /// Whether `string` is `sinew::SharedStr` instead of `String`, and shares memory with the message that it is
    /// decoded from. Must be set alike wherever types of one schema are generated.
    pub fn shared_strings(mut self, shared: bool) -> Self {
        self.rust.shared.strings = shared;
        self
    }

    /// Whether mocks are generated for services: `OrdersMock` for `Orders`, which replies as a test tells it to. They
    /// are only compiled with the feature `testing` of the crate `sinew`, which may be enabled for tests alone.
    pub fn mocks(mut self, mocks: bool) -> Self {
        self.rust.mocks = mocks;
        self
    }

    /// Whether the generated code has `SOURCES`, the texts of all compiled files, at the top of what `include_idl!()`
    /// includes. `Server::add_reflection_with` of the crate `sinew` offers them to clients of the server.
    ///
    /// ```no_run
    /// # fn main() -> sinew_compiler::Result {
    /// sinew_compiler::configure().root("idl").sources(true).compile()
    /// # }
    /// ```
    pub fn sources(mut self, sources: bool) -> Self {
        self.rust.sources = sources;
        self
    }

    /// Refers to the module at `path` for `namespace` and the namespaces below it, and generates nothing for them. For
    /// schemas that a dependency has already compiled: `extern_namespace("shop.base", "::shop_base::shop::base")`. The
    /// path begins with `::` or `crate::`. If several namespaces contain one, the innermost applies.
    pub fn extern_namespace(
        mut self,
        namespace: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        self.externs.push((namespace.into(), path.into()));
        self
    }

    /// Whether warnings fail the build.
    pub fn deny_warnings(mut self, deny: bool) -> Self {
        self.deny_warnings = deny;
        self
    }
}
