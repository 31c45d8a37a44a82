//! The extension in `editors/vscode` is built with other tools, which the tests do not need. They check its manifest
//! against the rest of the repository.

use std::path::{Path, PathBuf};

use serde_json::Value;

fn extension() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vscode")
}

fn read(name: &str) -> Value {
    let text = std::fs::read_to_string(extension().join(name));
    let text = text.unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_extension_has_the_version_of_the_command() {
    let (manifest, lock) = (read("package.json"), read("package-lock.json"));
    for it in [&manifest, &lock, &lock["packages"][""]] {
        assert_eq!(it["version"], env!("CARGO_PKG_VERSION"));
    }
    for kind in ["devDependencies", "engines"] {
        assert_eq!(lock["packages"][""][kind], manifest[kind], "{kind}");
    }
}

/// `build.mjs` creates the files in `dist`, from a file beside it or above.
#[test]
fn what_the_extension_names_is_there() {
    let manifest = read("package.json");
    let has = &manifest["contributes"];
    let named = [
        &manifest["main"],
        &has["languages"][0]["configuration"],
        &has["grammars"][0]["path"],
    ];
    for path in named {
        let path = path.as_str().expect("it is a path");
        let name = path.trim_start_matches("./").trim_start_matches("dist/");
        let folders = [extension(), extension().join("..")];
        let is_there = folders.iter().any(|folder| folder.join(name).is_file());
        assert!(is_there, "{path}");
    }
    let language = &has["languages"][0];
    assert_eq!(has["grammars"][0]["language"], language["id"]);
    let colours = read("../sinew.tmLanguage.json");
    assert_eq!(has["grammars"][0]["scopeName"], colours["scopeName"]);
}

#[test]
fn the_extension_does_what_it_says() {
    let manifest = read("package.json");
    let code = std::fs::read_to_string(extension().join("extension.js")).expect("it is there");
    let has = &manifest["contributes"];
    let commands = has["commands"].as_array().expect("there are commands");
    for command in commands.iter().filter_map(|it| it["command"].as_str()) {
        assert!(code.contains(&format!("registerCommand(\"{command}\"")));
    }
    assert!(has["configuration"]["properties"]["sinew.path"].is_object());
    read("language-configuration.json");
}
