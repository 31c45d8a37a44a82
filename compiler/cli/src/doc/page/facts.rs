//! What is known of a declaration beside its members.

use sinew_compiler::index::Declaration;
use sinew_compiler::schema::{
    DeclId, DeclKind, Exception, Fault, Field, Number, Reserved, Retry, Value, Variant,
};
use sinew_compiler::source::Span;

use super::super::site::{Piece, Role, Site};
use super::layout::bits_of;
use super::{Cell, Fact, service};

/// The greatest id of a member.
const MAX_ID: u128 = 32_767;

/// The facts about a declaration, in the order in which they are shown.
pub(super) fn of(site: &Site<'_>, id: DeclId, declared: &Declaration) -> Vec<Fact> {
    let decl = site.schema.decl(id);
    let mut facts = match &decl.kind {
        DeclKind::Struct(it) => record(site, &it.fields, &it.reserved),
        DeclKind::Exception(it) => exception(site, it),
        DeclKind::Frozen(it) => vec![words("Size", &format!("{} bytes", it.size))],
        DeclKind::Enum(it) | DeclKind::Flags(it) => {
            vec![
                words("Numbers", it.base.word()),
                unknown("values", it.closed),
            ]
        }
        DeclKind::Union(it) => {
            let ids: Vec<u16> = it.variants.iter().map(|Variant { id, .. }| *id).collect();
            let mut facts = vec![unknown("variants", it.closed)];
            facts.extend(next_id(&ids, &it.reserved));
            facts
        }
        DeclKind::Const(it) => value(site, declared, &it.value).into_iter().collect(),
        DeclKind::Service(_) => service::facts(site, id),
        DeclKind::Typedef(_) | DeclKind::Newtype(_) | DeclKind::Annotation(_) => Vec::new(),
    };
    if site.schema.namespace(decl.namespace).files.len() > 1 {
        let file = Piece::plain(site.path(declared.at.file));
        facts.push(Fact {
            label: "File",
            value: Cell::Code(vec![vec![file]]),
        });
    }
    facts.extend(links(site, "Used by", decl.span, site.used_by(decl.span)));
    facts
}

pub(super) fn words(label: &'static str, text: &str) -> Fact {
    Fact {
        label,
        value: Cell::Words(text.to_owned()),
    }
}

/// Links to what is declared at these places, from the page of what is declared `here`.
pub(super) fn links(
    site: &Site<'_>,
    label: &'static str,
    here: Span,
    places: &[Span],
) -> Option<Fact> {
    let page = site.target(here)?.page;
    let links = places.iter().filter(|at| **at != here).filter_map(|at| {
        let target = site.target(*at)?;
        let text = match target.page == page {
            true => target.anchor.clone(),
            false => format!("{}.{}", site.declared(*at)?.namespace, target.anchor),
        };
        Some(vec![Piece {
            text,
            role: Role::Plain,
            target: Some(target.clone()),
        }])
    });
    let links: Vec<_> = links.collect();
    (!links.is_empty()).then_some(Fact {
        label,
        value: Cell::Code(links),
    })
}

fn record(site: &Site<'_>, fields: &[Field], reserved: &Reserved) -> Vec<Fact> {
    let ids: Vec<u16> = fields.iter().map(|field| field.id).collect();
    let bits = bits_of(site.schema, fields).filter(|bits| *bits > 0);
    let bits = bits.map(|bits| {
        let bytes = bits.div_ceil(8);
        let (s, plural) = (
            if bits == 1 { "" } else { "s" },
            if bytes == 1 { "" } else { "s" },
        );
        words(
            "On the wire",
            &format!("{bits} bit{s} in {bytes} byte{plural}, then the bytes of the fields by id"),
        )
    });
    bits.into_iter().chain(next_id(&ids, reserved)).collect()
}

fn exception(site: &Site<'_>, it: &Exception) -> Vec<Fact> {
    let fault = match it.fault {
        Fault::Client => "the client's",
        Fault::Server => "the server's",
    };
    let retry = match it.retry {
        Retry::Never => "no: the same call fails again",
        Retry::Safe => "yes, at once",
        Retry::Later => "yes, after a while",
    };
    let mut facts = vec![words("Fault", fault), words("Retry", retry)];
    facts.extend(record(site, &it.fields, &it.reserved));
    facts
}

fn unknown(what: &str, is_closed: bool) -> Fact {
    match is_closed {
        true => words("Closed", &format!("unknown {what} are refused")),
        false => words("Open", &format!("unknown {what} are kept")),
    }
}

/// The first id behind all that are or were used.
fn next_id(ids: &[u16], reserved: &Reserved) -> Option<Fact> {
    let used = ids.iter().map(|id| Number::from(*id));
    let all = used.chain(reserved.ranges.iter().map(|(_, last)| *last));
    let next = all.max().map_or(0, Number::bits).saturating_add(1);
    (next <= MAX_ID).then(|| words("Next free id", &next.to_string()))
}

/// The value of a constant that is more than a literal.
fn value(site: &Site<'_>, declared: &Declaration, value: &Value) -> Option<Fact> {
    let written = site.line(declared.value?);
    let text = match value {
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Duration(nanos) => duration(*nanos),
        Value::Bool(value) => value.to_string(),
        Value::F32(number) => number.to_string(),
        Value::F64(number) => number.to_string(),
        _ => return None,
    };
    let digits = written
        .iter()
        .filter(|piece| !matches!(&piece.text[..], "-" | "+"));
    (digits.count() > 1 || written.iter().any(|piece| piece.target.is_some()))
        .then(|| words("Value", &text))
}

/// Nanoseconds in the greatest unit in which they are a whole number.
pub(super) fn duration(nanos: i64) -> String {
    let units = [
        (86_400_000_000_000, "d"),
        (3_600_000_000_000, "h"),
        (60_000_000_000, "m"),
        (1_000_000_000, "s"),
        (1_000_000, "ms"),
        (1_000, "us"),
    ];
    let fits = units
        .iter()
        .find(|(unit, _)| nanos != 0 && nanos % unit == 0);
    let (unit, name) = fits.copied().unwrap_or((1, "ns"));
    format!("{}{name}", nanos / unit)
}
