//! Which files the compiler reads: regular ones below the import roots, each once.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sinew_compiler::backends::GeneratedFile;
use sinew_compiler::build::{DiskLoader, write_files};
use sinew_compiler::source::FileLoader;

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

    // The path of a socket must be short.
    let base = std::env::temp_dir().join(format!("sinew-disk-{}", std::process::id()));
    fs::create_dir_all(&base).expect("the temporary folder can be written");
    let socket = UnixListener::bind(base.join("socket.idl")).expect("a socket can be made");
    let mut loader = DiskLoader::new(&base);
    loader.add_root(Path::new(".")).expect("the root is there");
    let zero = loader
        .add_file(Path::new("/dev/zero"))
        .expect("it is there");
    for name in ["socket.idl", zero.as_str()] {
        assert_eq!(why_not(&loader, name), "it is no regular file", "{name}");
    }
    write(&base, "order.idl", "namespace shop;");
    let found = loader.files_below(Path::new("."));
    assert_eq!(found.expect("there is a file"), ["order.idl"]);
    drop(socket);
    fs::remove_dir_all(&base).expect("the temporary folder can be removed");
}

#[cfg(unix)]
#[test]
fn a_link_is_the_file_that_it_leads_to() {
    use std::os::unix::fs::symlink;

    let (base, loader) = folder("links");
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
