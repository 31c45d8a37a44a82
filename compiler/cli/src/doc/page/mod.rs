//! What a page says, whatever it is written in.

mod entry;
mod facts;
mod layout;
mod service;
mod table;

use sinew_compiler::schema::{Annotations, DeclKind, Deprecated};

use super::comment::Comment;
use super::site::{PageName, Piece, Site, Target};

/// A page about a namespace.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) about: About,
    /// What imports call its files.
    pub(super) files: Vec<String>,
    pub(super) groups: Vec<Group>,
}

/// Declarations of a kind, as they are written.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) entries: Vec<Entry>,
}

/// A declaration or a method.
pub(super) struct Entry {
    pub(super) target: Target,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) about: About,
    /// How it is declared.
    pub(super) idl: Vec<Piece>,
    pub(super) tables: Vec<Table>,
    pub(super) facts: Vec<Fact>,
    /// The methods in it.
    pub(super) methods: Vec<Entry>,
}

/// What is said of something.
#[derive(Default)]
pub(super) struct About {
    /// Words, such as `internal`.
    pub(super) marks: Vec<&'static str>,
    /// Sentences.
    pub(super) notes: Vec<String>,
    pub(super) comment: Option<Comment>,
}

/// A table of members.
pub(super) struct Table {
    pub(super) title: String,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Row>,
}

/// A member.
pub(super) struct Row {
    pub(super) target: Option<Target>,
    pub(super) cells: Vec<Cell>,
}

/// What is said of a member in a column.
pub(super) enum Cell {
    Empty,
    Words(String),
    /// Texts in the language.
    Code(Vec<Vec<Piece>>),
    About(About),
}

/// Something else that is known of a declaration.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: Cell,
}

/// The groups, in the order of a page: what is called, then what is sent, then what these are made of.
const GROUPS: [&str; 10] = [
    "Services",
    "Structs",
    "Unions",
    "Exceptions",
    "Enums",
    "Flags",
    "Newtypes",
    "Aliases",
    "Constants",
    "Annotations",
];

/// The page about a namespace.
pub(super) fn of(site: &Site<'_>, page: &PageName<'_>) -> Page {
    let namespace = page.namespace;
    let mut groups = GROUPS.map(|title| Group {
        title,
        entries: Vec::new(),
    });
    for id in &namespace.decls {
        let group = &mut groups[group_of(&site.schema.decl(*id).kind)];
        group.entries.extend(entry::of(site, *id));
    }
    let comment = namespace.doc.as_ref().map(|text| Comment {
        text: text.clone(),
        files: namespace.files.clone(),
        namespace: namespace.name(),
    });
    let files = namespace
        .files
        .iter()
        .map(|file| site.path(*file).to_owned());
    Page {
        name: namespace.name(),
        about: About::new(&namespace.annotations, comment),
        files: files.collect(),
        groups: groups
            .into_iter()
            .filter(|group| !group.entries.is_empty())
            .collect(),
    }
}

fn group_of(kind: &DeclKind) -> usize {
    match kind {
        DeclKind::Service(_) => 0,
        DeclKind::Struct(_) | DeclKind::Frozen(_) => 1,
        DeclKind::Union(_) => 2,
        DeclKind::Exception(_) => 3,
        DeclKind::Enum(_) => 4,
        DeclKind::Flags(_) => 5,
        DeclKind::Newtype(_) => 6,
        DeclKind::Typedef(_) => 7,
        DeclKind::Const(_) => 8,
        DeclKind::Annotation(_) => 9,
    }
}

impl About {
    fn new(annotations: &Annotations, comment: Option<Comment>) -> Self {
        let mut about = Self {
            comment,
            ..Self::default()
        };
        if let Some(deprecated) = &annotations.deprecated {
            about.marks.push("deprecated");
            about.notes.push(deprecation(deprecated));
        }
        if annotations.sensitive {
            about.marks.push("sensitive");
        }
        about
            .notes
            .extend(annotations.since.as_ref().map(|it| format!("Since {it}.")));
        about
    }
}

fn deprecation(it: &Deprecated) -> String {
    let since = it.since.as_ref().map(|it| format!(" since {it}"));
    let removal = it
        .removal
        .as_ref()
        .map(|it| format!(", to be removed in {it}"));
    let note = it.note.as_ref().map(|it| format!(": {it}"));
    let parts = [since, removal, note.or(Some(".".to_owned()))];
    "Deprecated".to_owned() + &parts.into_iter().flatten().collect::<String>()
}

impl Table {
    /// Leaves out columns in which nothing is said; nothing is left of a table without rows.
    fn new(title: &str, columns: &[&'static str], mut rows: Vec<Row>) -> Option<Self> {
        let is_empty = |at: usize| {
            let mut cells = rows.iter().filter_map(|row| row.cells.get(at));
            cells.all(Cell::is_empty)
        };
        let kept: Vec<bool> = (0..columns.len()).map(|at| !is_empty(at)).collect();
        for row in &mut rows {
            let mut kept = kept.iter();
            row.cells.retain(|_| kept.next().is_some_and(|kept| *kept));
        }
        let columns = columns.iter().zip(&kept).filter(|(_, kept)| **kept);
        let columns = columns.map(|(column, _)| *column).collect();
        let title = title.to_owned();
        (!rows.is_empty()).then_some(Self {
            title,
            columns,
            rows,
        })
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Words(_) => false,
            Cell::Code(lines) => lines.is_empty(),
            Cell::About(it) => it.marks.is_empty() && it.notes.is_empty() && it.comment.is_none(),
        }
    }
}
