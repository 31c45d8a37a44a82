//! Methods as schemas declare them.

use sinew::reflect::MethodInfo;
use sinew_compiler::format::one_line;
use sinew_compiler::schema as checked;
use sinew_compiler::source::SourceMap;
use sinew_values::Schema;

use super::method::Method;

/// A schema, for calling methods.
pub(crate) struct Declared {
    pub(crate) schema: checked::Schema,
    /// The sources of `schema`.
    pub(crate) sources: SourceMap,
    /// The types of `schema`, for encoding and decoding values.
    pub(crate) values: Schema,
}

/// A method of a service, which may have inherited it.
#[derive(Clone, Copy)]
pub(crate) struct Known<'d> {
    pub(crate) declared: &'d Declared,
    service: checked::ServiceId,
    /// The service that declares it.
    owner: checked::ServiceId,
    method: &'d checked::Method,
}

impl Declared {
    pub(crate) fn new(schema: checked::Schema, sources: SourceMap) -> Self {
        Self {
            values: Schema::of(&schema),
            schema,
            sources,
        }
    }

    /// All methods of all services.
    pub(crate) fn methods(&self) -> impl Iterator<Item = Known<'_>> {
        self.schema.services().flat_map(move |(service, _)| {
            let methods = self.schema.all_methods(service).into_iter();
            methods.map(move |(owner, method)| Known {
                declared: self,
                service,
                owner,
                method,
            })
        })
    }
}

impl Known<'_> {
    /// Its full name in the schema.
    pub(crate) fn name(&self) -> String {
        let service = self.declared.schema.full_name(self.service.decl());
        format!("{service}.{}", self.method.name)
    }

    /// The names of the service and the method on the wire.
    pub(crate) fn wire_names(&self) -> (&str, &str) {
        let service = self.declared.schema.service(self.service);
        (&service.wire_name, &self.method.wire_name)
    }

    /// What a call of it needs.
    pub(crate) fn method(&self) -> Method {
        let owner = self.declared.schema.full_name(self.owner.decl());
        let (service, _) = self.wire_names();
        Method::of(service, self.method, &owner, &self.declared.values)
    }

    /// Its declaration in the schema, on one line.
    pub(crate) fn signature(&self) -> String {
        let text = one_line(self.declared.sources.slice(self.method.whole));
        text.trim_end_matches(';').to_owned()
    }

    /// Whether a server that publishes `told` for this method uses the declared shapes.
    pub(crate) fn fits(&self, told: &MethodInfo) -> bool {
        let method = self.method();
        let head = |ty| self.declared.values.full_head(ty);
        let reply = method.reply.as_ref().map(head);
        head(&method.request) == told.request
            && reply.is_none_or(|reply| reply == told.reply)
            && method.up.as_ref().map(head) == told.client_message
            && method.down.as_ref().map(head) == told.server_message
    }
}
