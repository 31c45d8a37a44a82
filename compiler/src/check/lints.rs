//! Which warnings are shown: those that no `@allow` near them silences, and that no error may be
//! the reason of.

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{Annotation, ArgValue, ExprKind};
use crate::diagnostics::{Code, Diagnostic, Level, Severity, Sink};
use crate::load::Loaded;
use crate::source::{FileId, Span};

/// Reports the lints that are not allowed, and the `@allow`s that silence nothing.
pub(super) fn report(loaded: &Loaded, lints: Vec<Diagnostic>, sink: &mut Sink) {
    let mut allowed: BTreeMap<FileId, Vec<Allowed>> = BTreeMap::new();
    for file in &loaded.files {
        let regions = allowed.entry(file.ast.id).or_default();
        for (annotations, region) in file.ast.annotated() {
            collect(annotations, region, regions);
        }
    }
    let errors: BTreeSet<Span> = sink.error_places().collect();
    for lint in lints {
        let span = lint.primary.span;
        let regions = allowed.get_mut(&span.file).into_iter().flatten();
        let silences = |a: &&mut Allowed| a.code == Some(lint.code) && a.region.contains(span);
        let mut silent = false;
        for allow in regions.filter(silences) {
            allow.used = true;
            silent = true;
        }
        // What was not understood may be the use that is missed, or what a link leads to.
        let doubtful = match lint.code {
            Code::UnusedImport | Code::UnusedInternal | Code::BrokenDocLink => {
                !errors.is_empty() || loaded.files.iter().any(|file| file.ast.partial)
            }
            _ => errors.contains(&span),
        };
        if !silent && !doubtful {
            sink.push(lint);
        }
    }
    for allow in allowed.into_values().flatten() {
        // What nobody looks for may still be there.
        let is_off = |code| sink.levels().of(code) == Level::Allow;
        if !allow.used && !allow.code.is_some_and(is_off) {
            sink.push(useless(&allow));
        }
    }
}

/// A code that `@allow` names, and where it is allowed.
struct Allowed {
    code: Option<Code>,
    text: String,
    region: Span,
    place: Span,
    /// The whole annotation if this is all that it names.
    edit: Option<Span>,
    used: bool,
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
                used: false,
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
