//! Which files the compiler reads: regular ones below the import roots, each once.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use sinew_compiler::backends::json::JsonSchema;
use sinew_compiler::backends::rust::Rust;
use sinew_compiler::backends::{Backend, GeneratedFile};
use sinew_compiler::build::{DiskLoader, write_files};
use sinew_compiler::source::FileLoader;
use sinew_compiler::{check, generate};

/// A folder `base` with a root `base/idl`, and a file beside the root.
fn folder(name: &str) -> (PathBuf, DiskLoader) {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("disk")
        .join(name);
    _ = fs::remove_dir_all(&base);
    fs::create_dir_all(base.join("idl/shop")).expect("the temporary folder can be written");
    write(&base, "secret.idl", "namespace secret;");
    write(&base, "idl/shop/order.idl", "namespace shop;");
    let mut loader = DiskLoader::new(&base);
    loader
        .add_root(Path::new("idl"))
        .expect("the root is there");
    (base, loader)
}

fn write(base: &Path, name: &str, text: &str) {
    fs::write(base.join(name), text).expect("the temporary folder can be written");
}

fn why_not(loader: &DiskLoader, name: &str) -> String {
    loader
        .read(name, 100)
        .expect_err("it is refused")
        .to_string()
}

#[test]
fn files_below_a_root_are_read() {
    let (_, loader) = folder("below");
    let text = loader.read("idl/shop/order.idl", 100).expect("it is there");
    assert_eq!(text, b"namespace shop;");
    assert_eq!(
        loader.read("idl/shop/order.idl", 9).expect("it is there"),
        b"namespace"
    );
    assert_eq!(loader.roots(), ["idl"]);
    assert_eq!(loader.import_paths(), ["shop/order.idl"]);
}

#[test]
fn what_is_not_there_is_not_found() {
    let (_, loader) = folder("missing");
    for name in [
        "idl/nothing.idl",
        "nowhere/at/all.idl",
        "idl/shop/order.idl/more.idl",
    ] {
        let error = loader.read(name, 100).expect_err("it is not there");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{name}");
    }
}

#[test]
fn files_outside_the_roots_are_refused() {
    let (base, loader) = folder("outside");
    let absolute = base.join("secret.idl").to_string_lossy().into_owned();
    for name in ["secret.idl", "idl/../secret.idl", &absolute] {
        assert_eq!(
            why_not(&loader, name),
            "it lies outside the import roots",
            "{name}"
        );
    }
}

#[test]
fn a_file_that_is_named_is_read_wherever_it_lies() {
    let (_, mut loader) = folder("named");
    let name = loader
        .add_file(Path::new("./secret.idl"))
        .expect("it is there");
    assert_eq!(name, "secret.idl");
    assert!(loader.read(&name, 100).is_ok());
}

#[test]
fn a_folder_is_no_file_and_a_file_no_root() {
    let (_, mut loader) = folder("folder");
    assert_eq!(why_not(&loader, "idl/shop"), "it is a folder");
    assert!(loader.add_root(Path::new("secret.idl")).is_err());
    assert!(loader.add_root(Path::new("nowhere")).is_err());
}

#[cfg(unix)]
#[test]
fn what_is_not_a_regular_file_is_refused() {
    use std::os::unix::net::UnixListener;

    // Paths of sockets must be short.
    let base = std::env::temp_dir().join(format!("sinew-disk-{}", std::process::id()));
    fs::create_dir_all(&base).expect("the temporary folder can be written");
    let socket = UnixListener::bind(base.join("socket.idl")).expect("a socket can be made");
    let mut loader = DiskLoader::new(&base);
    loader.add_root(Path::new(".")).expect("the root is there");
    let zero = loader
        .add_file(Path::new("/dev/zero"))
        .expect("it is there");
    for name in ["socket.idl", zero.as_str()] {
        assert_eq!(why_not(&loader, name), "it is not a regular file", "{name}");
    }
    write(&base, "order.idl", "namespace shop;");
    let found = loader.files_below(Path::new("."));
    assert_eq!(found.expect("there is a file"), ["order.idl"]);
    drop(socket);
    fs::remove_dir_all(&base).expect("the temporary folder can be removed");
}

/// The message about a file that imports `path`.
fn about_import(base: &Path, loader: &DiskLoader, path: &str) -> String {
    write(
        base,
        "idl/main.idl",
        &format!("namespace m; import \"{path}\" as other;"),
    );
    let found = check(loader, &["idl/main.idl".to_owned()]).expect("the file is there");
    let error = found.diagnostics.first().expect("the import is refused");
    assert_eq!(error.code.id(), "E0205", "{path}");
    error.message.clone()
}

/// Opening a named pipe blocks until somebody writes to it, which would be for ever.
#[cfg(unix)]
#[test]
fn a_pipe_is_never_waited_for() {
    let (base, mut loader) = folder("pipe");
    let pipe = base.join("idl/pipe.idl");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("a pipe can be made").success());

    let why = "it is not a regular file";
    assert_eq!(
        about_import(&base, &loader, "pipe.idl"),
        format!("cannot read import `pipe.idl`: {why}")
    );
    let name = loader.add_file(&pipe).expect("it is there");
    assert_eq!(why_not(&loader, &name), why);
    let found = loader
        .files_below(Path::new("idl"))
        .expect("it can be read");
    assert_eq!(found, ["idl/main.idl", "idl/shop/order.idl"]);
}

