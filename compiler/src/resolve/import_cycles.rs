//! Reports namespaces that import each other.

use std::collections::{BTreeMap, btree_map::Entry};

use super::names::Names;
use crate::diagnostics::{Code, Diagnostic, MAX_SHOWN, Sink, show_cycle};
use crate::order::{self, Step};
use crate::source::Span;

/// Reports namespaces that import each other, once per strongly connected component.
pub(super) fn report(names: &Names<'_>, sink: &mut Sink) {
    let mut edges = vec![Vec::new(); names.namespaces.len()];
    let mut places: BTreeMap<(usize, usize), Span> = BTreeMap::new();
    for namespace in &names.namespaces {
        for file in namespace.files.iter().map(|file| &names.files[*file]) {
            for (import, target) in file.ast.imports.iter().zip(file.imports) {
                let Some(target) = target.and_then(|id| names.position(id)) else {
                    continue;
                };
                let edge = (
                    file.namespace.0 as usize,
                    names.files[target].namespace.0 as usize,
                );
                if edge.0 == edge.1 {
                    continue;
                }
                if let Entry::Vacant(first) = places.entry(edge) {
                    first.insert(import.path_span);
                    edges[edge.0].push(edge.1);
                }
            }
        }
    }
    for step in order::steps(&edges) {
        if let Step::Cycle { path, .. } = step {
            sink.push(cycle(names, &path, &places));
        }
    }
}

fn cycle(names: &Names<'_>, path: &[usize], places: &BTreeMap<(usize, usize), Span>) -> Diagnostic {
    let name = |n: usize| names.namespaces[n].name();
    let next = |at: usize| path[(at + 1) % path.len()];
    let owned: Vec<String> = path.iter().map(|n| name(*n)).collect();
    let shown: Vec<&str> = owned.iter().map(String::as_str).collect();
    let imports = |at: usize| {
        let next = shown[(at + 1) % shown.len()];
        format!("`{}` imports `{next}` here", shown[at])
    };
    let place = |at: usize| places[&(path[at], next(at))];
    let mut error = Diagnostic::new(
        Code::NamespaceCycle,
        place(0),
        format!("namespaces import each other: {}", show_cycle(&shown)),
        imports(0),
    );
    for at in 1..path.len().min(MAX_SHOWN) {
        error = error.with_label(place(at), imports(at));
    }
    error.with_help("move what both need into a namespace that imports neither")
}
