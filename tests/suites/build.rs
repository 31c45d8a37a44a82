//! The build script interface, used by a crate outside this repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sinew_tests::cases::{TESTS, entries};
use sinew_tests::stranger::Stranger;

/// One test, because its steps build on each other and cargo would make them wait anyway.
#[test]
fn a_stranger_uses_the_packages() {
    let template = Path::new(TESTS).join("stranger");
    let stranger = Stranger::copy_of("stranger", &template);
    a_service_answers(&stranger);
    mocks_are_there_in_tests(&stranger);
    generated_code_has_a_snapshot(&stranger);
    checked_in_code_is_kept_fresh(&stranger);
    an_unchanged_build_writes_nothing(&stranger);
    warnings_are_shown(&stranger);
    the_project_decides_about_lints(&stranger);
    errors_are_shown_with_their_snippet(&stranger);
    a_mended_error_is_gone(&stranger, &template);
}

/// Two crates share a schema: one compiles it, the other uses its types.
#[test]
fn two_crates_share_a_namespace() {
    let stranger = Stranger::copy_of("neighbours", &Path::new(TESTS).join("neighbours"));
    let ran = stranger.cargo(&["run"]);
    assert!(ran.success, "{}", ran.stderr);
    assert_eq!(ran.stdout, "250 100 1000\n");

    let script = read(&stranger.folder().join("shop/build.rs"));
    cargo_tells_where_a_schema_lies(&stranger);
    a_script_runs_again_for_what_it_read(&stranger, &script);
    let failure = |from: &str, to: &str| {
        stranger.write("shop/build.rs", &script.replace(from, to));
        let ran = stranger.cargo(&["build"]);
        assert!(!ran.success);
        ran.stderr
    };
    let stderr = failure("\"shop.base\"", "\"shop.bse\"");
    let message = "no file that is compiled declares the extern namespace `shop.bse`";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure("::base::shop", "base::shop");
    let message = "`base::shop::base` is not a path for the extern namespace `shop.base`";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure("**.Table", "**.Tabel");
    let message = "`must_use` is for `**.Tabel`, but no type, method, field or variant is called so; check the spelling";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure("::core::marker::Copy", "Copy;");
    let message = "`Copy;`, which is for `shop.orders.Table`, is not the path of a derive";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure("Reservation.others", "Reservation.other");
    let message =
        "`crate::Names` is for `shop.orders.Reservation.other`, but no type or field is called so";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure(
        ".compile()",
        ".compile()?;\n    sinew_compiler::compile(\"idl\")",
    );
    let message = "a build script compiles once: this would replace the code that was generated";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure(".root(\"idl\")", ".root(\"idl\").file(\"orders.idl\")");
    let message = "`orders.idl`: there is no such file or folder; files are named from the folder of `Cargo.toml` on: `idl/orders.idl`";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure(".root(\"idl\")", ".file(\"idl\")");
    let message = "`idl` is a folder: `root` compiles every file in the first one, `file` one file";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure("shop.orders.Guest", "shop.orders.Seat");
    let message =
        "`crate::Name` is for `shop.orders.Seat`, but no field or parameter is of this type";
    assert!(stderr.contains(message), "{stderr}");
    let stderr = failure("shop.orders.Guest", "shop.orders.Order");
    let message =
        "and not in `shop.orders.Order.others`, `shop.orders.Orders.count.page`; to leave";
    assert!(stderr.contains(message), "{stderr}");
}

/// The book's recipe for published crates.
fn cargo_tells_where_a_schema_lies(stranger: &Stranger) {
    let told = r#"std::env::var("DEP_SHOP_BASE_IDL").unwrap()"#;
    let tells = r#"println!("cargo::metadata=idl={}/idl", env!("CARGO_MANIFEST_DIR"));"#;
    let links = "edition = \"2024\"\nlinks = \"shop-base\"";
    let changes = [
        ("shop/build.rs", "\"../base/idl\"", told.to_owned()),
        (
            "base/build.rs",
            "    sinew_",
            format!("    {tells}\n    sinew_"),
        ),
        ("base/Cargo.toml", "edition = \"2024\"", links.to_owned()),
    ];
    let before = changes.each_ref().map(|(file, from, to)| {
        let text = read(&stranger.folder().join(file));
        stranger.write(file, &text.replace(from, to));
        (file, text)
    });
    let ran = stranger.cargo(&["run"]);
    assert!(ran.success, "{}", ran.stderr);
    assert_eq!(ran.stdout, "250 100 1000\n");
    for (file, text) in before {
        stranger.write(file, &text);
    }
    assert!(stranger.cargo(&["build"]).success);
}

