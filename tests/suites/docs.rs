//! Every block of IDL or Rust in the README and the book is compiled.
//!
//! | fence | must |
//! |---|---|
//! | `idl` | be clean by itself |
//! | `idl,error=E0201` | yield exactly this code |
//! | `idl,file=shop.idl` | be clean together with the other files of its page |
//! | `text` that begins with `error[` | be what the compiler says of the `idl` in front of it |
//! | `rust` | compile; `sinew::include_idl!` gives the files of its page |
//! | `rust,file=build.rs` | compile, and be what the files of its page are compiled by |
//! | `rust` with `#[tokio::main]` | run as it stands, and print what is in the `text` behind it |
//! | `rust` with `#[tokio::test]` | pass |
//!
//! Lines of a Rust block that begin with `# ` are compiled and not meant to be read.

use std::collections::BTreeMap;
use std::{fmt, fs};

use sinew_compiler::source::MemoryLoader;
use sinew_tests::cases::{relative, repository};
use sinew_tests::markdown::{Block, blocks, pages};
use sinew_tests::report::{checked, codes};
use sinew_tests::stranger::Stranger;

#[test]
fn idl_blocks_are_clean_or_show_the_code_they_name() {
    let mut problems = Vec::new();
    for (page, blocks) in blocks_by_page() {
        for (line, found, expected) in idl_results(&blocks) {
            if found != expected {
                problems.push(format!("{page}:{line}: {found:?}, expected {expected:?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

/// The line, the reported codes, and the expected codes of each IDL block.
fn idl_results(blocks: &[Block]) -> Vec<(usize, Vec<String>, Vec<String>)> {
    let mut page = MemoryLoader::default();
    for (name, block) in named_files(blocks) {
        page.insert(name, block.text.as_str());
    }
    let result = |block: &Block| {
        let found = match block.tag("file") {
            Some(name) => codes(&page, name),
            None => {
                let (files, main) = block.files();
                codes(&files, &main)
            }
        };
        let found = found.into_iter().map(str::to_owned).collect();
        let expected = block.tag("error").map(str::to_owned);
        (block.line, found, expected.into_iter().collect())
    };
    blocks.iter().filter(|b| b.is("idl")).map(result).collect()
}

#[test]
fn reports_are_what_the_compiler_says() {
    let mut problems = Vec::new();
    for (page, blocks) in blocks_by_page() {
        for (idl, shown) in blocks.iter().zip(blocks.iter().skip(1)) {
            if !idl.is("idl") || !shown.text.starts_with("error[") {
                continue;
            }
            let place = shown.text.split("┌─ ").nth(1).unwrap_or_default();
            let name = place.split(':').next().unwrap_or_default();
            let mut files = MemoryLoader::default();
            files.insert(name, idl.text.as_str());
            let said = checked(&files, name).to_string();
            if !said.starts_with(&shown.text) {
                problems.push(format!("{page}:{}:\n{said}", shown.line));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn rust_blocks_compile() {
    let book = Book::written("docs", &ALL, |block| block.is("rust"));
    assert!(!book.blocks.is_empty(), "no page has a block of Rust");
    // Programs and tests; a build for tests includes both.
    let ran = book.stranger.cargo(&["check", "--workspace", "--tests"]);
    assert!(ran.success, "{}", ran.stderr);
}

#[test]
fn programs_print_what_the_page_says() {
    let is_program = |block: &Block| block.is("rust") && block.text.contains("#[tokio::main]");
    let book = Book::written("programs", &FIRST, is_program);
    let pages = blocks_by_page();
    for Place { page, name, line } in &book.blocks {
        let program = format!("line_{line}");
        let run = ["run", "--quiet", "--package", name, "--bin", &program];
        let ran = book.stranger.cargo(&run);
        assert!(ran.success, "{page}:{line}: {}", ran.stderr);
        let mut behind = pages[page].iter().skip_while(|block| block.line <= *line);
        let shown = behind.next().expect("a program is followed by its output");
        assert_eq!(ran.stdout, shown.text, "{page}:{line}");
    }
    let programs = book.blocks.len();
    assert!(programs > 1, "the README and the first page have one each");
}

#[test]
fn tests_of_the_pages_pass() {
    let is_test = |block: &Block| block.is("rust") && block.text.contains("#[tokio::test]");
    let book = Book::written("tested", &TESTED, is_test);
    assert!(book.blocks.len() > 1, "the page about tests has them");
    for Place { page, name, line } in &book.blocks {
        let program = format!("line_{line}");
        let test = ["test", "--quiet", "--package", name, "--bin", &program];
        let ran = book.stranger.cargo(&test);
        assert!(ran.success, "{page}:{line}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stdout.contains("1 passed"),
            "{page}:{line}: {}",
            ran.stdout
        );
    }
}

/// Blocks as programs, with a package for each page that has any.
struct Book {
    stranger: Stranger,
    blocks: Vec<Place>,
}

/// The place of a block.
struct Place {
    page: String,
    /// The package of the page.
    name: String,
    line: usize,
}

impl Book {
    /// Writes the blocks that match into a folder called `folder`.
    fn written(folder: &str, package: &Package, is_meant: impl Fn(&Block) -> bool) -> Self {
        let stranger = Stranger::kept(folder);
        let (mut members, mut places) = (Vec::new(), Vec::new());
        for (page, blocks) in blocks_by_page() {
            let meant: Vec<&Block> = blocks.iter().filter(|block| is_meant(block)).collect();
            if meant.is_empty() {
                continue;
            }
            let name = page.trim_end_matches(".md").replace(['/', '.'], "-");
            let name = format!("{folder}-{}", name.to_lowercase());
            write_package(&stranger, &name, package, &blocks, &meant);
            places.extend(meant.iter().map(|block| Place {
                page: page.clone(),
                name: name.clone(),
                line: block.line,
            }));
            members.push(name);
        }
        write_workspace(&stranger, &members);
        Self {
            stranger,
            blocks: places,
        }
    }
}

fn write_workspace(stranger: &Stranger, members: &[impl fmt::Debug]) {
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n");
    stranger.write("Cargo.toml", &manifest);
}

/// Writes a package with the blocks of a page as programs, and the page's files in `idl`.
fn write_package(
    stranger: &Stranger,
    name: &str,
    package: &Package,
    page: &[Block],
    programs: &[&Block],
) {
    let manifest = MANIFEST.replace("{name}", name);
    let manifest = manifest.replace("{dependencies}", package.dependencies);
    stranger.write_with_paths(&format!("{name}/Cargo.toml"), &manifest);
    let mut files = 0;
    for (file, block) in named_files(page) {
        files += 1;
        stranger.write(&format!("{name}/idl/{file}"), &block.text);
    }
    let build = match files {
        0 => "fn main() {}\n",
        _ => build_script(page).unwrap_or(package.build),
    };
    stranger.write(&format!("{name}/build.rs"), build);
    for block in programs {
        let path = format!("{name}/src/bin/line_{}.rs", block.line);
        stranger.write(&path, &program(&block.text));
    }
}

/// The build script on the page, if there is one.
fn build_script(page: &[Block]) -> Option<&str> {
    let mut blocks = page.iter().filter(|block| block.is("rust"));
    let found = blocks.find(|block| block.tag("file") == Some("build.rs"));
    found.map(|block| &*block.text)
}

fn program(block: &str) -> String {
    let lines = block
        .lines()
        .map(|line| line.strip_prefix("# ").unwrap_or(line));
    let text = lines
        .filter(|line| *line != "#")
        .collect::<Vec<_>>()
        .join("\n");
    let main = if text.contains("fn main()") {
        ""
    } else {
        "fn main() {}"
    };
    format!("#![allow(dead_code, unused)]\n{text}\n{main}\n")
}

/// The manifest and build script for the programs of a page.
struct Package {
    /// In addition to tokio.
    dependencies: &'static str,
    /// `build.rs`, if the page has files of IDL.
    build: &'static str,
}

/// Everything that pages may use.
const ALL: Package = Package {
    dependencies: r#"
insta = "1"
sinew = { path = "{repository}/runtime", features = ["dynamic", "lz4", "metrics", "signal", "spans", "testing", "tls", "tower"] }
sinew-compiler = { path = "{repository}/compiler" }
sinew-values = { path = "{repository}/compiler/values" }
tower = { version = "0.5", features = ["limit", "load-shed", "timeout", "util"] }
"#,
    build: MOCKS,
};

/// What a reader needs at first.
const FIRST: Package = Package {
    dependencies: r#"sinew = { path = "{repository}/runtime" }"#,
    build: "fn main() -> sinew_compiler::Result { sinew_compiler::compile(\"idl\") }\n",
};

/// What a reader needs for tests.
const TESTED: Package = Package {
    dependencies: r#"sinew = { path = "{repository}/runtime", features = ["testing"] }"#,
    build: MOCKS,
};

const MOCKS: &str = "\
fn main() -> sinew_compiler::Result {
    sinew_compiler::configure().root(\"idl\").mocks(true).compile()
}
";

const MANIFEST: &str = r#"[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[build-dependencies]
sinew-compiler = { path = "{repository}/compiler" }

[dependencies]
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
{dependencies}
"#;

fn named_files(blocks: &[Block]) -> impl Iterator<Item = (&str, &Block)> {
    let files = blocks.iter().filter(|block| block.is("idl"));
    files.filter_map(|block| block.tag("file").map(|name| (name, block)))
}

fn blocks_by_page() -> BTreeMap<String, Vec<Block>> {
    let mut all = BTreeMap::new();
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page can be read");
        all.insert(relative(repository(), &path), blocks(&text));
    }
    all
}

#[test]
fn every_block_says_what_it_is() {
    let known = [
        "idl", "rust", "toml", "sh", "text", "json", "console", "vector", "lua", "lisp",
    ];
    let mut problems = Vec::new();
    for (page, blocks) in blocks_by_page() {
        for block in &blocks {
            if !known.iter().any(|language| block.is(language)) {
                problems.push(format!("{page}:{}: {:?}", block.line, block.tags));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}
