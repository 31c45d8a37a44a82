//! The mock of a service, for tests: for each method a field that holds the replies to give and records the calls.

use super::super::code::{Code, code};
use super::super::names;
use super::{MethodWriter, Writer, streams};
use crate::schema::{DeclId, Field};

/// The mock, with implementations of the service and its bases. Only compiled with the runtime's support for mocks.
pub(super) fn item(writer: &Writer<'_>) -> Code {
    let mut items = vec![definition(writer), inherent(writer), default(writer)];
    let traits = [&writer.id].into_iter().chain(&writer.bases);
    items.extend(traits.map(|id| implementation(writer, id.decl())));
    code!(
        "
        ::sinew::codegen::mocks! {
            $items
        }
        ",
        items = Code::paragraphs(items),
    )
}

fn definition(writer: &Writer<'_>) -> Code {
    let service = names::type_of(writer.decl);
    let fields = writer.all().map(|method| {
        let doc = format!(
            " What `{}` answers, and was called with.",
            method.method.name
        );
        code!(
            "
            $doc
            pub $name: $ty,
            ",
            doc = Code::doc(&doc),
            name = method.ident(),
            ty = mocked(&method),
        )
    });
    let doc =
        format!(" [`{service}`] for tests. Clones share what they answer and were called with.");
    code!(
        "
        $doc
        #[derive(Clone, Debug)]
        pub struct $mock {
            $fields
        }
        ",
        doc = Code::doc(&doc),
        mock = names::mock(writer.decl),
        fields = Code::lines(fields),
    )
}

/// The type that holds the replies of a method.
fn mocked(method: &MethodWriter<'_>) -> Code {
    let arguments = [
        method.request(),
        method.result(),
        streams::handler_error(method),
    ];
    let halves = streams::has_streams(method.method).then(|| streams::halves(method));
    code!(
        "::sinew::testing::Mocked<$arguments>",
        arguments = Code::list(arguments.into_iter().chain(halves)),
    )
}

fn inherent(writer: &Writer<'_>) -> Code {
    let fields = writer.all().map(|method| {
        code!(
            "$name: ::sinew::testing::Mocked::new(&$method),",
            name = method.ident(),
            method = method.method_static(),
        )
    });
    let methods = writer
        .all()
        .map(|method| code!("&self.$name", name = method.ident()));
    code!(
        "
        impl $mock {
            /// A mock without answers: each call of it fails, and says so.
            pub fn new() -> Self {
                Self {
                    $fields
                }
            }

            /// Checks that each call had an answer, and each answer that was to be given once a call.
            ///
            /// # Panics
            /// If not, with the methods concerned.
            #[track_caller]
            pub fn verify(&self) {
                ::sinew::testing::verify(&[$methods]);
            }
        }
        ",
        mock = names::mock(writer.decl),
        fields = Code::lines(fields),
        methods = Code::list(methods),
    )
}

fn default(writer: &Writer<'_>) -> Code {
    code!(
        "
        impl ::core::default::Default for $mock {
            fn default() -> Self {
                Self::new()
            }
        }
        ",
        mock = names::mock(writer.decl),
    )
}

fn implementation(writer: &Writer<'_>, id: DeclId) -> Code {
    let of_trait =
        |method: &MethodWriter<'_>| std::ptr::eq(method.owner, writer.scope.schema.decl(id));
    let methods = writer.all().filter(of_trait);
    code!(
        "
        impl $service for $mock {
            $methods
        }
        ",
        service = writer.scope.path(id),
        mock = names::mock(writer.decl),
        methods = Code::paragraphs(methods.map(|method| of_method(&method))),
    )
}

fn of_method(method: &MethodWriter<'_>) -> Code {
    let params: Vec<_> = method.params().iter().map(names::field).collect();
    let stream = method.method.param_stream.as_ref().map(names::stream);
    let mut taken: Vec<_> = params.iter().cloned().chain(stream).collect();
    let cx = names::free("cx", &taken);
    taken.push(cx.clone());
    let halves = streams::parameters(method, &taken);
    let arguments = method.params().iter().zip(&params);
    let arguments =
        arguments.map(|(param, name)| code!("$name: $ty", name, ty = method.param_ty(param)));
    let given = halves
        .iter()
        .map(|(name, ty)| code!("$name: $ty", name, ty));
    let receiver = [code!("&self"), code!("$cx: ::sinew::Ctx", cx)];
    let streams = match &halves[..] {
        [] => code!("()"),
        [(one, _)] => code!("$one", one),
        several => {
            let names = several.iter().map(|(name, _)| code!("$name", name));
            code!("($names)", names = Code::list(names))
        }
    };
    code!(
        "
        async fn $name($arguments)
            -> ::core::result::Result<$result, $error>
        {
            self.$name.call($cx, $request {$fields}, $streams).await
        }
        ",
        name = method.ident(),
        arguments = Code::list(receiver.into_iter().chain(arguments).chain(given)),
        result = method.result(),
        error = streams::handler_error(method),
        request = method.request(),
        fields = Code::fields(method.params().iter().map(|param| member(method, param))),
        cx,
        streams,
    )
}

/// A field of the request: `order`, or an owned value made from what is borrowed.
fn member(method: &MethodWriter<'_>, param: &Field) -> Code {
    let (name, value) = (names::field(param), method.param_value(param));
    match code!("$name", name) == value {
        true => value,
        false => code!("$name: $value", name, value),
    }
}