/// Shared folders are not watched as a whole, because then a change to any file would rebuild all crates.
fn a_script_runs_again_for_what_it_read(stranger: &Stranger, script: &str) {
    let runs = || {
        let ran = stranger.cargo(&["build", "--verbose"]);
        assert!(ran.success, "{}", ran.stderr);
        let mut lines = ran.stderr.lines();
        lines.any(|line| line.contains("Running") && line.contains("/shop-"))
    };
    let loose = "namespace loose;\n";
    let base = read(&stranger.folder().join("base/idl/shop/base.idl"));
    assert!(!runs());
    stranger.write("base/idl/loose.idl", loose);
    assert!(!runs(), "nothing of it was read");
    stranger.write("base/idl/shop/base.idl", &format!("{base}\n// Nobody.\n"));
    assert!(runs(), "it was imported");
    stranger.write("shop/idl/loose.idl", loose);
    assert!(runs(), "every file in the first root is compiled");

    let named = ".root(\"idl\")\n        .file(\"idl/orders.idl\")";
    stranger.write("shop/build.rs", &script.replace(".root(\"idl\")", named));
    assert!(runs());
    stranger.write("shop/idl/shop/base.idl", &base);
    assert!(runs(), "it comes before the one that was found");
    stranger.write("shop/idl/loose.idl", &format!("{loose}// Nobody.\n"));
    assert!(!runs(), "only what is named is compiled");

    let kept = ".checked_in(\"generated\")\n        .compile()";
    let build = script.replace(".compile()", kept);
    stranger.write("shop/build.rs", &build);
    // The first output is newer than the start of the script that wrote it, so it runs once more.
    assert!(runs() && runs());
    assert!(!runs(), "it had nothing to write");
    stranger.write("shop/generated/mod.rs", "// Somebody.\n");
    assert!(runs(), "it is not what was generated");
    let text = read(&stranger.folder().join("shop/generated/mod.rs"));
    assert!(text.starts_with("// @generated"), "{text}");
}

fn a_service_answers(stranger: &Stranger) {
    let ran = stranger.cargo(&["run"]);
    assert!(ran.success, "{}", ran.stderr);
    assert_eq!(ran.stdout, "Ada wrote: it works\nthere is no note 7\n");
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
}

/// The feature for mocks is enabled in `[dev-dependencies]` only, and the program was built without it.
fn mocks_are_there_in_tests(stranger: &Stranger) {
    let ran = stranger.cargo(&["test", "--bin", "stranger"]);
    assert!(ran.success, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("a_mock_answers ... ok"),
        "{}",
        ran.stdout
    );
}

/// The book's recipe for a test that compares generated code with a snapshot.
fn generated_code_has_a_snapshot(stranger: &Stranger) {
    let test = ["test", "--test", "generated"];
    let ran = stranger.cargo_with(&test, &[("INSTA_UPDATE", "always")]);
    assert!(ran.success, "{}{}", ran.stdout, ran.stderr);
    let ran = stranger.cargo(&test);
    assert!(ran.success, "{}{}", ran.stdout, ran.stderr);

    let idl = read(&stranger.folder().join("idl/people.idl"));
    stranger.write(
        "idl/people.idl",
        &idl.replace(
            "string name;",
            "string name;\n    2: optional string called;",
        ),
    );
    let ran = stranger.cargo(&test);
    assert!(!ran.success);
    let line = "+    pub called: ::core::option::Option<::std::string::String>,";
    assert!(ran.stdout.contains(line), "{}", ran.stdout);
    stranger.write("idl/people.idl", &idl);
}

/// The book's recipe for a test that keeps generated code in the source tree.
fn checked_in_code_is_kept_fresh(stranger: &Stranger) {
    let test = ["test", "--test", "checked_in"];
    let folder = stranger.folder().join("tests/generated");
    let failure = |variables: &[(&str, &str)]| {
        let ran = stranger.cargo_with(&test, variables);
        assert!(!ran.success);
        ran.stdout + &ran.stderr
    };
    let said = failure(&[]);
    let message = "the code in `tests/generated` was out of date, and has been generated again: `mod.rs` is missing";
    assert!(said.contains(message), "{said}");
    let ran = stranger.cargo_with(&test, &[("CI", "true")]);
    assert!(ran.success, "{}{}", ran.stdout, ran.stderr);

    let code = read(&folder.join("people.rs"));
    stranger.write("tests/generated/people.rs", "// Nobody wrote this.\n");
    let left = "// @generated by sinew-compiler 0.0.0\n";
    stranger.write("tests/generated/nobody.rs", left);
    let said = failure(&[("CI", "true")]);
    let message = "is out of date: `nobody.rs` is left over, `people.rs` differs; run this where `CI` is not set";
    assert!(said.contains(message), "{said}");
    assert_eq!(read(&folder.join("nobody.rs")), left);
    failure(&[]);
    assert_eq!(read(&folder.join("people.rs")), code);
    assert!(!folder.join("nobody.rs").exists());
}

