//! Finds the method that a command is told to call: in a local schema, else in the one that the server publishes.

use std::process::ExitCode;

use sinew::Channel;

use super::declared::{Declared, Known};
use super::told::{Offered, Told};
use super::{Deadline, TELLS, method};
use crate::output::Output;
use crate::typed::SchemaArgs;

/// Arguments that choose the schema for the argument `method`.
#[derive(clap::Args)]
#[command(next_help_heading = "Schema")]
pub(crate) struct ChosenArgs {
    /// Use the schema that the server publishes, even if there is a `sinew.toml`
    #[arg(long, requires = "method", conflicts_with_all = ["schema", "root"])]
    reflect: bool,
    #[command(flatten)]
    schema: SchemaArgs,
}

impl ChosenArgs {
    /// The local schema, unless `--reflect` asks for that of the server. Errors have been reported; `Err` is the exit
    /// code.
    pub(crate) fn here(&self, output: &Output) -> Result<Option<Declared>, ExitCode> {
        if self.reflect || !self.schema.is_there(output)? {
            return Ok(None);
        }
        let (schema, sources) = self.schema.check(output)?;
        Ok(Some(Declared::new(schema, sources)))
    }

    /// The method of this name in a local schema.
    pub(crate) fn method<'d>(
        &self,
        name: &str,
        schema: &'d Declared,
        output: &Output,
    ) -> Result<Known<'d>, ExitCode> {
        let known: Vec<_> = schema.methods().map(|it| (it.name(), it)).collect();
        method::meant(name, &known).map_err(|why| {
            let hint = match self.schema.is_given() {
                true => "`sinew call ADDRESS` lists those of the server",
                false => "`--reflect` takes the schema of the server",
            };
            output.usage_error(&format!("{why} ({hint})"))
        })
    }
}

/// Calls `act` with the method of this name in the schema that the server at `address` publishes. The name may be the
/// one on the wire, which the server lists, or the one in the schema.
pub(crate) async fn published<T>(
    name: &str,
    address: &str,
    channel: &Channel,
    until: Deadline,
    output: &Output,
    act: impl AsyncFnOnce(Known<'_>) -> Result<T, ExitCode>,
) -> Result<T, ExitCode> {
    let Some(told) = Told::ask(address, channel, until, output).await? else {
        return Err(no_schema("it does not offer `sinew.Reflect`", output));
    };
    let (schemas, code) = told.schemas(output);
    let offered: Vec<_> = told.methods(&schemas).collect();
    let it = meant(name, &offered).map_err(|why| output.usage_error(&why))?;
    let Some(known) = it.known else {
        let why = match code == ExitCode::SUCCESS {
            true => format!("it publishes none of `{}`, as `{TELLS}` would", it.service),
            false => "the files that it publishes are wrong".to_owned(),
        };
        return Err(no_schema(&why, output));
    };
    it.note_another_version(output);
    act(known).await
}

fn meant<'o>(name: &str, offered: &'o [Offered<'o>]) -> Result<&'o Offered<'o>, String> {
    let on_wire: Vec<_> = offered.iter().map(|it| (it.name(), it)).collect();
    let declared = offered.iter().filter_map(|it| Some((it.known?.name(), it)));
    method::meant(name, &on_wire).or_else(|why| {
        let found = method::meant(name, &declared.collect::<Vec<_>>());
        found.map_err(|_| why)
    })
}

/// Reports that there is no schema, and how to give one.
fn no_schema(why: &str, output: &Output) -> ExitCode {
    output.finding(&format!(
        "no schema is given, and none can be had from the server: {why}; give one with `--schema PATH`"
    ))
}
