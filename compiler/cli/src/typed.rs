//! The type that a command is about, and the schema that declares it.

use std::path::PathBuf;
use std::process::ExitCode;

use sinew_compiler::diagnostics::Diagnostics;
use sinew_compiler::schema as checked;
use sinew_compiler::source::SourceMap;
use sinew_values::{Schema, Type};

use crate::input::{InputArgs, base, project};
use crate::output::Output;

/// Arguments that say where the schema is.
#[derive(clap::Args)]
#[command(next_help_heading = "Schema")]
pub(crate) struct SchemaArgs {
    /// File or folder of the schema; may be repeated. Without it: the folder of the nearest
    /// `sinew.toml`
    #[arg(short, long, value_name = "PATH")]
    schema: Vec<PathBuf>,
    /// Folder that imports are looked for in; may be repeated
    #[arg(short = 'I', long, value_name = "DIR")]
    root: Vec<PathBuf>,
}

impl SchemaArgs {
    /// Reads and checks the schema. The error is the exit code; what it is for was reported.
    pub(crate) fn read(&self, output: &Output) -> Result<Schema, ExitCode> {
        let (schema, _) = self.check(output)?;
        Ok(Schema::of(&schema))
    }

    /// Whether there is a schema: one that is given, or that of a project.
    pub(crate) fn is_there(&self, output: &Output) -> Result<bool, ExitCode> {
        if !self.schema.is_empty() {
            return Ok(true);
        }
        let base = base().map_err(|error| output.io_error(&error))?;
        Ok(project::of(&base, &[], output)?.is_some())
    }

    /// Whether it is given.
    pub(crate) fn is_given(&self) -> bool {
        !self.schema.is_empty()
    }

    /// The same as the compiler knows it, and its files.
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

/// The type of a name.
pub(crate) fn find<'s>(
    schema: &'s Schema,
    name: &str,
    output: &Output,
) -> Result<&'s Type, ExitCode> {
    let found = schema.find(name);
    found.map_err(|error| output.usage_error(&format!("`{name}` {error}")))
}
