//! The client of a service.

use super::super::code::{Code, code};
use super::super::construct::takes_into;
use super::super::names;
use super::{MethodWriter, Writer, streams};
use crate::schema::Field;

/// The client and its methods.
pub(super) fn items(writer: &Writer<'_>) -> Vec<Code> {
    vec![definition(writer), inherent(writer)]
}

fn definition(writer: &Writer<'_>) -> Code {
    code!(
        "
        $doc
        #[derive(Clone, Debug)]
        pub struct $client {
            channel: ::sinew::Channel,
        }
        ",
        doc = Code::doc(&format!(" A client of {}.", writer.title())),
        client = names::client(writer.decl),
    )
}

fn inherent(writer: &Writer<'_>) -> Code {
    let constructors = code!(
        "
        /// A client of `service`: a channel, or a server in this process.
        pub fn new(service: impl ::sinew::Service) -> Self {
            Self {
                channel: ::sinew::Channel::new(service),
            }
        }

        /// A client of the server at `address`.
        ///
        /// # Errors
        /// When the server cannot be reached.
        pub async fn connect(
            address: impl ::core::fmt::Display,
        ) -> ::core::result::Result<Self, ::sinew::Status> {
            let channel = ::sinew::Channel::connect(address).await?;
            ::core::result::Result::Ok(Self { channel })
        }
        "
    );
    let methods = writer.all().map(|method| of_method(&method));
    code!(
        "
        impl $client {
            $functions
        }
        ",
        client = names::client(writer.decl),
        functions = Code::paragraphs(std::iter::once(constructors).chain(methods)),
    )
}

fn of_method(writer: &MethodWriter<'_>) -> Code {
    let streamed = streams::has_streams(writer.method);
    let params = || writer.params().iter();
    let arguments = params().map(|param| {
        let (name, ty) = (names::field(param), argument_ty(writer, param));
        code!("$name: $ty", name, ty)
    });
    let values = params().map(|param| {
        let name = names::field(param);
        match takes_into(param) {
            true => code!("$name: ::core::convert::Into::into($name),", name),
            false => code!("$name,", name),
        }
    });
    let value = match writer.params().is_empty() {
        true => code!("$path {}", path = writer.request()),
        false => code!(
            "
            $path {
                $values
            }
            ",
            path = writer.request(),
            values = Code::lines(values),
        ),
    };
    code!(
        "
        $head
        pub fn $name($arguments) -> ::sinew::$call<'_, $request, $result, $error> {
            ::sinew::$call::new($values)
        }
        ",
        head = writer.head(),
        name = writer.ident(),
        arguments = Code::list(std::iter::once(code!("&self")).chain(arguments)),
        request = writer.request(),
        call = match streamed {
            true => code!("Streaming"),
            false => code!("Unary"),
        },
        result = match streamed {
            true => streams::opened(writer),
            false => writer.result(),
        },
        error = writer.error(),
        values = Code::list([
            code!("&self.channel"),
            code!("&$method", method = writer.method_static()),
            value,
        ]),
    )
}

fn argument_ty(writer: &MethodWriter<'_>, param: &Field) -> Code {
    match takes_into(param) {
        true => writer.scope.text_argument(),
        false => writer.scope.field_ty(param),
    }
}
