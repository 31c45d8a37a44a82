//! Methods with streams: what differs in the trait, the client and the server.

use proc_macro2::Ident;

use super::super::code::{Code, code};
use super::super::{errors, names};
use super::MethodWriter;
use crate::schema::{Method, Stream, Throws};

/// Which errors the server's stream can end with.
enum Ends {
    /// Those of the method. The stream declares none of its own, or the same ones.
    Call,
    /// Only those of the stream.
    Stream,
    /// Those of the stream, or before it begins those of the method.
    Either,
}

/// Whether the client or the server sends a stream.
pub(super) fn has_streams(method: &Method) -> bool {
    method.param_stream.is_some() || method.result_stream.is_some()
}

/// The error enum of a stream with a `throws` list. `service` is the wire name of its service.
pub(super) fn error_enum(writer: &MethodWriter<'_>, service: &str) -> Vec<Code> {
    match writer.method.result_stream.as_ref().map(|s| &s.throws) {
        Some(Throws::List(list)) => errors::of_stream(*writer.scope, service, writer.method, list),
        Some(Throws::Nothing | Throws::Union(_)) | None => vec![],
    }
}

/// Stream parameters of the handler: a name, and `Rx` or `Tx`.
pub(super) fn parameters(writer: &MethodWriter<'_>, taken: &[Ident]) -> Vec<(Ident, Code)> {
    let mut parameters = vec![];
    if let Some(stream) = &writer.method.param_stream {
        let ty = writer.scope.ty(&stream.ty);
        parameters.push((names::stream(stream), code!("::sinew::Rx<$ty>", ty)));
    }
    if let Some(stream) = &writer.method.result_stream {
        let given = parameters.iter().map(|(name, _)| name);
        let taken: Vec<Ident> = taken.iter().chain(given).cloned().collect();
        let ty = writer.scope.ty(&stream.ty);
        let name = names::free("output", &taken);
        parameters.push((name, code!("::sinew::Tx<$ty>", ty)));
    }
    parameters
}

/// The type of the handler's streams, of which there is at least one.
pub(super) fn halves(writer: &MethodWriter<'_>) -> Code {
    let halves = parameters(writer, &[]).into_iter().map(|(_, ty)| ty);
    let halves: Vec<Code> = halves.collect();
    match &halves[..] {
        [one] => one.clone(),
        several => code!("($several)", several = Code::list(several.iter().cloned())),
    }
}

/// The error type of the handler's future.
pub(super) fn handler_error(writer: &MethodWriter<'_>) -> Code {
    match ends(writer.method) {
        None | Some(Ends::Call) => writer.error(),
        Some(Ends::Stream) => stream_error(writer),
        Some(Ends::Either) => code!(
            "::sinew::Failure<$call, $stream>",
            call = writer.error(),
            stream = stream_error(writer),
        ),
    }
}

/// A status as the handler's error.
pub(super) fn handler_status(writer: &MethodWriter<'_>, status: Code) -> Code {
    let of = |throws: &Throws, error: Code| match throws {
        Throws::Nothing => status.clone(),
        Throws::Union(_) | Throws::List(_) => code!("$error::Status($status)", error, status),
    };
    let method = writer.method;
    match (ends(method), &method.result_stream) {
        (Some(Ends::Stream), Some(stream)) => of(&stream.throws, stream_error(writer)),
        (Some(Ends::Either), _) => {
            let error = of(&method.throws, writer.error());
            code!("::sinew::Failure::Call($error)", error)
        }
        (None | Some(Ends::Call | Ends::Stream), _) => of(&method.throws, writer.error()),
    }
}

/// The result of the client's call: its streams.
pub(super) fn opened(writer: &MethodWriter<'_>) -> Code {
    let up = writer.method.param_stream.as_ref();
    let up = up.map(|stream| writer.scope.ty(&stream.ty));
    let down = writer.method.result_stream.as_ref().map(|stream| {
        let item = writer.scope.ty(&stream.ty);
        match (&stream.throws, &writer.method.throws) {
            (Throws::Nothing, Throws::Nothing) => code!("::sinew::Rx<$item>", item),
            _ => code!(
                "::sinew::Rx<$item, $error>",
                item,
                error = stream_error(writer)
            ),
        }
    });
    match (up, down) {
        (Some(up), Some(down)) => code!("(::sinew::Tx<$up>, $down)", up, down),
        (None, Some(down)) => down,
        (Some(up), None) => code!(
            "::sinew::Upload<$up, $result, $error>",
            up,
            result = writer.result(),
            error = writer.error(),
        ),
        (None, None) => code!("()"),
    }
}

