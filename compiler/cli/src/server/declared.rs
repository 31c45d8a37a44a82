//! Methods that schemas declare.

use sinew::reflect::MethodInfo;
use sinew_compiler::format::one_line;
use sinew_compiler::schema as checked;
use sinew_compiler::source::SourceMap;
use sinew_values::Schema;

use super::method::Method;

/// A schema that methods are called by.
pub(crate) struct Declared {
    pub(crate) schema: checked::Schema,
    /// What `schema` was made of.
    pub(crate) sources: SourceMap,
    /// The same types, for values.
    pub(crate) values: Schema,
}

/// A method of a service that has it, be it inherited.
#[derive(Clone, Copy)]
pub(crate) struct Known<'d> {
    pub(crate) declared: &'d Declared,
    service: checked::ServiceId,
    /// The service that says it.
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
    /// Its name as the schema has it.
    pub(crate) fn name(&self) -> String {
        let service = self.declared.schema.full_name(self.service.decl());
        format!("{service}.{}", self.method.name)
    }

    /// Names of the service and the method on the wire.
    pub(crate) fn wire_names(&self) -> (&str, &str) {
        let service = self.declared.schema.service(self.service);
        (&service.wire_name, &self.method.wire_name)
    }

    /// What a call of it takes.
    pub(crate) fn method(&self) -> Method {
        let owner = self.declared.schema.full_name(self.owner.decl());
        let (service, _) = self.wire_names();
        Method::of(service, self.method, &owner, &self.declared.values)
    }

    /// What the schema says of it, on one line.
    pub(crate) fn signature(&self) -> String {
        let text = one_line(self.declared.sources.slice(self.method.whole));
        text.trim_end_matches(';').to_owned()
    }

    /// Whether messages of a method that a server publishes are in the shapes that are declared.
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
