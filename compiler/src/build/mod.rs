//! The interface for `build.rs`: compiles the `.idl` files of a crate into `OUT_DIR`. The only part
//! of this crate that touches the disk, and that knows cargo.
//!
//! ```no_run
//! fn main() -> sinew_compiler::Result {
//!     sinew_compiler::compile("idl")
//! }
//! ```
//!
//! The crate then says `sinew::include_idl!();` where the modules of its namespaces shall be.

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
mod remembering;
mod run;
mod stack;
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

/// What [`compile`] gives back: nothing, or the report of what is wrong.
pub type Result<T = ()> = std::result::Result<T, BuildFailed>;

/// Compiles every `.idl` file below `root`, which also is where imports are looked for. A relative
/// `root` is taken from the folder of the crate's `Cargo.toml`.
///
/// # Errors
/// If there is an error in one of the files, or a file cannot be read or written.
pub fn compile(root: impl AsRef<Path>) -> Result {
    configure().root(root).compile()
}

/// A build to set up: `configure().root("idl").file("idl/shop.idl").compile()`.
pub fn configure() -> Config {
    Config::default()
}

/// What to compile and how. Nothing is read before [`Config::compile`].
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
    /// Adds a folder that imports are looked for in, behind those that were added before.
    pub fn root(mut self, folder: impl AsRef<Path>) -> Self {
        self.roots.push(folder.as_ref().to_owned());
        self
    }

    /// Adds a file to compile, and not every file below the first root. The path is relative to
    /// the folder of the crate's `Cargo.toml`. A folder fails the build: [`Config::root`] compiles what is in it.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.files.push(path.as_ref().to_owned());
        self
    }

    /// How the generated code is laid out; [`Format::Plain`] unless set.
    pub fn format(mut self, format: Format) -> Self {
        self.rust.format = format;
        self
    }

    /// Whether structs get views, which borrow texts and bytes from the message that they are read
    /// from: `OrderView<'a>` for `Order`.
    pub fn views(mut self, views: bool) -> Self {
        self.rust.views = views;
        self
    }

    /// Whether services get clients; they do unless this is `false`.
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

    /// Whether services get traits to implement, and servers; they do unless this is `false`.
    pub fn server(mut self, server: bool) -> Self {
        self.rust.server = server;
        self
    }

    /// Adds a derive to the types that a pattern matches, as `@rust.derive` does, and to the struct of parameters of a
    /// method that it matches. A pattern is a full name, in which `*` stands for one name and `**` for any number of
    /// them. One that matches nothing fails the build.
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

    /// Adds an attribute to the types, fields and variants that a pattern matches, as `@rust.attr` does, and to the struct of
    /// parameters of a method, or one of them. For patterns see [`Config::derive`].
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

    /// Gives every field and parameter of a type of the schema another Rust type, or a single one by its full
    /// name, as `@rust.type` does. The other type is made by `From` of the generated one, which is made by `From` of
    /// a reference to the other. Items of lists and maps, payloads of variants, and results stay what they are; a warning
    /// names them.
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

    /// Lends handlers their requests: they look at a view instead of owning a value. A pattern, as of
    /// [`Config::derive`], stands for methods, or for services with all their methods. The views that it takes are
    /// generated, and clients stay as they are. Methods with streams, and those that have nothing to look at, stay as
    /// they are too; a pattern that leaves all that it stands for as it is fails the build.
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

    /// Keeps the generated code in a folder of the source tree instead of `OUT_DIR`; for a test of a
    /// crate that shall build without the compiler. What is out of date there is written anew, and
    /// the test fails. If the variable `CI` is set, nothing is written. A build script goes on with
    /// what it wrote.
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

    /// Whether `bytes` are `sinew::Bytes` instead of `Vec<u8>`, and share the memory of the message that they are read
    /// from. Set it alike wherever types of one schema are generated.
    pub fn shared_bytes(mut self, shared: bool) -> Self {
        self.rust.shared.bytes = shared;
        self
    }

    /// Whether `string` is `sinew::SharedStr` instead of `String`, and shares the memory of the message that it is read
    /// from. Set it alike wherever types of one schema are generated.
    pub fn shared_strings(mut self, shared: bool) -> Self {
        self.rust.shared.strings = shared;
        self
    }

    /// Whether services get mocks, which answer what a test tells them to: `OrdersMock` for `Orders`. They are
    /// there where the feature `testing` of the crate `sinew` is, which may be in tests only.
    pub fn mocks(mut self, mocks: bool) -> Self {
        self.rust.mocks = mocks;
        self
    }

    /// Whether the generated code has `SOURCES`, the texts of all files that were compiled, at the top of what `include_idl!()`
    /// stands for. `Server::add_reflection_with` of the crate `sinew` tells them to those who may call the server.
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

    /// Takes `namespace`, and the namespaces below it, from the module at `path`, and generates
    /// nothing for them; for schemas that a crate that this one depends on has compiled:
    /// `extern_namespace("shop.base", "::shop_base::shop::base")`. The path begins with `::` or
    /// `crate::`. Of several namespaces around one, the innermost counts.
    pub fn extern_namespace(
        mut self,
        namespace: impl Into<String>,
        path: impl Into<String>,
    ) -> Self {
        self.externs.push((namespace.into(), path.into()));
        self
    }

    /// Whether a warning fails the build.
    pub fn deny_warnings(mut self, deny: bool) -> Self {
        self.deny_warnings = deny;
        self
    }
}