fn an_unchanged_build_writes_nothing(stranger: &Stranger) {
    let before = generated(stranger);
    assert!(!before.is_empty());
    // After a change in a comment the build script runs, but its output stays the same.
    let idl = read(&stranger.folder().join("idl/people.idl"));
    stranger.write("idl/people.idl", &format!("{idl}\n// Nobody.\n"));
    let ran = stranger.cargo(&["build"]);
    assert!(ran.success, "{}", ran.stderr);
    assert_eq!(before, generated(stranger));
}

fn warnings_are_shown(stranger: &Stranger) {
    let idl = read(&stranger.folder().join("idl/people.idl"));
    stranger.write("idl/people.idl", &format!("{idl}struct badly_named {{}}\n"));
    let ran = stranger.cargo(&["build"]);
    assert!(ran.success, "{}", ran.stderr);
    let line = "warning: stranger@0.0.0: idl/people.idl:10:8: warning[W0903]:";
    assert!(ran.stderr.contains(line), "{}", ran.stderr);
}

fn the_project_decides_about_lints(stranger: &Stranger) {
    stranger.write("sinew.toml", "[lints]\nW0903 = \"deny\"\n");
    // The script did not watch for this new file, so something else has to change.
    stranger.write(
        "idl/people.idl",
        &format!("{}\n", read(&stranger.folder().join("idl/people.idl"))),
    );
    let ran = stranger.cargo(&["build"]);
    assert!(!ran.success);
    assert!(ran.stderr.contains("error[W0903]:"), "{}", ran.stderr);
    stranger.write("sinew.toml", "[lints]\nW0903 = \"allow\"\n");
    let ran = stranger.cargo(&["build"]);
    assert!(ran.success, "{}", ran.stderr);
    assert!(!ran.stderr.contains("W0903"), "{}", ran.stderr);
}

fn errors_are_shown_with_their_snippet(stranger: &Stranger) {
    stranger.write(
        "idl/people.idl",
        "namespace people;\n\nstruct Person {\n    1: strnig name;\n}\n",
    );
    let ran = stranger.cargo(&["build"]);
    assert!(!ran.success);
    insta::assert_snapshot!(report(&ran.stderr));
}

fn a_mended_error_is_gone(stranger: &Stranger, template: &Path) {
    stranger.write("idl/people.idl", &read(&template.join("idl/people.idl")));
    let ran = stranger.cargo(&["build"]);
    assert!(ran.success, "{}", ran.stderr);
}

/// What cargo prints after the line that names the build script.
fn report(stderr: &str) -> String {
    let start = stderr
        .find("  --- stderr")
        .expect("cargo shows what the script wrote");
    assert!(!stderr.contains("--- stdout"), "{stderr}");
    let lines = stderr[start..].trim_end().lines().map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
}

/// The generated files and their modification times.
fn generated(stranger: &Stranger) -> Vec<(PathBuf, SystemTime)> {
    let ran = stranger.cargo(&["build", "--message-format", "json"]);
    assert!(ran.success, "{}", ran.stderr);
    let messages = ran
        .stdout
        .lines()
        .filter(|line| line.contains("build-script-executed"));
    let mut ours =
        messages.filter(|line| line.contains("stranger#0.0.0") || line.contains("#stranger@"));
    let out = ours.next_back().expect("the build script of the crate ran");
    let (_, out) = out
        .split_once("\"out_dir\":\"")
        .expect("cargo names the folder");
    let (out, _) = out.split_once('"').expect("cargo writes JSON");
    let out = Path::new(&out.replace("\\\\", "/")).join("sinew");
    let written = |path: &PathBuf| fs::metadata(path).and_then(|m| m.modified());
    entries(&out)
        .into_iter()
        .map(|path| (path.clone(), written(&path).expect("the file is there")))
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
