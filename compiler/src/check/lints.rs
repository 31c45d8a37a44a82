//! Filters lints: drops those that an `@allow` around them silences, and those that an error may have caused.

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{Annotation, ArgValue, ExprKind};
use crate::diagnostics::{Code, Diagnostic, Level, Severity, Sink};
use crate::load::Loaded;
use crate::source::Span;

/// Reports the lints that are not allowed, and each `@allow` that silences nothing.
pub(super) fn report(loaded: &Loaded, lints: Vec<Diagnostic>, sink: &mut Sink) {
    let mut allowed = Vec::new();
    for file in &loaded.files {
        for (annotations, region) in file.ast.annotated() {
            collect(annotations, region, &mut allowed);
        }
    }
    let (silent, used) = silenced(&lints, &allowed);
    let errors: BTreeSet<Span> = sink.error_places().collect();
    let in_doubt = !errors.is_empty() || loaded.files.iter().any(|file| file.ast.partial);
    for lint in lints {
        // What could not be resolved may have been the missing use, or the target of a link.
        let doubtful = match lint.code {
            Code::UnusedImport | Code::UnusedInternal | Code::BrokenDocLink => in_doubt,
            _ => errors.contains(&lint.primary.span),
        };
        if !silent[&(lint.code, lint.primary.span)] && !doubtful {
            sink.push(lint);
        }
    }
    for allow in allowed {
        // A lint that is off may have something to silence all the same.
        let is_off = |code| sink.levels().of(code) == Level::Allow;
        let needed = |code| is_off(code) || used[&(code, allow.region)];
        if !allow.code.is_some_and(needed) {
            sink.push(useless(&allow));
        }
    }
}

/// A code, and the span of a lint or of the region where it is allowed.
type CodeAt = (Code, Span);

/// Which lints are silenced, and which `@allow`s silence any. Each code and region is searched once. A place is in few
/// regions, so each lint is visited only a few times.
fn silenced(
    lints: &[Diagnostic],
    allowed: &[Allowed],
) -> (BTreeMap<CodeAt, bool>, BTreeMap<CodeAt, bool>) {
    let places = lints.iter().map(|lint| (lint.code, lint.primary.span));
    let mut silent: BTreeMap<CodeAt, bool> = places.map(|place| (place, false)).collect();
    let mut used = BTreeMap::new();
    for allow in allowed {
        let (Some(code), region) = (allow.code, allow.region) else {
            continue;
        };
        if used.contains_key(&(code, region)) {
            continue;
        }
        let begun = silent.range_mut((code, region.before())..=(code, region.after()));
        let inside = begun.filter(|((_, span), _)| region.contains(*span));
        let found = inside.map(|(_, silent)| *silent = true).count();
        used.insert((code, region), found > 0);
    }
    (silent, used)
}

/// A code of an `@allow`, and the region in which it applies.
struct Allowed {
    code: Option<Code>,
    text: String,
    region: Span,
    place: Span,
    /// The whole annotation, if it has no other code.
    edit: Option<Span>,
}

fn collect(annotations: &[Annotation], region: Span, regions: &mut Vec<Allowed>) {
    for annotation in annotations.iter().filter(|a| a.path.text() == "allow") {
        for arg in &annotation.args {
            let ArgValue::Expr(expr) = &arg.value else {
                continue;
            };
            let ExprKind::Path(path) = &expr.kind else {
                continue;
            };
            let text = path.text();
            let code = Code::from_id(&text).filter(|code| code.severity() == Severity::Warning);
            regions.push(Allowed {
                code,
                text,
                region,
                place: arg.span,
                edit: (annotation.args.len() == 1).then_some(annotation.span),
            });
        }
    }
}

fn useless(allow: &Allowed) -> Diagnostic {
    let text = &allow.text;
    let error = Diagnostic::new(
        Code::UselessAllow,
        allow.place,
        format!("`@allow({text})` matches nothing"),
        match allow.code {
            Some(_) => "silences nothing",
            None => "not the code of a lint",
        },
    );
    if Code::from_id(text).is_some_and(Code::is_change) {
        let help = format!("accept a change with `@breaking_ok({text}, reason = \"…\")`");
        return error.with_help(help);
    }
    match allow.edit {
        Some(edit) => error.with_fix("remove it", edit, ""),
        None => error.with_help("remove it"),
    }
}
