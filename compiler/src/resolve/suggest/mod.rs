//! Suggestions for unknown names: similar spellings, other namespaces, names of other languages.

mod candidates;
mod elsewhere;
mod values;

use std::collections::BTreeSet;

use self::elsewhere::{not_transitive, standing_alone};
use super::Resolver;
use super::foreign::{instead, truth, well_known_type, word_of_another_language};
use super::lookup::Wanted;
use crate::ast::{Ident, Path};
use crate::diagnostics::{Code, Diagnostic, nearest};
use crate::schema::{DeclId, NamespaceId};
use crate::source::Span;

impl<'a> Resolver<'a, '_> {
    /// The error for an unknown name, with suggestions. `params` are the type parameters in scope.
    pub(crate) fn unknown(
        &self,
        path: &Path,
        file: usize,
        wanted: Wanted,
        params: &[Ident],
    ) -> Diagnostic {
        if !self.names.suggests() {
            return cannot_find(wanted, &path.text(), path.span);
        }
        match path.segments.as_slice() {
            [name] => self.unknown_name(name, file, wanted, params),
            [prefix, name, ..] => match self.scopes[file].prefixes.get(prefix.name.as_str()) {
                Some(found) => {
                    let error = self.unknown_member(found.namespace, name, file, wanted);
                    if !error.fixes.is_empty() {
                        return error;
                    }
                    let error = self.elsewhere(error, &name.name, file, wanted);
                    standing_alone(error, path.span, name)
                }
                None => self.unknown_prefix(path, file, wanted),
            },
            [] => cannot_find(wanted, "", path.span),
        }
    }

    fn unknown_name(
        &self,
        name: &Ident,
        file: usize,
        wanted: Wanted,
        params: &[Ident],
    ) -> Diagnostic {
        let error = cannot_find(wanted, &name.name, name.span);
        if wanted == Wanted::Type
            && let Some(word) = word_of_another_language(&name.name)
        {
            return error.with_fix(format!("write `{word}`"), name.span, word);
        }
        if wanted == Wanted::Value
            && let Some(word) = truth(&name.name)
        {
            return error.with_fix(format!("write `{word}`"), name.span, word);
        }
        let candidates = self.candidates(file, wanted, params);
        if let Some(same) = candidates.iter().find(|c| c.short == name.name) {
            let written = same.written();
            return error.with_fix(format!("write `{written}`"), name.span, written);
        }
        let near = nearest(&name.name, candidates.iter().map(|c| c.short));
        let mut shown = BTreeSet::new();
        let mut error = error;
        for near in near {
            for candidate in candidates.iter().filter(|c| c.short == near) {
                let written = candidate.written();
                if shown.len() < 3 && shown.insert(written.clone()) {
                    let message = format!("did you mean `{written}`?");
                    error = error.with_fix(message, name.span, written);
                }
            }
        }
        if !error.fixes.is_empty() {
            return error;
        }
        let error = self.elsewhere(error, &name.name, file, wanted);
        match instead(wanted, &name.name) {
            Some(help) if error.fixes.is_empty() => error.with_help(help),
            Some(_) | None => error,
        }
    }

    fn visible(&self, decl: DeclId, from: NamespaceId) -> bool {
        let entry = self.names.decl(decl);
        entry.item.internal.is_none() || entry.namespace == from
    }

    fn unknown_member(
        &self,
        namespace: NamespaceId,
        name: &Ident,
        file: usize,
        wanted: Wanted,
    ) -> Diagnostic {
        let names = self.names.namespace(namespace);
        let mut error = Diagnostic::new(
            Code::UnknownInNamespace,
            name.span,
            format!("`{}.{}` does not exist", names.name(), name.name),
            "not declared there",
        );
        let here = self.names.files[file].namespace;
        let fitting = names.by_name.iter().filter(|(_, decl)| {
            wanted.accepts(&self.names.decl(**decl).item.kind) && self.visible(**decl, here)
        });
        for near in nearest(&name.name, fitting.map(|(name, _)| *name)) {
            error = error.with_fix(format!("did you mean `{near}`?"), name.span, near);
        }
        error
    }

    fn unknown_prefix(&self, path: &Path, file: usize, wanted: Wanted) -> Diagnostic {
        let mut error = cannot_find(wanted, &path.text(), path.span);
        if wanted == Wanted::Type
            && let Some(ty) = well_known_type(&path.text())
        {
            return error.with_fix(format!("write `{ty}`"), path.span, ty);
        }
        let (name, prefix) = path.segments.split_last().expect("a path has a segment");
        let prefix: Vec<&str> = prefix.iter().map(|s| s.name.as_str()).collect();
        let prefix = prefix.join(".");
        if let Some(decl) = self.named_in_full(&prefix, name) {
            return self.another_way(error, path, decl, file);
        }
        for near in nearest(&prefix, self.scopes[file].prefixes.keys().copied()) {
            let written = format!("{near}.{}", name.name);
            error = error.with_fix(format!("did you mean `{written}`?"), path.span, written);
        }
        if wanted == Wanted::Value
            && error.fixes.is_empty()
            && let [prefix, value] = path.segments.as_slice()
        {
            error = self.of_value(error, prefix, value, file);
        }
        if !error.fixes.is_empty() {
            return error;
        }
        let error = self.elsewhere(error, &name.name, file, wanted);
        let error = standing_alone(error, path.span, name);
        if !error.fixes.is_empty() {
            return error;
        }
        match (instead(wanted, &path.text()), path.segments.len()) {
            (Some(help), _) => error.with_help(help),
            (None, 2) => error.with_help(format!(
                "nothing is imported as `{prefix}`: import its file, `import \"…\" as {prefix};`"
            )),
            (None, _) => error,
        }
    }

    /// The declaration `name` of the namespace called `prefix`, or whose name ends with it.
    fn named_in_full(&self, prefix: &str, name: &Ident) -> Option<DeclId> {
        let mut namespaces = self.names.namespaces.iter();
        namespaces.find_map(|namespace| {
            let last = namespace.segments.last().map(String::as_str);
            let is_meant = namespace.name() == prefix || last == Some(prefix);
            let decl = namespace.by_name.get(name.name.as_str()).copied();
            decl.filter(|_| is_meant)
        })
    }

    /// Adds how to write `decl`, which `path` names by its full namespace, in this file.
    fn another_way(
        &self,
        mut error: Diagnostic,
        path: &Path,
        decl: DeclId,
        file: usize,
    ) -> Diagnostic {
        let (entry, scope) = (self.names.decl(decl), &self.scopes[file]);
        let name = &entry.item.name.name;
        let is_own = entry.namespace == self.names.files[file].namespace;
        let mut selected = scope.items.iter().filter(|(_, item)| item.decl == decl);
        let selected = selected.next();
        let visible = scope.prefixes.iter();
        let mut visible = visible.filter(|(_, p)| p.namespace == entry.namespace);
        let visible = visible.next();
        if is_own || selected.is_some() || visible.is_some() {
            error.primary.text = "has another name here".to_owned();
        }
        if is_own {
            return error.with_fix("names of this namespace stand alone", path.span, name);
        }
        if let Some((short, _)) = selected {
            return error.with_fix(format!("it is imported as `{short}`"), path.span, *short);
        }
        let full = self.names.namespace(entry.namespace).name();
        if let Some((short, _)) = visible {
            let message = format!("`{full}` is visible here as `{short}`");
            return error.with_fix(message, path.span, format!("{short}.{name}"));
        }
        let error = match self.brought_by(file, entry.namespace) {
            Some(through) => not_transitive(error, &path.text(), &through),
            None => error,
        };
        let import = format!("import \"{}\";", self.names.files[entry.file].import_path);
        self.with_import(
            error,
            format!("`{full}` is not imported; import it"),
            file,
            &import,
        )
    }
}

fn cannot_find(wanted: Wanted, name: &str, span: Span) -> Diagnostic {
    let at = match wanted {
        Wanted::Annotation => "@",
        Wanted::Type | Wanted::Service | Wanted::Thrown | Wanted::Exception | Wanted::Value => "",
    };
    Diagnostic::new(
        wanted.code(),
        span,
        format!("cannot find {} `{at}{name}`", wanted.word()),
        "not declared here and not imported",
    )
}
