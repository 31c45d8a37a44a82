//! Finds the type that a command is given, in a local schema or in that of a server.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgGroup;
use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::schema as checked;
use sinew_compiler::source::SourceMap;
use sinew_values::{Schema, Type};

use crate::input::{InputArgs, base, project};
use crate::output::Output;
use crate::server::ServerArgs;
use crate::server::told::Told;

/// Arguments for a local schema.
#[derive(clap::Args)]
#[command(next_help_heading = "Schema")]
pub(crate) struct SchemaArgs {
    /// File or folder of the schema; may be repeated. Default: the folder of the nearest
    /// `sinew.toml`
    #[arg(short, long, value_name = "PATH")]
    schema: Vec<PathBuf>,
    /// Folder to search for imports; may be repeated
    #[arg(short = 'I', long, value_name = "DIR")]
    root: Vec<PathBuf>,
}

/// Arguments for a schema that is local or published by a server.
#[derive(clap::Args)]
#[command(group(ArgGroup::new("told").arg("server").conflicts_with_all(["schema", "root"])))]
pub(crate) struct TypeArgs {
    #[command(flatten)]
    schema: SchemaArgs,
    #[command(flatten)]
    server: ServerArgs,
}

impl TypeArgs {
    /// Finds a type by its name. Errors have been reported; `Err` is the exit code.
    pub(crate) fn find(&self, name: &str, output: &Output) -> Result<(Schema, Type), ExitCode> {
        if let Some(told) = self.server.told(output)? {
            return find_told(&told, name, output);
        }
        let (schema, _) = self.schema.check(output)?;
        let schema = Schema::of(&schema);
        let found = schema.find(name).cloned();
        let ty = found.map_err(|error| not_found(name, error, output))?;
        Ok((schema, ty))
    }
}

impl SchemaArgs {
    /// Whether there is a local schema: in the arguments, or in a project.
    pub(crate) fn is_there(&self, output: &Output) -> Result<bool, ExitCode> {
        if !self.schema.is_empty() {
            return Ok(true);
        }
        let base = base().map_err(|error| output.io_error(&error))?;
        Ok(project::of(&base, &[], output)?.is_some())
    }

    /// Whether it is in the arguments.
    pub(crate) fn is_given(&self) -> bool {
        !self.schema.is_empty()
    }

    /// Checks the schema, and returns it with its sources. Errors have been reported; `Err` is the exit code.
    pub(crate) fn check(&self, output: &Output) -> Result<(checked::Schema, SourceMap), ExitCode> {
        let args = InputArgs {
            paths: self.schema.clone(),
            root: self.root.clone(),
        };
        let input = args.find(output)?;
        let checked = sinew_compiler::check_with(&input, &input.names, &input.levels);
        let checked = checked.map_err(|error| output.io_error(&error))?;
        match checked.schema {
            Some(schema) => Ok((schema, checked.sources)),
            None => {
                let found = Diagnostics::new(checked.sources, checked.diagnostics);
                Err(output.diagnostics(&found))
            }
        }
    }
}

/// Finds a type in the schemas that a server publishes. If several declare it, they must agree.
fn find_told(told: &Told, name: &str, output: &Output) -> Result<(Schema, Type), ExitCode> {
    let (schemas, _) = told.schemas(output);
    let (mut found, mut missing) = (Vec::new(), None);
    for schema in schemas.into_iter().map(|it| it.values) {
        match schema.find(name).cloned() {
            Ok(ty) => found.push((schema.full_head(&ty), schema, ty)),
            Err(why) => _ = missing.get_or_insert(why),
        }
    }
    if found.windows(2).any(|two| two[0].0 != two[1].0) {
        return Err(output.usage_error(&format!(
            "`{name}` is declared by several schemas of the server, and not alike; `sinew call ADDRESS --sources` prints them, and \
             `--schema` takes one"
        )));
    }
    match (found.into_iter().next(), missing) {
        (Some((_, schema, ty)), _) => Ok((schema, ty)),
        (None, Some(why)) => Err(not_found(name, why, output)),
        (None, None) => Err(output.findings()),
    }
}

/// Reports that a name is unknown or ambiguous.
fn not_found(name: &str, why: impl Display, output: &Output) -> ExitCode {
    output.usage_error(&format!("`{name}` {why}"))
}
