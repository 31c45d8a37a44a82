//! Files written in another language, as seen from their names or contents.

mod data;
mod languages;
mod signs;

use std::ops::Range;

use sinew_grammar::token_at;

use self::data::Data;
use self::languages::Language;
use self::signs::found;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{FileId, SourceFile, Span};

const PROTOBUF: &str = "protobuf";

/// The other language that uses this file extension.
pub(crate) fn language(file: &str) -> Option<&'static str> {
    match file.rsplit_once('.')?.1 {
        "thrift" => Some("Thrift"),
        "proto" => Some(PROTOBUF),
        "graphql" | "gql" => Some("GraphQL"),
        _ => None,
    }
}

/// A file with the extension of another language.
pub(super) fn named(source: &SourceFile, file: FileId, language: &str) -> Diagnostic {
    let stem = stem(source);
    let message = format!("`{stem}` is a {language} file");
    let error = not_read(file, token_at(&source.text, 0), message);
    if language == PROTOBUF {
        let import = format!("`sinew import {stem} --out idl` writes `.idl` files for it");
        return error.with_help(import);
    }
    let copy = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    error.with_help(format!(
        "copy it to `{copy}.idl` and let `sinew fix {copy}.idl` translate what it can; errors say what is left"
    ))
}

/// A file that contains data, or text in a language that fixes do not translate, whatever its name.
pub(super) fn held(source: &SourceFile, file: FileId) -> Option<Diagnostic> {
    match found(&source.text) {
        Some((language, line)) => Some(written_in(source, file, language, line)),
        None => data(source, file),
    }
}

/// A file that contains data. If that is a schema of another language, the help says how to write it here.
fn data(source: &SourceFile, file: FileId) -> Option<Diagnostic> {
    let text = source.text.trim_start_matches('\u{feff}').trim_start();
    let data = Data::of(text)?;
    let first = token_at(&source.text, 0);
    if let Some(language) = data.schema(text) {
        return Some(written_in(source, file, language, first));
    }
    let message = format!("`{}` holds {}, not a schema", stem(source), data.word());
    let error = not_read(file, first, message)
        .with_help("a schema looks like this: `namespace shop; struct Order { 1: uuid id; }`");
    Some(match data {
        Data::Json => error.with_note("JSON that is a value of a schema is for `sinew encode`"),
        Data::Yaml | Data::Xml => error,
    })
}

/// Adds how the main forms of another language are written here, if what was skipped begins like its declarations and
/// has no fix.
pub(super) fn with_forms(mut error: Diagnostic, skipped: &str) -> Diagnostic {
    let line = skipped.lines().next().unwrap_or_default();
    // A report about a single foreign word is already specific.
    let is_general = error.fixes.is_empty() && error.code != Code::OldWord;
    let language = Language::of_line(line).filter(|_| is_general);
    if let Some(language) = language {
        error.help = vec![forms(language)];
        error.notes = vec![format!("this is {}; {MORE}", language.name)];
    }
    error
}

const MORE: &str = "`sinew explain E0118` says more about forms of other languages";

fn forms(language: &Language) -> String {
    format!(
        "`{}` is `struct User {{ 1: optional string email; }}` here{}",
        language.theirs, language.others
    )
}

/// A file in `language`, recognized by the text at `place`: how to write its main forms here, and where to read more.
fn written_in(
    source: &SourceFile,
    file: FileId,
    language: &Language,
    place: Range<usize>,
) -> Diagnostic {
    let message = format!("`{}` is written in {}", stem(source), language.name);
    let error = not_read(file, place, message)
        .with_help(forms(language))
        .with_note(MORE);
    match language.translated {
        true => error.with_help(
            "once its first line is `namespace shop;` it is read, and `sinew fix` translates what it can",
        ),
        false => error,
    }
}

fn stem(source: &SourceFile) -> &str {
    source.name.rsplit('/').next().unwrap_or(&source.name)
}

fn not_read(file: FileId, place: Range<usize>, message: String) -> Diagnostic {
    Diagnostic::new(
        Code::OtherLanguage,
        Span::new(file, place.start, place.end),
        message,
        "not read any further",
    )
}
