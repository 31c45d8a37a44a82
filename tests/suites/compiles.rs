//! All code generated for accepted schemas compiles, with every combination of options: all schemas of this repository,
//! new cases included, and some generated ones with unusual combinations. `generated` tests what the code does.

#[path = "../fuzz/src/choices.rs"]
pub mod choices;
#[path = "../fuzz/src/compiler/schema.rs"]
mod schema;
#[path = "../fuzz/src/compiler/types.rs"]
mod types;

use std::path::{Path, PathBuf};

use choices::Choices;
use sinew_compiler::Generated;
use sinew_compiler::backends::rust::{Additions, Rust, Shared};
use sinew_compiler::build::DiskLoader;
use sinew_compiler::source::{FileLoader, MemoryLoader};
use sinew_tests::cases::{files_below, relative, repository};
use sinew_tests::stranger::Stranger;

#[test]
fn what_is_accepted_compiles_in_every_form() {
    let stranger = Stranger::kept("forms");
    let mut schemas = schemas();
    schemas.extend((0..MADE).map(Schema::made));
    let forms = forms();
    for form in &forms {
        let count = write_package(&stranger, form, &schemas);
        assert!(count > 400, "{}: {count} of all schemas", form.name);
    }
    let members: Vec<_> = forms.iter().map(|form| form.name).collect();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    stranger.write("Cargo.toml", &manifest);
    let ran = stranger.cargo(&["check", "--workspace", "--keep-going"]);
    assert!(ran.success, "{}", ran.stderr);
}

/// Options of a build script or of `sinew gen`.
struct Form {
    name: &'static str,
    rust: Rust,
    /// Whether handlers borrow their requests, where that is possible.
    lend: bool,
    /// Whether types implement serde's traits.
    serde: bool,
}

/// Combinations of options; every option is in at least one.
fn forms() -> [Form; 5] {
    let form = |name, rust| Form {
        name,
        rust,
        lend: false,
        serde: false,
    };
    let shared = Shared {
        strings: true,
        bytes: true,
    };
    let rich = Rust {
        views: true,
        mocks: true,
        sources: true,
        ..Rust::default()
    };
    let calls = Rust {
        server: false,
        views: true,
        shared,
        ..Rust::default()
    };
    let serves = Rust {
        client: false,
        ..Rust::default()
    };
    let all = Rust {
        shared,
        ..rich.clone()
    };
    [
        form("plain", Rust::default()),
        form("calls", calls),
        Form {
            serde: true,
            ..form("serves", serves)
        },
        Form {
            lend: true,
            ..form("rich", rich)
        },
        Form {
            lend: true,
            serde: true,
            ..form("all", all)
        },
    ]
}

/// Writes a package with a module for each schema. Returns their number.
fn write_package(stranger: &Stranger, form: &Form, schemas: &[Schema]) -> usize {
    let mut modules = String::from(HEAD);
    stranger.write(&format!("{}/src/own.rs", form.name), OWN);
    let mut count = 0;
    for schema in schemas {
        let Some(generated) = schema.generated(form) else {
            continue;
        };
        count += 1;
        // Named after its file, so that errors of rustc show which case it is.
        let module = schema.name.replace(['/', '.', '-'], "_");
        modules.push_str(&format!(
            "pub mod {module} {{ include!(\"{module}/mod.rs\"); }}\n"
        ));
        for file in generated.files {
            let path = format!("{}/src/{module}/{}", form.name, file.path);
            stranger.write(&path, &file.text);
        }
    }
    stranger.write(&format!("{}/src/lib.rs", form.name), &modules);
    let manifest = MANIFEST.replace("{name}", form.name);
    stranger.write_with_paths(&format!("{}/Cargo.toml", form.name), &manifest);
    count
}

/// A file, and the files that it may import: those in its folder, or below a folder `idl` around it.
struct Schema {
    name: String,
    loader: Box<dyn FileLoader>,
}

impl Schema {
    fn new(path: &Path) -> Self {
        let mut loader = DiskLoader::new(repository());
        let mut around = path.ancestors().skip(1);
        let folder = around.next().into_iter();
        for root in folder.chain(around.filter(|folder| folder.ends_with("idl"))) {
            loader.add_root(root).expect("the folder is there");
        }
        Self {
            name: relative(repository(), path),
            loader: Box::new(loader),
        }
    }

    /// A generated valid schema; the same for the same number.
    fn made(number: u64) -> Self {
        let mut dice = number << 32;
        let mut choices = || -> Vec<u8> { (0..600).map(|_| roll(&mut dice)).collect() };
        let mut made = std::iter::repeat_with(|| schema::schema(&mut Choices::new(&choices())));
        let good = made.find(|made| made.mistake.is_none());
        let name = format!("made_{number}.idl");
        let mut loader = MemoryLoader::default();
        loader.insert(&name, good.expect("most are good").text);
        Self {
            name,
            loader: Box::new(loader),
        }
    }

    /// `None` if the compiler reports an error.
    fn generated(&self, form: &Form) -> Option<Generated> {
        let names = [self.name.clone()];
        let mut checked = sinew_compiler::check(&*self.loader, &names).expect("the file is there");
        let schema = checked.schema.as_mut()?;
        let mut add = |addition: &dyn Fn(&mut Additions)| {
            let mut additions = Additions::default();
            addition(&mut additions);
            // The schema may have nothing that the option applies to.
            _ = additions.apply(schema);
        };
        if form.serde && !NOT_FOR_SERDE.contains(&&*self.name) {
            add(&|all| all.derive("**", "serde::Serialize"));
            add(&|all| all.derive("**", "serde::Deserialize"));
        }
        if form.lend {
            add(&|all| all.lend("**"));
        }
        sinew_compiler::generate(checked, &form.rust).ok()
    }
}

/// The schemas of the repository; for a case with several files, the main one.
fn schemas() -> Vec<Schema> {
    let folders = ["tests", "idl-examples/idl", "runtime/idl"];
    let files = folders.map(|folder| files_below(&repository().join(folder)));
    let is_meant = |path: &&PathBuf| {
        let mut folders = path.ancestors().skip(1).take_while(|f| *f != repository());
        path.extension().is_some_and(|e| e == "idl")
            && (path.ends_with("main.idl") || !folders.any(|f| f.join("main.idl").exists()))
    };
    files
        .iter()
        .flatten()
        .filter(is_meant)
        .map(|path| Schema::new(path))
        .collect()
}

/// Number of generated schemas.
const MADE: u64 = 8;

/// The next byte of a deterministic sequence (splitmix64).
fn roll(dice: &mut u64) -> u8 {
    *dice = dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*dice ^ (*dice >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 27)).to_be_bytes()[0]
}

/// Schemas with arrays or types of the crate that do not implement serde's traits.
const NOT_FOR_SERDE: [&str; 5] = [
    "tests/codegen/derives.idl",
    "tests/codegen/lent.idl",
    "tests/codegen/recursion.idl",
    "tests/codegen/replaced.idl",
    "tests/promises/idl/wide.idl",
];

const HEAD: &str = "#![forbid(unsafe_code)]\n#![deny(warnings)]\npub mod own;\n";

/// Types of the crate that schemas refer to.
const OWN: &str = include_str!("generated/own.rs");

const MANIFEST: &str = r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[dependencies]
serde = { version = "1", features = ["derive", "rc"] }
sinew = { path = "{repository}/runtime", features = ["pattern", "serde", "testing"] }
"#;
