//! Document and workspace symbols.

use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolInformation, SymbolKind,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use sinew_compiler::index::Declaration;

use super::super::shown::location;
use super::super::unit::Unit;
use super::Known;

/// At most this many workspace symbols per answer; a longer query finds the others.
const MAX_SYMBOLS: usize = 512;

impl Known<'_> {
    /// The declarations of a file with their members, in order.
    pub(super) fn outline(&self, params: DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let (unit, file) = self.file(&params.text_document.uri)?;
        let declared = unit.index.declarations.iter();
        let declared = declared.filter(|it| it.at.file == file);
        let mut found: Vec<_> = declared.map(|it| symbol(unit, it)).collect();
        found.sort_by_key(|symbol| symbol.range.start);
        Some(DocumentSymbolResponse::Nested(found))
    }

    /// All declarations whose names contain the letters of the query, in their order.
    pub(super) fn symbols(&self, params: WorkspaceSymbolParams) -> WorkspaceSymbolResponse {
        let mut found: Vec<SymbolInformation> = Vec::new();
        for unit in self.units {
            for top in &unit.index.declarations {
                let members = top.members.iter().map(|it| (it, Some(top)));
                let all = std::iter::once((top, None)).chain(members);
                let wanted = all.filter(|(it, _)| has_letters(&it.name, &params.query));
                found.extend(wanted.filter_map(|(it, owner)| self.information(unit, it, owner)));
                // Two projects may share a file.
                found.dedup();
                if found.len() > MAX_SYMBOLS {
                    found.truncate(MAX_SYMBOLS);
                    return WorkspaceSymbolResponse::Flat(found);
                }
            }
        }
        WorkspaceSymbolResponse::Flat(found)
    }

    fn information(
        &self,
        unit: &Unit,
        declared: &Declaration,
        owner: Option<&Declaration>,
    ) -> Option<SymbolInformation> {
        let owner = owner.map(|owner| format!(".{}", owner.name));
        let container = format!("{}{}", declared.namespace, owner.unwrap_or_default());
        #[expect(deprecated, reason = "the field has to be there")]
        Some(SymbolInformation {
            name: declared.name.clone(),
            kind: kind(declared.kind)?,
            tags: None,
            deprecated: None,
            location: location(unit, self.documents, declared.at)?,
            container_name: Some(container),
        })
    }
}

/// Whether a name contains the letters of a query in their order, perhaps with others between them.
pub(super) fn has_letters(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut wanted = query.chars().flat_map(char::to_lowercase);
    wanted.all(|wanted| letters.any(|letter| letter == wanted))
}

fn symbol(unit: &Unit, declared: &Declaration) -> DocumentSymbol {
    let members = declared.members.iter();
    let members = members.filter(|it| kind(it.kind).is_some());
    let members = members.map(|it| symbol(unit, it)).collect();
    #[expect(deprecated, reason = "the field has to be there")]
    DocumentSymbol {
        name: declared.name.clone(),
        detail: Some(declared.kind.to_owned()),
        kind: kind(declared.kind).unwrap_or(SymbolKind::STRUCT),
        tags: None,
        deprecated: None,
        range: unit.range(declared.span),
        selection_range: unit.range(declared.at),
        children: Some(members),
    }
}

/// The symbol kind of a declaration; `None` if outlines leave it out.
fn kind(word: &str) -> Option<SymbolKind> {
    Some(match word {
        "constant" => SymbolKind::CONSTANT,
        "enum" | "flags" => SymbolKind::ENUM,
        "value" => SymbolKind::ENUM_MEMBER,
        "service" => SymbolKind::INTERFACE,
        "method" => SymbolKind::METHOD,
        "field" | "variant" => SymbolKind::FIELD,
        "annotation" => SymbolKind::PROPERTY,
        "typedef" | "newtype" => SymbolKind::CLASS,
        "parameter" | "error" | "type parameter" => return None,
        _ => SymbolKind::STRUCT,
    })
}
