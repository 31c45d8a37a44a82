//! The version that a server is running, from the schema that it publishes.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::ptr;

use sinew_compiler::Checked;
use sinew_compiler::schema::{Decl, DeclKind};
use sinew_compiler::source::{BadSources, SourceSet};

use crate::output::Output;
use crate::server::ServerArgs;
use crate::server::declared::Declared;
use crate::server::told::Told;

/// The schema that declares, as the server runs them, the services in those files of `new` that are called `names`.
/// Other services of the server are ignored, even if these files import them. Errors have been reported; `Err` is the
/// exit code.
pub(super) fn version(
    server: &ServerArgs,
    new: &Checked,
    names: &[String],
    output: &Output,
) -> Result<Checked, ExitCode> {
    let told = server.told(output)?.expect("clap asks for the address");
    let (schemas, code) = told.schemas(output);
    if code != ExitCode::SUCCESS {
        return Err(code);
    }
    let schemas = of_services(&told, &schemas, &services(new, names), output)?;
    if schemas.is_empty() {
        return Err(output.finding("the server tells of no service that is declared here"));
    }
    let files = joined(&told.address, &schemas).map_err(|why| {
        output.finding(&format!(
            "the server runs several versions of one file: {why}"
        ))
    })?;
    let checked = sinew_compiler::check(&files, &files.names());
    Ok(checked.expect("all names are those of the files"))
}

/// The wire names of the services that these files declare. Services that they only import may belong to another
/// project, whose other services are not here.
fn services<'n>(new: &'n Checked, names: &[String]) -> BTreeSet<&'n str> {
    let is_here = |decl: &Decl| names.contains(&new.sources.file(decl.span.file).name);
    let decls = new.schema.iter().flat_map(|schema| schema.decls());
    let here = decls.filter(|(_, decl)| is_here(decl));
    let services = here.filter_map(|(_, decl)| match &decl.kind {
        DeclKind::Service(service) => Some(&service.wire_name[..]),
        _ => None,
    });
    services.collect()
}

/// The published schemas that declare a service of `here`. A method that no schema declares is an error, because
/// ignoring it would let a breaking change through. Errors have been reported; `Err` is the exit code.
fn of_services<'d>(
    told: &'d Told,
    schemas: &'d [Declared],
    here: &BTreeSet<&str>,
    output: &Output,
) -> Result<Vec<&'d Declared>, ExitCode> {
    let mut found: Vec<&Declared> = Vec::new();
    for method in told.methods(schemas) {
        if !here.contains(method.service) {
            continue;
        }
        method.note_another_version(output);
        match method.known.map(|known| known.declared) {
            Some(it) if found.iter().any(|other| ptr::eq(*other, it)) => {}
            Some(it) => found.push(it),
            None => {
                return Err(output.finding(&format!(
                    "the server runs `{}`, and no schema that it publishes declares it; \
                     where that is no matter, give the files without `{}`",
                    method.name(),
                    method.service
                )));
            }
        }
    }
    Ok(found)
}

/// The files of all these schemas.
fn joined(address: &str, schemas: &[&Declared]) -> Result<SourceSet, BadSources> {
    let mut all = SourceSet::new(address);
    for schema in schemas {
        all.join(&SourceSet::of(&schema.sources)?)?;
    }
    Ok(all)
}
