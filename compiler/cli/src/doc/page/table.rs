//! Tables of what is in a declaration.

use std::sync::Arc;

use sinew_compiler::index::Declaration;
use sinew_compiler::schema::{
    AnnotationDecl, Annotations, Enum, Field, Frozen, Payload, Stream, Type, Union,
};
use sinew_compiler::source::Span;

use super::super::site::{Piece, Role, Site};
use super::entry::{about, comment};
use super::layout::size_of;
use super::{Cell, Row, Table};

/// Annotations that are told in words.
const IN_WORDS: [&str; 4] = ["deprecated", "since", "sensitive", "alias"];

const FIELD: [&str; 6] = ["Id", "Name", "Type", "Presence", "Rules", "Description"];

/// Fields of a struct, of an exception, of a variant; parameters.
pub(super) fn fields(site: &Site<'_>, title: &str, fields: &[Field]) -> Option<Table> {
    let rows = fields.iter().map(|field| field_row(site, field));
    Table::new(title, &FIELD, rows.collect())
}

/// Parameters of a method, its stream among them.
pub(super) fn parameters(
    site: &Site<'_>,
    params: &[Field],
    stream: Option<&Stream>,
) -> Option<Table> {
    let rows = params.iter().map(|field| field_row(site, field));
    let stream = stream.map(|it| {
        let cells = [Cell::Words(it.id.to_string()), Cell::Empty];
        row(site, it.span, &it.annotations, cells)
    });
    Table::new("Parameters", &FIELD, rows.chain(stream).collect())
}

/// Exceptions of a method, described as what they are where nothing else is said.
pub(super) fn errors(site: &Site<'_>, errors: &[Field]) -> Option<Table> {
    let rows = errors.iter().map(|it| {
        let cells = [Cell::Words(it.id.to_string()), Cell::Empty];
        let mut row = row(site, it.span, &it.annotations, cells);
        if let (Type::Named(id, _), Some(Cell::About(about))) = (&it.ty, row.cells.last_mut()) {
            let exception = site.declared(site.schema.decl(*id).span);
            about.comment = about.comment.take().or(exception.and_then(comment));
        }
        row
    });
    Table::new("Throws", &FIELD, rows.collect())
}

fn field_row(site: &Site<'_>, field: &Field) -> Row {
    let cells = [
        Cell::Words(field.id.to_string()),
        presence(site, field.span, field.ty.is_optional()),
    ];
    row(site, field.span, &field.annotations, cells)
}

/// Members of a frozen struct, and where they begin.
pub(super) fn members(site: &Site<'_>, frozen: &Frozen) -> Option<Table> {
    let mut offset = 0u32;
    let rows = frozen.fields.iter().map(|field| {
        let here = Cell::Words(offset.to_string());
        offset = offset.saturating_add(size_of(site.schema, &field.ty));
        let default = match site.declared(field.span).and_then(|it| it.value) {
            Some(value) => Cell::Code(vec![assigned(site, value)]),
            None => Cell::Empty,
        };
        row(site, field.span, &field.annotations, [here, default])
    });
    let columns = [
        "Offset",
        "Name",
        "Type",
        "In constants",
        "Rules",
        "Description",
    ];
    Table::new("Members", &columns, rows.collect())
}

/// Values of an enum; flags.
pub(super) fn values(site: &Site<'_>, it: &Enum) -> Option<Table> {
    let rows = it.values.iter().map(|value| {
        let cells = [Cell::Words(value.number.to_string()), Cell::Empty];
        let mut row = row(site, value.span, &value.annotations, cells);
        let first = value.alias_of.and_then(|at| it.values.get(at as usize));
        if let (Some(first), Some(Cell::About(about))) = (first, row.cells.last_mut()) {
            about.notes.push(format!("Another name of {}.", first.name));
        }
        row
    });
    Table::new(
        "Values",
        &["Number", "Name", "Type", "", "Rules", "Description"],
        rows.collect(),
    )
}

/// Variants of a union.
pub(super) fn variants(site: &Site<'_>, it: &Union) -> Option<Table> {
    let rows = it.variants.iter().map(|variant| {
        let cells = [Cell::Words(variant.id.to_string()), Cell::Empty];
        let mut row = row(site, variant.span, &variant.annotations, cells);
        row.cells[2] = match (
            &variant.payload,
            std::mem::replace(&mut row.cells[2], Cell::Empty),
        ) {
            (Payload::Typed { .. }, ty) => ty,
            (Payload::Struct(_), _) => Cell::Words("fields, see below".to_owned()),
            (Payload::Unit, _) => Cell::Words("nothing".to_owned()),
        };
        row
    });
    Table::new(
        "Variants",
        &["Id", "Name", "Carries", "", "Rules", "Description"],
        rows.collect(),
    )
}

/// Arguments of an annotation.
pub(super) fn arguments(
    site: &Site<'_>,
    it: &AnnotationDecl,
    declared: &Declaration,
) -> Option<Table> {
    let none = Arc::default();
    let rows = it
        .fields
        .iter()
        .zip(&declared.members)
        .map(|(field, member)| {
            let presence = presence(site, member.at, field.ty.is_optional());
            row(site, member.at, &none, [Cell::Empty, presence])
        });
    Table::new("Arguments", &FIELD, rows.collect())
}

/// The row of a member whose name stands at `at`: its number or place, its name, its type, whether it must be given, what holds of
/// its values, what is said of it.
fn row(site: &Site<'_>, at: Span, annotations: &Annotations, [number, presence]: [Cell; 2]) -> Row {
    let target = site.target(at).cloned();
    let Some(declared) = site.declared(at) else {
        let cells = vec![
            number,
            Cell::Empty,
            Cell::Empty,
            presence,
            Cell::Empty,
            Cell::Empty,
        ];
        return Row { target, cells };
    };
    let name = Piece {
        text: declared.name.clone(),
        role: Role::Plain,
        target: target.clone(),
    };
    let rules = declared.annotations.iter().filter(|it| is_rule(site, **it));
    let cells = vec![
        number,
        Cell::Code(vec![vec![name]]),
        Cell::Code(
            declared
                .ty
                .iter()
                .map(|ty| inside_optional(site.line(*ty)))
                .collect(),
        ),
        presence,
        Cell::Code(rules.map(|it| site.line(*it)).collect()),
        Cell::About(about(declared, annotations)),
    ];
    Row { target, cells }
}

fn is_rule(site: &Site<'_>, annotation: Span) -> bool {
    let name = site.slice(annotation).trim_start_matches('@').trim_start();
    let name = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    site.is_shown(annotation) && !name.take(1).any(|name| IN_WORDS.contains(&name))
}

fn presence(site: &Site<'_>, at: Span, is_optional: bool) -> Cell {
    match site.declared(at).and_then(|it| it.value) {
        Some(value) => Cell::Code(vec![assigned(site, value)]),
        None if is_optional => Cell::Words("optional".to_owned()),
        None => Cell::Words("required".to_owned()),
    }
}

fn assigned(site: &Site<'_>, value: Span) -> Vec<Piece> {
    let mut pieces = vec![Piece::plain("= ")];
    pieces.extend(site.line(value));
    pieces
}

/// The type without `optional`, which another column says.
fn inside_optional(mut pieces: Vec<Piece>) -> Vec<Piece> {
    if pieces.first().is_some_and(|first| first.text == "optional") {
        pieces.drain(..2.min(pieces.len()));
    }
    pieces
}
