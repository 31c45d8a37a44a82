//! The files of a new project. Their texts are in the folder `template`.

use std::path::PathBuf;

use sinew_compiler::backends::GeneratedFile;

/// The kind of project.
#[derive(Clone, Copy)]
pub(crate) enum Template {
    /// A program that is a server and a client.
    Service,
    /// A library of the generated code.
    Library,
}

/// Where a project gets the packages of Sinew.
pub(crate) enum Source {
    /// From the registry, in the version of this command.
    Registry,
    /// From a clone of the repository.
    Clone(PathBuf),
}

/// The path and the text of a file, in which `{name}` stands for the package name.
type File = (&'static str, &'static str);

macro_rules! file {
    ($path:literal) => {
        include_str!(concat!("../../template/", $path))
    };
}

const SHARED: [File; 5] = [
    (".gitignore", file!("shared/gitignore")),
    ("build.rs", file!("shared/build.rs")),
    ("idl/hello.idl", file!("shared/idl/hello.idl")),
    ("sinew.toml", file!("shared/sinew.toml")),
    ("src/wire.rs", file!("shared/src/wire.rs")),
];

const SERVICE: [File; 5] = [
    ("Cargo.toml", file!("service/Cargo.toml.template")),
    (
        "README.md",
        concat!(file!("service/README.md"), file!("shared/next.md")),
    ),
    ("src/client.rs", file!("service/src/client.rs")),
    ("src/main.rs", file!("service/src/main.rs")),
    ("src/server.rs", file!("service/src/server.rs")),
];

const LIBRARY: [File; 3] = [
    ("Cargo.toml", file!("library/Cargo.toml.template")),
    (
        "README.md",
        concat!(file!("library/README.md"), file!("shared/next.md")),
    ),
    ("src/lib.rs", file!("library/src/lib.rs")),
];

impl Template {
    /// The files of a project with a package called `name`.
    pub(crate) fn files(self, name: &str, source: &Source) -> Vec<GeneratedFile> {
        let own: &[File] = match self {
            Template::Service => &SERVICE,
            Template::Library => &LIBRARY,
        };
        let (runtime, compiler) = (source.of("runtime"), source.of("compiler"));
        let file = |(path, text): &File| GeneratedFile {
            path: (*path).to_owned(),
            text: text
                .replace("{name}", name)
                .replace("{sinew}", &runtime)
                .replace("{sinew-compiler}", &compiler),
        };
        SHARED.iter().chain(own).map(file).collect()
    }
}

impl Source {
    /// The manifest's dependency on the package in this folder of the repository.
    fn of(&self, folder: &str) -> String {
        match self {
            Source::Registry => concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"").to_owned(),
            Source::Clone(clone) => {
                let path = clone.join(folder).to_string_lossy().into_owned();
                let path = path.replace('\\', "\\\\").replace('"', "\\\"");
                format!("path = \"{path}\"")
            }
        }
    }
}
