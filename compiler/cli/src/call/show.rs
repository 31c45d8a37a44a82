//! What a server sends, as JSON.

use std::process::ExitCode;

use sinew::Metadata;
use sinew::dynamic::Encoded;
use sinew_values::{Schema, Type, Value, json, read_body};

use super::exchange::Prepared;
use crate::data;
use crate::output::Output;

/// Exceptions up to this many characters are shown to people on one line.
const LINE: usize = 80;

/// Prints a message of a stream on one line. `Err` is the exit code with which the run ends.
pub(super) fn message(
    schema: &Schema,
    ty: &Type,
    message: &Encoded,
    output: &Output,
) -> Result<(), ExitCode> {
    let value = read(schema, ty, message, "a message", output)?;
    output.write((json::print(schema, ty, &value) + "\n").as_bytes())
}

/// Notes what a handler has set beside its messages or its reply.
pub(super) fn metadata(metadata: &Metadata, output: &Output) {
    for (key, value) in metadata.iter() {
        output.note(&format!("{key}: {value}"));
    }
}

/// Prints a result, or reports an exception.
pub(super) fn reply(call: &Prepared<'_>, message: &Encoded, output: &Output) -> ExitCode {
    let Some(ty) = &call.method.reply else {
        return ExitCode::SUCCESS;
    };
    let reply = match read(call.schema, ty, message, "the reply", output) {
        Ok(value) => value,
        Err(code) => return code,
    };
    let Some((variant, value)) = call.schema.variant(ty, &reply) else {
        return output.finding("the reply is none");
    };
    let what = match &variant.name[..] {
        "returned" => return result(call.schema, &variant.ty, value, output),
        "ended" => return ExitCode::SUCCESS,
        "broken" => "the stream breaks off",
        _ => "the method throws",
    };
    let line = json::print(call.schema, &variant.ty, value);
    let reply = json::print(call.schema, ty, &reply);
    if output.is_for_people() && line.chars().count() > LINE {
        let lines = json::pretty(call.schema, &variant.ty, value);
        return output.call_threw(what, &lines, &reply);
    }
    output.call_threw(&format!("{what} {line}"), "", &reply)
}

/// Prints a result; nothing for `void`.
fn result(schema: &Schema, ty: &Type, value: &Value, output: &Output) -> ExitCode {
    if let (Type::Record(number), Value::Record(fields)) = (ty, value)
        && let ([field], [(_, value)]) = (&schema.records[*number].fields[..], &fields[..])
    {
        return output.product(&json::pretty(schema, &field.ty, value));
    }
    ExitCode::SUCCESS
}

fn read(
    schema: &Schema,
    ty: &Type,
    message: &Encoded,
    what: &str,
    output: &Output,
) -> Result<Value, ExitCode> {
    let read = read_body(schema, ty, &message.head, &message.body);
    let read =
        read.map_err(|refused| output.finding(&format!("{what} of the server: {refused}")))?;
    data::note_skipped(&read.skipped, output);
    Ok(read.value)
}