#[cfg(unix)]
#[test]
fn an_import_of_a_device_or_a_circle_of_links_ends() {
    use std::os::unix::fs::symlink;

    let (base, loader) = folder("devices");
    let links = [
        ("zero.idl", "/dev/zero"),
        ("memory.idl", "/proc/self/mem"),
        ("here.idl", "there.idl"),
        ("there.idl", "here.idl"),
        ("circle", "circle"),
    ];
    for (name, target) in links {
        symlink(target, base.join("idl").join(name)).expect("a link can be made");
    }
    for path in ["zero.idl", "here.idl", "circle/a.idl"] {
        let message = about_import(&base, &loader, path);
        assert!(message.starts_with("cannot read import"), "{message}");
    }
    // Not every system has this file.
    let memory = about_import(&base, &loader, "memory.idl");
    assert!(memory.starts_with("cannot "), "{memory}");
}

#[test]
fn the_name_of_an_import_is_taken_to_the_letter() {
    let (base, loader) = folder("letter");
    let long = format!("{}.idl", "a".repeat(300));
    assert!(about_import(&base, &loader, &long).starts_with("cannot "));
    // Windows ignores these endings.
    if cfg!(unix) {
        for path in ["shop/order.idl.", "shop/order.idl ", "shop./order.idl"] {
            let message = about_import(&base, &loader, path);
            assert_eq!(message, format!("cannot find import `{path}`"));
        }
    }
}

/// A root is resolved when it is given, and links that lead out of it later are not followed.
#[cfg(unix)]
#[test]
fn a_folder_that_becomes_a_link_does_not_lead_out() {
    use std::os::unix::fs::symlink;

    let (base, loader) = folder("swapped");
    let outside = "it lies outside the import roots";
    fs::create_dir(base.join("other")).expect("the temporary folder can be written");
    write(&base, "other/order.idl", "namespace secret;");

    assert!(loader.read("idl/shop/order.idl", 100).is_ok());
    fs::rename(base.join("idl/shop"), base.join("idl/moved")).expect("it can be moved");
    symlink("../other", base.join("idl/shop")).expect("a link can be made");
    assert_eq!(why_not(&loader, "idl/shop/order.idl"), outside);

    fs::rename(base.join("idl"), base.join("moved")).expect("it can be moved");
    symlink("other", base.join("idl")).expect("a link can be made");
    assert_eq!(why_not(&loader, "idl/order.idl"), outside);
}

#[cfg(unix)]
#[test]
fn a_link_is_the_file_that_it_leads_to() {
    use std::os::unix::fs::symlink;

    let (base, mut loader) = folder("links");
    symlink("shop/order.idl", base.join("idl/inside.idl")).expect("a link can be made");
    symlink("../secret.idl", base.join("idl/outside.idl")).expect("a link can be made");
    symlink("/dev/zero", base.join("idl/device.idl")).expect("a link can be made");
    symlink("loop.idl", base.join("idl/loop.idl")).expect("a link can be made");
    symlink("..", base.join("idl/up")).expect("a link can be made");

    assert!(loader.read("idl/inside.idl", 100).is_ok());
    let identity = loader.identity("idl/shop/order.idl");
    assert_eq!(loader.identity("idl/inside.idl"), identity);
    assert_eq!(loader.identity("idl/up/idl/shop/order.idl"), identity);

    let outside = "it lies outside the import roots";
    for name in ["idl/outside.idl", "idl/device.idl", "idl/up/secret.idl"] {
        assert_eq!(why_not(&loader, name), outside, "{name}");
    }
    assert!(loader.read("idl/loop.idl", 100).is_err());

    // `..` after a link starts from the link's target; otherwise it is resolved in the path itself.
    for root in ["idl/up/../links/idl/shop", "idl/../idl/shop"] {
        loader.add_root(Path::new(root)).expect("it is there");
    }
    let roots = ["idl", "idl/up/../links/idl/shop", "idl/shop"];
    assert_eq!(loader.roots(), roots);
}

/// Names are text, and the lossy text of such a name is not the name of a file.
#[cfg(unix)]
#[test]
fn a_file_whose_name_is_not_unicode_is_said_to_have_such_a_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let (base, mut loader) = folder("not_unicode");
    let name = Path::new(OsStr::from_bytes(b"idl/shop/\xFF.idl"));
    if fs::write(base.join(name), "namespace shop;").is_err() {
        return; // Some systems do not allow such names.
    }
    let refused = loader.add_file(name).expect_err("it has no name");
    assert!(
        refused.to_string().ends_with("its name is not Unicode"),
        "{refused}"
    );
    let found = loader.files_below(Path::new("idl")).expect("it has files");
    let why = found.iter().filter_map(|name| loader.read(name, 100).err());
    let why: Vec<String> = why.map(|error| error.to_string()).collect();
    assert_eq!(why, ["its name is not Unicode"]);
}

