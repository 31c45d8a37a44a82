//! The server of a service: dispatches each method to a handler, which decodes calls and runs the implementation.

use proc_macro2::Ident;

use super::super::code::{Code, code};
use super::super::names;
use super::{MethodWriter, Writer, streams};

/// The server, and its implementation of the runtime's service trait.
pub(super) fn items(writer: &Writer<'_>) -> Vec<Code> {
    vec![
        definition(writer),
        clone(writer),
        inherent(writer),
        named_service(writer),
        service(writer),
    ]
}

fn definition(writer: &Writer<'_>) -> Code {
    let service = names::type_of(writer.decl);
    code!(
        "
        $doc
        #[derive(Debug)]
        pub struct $server<S> {
            service: ::std::sync::Arc<S>,
        }
        ",
        doc = Code::doc(&format!(" A server of [`{service}`].")),
        server = names::server(writer.decl),
    )
}

fn clone(writer: &Writer<'_>) -> Code {
    code!(
        "
        impl<S> ::core::clone::Clone for $server<S> {
            fn clone(&self) -> Self {
                Self::from_arc(::core::clone::Clone::clone(&self.service))
            }
        }
        ",
        server = names::server(writer.decl),
    )
}

fn inherent(writer: &Writer<'_>) -> Code {
    code!(
        "
        impl<S> $server<S> {
            /// A server of `service`.
            pub fn new(service: S) -> Self {
                Self::from_arc(::std::sync::Arc::new(service))
            }

            /// A server of `service`, which others may share.
            pub fn from_arc(service: ::std::sync::Arc<S>) -> Self {
                Self { service }
            }
        }
        ",
        server = names::server(writer.decl),
    )
}

fn named_service(writer: &Writer<'_>) -> Code {
    let Bounded { head, self_ty, .. } = Bounded::of(writer);
    let bases = writer.bases.iter();
    let bases = bases.map(|base| &writer.scope.schema.service(*base).wire_name);
    let names = [&writer.service.wire_name].into_iter().chain(bases);
    let names = names.map(|name| code!("$name", name));
    let methods = writer.all().map(|method| method.method_static());
    code!(
        "
        impl$head ::sinew::codegen::NamedService for $self_ty {
            const NAMES: &'static [&'static str] = &[$names];
            const METHODS: &'static [&'static ::sinew::codegen::Method] = &[$methods];
        }
        ",
        head,
        self_ty,
        names = Code::list(names),
        methods = Code::list(methods.map(|method| code!("&$method", method))),
    )
}

fn service(writer: &Writer<'_>) -> Code {
    let Bounded {
        head,
        self_ty,
        param,
    } = Bounded::of(writer);
    let arms = writer
        .all()
        .enumerate()
        .map(|(index, method)| arm(index, &method, &param));
    let arms = Code::lines(arms);
    let handler = match arms.is_empty() {
        true => code!(
            "
            let _ = method;
            ::core::option::Option::None
            "
        ),
        false => code!(
            "
            let handler = match method.index::<Self>()? {
                $arms
                _ => return ::core::option::Option::None,
            };
            ::core::option::Option::Some(handler)
            ",
            arms,
        ),
    };
    code!(
        "
        impl$head ::sinew::Service for $self_ty {
            async fn call(
                &self,
                call: ::sinew::Call,
            ) -> ::core::result::Result<::sinew::Reply, ::sinew::Status> {
                ::sinew::codegen::dispatch(self, call).await
            }

            fn handler(
                &self,
                method: &::sinew::MethodRef,
            ) -> ::core::option::Option<::sinew::codegen::Handler> {
                $handler
            }
        }
        ",
        head,
        self_ty,
        handler,
    )
}

fn arm(index: usize, writer: &MethodWriter<'_>, implementation: &Ident) -> Code {
    let service = writer
        .scope
        .path_to(writer.owner, &names::type_of(writer.owner));
    let handler = code!(
        "<$implementation as $service>::$name",
        implementation,
        service,
        name = writer.ident()
    );
    if streams::has_streams(writer.method) {
        return streams::arm(writer, index, &handler);
    }
    match writer.is_lent() {
        true => lent(writer, index, &handler),
        false => unary(writer, index, &handler),
    }
}

/// A method whose handler owns its request.
fn unary(writer: &MethodWriter<'_>, index: usize, handler: &Code) -> Code {
    code!(
        "
        $index => ::sinew::codegen::Handler::unary(
            &self.service,
            &$method,
            |service, cx, $bound: $request| async move {
                $handler($arguments).await
            },
        ),
        ",
        index,
        bound = match writer.params().is_empty() {
            true => code!("_"),
            false => code!("request"),
        },
        request = writer.request(),
        method = writer.method_static(),
        handler,
        arguments = arguments(writer, &code!("request")),
    )
}

/// A method whose handler borrows its request.
fn lent(writer: &MethodWriter<'_>, index: usize, handler: &Code) -> Code {
    code!(
        "
        $index => ::sinew::codegen::Handler::lent(
            &self.service,
            &$method,
            |service, cx, request: ::sinew::codegen::Lent<$request>| async move {
                let handling = {
                    let seen = request.look()?;
                    $handler($arguments)
                };
                let result = handling.await;
                request.answered(result)
            },
        ),
        ",
        index,
        request = writer.request(),
        method = writer.method_static(),
        handler,
        arguments = arguments(writer, &code!("seen")),
    )
}

/// `&service, cx, request.order`
fn arguments(writer: &MethodWriter<'_>, request: &Code) -> Code {
    let params = writer.params().iter().map(names::field);
    let arguments = params.map(|name| code!("$request.$name", request, name));
    let receiver = [code!("&service"), code!("cx")];
    Code::list(receiver.into_iter().chain(arguments))
}

/// The server type for an implementation of the service.
struct Bounded {
    /// `<S: Greeter>`
    head: Code,
    /// `GreeterServer<S>`
    self_ty: Code,
    /// `S`
    param: Ident,
}

impl Bounded {
    fn of(writer: &Writer<'_>) -> Self {
        let service = names::type_of(writer.decl);
        let owners = writer.methods.iter().map(|(owner, _)| owner);
        let owners = owners.map(|owner| names::type_of(writer.scope.schema.decl(owner.decl())));
        let taken: Vec<Ident> = owners.chain([service.clone()]).collect();
        let param = names::free("S", &taken);
        Self {
            head: code!("<$param: $service>", param, service),
            self_ty: code!(
                "$server<$param>",
                server = names::server(writer.decl),
                param
            ),
            param,
        }
    }
}
