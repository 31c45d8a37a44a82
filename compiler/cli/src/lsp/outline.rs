//! What a file declares, for the outline of an editor.

use lsp_types::{DocumentSymbol, SymbolKind};
use sinew_compiler::index::Declaration;
use sinew_compiler::source::FileId;

use super::places::range;
use super::unit::Unit;

/// The declarations of a file, in order.
pub(super) fn outline(unit: &Unit, file: FileId) -> Vec<DocumentSymbol> {
    let declared = unit.index.declarations.iter();
    let declared = declared.filter(|it| it.at.file == file);
    let mut found: Vec<_> = declared.map(|it| symbol(unit, it)).collect();
    found.sort_by_key(|symbol| symbol.range.start);
    found
}

fn symbol(unit: &Unit, declared: &Declaration) -> DocumentSymbol {
    let (file, _) = unit.file(declared.at.file);
    let members: Vec<_> = declared.members.iter().map(|it| symbol(unit, it)).collect();
    #[expect(deprecated, reason = "the field has to be there")]
    DocumentSymbol {
        name: declared.name.clone(),
        detail: Some(declared.kind.to_owned()),
        kind: kind(declared.kind),
        tags: None,
        deprecated: None,
        range: range(file, declared.span),
        selection_range: range(file, declared.at),
        children: Some(members),
    }
}

fn kind(word: &str) -> SymbolKind {
    match word {
        "constant" => SymbolKind::CONSTANT,
        "enum" | "flags" => SymbolKind::ENUM,
        "value" => SymbolKind::ENUM_MEMBER,
        "service" => SymbolKind::INTERFACE,
        "method" => SymbolKind::METHOD,
        "field" | "variant" => SymbolKind::FIELD,
        "annotation" => SymbolKind::PROPERTY,
        "typedef" | "newtype" => SymbolKind::CLASS,
        _ => SymbolKind::STRUCT,
    }
}
