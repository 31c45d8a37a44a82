//! `service`: a trait to implement, a client, a server, and a module for what belongs to single methods.

mod client;
mod methods;
mod mock;
mod server;
mod streams;
mod trait_;

use proc_macro2::Ident;

use super::code::{Code, code};
use super::scope::Scope;
use super::views::Views;
use super::{Rust, names};
use crate::schema::{Decl, DeclId, Field, Method, Service, ServiceId, Throws};

/// The items of a service, its module first.
pub(super) fn items(
    scope: Scope<'_>,
    id: DeclId,
    decl: &Decl,
    service: &Service,
    options: &Rust,
    views: &Views,
) -> Vec<Code> {
    let id = ServiceId(id);
    let writer = Writer {
        scope,
        id,
        decl,
        service,
        is_served: options.server,
        views,
        bases: scope.schema.all_bases(id),
        methods: scope.schema.all_methods(id),
    };
    let mut items = vec![];
    items.extend(methods::module(&writer));
    if options.server {
        items.push(trait_::item(&writer));
    }
    if options.client {
        items.extend(client::items(&writer));
    }
    if options.server {
        items.extend(server::items(&writer));
    }
    if options.server && options.mocks {
        items.push(mock::item(&writer));
    }
    items
}

struct Writer<'a> {
    scope: Scope<'a>,
    id: ServiceId,
    decl: &'a Decl,
    service: &'a Service,
    /// Whether the trait is generated.
    is_served: bool,
    views: &'a Views,
    /// The services that it extends, directly or indirectly.
    bases: Vec<ServiceId>,
    /// Its own methods and those of its bases, bases first.
    methods: Vec<(ServiceId, &'a Method)>,
}

impl<'a> Writer<'a> {
    /// The service in a doc comment: a link to its trait, if that is generated.
    fn title(&self) -> String {
        let name = names::type_of(self.decl);
        match self.is_served {
            true => format!("[`{name}`]"),
            false => format!("`{name}`"),
        }
    }

    /// Its own methods and those of its bases, bases first.
    fn all(&self) -> impl Iterator<Item = MethodWriter<'_>> {
        self.methods.iter().map(|(owner, method)| MethodWriter {
            scope: &self.scope,
            user: self.decl,
            owner: self.scope.schema.decl(owner.decl()),
            method,
            views: self.views,
        })
    }

    /// Its own methods.
    fn own(&self) -> impl Iterator<Item = MethodWriter<'_>> {
        self.service.methods.iter().map(|method| MethodWriter {
            scope: &self.scope,
            user: self.decl,
            owner: self.decl,
            method,
            views: self.views,
        })
    }
}

/// A method, and the names of its items as seen from this service.
struct MethodWriter<'a> {
    scope: &'a Scope<'a>,
    /// The service being generated.
    user: &'a Decl,
    /// The service that declares it.
    owner: &'a Decl,
    method: &'a Method,
    views: &'a Views,
}

impl MethodWriter<'_> {
    fn ident(&self) -> Ident {
        names::method(self.method)
    }

    /// The name of the method in documentation.
    fn plain_name(&self) -> String {
        names::plain(&self.ident())
    }

    fn params(&self) -> &[Field] {
        &self.method.params
    }

    /// The path of an item in the module of the declaring service.
    fn path(&self, item: &Ident) -> Code {
        self.path_in(self.owner, item)
    }

    /// The path of an item in the module of a service.
    fn path_in(&self, service: &Decl, item: &Ident) -> Code {
        let module = names::service_module(service);
        let module = self.scope.path_to(service, &module);
        code!("$module::$item", module, item)
    }

    fn request(&self) -> Code {
        self.path(&names::request(self.method))
    }

    /// The description of the method as one of the service being generated.
    fn method_static(&self) -> Code {
        self.path_in(self.user, &names::method_static(self.method))
    }

    fn is_inherited(&self) -> bool {
        !std::ptr::eq(self.user, self.owner)
    }

    /// Whether the handler borrows its request.
    fn is_lent(&self) -> bool {
        self.views.lends(self.method)
    }

    /// The type of a parameter in the handler.
    fn param_ty(&self, param: &Field) -> Code {
        match self.is_lent() {
            true => self.views.in_handlers(self.scope).field_ty(param),
            false => self.scope.field_ty(param),
        }
    }

    /// The owned value of a parameter, given what the handler has of it.
    fn param_value(&self, param: &Field) -> Code {
        let given = code!("$name", name = names::field(param));
        match self.is_lent() {
            true => self.views.in_handlers(self.scope).field_value(param, given),
            false => given,
        }
    }

    fn result(&self) -> Code {
        match &self.method.result {
            Some(ty) => self.scope.ty(ty),
            None => code!("()"),
        }
    }

    fn error(&self) -> Code {
        match &self.method.throws {
            Throws::Nothing => code!("::sinew::Status"),
            Throws::Union(id) => self.scope.path(*id),
            Throws::List(_) => self.path(&names::error(self.method)),
        }
    }

    fn head(&self) -> Code {
        let Method {
            doc, annotations, ..
        } = self.method;
        let params = self.params().iter().map(|p| (names::field(p), &p.doc));
        let stream = self.method.param_stream.iter();
        let stream = stream.map(|s| (names::stream(s), &s.doc));
        let params: Vec<(Ident, &str)> = params
            .chain(stream)
            .filter_map(|(name, doc)| Some((name, doc.as_deref()?)))
            .collect();
        self.scope.method_head(doc.as_deref(), &params, annotations)
    }
}