/// The beginning of the method's description: `unary::<..>`, or `streaming::<..>`.
pub(super) fn constructor(writer: &MethodWriter<'_>, request: &Ident, error: &Code) -> Code {
    match &writer.method.result_stream {
        None => {
            let arguments = [code!("$request", request), writer.result(), error.clone()];
            code!("unary::<$arguments>", arguments = Code::list(arguments))
        }
        Some(stream) => {
            let item = writer.scope.ty(&stream.ty);
            let ends = match (ends(writer.method), &stream.throws) {
                (Some(Ends::Stream | Ends::Either), Throws::List(_)) => {
                    let name = names::stream_error(writer.method);
                    code!("$name", name)
                }
                (Some(Ends::Stream | Ends::Either), _) => stream_error(writer),
                (Some(Ends::Call) | None, _) => error.clone(),
            };
            let arguments = [code!("$request", request), item, error.clone(), ends];
            code!("streaming::<$arguments>", arguments = Code::list(arguments))
        }
    }
}

/// `.takes::<T>()` if the client sends a stream.
pub(super) fn takes(writer: &MethodWriter<'_>) -> Option<Code> {
    let stream = writer.method.param_stream.as_ref()?;
    Some(code!(".takes::<$ty>()", ty = writer.scope.ty(&stream.ty)))
}

/// The match arm in the server.
pub(super) fn arm(writer: &MethodWriter<'_>, index: usize, handler: &Code) -> Code {
    let (up, down) = (&writer.method.param_stream, &writer.method.result_stream);
    let params = writer.params().iter().map(names::field);
    let arguments = params.map(|name| code!("request.$name", name));
    let streams: Vec<Code> = [
        up.is_some().then(|| code!("input")),
        down.is_some().then(|| code!("output")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let receiver = [code!("&service"), code!("cx")];
    code!(
        "
        $index => ::sinew::codegen::Handler::streaming(
            &self.service,
            &$method,
            ::sinew::codegen::$reply,
            |service, cx, $bound: $request, $streams| async move {
                $handler($arguments).await
            },
        ),
        ",
        index,
        method = writer.method_static(),
        reply = reply(writer.method),
        bound = match writer.params().is_empty() {
            true => code!("_"),
            false => code!("request"),
        },
        request = writer.request(),
        streams = match &streams[..] {
            [one] => one.clone(),
            several => code!("($several)", several = Code::list(several.iter().cloned())),
        },
        handler,
        arguments = Code::list(receiver.into_iter().chain(arguments).chain(streams.clone())),
    )
}

/// Turns the result of a handler into the reply to a call.
fn reply(method: &Method) -> Code {
    match ends(method) {
        None => code!("reply"),
        Some(Ends::Call) => code!("ends_as_call"),
        Some(Ends::Stream) => code!("ends_as_stream"),
        Some(Ends::Either) => code!("reply_stream"),
    }
}

/// The error type of the server's stream.
fn stream_error(writer: &MethodWriter<'_>) -> Code {
    match writer.method.result_stream.as_ref().map(|s| &s.throws) {
        Some(Throws::Union(id)) => writer.scope.path(*id),
        Some(Throws::List(_)) => writer.path(&names::stream_error(writer.method)),
        Some(Throws::Nothing) | None => writer.error(),
    }
}

fn ends(method: &Method) -> Option<Ends> {
    let Stream { throws, .. } = method.result_stream.as_ref()?;
    Some(match (throws, &method.throws) {
        (Throws::Nothing, _) => Ends::Call,
        (Throws::Union(stream), Throws::Union(call)) if stream == call => Ends::Call,
        (_, Throws::Nothing) => Ends::Stream,
        (_, Throws::Union(_) | Throws::List(_)) => Ends::Either,
    })
}