#[test]
fn a_search_finds_the_files_that_are_meant() {
    let (base, loader) = folder("search");
    for name in ["idl/.git", "idl/built", "idl/deep"] {
        fs::create_dir(base.join(name)).expect("the temporary folder can be written");
        write(&base, &format!("{name}/x.idl"), "");
    }
    write(&base, "idl/built/CACHEDIR.TAG", "");
    write(&base, "idl/notes.txt", "");
    let found = loader
        .files_below(Path::new("idl"))
        .expect("it can be read");
    assert_eq!(found, ["idl/deep/x.idl", "idl/shop/order.idl"]);
}

#[test]
fn names_are_short_and_the_same_on_every_platform() {
    let (base, loader) = folder("names");
    assert_eq!(loader.name(Path::new("./idl/./shop/")), "idl/shop");
    assert_eq!(loader.name(&base.join("idl").join("a.idl")), "idl/a.idl");
    assert_eq!(loader.name(Path::new("../a.idl")), "../a.idl");
    assert_eq!(loader.name(Path::new(".")), "");
}

#[test]
fn a_file_is_written_only_if_its_text_changes() {
    let (base, _) = folder("write");
    let out = base.join("out");
    let file = |text: &str| GeneratedFile {
        path: "a/b.rs".to_owned(),
        text: text.to_owned(),
    };
    let written = || fs::metadata(out.join("a/b.rs")).and_then(|m| m.modified());
    write_files(&out, &[file("one")]).expect("it can be written");
    let old = std::time::SystemTime::UNIX_EPOCH;
    let handle = fs::File::options().write(true).open(out.join("a/b.rs"));
    let handle = handle.expect("it is there");
    handle.set_modified(old).expect("its time can be set");
    write_files(&out, &[file("one")]).expect("it can be written");
    assert_eq!(written().expect("it is there"), old);
    write_files(&out, &[file("two")]).expect("it can be written");
    assert_ne!(written().expect("it is there"), old);
}

#[test]
fn what_is_in_the_way_of_the_output_stays() {
    let (base, _) = folder("in_the_way");
    let file = |path: &str| GeneratedFile {
        path: path.to_owned(),
        text: "pub mod shop {}".to_owned(),
    };
    // A file is in place of a folder, and a folder in place of a file.
    fs::create_dir_all(base.join("out/shop.rs/kept")).expect("it can be made");
    for (out, path) in [("secret.idl", "shop.rs"), ("out", "shop.rs")] {
        let error = write_files(&base.join(out), &[file(path)]).expect_err("it is refused");
        assert!(error.to_string().starts_with("cannot write `"), "{error}");
    }
    let secret = fs::read_to_string(base.join("secret.idl"));
    assert_eq!(secret.expect("it is there"), "namespace secret;");
    assert!(base.join("out/shop.rs/kept").is_dir());
}

#[test]
fn an_output_folder_that_is_read_only_stays_as_it_is() {
    let (base, _) = folder("read_only");
    let out = base.join("out");
    fs::create_dir(&out).expect("the temporary folder can be written");
    let before = fs::metadata(&out).expect("it is there").permissions();
    let mut read_only = before.clone();
    read_only.set_readonly(true);
    fs::set_permissions(&out, read_only).expect("it is ours");
    // The superuser can write anyway, and so can everybody on Windows.
    let refused = fs::create_dir(out.join("probe")).is_err();
    let file = GeneratedFile {
        path: "shop.rs".to_owned(),
        text: String::new(),
    };
    let written = write_files(&out, &[file]);
    let is_there = out.join("shop.rs").exists();
    fs::set_permissions(&out, before).expect("it is ours");
    assert_eq!((written.is_err(), is_there), (refused, !refused));
}

/// A namespace in a schema cannot lead out of the output folder.
#[test]
fn no_namespace_leads_out_of_the_output_folder() {
    let (base, loader) = folder("namespaces");
    let names = [
        "mod",
        "super",
        "self",
        "crate",
        "con",
        "nul",
        "_",
        "__",
        "a.mod",
        "mod.mod",
        "super.super",
        "modules",
        "modules.mod",
        "Shop.Orders",
    ];
    let backends: [&dyn Backend; 2] = [&Rust::default(), &JsonSchema];
    let mut written = 0;
    for name in names {
        write(
            &base,
            "idl/main.idl",
            &format!("namespace {name}; struct A {{}}"),
        );
        for backend in backends {
            let checked = check(&loader, &["idl/main.idl".to_owned()]).expect("it is there");
            let Ok(generated) = generate(checked, backend) else {
                continue;
            };
            for file in generated.files {
                let inside = Path::new(&file.path)
                    .components()
                    .all(|part| matches!(part, Component::Normal(_)));
                assert!(inside, "{name}: {}", file.path);
                written += 1;
            }
        }
    }
    assert!(written > names.len());
}
