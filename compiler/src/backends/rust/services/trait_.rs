//! The trait that servers implement.

use super::super::code::{Code, code};
use super::super::names;
use super::{MethodWriter, Writer, streams};

/// The trait of a service.
pub(super) fn item(writer: &Writer<'_>) -> Code {
    let bases = writer.service.bases.iter();
    let bases: Vec<Code> = bases.map(|base| writer.scope.path(base.decl())).collect();
    // Bases already have these bounds.
    let bounds = match bases.is_empty() {
        true => code!("::core::marker::Send + ::core::marker::Sync + 'static"),
        false => Code::joined(" + ", bases),
    };
    let is_exhaustive = writer.decl.annotations.rust.exhaustive;
    let methods = writer.own().map(|method| of_method(&method, is_exhaustive));
    code!(
        "
        $head
        pub trait $name: $bounds {
            $methods
        }
        ",
        head = writer.scope.item_head(writer.decl),
        name = names::type_of(writer.decl),
        bounds,
        methods = Code::paragraphs(methods),
    )
}

fn of_method(writer: &MethodWriter<'_>, is_exhaustive: bool) -> Code {
    let params: Vec<_> = writer.params().iter().map(names::field).collect();
    let stream = writer.method.param_stream.as_ref().map(names::stream);
    let mut taken: Vec<_> = params.iter().cloned().chain(stream).collect();
    let cx = names::free("cx", &taken);
    taken.push(cx.clone());
    let arguments = writer.params().iter().map(|param| {
        let (name, ty) = (names::field(param), writer.param_ty(param));
        code!("$name: $ty", name, ty)
    });
    let streams = streams::parameters(writer, &taken);
    let halves = streams
        .iter()
        .map(|(name, ty)| code!("$name: $ty", name, ty));
    let receiver = [code!("&self"), code!("$cx: ::sinew::Ctx", cx)];
    let signature = code!(
        "
        $head
        fn $name($arguments)
            -> impl ::core::future::Future<Output = ::core::result::Result<$result, $error>>
                + ::core::marker::Send
        ",
        head = writer.head(),
        name = writer.ident(),
        arguments = Code::list(receiver.into_iter().chain(arguments).chain(halves)),
        result = writer.result(),
        error = streams::handler_error(writer),
    );
    if is_exhaustive {
        return code!("$signature;", signature);
    }
    let names = [&cx].into_iter().chain(&params);
    let names: Vec<_> = names.chain(streams.iter().map(|(name, _)| name)).collect();
    let unused = Code::joined(", ", names.iter().map(|name| code!("$name", name)));
    let unused = match names.len() {
        1 => unused,
        _ => code!("($unused)", unused),
    };
    code!(
        "
        $signature
        {
            let _ = $unused;
            async { ::core::result::Result::Err($unimplemented) }
        }
        ",
        signature,
        unused,
        unimplemented = unimplemented(writer),
    )
}

/// The error for a method that a server does not implement.
fn unimplemented(writer: &MethodWriter<'_>) -> Code {
    let method = writer.method_static();
    let status = code!("::sinew::codegen::unimplemented(&$method)", method);
    streams::handler_status(writer, status)
}
