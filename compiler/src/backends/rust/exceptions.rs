//! `exception`: a struct that is a `std::error::Error`.

use super::code::{Code, code};
use super::names;
use super::record::Record;
use super::scope::Scope;
use crate::schema::{Decl, DeclId, Exception, Fault, MessagePart, Retry};

/// The items of an exception.
pub(super) fn items<'a>(
    scope: Scope<'a>,
    id: DeclId,
    decl: &'a Decl,
    kind: &'a Exception,
) -> Vec<Code> {
    let record = Record::of(scope, id, decl, &kind.fields);
    let ident = &record.ident;
    let message = message(&scope, kind);
    let mut items = record.items();
    items.push(code!(
        "
        impl ::core::fmt::Display for $ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $message
            }
        }
        ",
        ident,
        message,
    ));
    items.push(code!("impl ::core::error::Error for $ident {}", ident));
    items.push(classified(&record, kind));
    items
}

/// Writes the message: the template, or by default name and fields.
fn message(scope: &Scope<'_>, kind: &Exception) -> Code {
    let Some(parts) = &kind.message else {
        return code!("::core::fmt::Debug::fmt(self, f)");
    };
    let mut format = String::new();
    let mut arguments = Vec::new();
    for part in parts {
        match part {
            MessagePart::Text(text) => {
                format.push_str(&text.replace('{', "{{").replace('}', "}}"));
            }
            MessagePart::Field(position) => {
                let field = &kind.fields[*position as usize];
                let name = names::field(field);
                if field.annotations.sensitive {
                    format.push_str("{}");
                    arguments.push(code!("::sinew::codegen::Redacted"));
                    continue;
                }
                let has_display =
                    scope.facts.has_display(&field.ty) && field.annotations.rust.ty.is_none();
                format.push_str(if has_display { "{}" } else { "{:?}" });
                arguments.push(code!("self.$name", name));
            }
        }
    }
    match arguments.is_empty() {
        true => {
            let text = format.replace("{{", "{").replace("}}", "}");
            code!("f.write_str($text)", text)
        }
        false => code!(
            "::core::write!(f, $format, $arguments)",
            format,
            arguments = Code::joined(", ", arguments)
        ),
    }
}

/// Whose fault it is, and whether to retry.
fn classified(record: &Record<'_>, kind: &Exception) -> Code {
    let ident = &record.ident;
    let fault = match kind.fault {
        Fault::Client => code!("Client"),
        Fault::Server => code!("Server"),
    };
    let retry = match kind.retry {
        Retry::Never => code!("Never"),
        Retry::Safe => code!("Safe"),
        Retry::Later => code!("Later"),
    };
    code!(
        "
        impl ::sinew::codegen::Exception for $ident {
            const FAULT: ::sinew::Fault = ::sinew::Fault::$fault;
            const RETRY: ::sinew::Retry = ::sinew::Retry::$retry;
        }
        ",
        ident,
        fault,
        retry,
    )
}
