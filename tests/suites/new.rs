//! `sinew new`: the project is built and run with cargo, and all steps of its README work.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use sinew_tests::cases::{files_below, relative, repository};
use sinew_tests::stranger::Stranger;

/// One test, because its steps build on each other and cargo would make them wait anyway.
#[test]
fn a_new_project_works_and_its_readme_leads_on() {
    let stranger = Stranger::new("new");
    let packages = "[workspace]\nresolver = \"3\"\nmembers = [\"shop\", \"base\"]\n";
    stranger.write("Cargo.toml", packages);
    let clone = repository().to_string_lossy();
    for project in [&["shop"][..], &["base", "--lib"]] {
        let made = [&["new", "--path", &clone][..], project].concat();
        succeeds(&sinew(stranger.folder(), &made));
    }
    let (shop, base) = (
        stranger.folder().join("shop"),
        stranger.folder().join("base"),
    );
    for folder in [&shop, &base] {
        succeeds(&sinew(folder, &["check", "-D", "warnings"]));
        succeeds(&sinew(folder, &["fmt", "--check"]));
        every_file_is_in_the_table(folder);
    }
    its_tests_pass_and_it_answers(&stranger);
    a_misspelt_type_is_shown(&stranger, &shop);
    a_change_that_breaks_is_found(&stranger, &shop);
}

/// Without a clone, the dependencies have the version of the command.
#[test]
fn packages_come_from_a_registry() {
    let stranger = Stranger::new("new-registry");
    let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
    for (project, runtime) in [
        (
            &["shop"][..],
            format!("sinew = {{ {version}, features = [\"signal\"] }}\n"),
        ),
        (&["base", "--lib"], format!("sinew = {{ {version} }}\n")),
    ] {
        succeeds(&sinew(stranger.folder(), &[&["new"][..], project].concat()));
        let manifest = read(&stranger.folder().join(project[0]).join("Cargo.toml"));
        assert!(manifest.contains(&runtime), "{manifest}");
        let compiler = format!("[build-dependencies]\nsinew-compiler = {{ {version} }}\n");
        assert!(manifest.ends_with(&compiler), "{manifest}");
    }
}

/// The README names every file that a reader might open.
fn every_file_is_in_the_table(folder: &Path) {
    let readme = read(&folder.join("README.md"));
    for file in files_below(folder) {
        let name = relative(folder, &file);
        let is_known = [".gitignore", "Cargo.toml", "README.md"].contains(&&*name);
        assert!(is_known || readme.contains(&format!("`{name}`")), "{name}");
    }
}

fn its_tests_pass_and_it_answers(stranger: &Stranger) {
    let ran = stranger.cargo(&["test", "--workspace"]);
    assert!(ran.success, "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    for test in ["people_are_greeted", "messages_of_all_versions"] {
        assert!(ran.stdout.contains(test), "{}", ran.stdout);
    }
    let ran = stranger.cargo(&["run", "--package", "shop"]);
    assert!(ran.success, "{}", ran.stderr);
    assert_eq!(ran.stdout, "Hello, world!\n");
    let ran = stranger.cargo(&["run", "--package", "shop", "--", "both"]);
    assert!(!ran.success);
    let message = "`both` is neither `server` nor `client`";
    assert!(ran.stderr.contains(message), "{}", ran.stderr);
}

/// The first step of the README.
fn a_misspelt_type_is_shown(stranger: &Stranger, shop: &Path) {
    let idl = read(&shop.join("idl/hello.idl"));
    stranger.write(
        "shop/idl/hello.idl",
        &idl.replace(": Person who", ": Persn who"),
    );
    let ran = stranger.cargo(&["build", "--package", "shop"]);
    assert!(!ran.success);
    for line in ["cannot find type `Persn`", "help: did you mean `Person`?"] {
        assert!(ran.stderr.contains(line), "{}", ran.stderr);
    }
    stranger.write("shop/idl/hello.idl", &idl);
}

/// The other steps.
fn a_change_that_breaks_is_found(stranger: &Stranger, shop: &Path) {
    for args in [
        "init --quiet",
        "add .",
        "-c user.name=test -c user.email=test@localhost -c commit.gpgsign=false commit --quiet -m first",
    ] {
        let git = Command::new("git")
            .args(args.split(' '))
            .current_dir(shop)
            .status();
        assert!(git.expect("there is git").success(), "{args}");
    }
    let idl = read(&shop.join("idl/hello.idl"));
    let with = |field: &str| {
        let title = "    2: optional string title;\n";
        stranger.write(
            "shop/idl/hello.idl",
            &idl.replace(title, &format!("{title}    {field}\n")),
        );
        sinew(shop, &["breaking", "--against", "HEAD"])
    };
    let broken = with("3: string email;");
    assert_eq!(broken.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&broken.stderr);
    assert!(stderr.contains("error[B003]"), "{stderr}");
    succeeds(&with("3: string email = \"\";"));
    succeeds(&with("3: optional string email;"));

    let ran = stranger.cargo(&["test", "--package", "shop"]);
    assert!(!ran.success);
    let written = ran.stdout.split("left: ").nth(1);
    let written = written.and_then(|shown| shown.lines().next());
    let written = written.unwrap_or_else(|| panic!("{}", ran.stdout));
    let test = read(&shop.join("src/wire.rs"));
    let test = test.replace("[&[u8]; 1]", "[&[u8]; 2]");
    let test = test.replace("\"];", &format!("\", {written}];"));
    stranger.write("shop/src/wire.rs", &test);
    let ran = stranger.cargo(&["test", "--package", "shop"]);
    assert!(ran.success, "{}{}", ran.stdout, ran.stderr);
}

fn sinew(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinew"));
    let output = command.args(args).current_dir(folder).output();
    output.expect("the command can be run")
}

fn succeeds(output: &Output) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
