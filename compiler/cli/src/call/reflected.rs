//! A call by the schema that the server publishes.

use std::process::ExitCode;

use sinew::Channel;

use super::{Args, exchange};
use crate::output::Output;
use crate::server::told::{Offered, Told};
use crate::server::{Deadline, TELLS, method};

/// Makes the call of a method by its name: that on the wire, which the server lists, or that in the schema.
pub(super) async fn call(
    name: &str,
    args: &Args,
    channel: &Channel,
    until: Deadline,
    output: &Output,
) -> ExitCode {
    let told = match Told::ask(&args.address, channel, until, output).await {
        Ok(Some(told)) => told,
        Ok(None) => return no_schema("it does not offer `sinew.Reflect`", output),
        Err(code) => return code,
    };
    let (schemas, code) = told.schemas(output);
    let offered: Vec<_> = told.methods(&schemas).collect();
    let it = match meant(name, &offered) {
        Ok(it) => it,
        Err(why) => return output.usage_error(&why),
    };
    let Some(known) = it.known else {
        let why = match code == ExitCode::SUCCESS {
            true => format!("it publishes none of `{}`, as `{TELLS}` would", it.service),
            false => "the files that it publishes are wrong".to_owned(),
        };
        return no_schema(&why, output);
    };
    it.note_another_version(output);
    match exchange::prepare(&known, args, output) {
        Ok(call) => call.run(channel, until, output).await,
        Err(code) => code,
    }
}

fn meant<'o>(name: &str, offered: &'o [Offered<'o>]) -> Result<&'o Offered<'o>, String> {
    let on_wire: Vec<_> = offered.iter().map(|it| (it.name(), it)).collect();
    let declared = offered.iter().filter_map(|it| Some((it.known?.name(), it)));
    method::meant(name, &on_wire).or_else(|why| {
        let found = method::meant(name, &declared.collect::<Vec<_>>());
        found.map_err(|_| why)
    })
}

/// Reports that there is no schema, and what to do.
fn no_schema(why: &str, output: &Output) -> ExitCode {
    output.finding(&format!(
        "no schema is given, and none can be had from the server: {why}; give one with `--schema PATH`"
    ))
}
