//! Another name for what is declared. It is tried first: what would no longer be right, or mean something else, is refused
//! with what the compiler says of it.

use std::collections::BTreeMap;

use lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};
use sinew_compiler::diagnostics::{Code, Edit, Fix, Severity};
use sinew_compiler::evolution::{Asked, Direction, Level, compare};
use sinew_compiler::index::Declaration;
use sinew_compiler::mend;
use sinew_compiler::source::Span;

use super::super::shown::changes;
use super::super::unit::Unit;
use super::Known;

impl<'a> Known<'a> {
    /// The name that stands there, if it can be changed.
    pub(super) fn renamed(
        &self,
        params: TextDocumentPositionParams,
    ) -> Option<PrepareRenameResponse> {
        let (unit, file, offset) = self.find(&params.text_document.uri, params.position)?;
        let names = names(unit, unit.index.at(file, offset)?);
        let here = names.into_iter().find(|span| span.holds(file, offset))?;
        Some(PrepareRenameResponse::Range(unit.range(here)))
    }

    /// The edits, or why the name cannot be this one. Who goes on to use the old name elsewhere is a warning.
    pub(super) fn rename(&mut self, params: RenameParams) -> Result<WorkspaceEdit, String> {
        let new = params.new_name;
        if !is_name(
            new.strip_prefix('`')
                .and_then(|it| it.strip_suffix('`'))
                .unwrap_or(&new),
        ) {
            return Err(format!(
                "`{new}` is not a name: letters, digits and `_`, no digit first"
            ));
        }
        let (unit, meant) = self
            .meant(&params.text_document_position)
            .ok_or("nothing that stands here can be renamed")?;
        let spans = names(unit, meant).into_iter();
        let edits = spans.map(|span| Edit {
            span,
            replacement: new.clone(),
        });
        let edits: Vec<Edit> = edits.collect();
        let after = self.tried(unit, &edits)?;
        same_errors(unit, &after)?;
        same_meaning(unit, meant, &after, &edits)?;
        self.warning = self.broken(unit, after);
        Ok(changes(unit, self.documents, &edits))
    }

    /// What the files are once they are edited.
    pub(super) fn tried(&self, unit: &Unit, edits: &[Edit]) -> Result<Unit, String> {
        let fix = Fix {
            message: String::new(),
            edits: edits.to_vec(),
        };
        let edited = mend::apply(&unit.checked.sources, [&fix]);
        let mut documents = self.documents.clone();
        for (file, text) in edited.files {
            let (_, path) = unit.file(file);
            documents = documents
                .with(path, text)
                .ok_or_else(|| format!("`{}` cannot be named to the editor", path.display()))?;
        }
        unit.with(&documents)
    }

    /// What those of the old version, who do not know of the new name, can no longer do.
    fn broken(&self, unit: &Unit, after: Unit) -> Option<String> {
        let before = unit.with(self.documents).ok()?;
        if before.checked.schema.is_none() || after.checked.schema.is_none() {
            return None;
        }
        let asked = Asked {
            direction: Direction::Both,
            level: Level::Json,
        };
        let found = compare(before.checked, after.checked, &asked);
        let said = found.list().iter().map(|it| {
            let notes = it.notes.iter().chain(&it.help);
            let notes = notes.map(|note| format!("; {note}")).collect::<String>();
            format!("{}: {}{notes}", it.code.id(), it.message)
        });
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join("\n"))
    }
}

/// Where a declaration is named as it is called, and not otherwise behind an import with `as`.
fn names(unit: &Unit, declared: &Declaration) -> Vec<Span> {
    let mut spans = unit.index.places(declared);
    spans.retain(|span| unit.checked.sources.slice(*span).trim_matches('`') == declared.name);
    spans
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_start = |c: char| !c.is_ascii_digit();
    name.chars().all(is_part) && name.starts_with(is_start)
}

/// Whether there are no more errors than before; else one of them.
pub(super) fn same_errors(before: &Unit, after: &Unit) -> Result<(), String> {
    let mut known: BTreeMap<Code, usize> = BTreeMap::new();
    let errors = |unit: &Unit| {
        let found = unit.checked.diagnostics.clone().into_iter();
        found.filter(|it| it.severity == Severity::Error)
    };
    for error in errors(before) {
        *known.entry(error.code).or_default() += 1;
    }
    for error in errors(after) {
        match known.get_mut(&error.code) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return Err(format!("{}: {}", error.code.id(), error.message)),
        }
    }
    Ok(())
}

/// Whether all places that meant the declaration still do, and no others.
fn same_meaning(
    before: &Unit,
    meant: &Declaration,
    after: &Unit,
    edits: &[Edit],
) -> Result<(), String> {
    let mut start = i64::from(meant.at.start);
    for edit in edits {
        if edit.span.file == meant.at.file && edit.span.start < meant.at.start {
            start += edit.replacement.len() as i64 - i64::from(edit.span.end - edit.span.start);
        }
    }
    let (_, path) = before.file(meant.at.file);
    let now = after.file_at(path).zip(u32::try_from(start).ok());
    let now = now.and_then(|(file, start)| after.index.at(file, start));
    let count = |unit: &Unit, it| unit.index.places(it).len();
    match now {
        Some(now) if count(after, now) == count(before, meant) => Ok(()),
        _ => Err(format!(
            "something else has this name where `{}` is named",
            meant.name
        )),
    }
}
