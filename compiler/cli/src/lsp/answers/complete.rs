//! Completion.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList,
    CompletionParams, CompletionResponse, CompletionTextEdit, Documentation, MarkupContent,
    MarkupKind, TextEdit,
};
use sinew_compiler::complete::{Proposal, complete};
use sinew_compiler::source::{FileId, Span};

use super::super::shown::markdown;
use super::super::unit::Unit;
use super::Known;
use super::outline::has_letters;

/// At most this many proposals per answer; the editor asks again as more is typed.
const MAX_ITEMS: usize = 1000;

impl Known<'_> {
    pub(super) fn completions(&self, params: CompletionParams) -> Option<CompletionResponse> {
        let place = params.text_document_position;
        let (unit, file, offset) = self.find(&place.text_document.uri, place.position)?;
        let (source, _) = unit.file(file);
        let typed = params.context.and_then(|it| it.trigger_character);
        if typed.as_deref() == Some(" ") && !follows_sign(&source.text, offset) {
            return None;
        }
        let mut files = unit.import_paths.clone();
        files.retain(|path| path != source.import_path());
        let mut found = complete(&unit.index, file, &source.text, offset as usize, &files);
        let is_incomplete = found.len() > MAX_ITEMS;
        if is_incomplete {
            let typed = found.first().map(|it| it.replaced.start..offset as usize);
            let typed = typed.and_then(|it| source.text.get(it)).unwrap_or_default();
            found.retain(|it| has_letters(&it.label, typed));
            found.truncate(MAX_ITEMS);
        }
        let items = found.into_iter().enumerate();
        let items = items.map(|(position, it)| item(unit, file, it, position));
        Some(CompletionResponse::List(CompletionList {
            is_incomplete,
            items: items.collect(),
        }))
    }
}

/// Whether the cursor follows `:` or `=` and spaces. Elsewhere, typing a space should not open a list.
fn follows_sign(text: &str, offset: u32) -> bool {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.trim_end_matches(' ').ends_with([':', '='])
}

fn item(unit: &Unit, file: FileId, it: Proposal, position: usize) -> CompletionItem {
    let span = Span::new(file, it.replaced.start, it.replaced.end);
    let doc = it.doc.map(|doc| MarkupContent {
        kind: MarkupKind::Markdown,
        value: markdown(&doc),
    });
    let import = it.import.as_ref().map(|import| {
        vec![TextEdit {
            range: unit.range(Span::new(file, import.at, import.at)),
            new_text: import.text.clone(),
        }]
    });
    CompletionItem {
        label: it.label,
        label_details: it.import.map(|import| CompletionItemLabelDetails {
            detail: None,
            description: Some(import.path),
        }),
        additional_text_edits: import,
        kind: Some(kind(it.kind)),
        detail: Some(it.kind.to_owned()),
        documentation: doc.map(Documentation::MarkupContent),
        // Keeps the compiler's order.
        sort_text: Some(format!("{position:05}")),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: unit.range(span),
            new_text: it.text,
        })),
        ..CompletionItem::default()
    }
}

fn kind(word: &str) -> CompletionItemKind {
    match word {
        "keyword" | "type" => CompletionItemKind::KEYWORD,
        "id" => CompletionItemKind::SNIPPET,
        "field" | "argument" => CompletionItemKind::FIELD,
        "file" => CompletionItemKind::FILE,
        "annotation" => CompletionItemKind::PROPERTY,
        "constant" => CompletionItemKind::CONSTANT,
        "enum" | "flags" | "union" => CompletionItemKind::ENUM,
        "value" | "variant" => CompletionItemKind::ENUM_MEMBER,
        "service" => CompletionItemKind::INTERFACE,
        "typedef" | "newtype" => CompletionItemKind::CLASS,
        _ => CompletionItemKind::STRUCT,
    }
}
