//! `sinew doc`: what its pages say, and that they can be read.
//!
//! A case is a schema `tests/doc/<format>/<case>`, and its snapshot the pages but for what is the same for all.

#[path = "doc/html.rs"]
mod html;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sinew_tests::cases::{Case, cases, entries, files_below, relative, repository};
use sinew_tests::snapshot::assert_snapshots;

/// The pages of a site, by their paths.
type Pages = BTreeMap<String, String>;

#[test]
fn pages_say_what_their_snapshots_say() {
    assert_snapshots(&cases("doc"), |case: &Case| {
        let format = case.name.split('/').next().unwrap_or_default();
        let args = ["--format", format, "--title", "Case"];
        let pages = pages(&case.name, std::slice::from_ref(&case.path), &args);
        let pages = pages.iter().filter(|(path, _)| !is_shared(path));
        pages
            .map(|(path, text)| format!("-- {path} --\n{text}"))
            .collect()
    });
}

/// Files that are the same for every schema.
fn is_shared(path: &str) -> bool {
    path.ends_with(".css") || path.ends_with(".js")
}

#[test]
fn every_page_is_well_formed_and_every_link_leads_somewhere() {
    for (name, paths) in schemas() {
        let html = pages(&format!("{name}/html"), &paths, &[]);
        let markdown = pages(
            &format!("{name}/markdown"),
            &paths,
            &["--format", "markdown"],
        );
        assert!(html.len() > 3 && markdown.len() > 1, "{name}");
        html::check(&html);
        html::check_markdown(&markdown);
    }
}

#[test]
fn pages_do_not_depend_on_the_order_of_files() {
    let mut files = files_below(&repository().join("idl-examples/idl"));
    let args = ["-I", "idl-examples/idl"];
    let first = pages("order", &files, &args);
    assert!(first.len() > 10);
    for run in 0..3 {
        files.rotate_left(2);
        files.reverse();
        assert!(
            first == pages(&format!("order-{run}"), &files, &args),
            "{files:?}"
        );
    }
}

/// What stands in every place that takes text.
const HOSTILE: [&str; 22] = [
    "<script>evil()</script>",
    "</code></pre></main><script>evil()</script>",
    "\"><img src=x onerror=evil()>",
    "' onmouseover='evil()",
    "<!-- never closed",
    "<![CDATA[ <evil>",
    "<?evil",
    "<a href=\"javascript:evil()\">x</a>",
    "[x](javascript:evil())",
    "[x](JaVaScRiPt:evil())",
    "[x](&#106;avascript:evil())",
    "[x](data:text/html,<script>evil()</script>)",
    "[x](vbscript:evil)",
    "[x](//evil.example)",
    "<javascript:evil()>",
    "![x](https://evil.example/x.png)",
    "[x]: javascript:evil() [x]",
    "[x](https://example.org/\"onclick=\"evil())",
    "# heading",
    "```html",
    "&lt;script&gt; &amp;lt; &#60;script&#62;",
    "| a | b | <br> `|` \\| {{evil}} $x$",
];

#[test]
fn hostile_text_stays_text() {
    let folder = temporary("hostile");
    for (number, text) in HOSTILE.iter().enumerate() {
        let file = folder.join("shop.idl");
        fs::write(&file, hostile(text)).expect("it can be written");
        let name = format!("hostile-{number}");
        let html = pages(&name, std::slice::from_ref(&file), &["--title", text]);
        html::check(&html);
        let name = format!("hostile-markdown-{number}");
        let markdown = pages(&name, &[file], &["--title", text, "--format", "markdown"]);
        html::check_markdown(&markdown);
    }
}

/// A schema with `text` in every place.
fn hostile(text: &str) -> String {
    let string = format!("{text:?}").replace("\\'", "'");
    let braces = string.replace('{', "{{").replace('}', "}}");
    format!(
        "//! {text}
@deprecated({string})
@since({string})
@about({string})
namespace shop;

annotation about on namespace, struct, field, method, param {{ string text; string other = {string}; }}

/// {text}
@deprecated({string}, since = {string}, removal = {string})
@since({string})
@about({string})
struct Order {{
    /// {text}
    ///
    /// {text}
    @since({string})
    @about({string})
    1: string name = {string};
    reserved {string};
}}

/// {text}
enum State {{
    /// {text}
    OPEN = 1;
    reserved {string};
}}

/// {text}
union Payment {{
    /// {text}
    1: cash;
    2: card {{
        /// {text}
        1: string name = {string};
    }}
}}

@message({braces})
exception Failed {{ 1: string why; }}

/// {text}
const string TEXT = {string};

/// {text}
@wire_name(\"other\")
service Orders {{
    /// {text}
    void get(
        /// {text}
        @about({string})
        1: string name = {string},
    ) throws (1: Failed failed);
}}
"
    )
}

/// The schemas whose pages are looked at: name and files.
fn schemas() -> Vec<(String, Vec<PathBuf>)> {
    let root = repository();
    let mut schemas = vec![("examples".to_owned(), vec![root.join("idl-examples/idl")])];
    let others = [
        "tests/codegen",
        "tests/codegen/hostile",
        "tests/evolution",
        "tests/json",
    ];
    for path in others.iter().flat_map(|folder| entries(&root.join(folder))) {
        let is_schema = path.extension().is_some_and(|end| end == "idl");
        if is_schema || path.ends_with("namespaces") {
            schemas.push((relative(root, &path), vec![path]));
        }
    }
    assert!(schemas.len() > 40);
    schemas
}

/// What the command writes for a schema.
fn pages(name: &str, paths: &[PathBuf], args: &[&str]) -> Pages {
    let out = temporary(name);
    let output = Command::new(env!("CARGO_BIN_EXE_sinew"))
        .args(["doc", "--message-format", "short", "--out"])
        .arg(&out)
        .args(args)
        .args(paths)
        .current_dir(repository())
        .output()
        .expect("the command can be run");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {stderr}");
    let files = files_below(&out);
    let read = |path: &PathBuf| fs::read_to_string(path).expect("it was written");
    files
        .iter()
        .map(|path| (relative(&out, path), read(path)))
        .collect()
}

/// An empty folder.
fn temporary(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("doc")
        .join(name);
    _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("it can be made");
    folder
}
