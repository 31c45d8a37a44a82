//! The picture of a report in the README matches the compiler's output.

use std::fs;

use anstyle_svg::{Term, WIN10_CONSOLE};
use sinew_compiler::diagnostics::render::Options;
use sinew_compiler::source::MemoryLoader;
use sinew_tests::cases::repository;
use sinew_tests::report::checked;

#[test]
fn the_picture_shows_what_the_compiler_shows() {
    let folder = repository().join("docs/images");
    let text = fs::read_to_string(folder.join("report.idl")).expect("the schema is there");
    let mut files = MemoryLoader::default();
    files.insert("shop.idl", text);
    let options = Options {
        color: true,
        ..Options::default()
    };
    let drawn = Term::new()
        .palette(WIN10_CONSOLE)
        .render_svg(&checked(&files, "shop.idl").render(&options));

    let picture = folder.join("report.svg");
    if fs::read_to_string(&picture).is_ok_and(|old| old == drawn) {
        return;
    }
    fs::write(&picture, drawn).expect("the picture can be written");
    panic!("docs/images/report.svg was out of date; it is drawn again, look at it");
}
