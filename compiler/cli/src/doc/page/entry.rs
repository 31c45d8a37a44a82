//! What is said of a declaration.

use sinew_compiler::index::Declaration;
use sinew_compiler::schema::{Annotations, Decl, DeclId, DeclKind, Payload};

use super::super::comment::Comment;
use super::super::site::{Piece, Site};
use super::table::{arguments, fields, members, values, variants};
use super::{About, Entry, Table, facts, service};

/// The entry of a declaration; none if it is not to be described.
pub(super) fn of(site: &Site<'_>, id: DeclId) -> Option<Entry> {
    let decl = site.schema.decl(id);
    let declared = site.declared(decl.span)?;
    let mut about = about(declared, &decl.annotations);
    let marks = [
        (decl.internal, "internal"),
        (is_closed(&decl.kind), "closed"),
    ];
    about
        .marks
        .extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark));
    Some(Entry {
        target: site.target(decl.span)?.clone(),
        name: decl.name.clone(),
        kind: decl.kind.word(),
        about,
        idl: written(site, declared),
        tables: tables(site, decl, declared),
        facts: facts::of(site, id, declared),
        methods: match &decl.kind {
            DeclKind::Service(it) => service::methods(site, it),
            _ => Vec::new(),
        },
    })
}

fn is_closed(kind: &DeclKind) -> bool {
    match kind {
        DeclKind::Enum(it) | DeclKind::Flags(it) => it.closed,
        DeclKind::Union(it) => it.closed,
        _ => false,
    }
}

/// What its comment and its annotations say.
pub(super) fn about(declared: &Declaration, annotations: &Annotations) -> About {
    About::new(annotations, comment(declared))
}

pub(super) fn comment(declared: &Declaration) -> Option<Comment> {
    Some(Comment {
        text: declared.doc.clone()?,
        files: vec![declared.at.file],
        namespace: declared.namespace.clone(),
    })
}

/// The declaration as it is written, with its annotations on lines of their own.
pub(super) fn written(site: &Site<'_>, declared: &Declaration) -> Vec<Piece> {
    let shown = declared.annotations.iter().filter(|it| site.is_shown(**it));
    let mut pieces = Vec::new();
    for annotation in shown {
        pieces.extend(site.pieces(*annotation));
        pieces.push(Piece::plain("\n"));
    }
    pieces.extend(site.pieces(declared.span));
    pieces
}

fn tables(site: &Site<'_>, decl: &Decl, declared: &Declaration) -> Vec<Table> {
    let table = match &decl.kind {
        DeclKind::Struct(it) => fields(site, "Fields", &it.fields),
        DeclKind::Exception(it) => fields(site, "Fields", &it.fields),
        DeclKind::Frozen(it) => members(site, it),
        DeclKind::Enum(it) | DeclKind::Flags(it) => values(site, it),
        DeclKind::Union(it) => variants(site, it),
        DeclKind::Annotation(it) => arguments(site, it, declared),
        DeclKind::Const(_) | DeclKind::Typedef(_) | DeclKind::Newtype(_) | DeclKind::Service(_) => {
            None
        }
    };
    let mut tables: Vec<Table> = table.into_iter().collect();
    if let DeclKind::Union(it) = &decl.kind {
        tables.extend(
            it.variants
                .iter()
                .filter_map(|variant| match &variant.payload {
                    Payload::Struct(list) => {
                        fields(site, &format!("Fields of {}", variant.name), list)
                    }
                    Payload::Unit | Payload::Typed { .. } => None,
                }),
        );
    }
    tables
}
