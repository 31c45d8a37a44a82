//! The trait that servers implement.

use super::super::code::{Code, code};
use super::super::names;
use super::{MethodWriter, Writer};
use crate::schema::Throws;

/// The trait of a service.
pub(super) fn item(writer: &Writer<'_>) -> Code {
    let bases = writer.service.bases.iter();
    let bases = bases.map(|base| code!("$path + ", path = writer.scope.path(base.decl())));
    let is_exhaustive = writer.decl.annotations.rust.exhaustive;
    let methods = writer.own().map(|method| of_method(&method, is_exhaustive));
    code!(
        "
        $head
        pub trait $name: $bases::core::marker::Send + ::core::marker::Sync + 'static {
            $methods
        }
        ",
        head = writer.scope.item_head(writer.decl),
        name = names::type_of(writer.decl),
        bases = Code::joined("", bases),
        methods = Code::paragraphs(methods),
    )
}

fn of_method(writer: &MethodWriter<'_>, is_exhaustive: bool) -> Code {
    let params: Vec<_> = writer.params().iter().map(names::field).collect();
    let cx = names::free("cx", &params);
    let arguments = writer.params().iter().map(|param| {
        let (name, ty) = (names::field(param), writer.scope.field_ty(param));
        code!("$name: $ty", name, ty)
    });
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
        arguments = Code::list(receiver.into_iter().chain(arguments)),
        result = writer.result(),
        error = writer.error(),
    );
    if is_exhaustive {
        return code!("$signature;", signature);
    }
    let names = std::iter::once(&cx).chain(&params);
    let unused = Code::joined(", ", names.map(|name| code!("$name", name)));
    let unused = match params.is_empty() {
        true => unused,
        false => code!("($unused)", unused),
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

/// The error of a method that a server does not have.
fn unimplemented(writer: &MethodWriter<'_>) -> Code {
    let method = writer.method_static();
    let status = code!("::sinew::codegen::unimplemented(&$method)", method);
    match writer.method.throws {
        Throws::Nothing => status,
        Throws::Union(_) | Throws::List(_) => {
            code!("$error::Status($status)", error = writer.error(), status)
        }
    }
}
