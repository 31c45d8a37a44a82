//! `service`: a trait to implement, a client, a server, and a module with what
//! belongs to single methods.

mod client;
mod methods;
mod mock;
mod server;
mod streams;
mod trait_;

use proc_macro2::Ident;

use super::code::{Code, code};
use super::names;
use super::scope::Scope;
use crate::schema::{Decl, DeclId, DeclKind, Field, Method, Service, ServiceId, Throws};

/// The items of a service, its module first.
pub(super) fn items(scope: Scope<'_>, id: DeclId, decl: &Decl, service: &Service) -> Vec<Code> {
    let writer = Writer::new(scope, id, decl, service);
    let mut items = vec![];
    items.extend(methods::module(&writer));
    items.push(trait_::item(&writer));
    items.extend(client::items(&writer));
    items.extend(server::items(&writer));
    items
}

/// The mock of a service, if the declaration is one.
pub(super) fn mock(scope: Scope<'_>, id: DeclId) -> Vec<Code> {
    let decl = scope.schema.decl(id);
    match &decl.kind {
        DeclKind::Service(service) => mock::items(&Writer::new(scope, id, decl, service)),
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Annotation(_)
        | DeclKind::Newtype(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Struct(_)
        | DeclKind::Frozen(_)
        | DeclKind::Union(_)
        | DeclKind::Exception(_) => Vec::new(),
    }
}

struct Writer<'a> {
    scope: Scope<'a>,
    id: ServiceId,
    decl: &'a Decl,
    service: &'a Service,
    /// Its own and those of its bases, bases first.
    methods: Vec<(ServiceId, &'a Method)>,
}

impl<'a> Writer<'a> {
    fn new(scope: Scope<'a>, id: DeclId, decl: &'a Decl, service: &'a Service) -> Self {
        let id = ServiceId(id);
        Self {
            scope,
            id,
            decl,
            service,
            methods: scope.schema.all_methods(id),
        }
    }

    /// Its own methods and those of its bases, bases first.
    fn all(&self) -> impl Iterator<Item = MethodWriter<'_>> {
        self.methods.iter().map(|(owner, method)| MethodWriter {
            scope: &self.scope,
            owner: self.scope.schema.decl(owner.decl()),
            method,
        })
    }

    /// Its own methods.
    fn own(&self) -> impl Iterator<Item = MethodWriter<'_>> {
        self.service.methods.iter().map(|method| MethodWriter {
            scope: &self.scope,
            owner: self.decl,
            method,
        })
    }
}

/// A method, and the names of what belongs to it as this service spells them.
struct MethodWriter<'a> {
    scope: &'a Scope<'a>,
    /// The service that declares it.
    owner: &'a Decl,
    method: &'a Method,
}

impl MethodWriter<'_> {
    fn ident(&self) -> Ident {
        names::method(self.method)
    }

    fn params(&self) -> &[Field] {
        &self.method.params
    }

    /// The path of an item in the module of the service that declares the method.
    fn path(&self, item: &Ident) -> Code {
        let module = self
            .scope
            .path_to(self.owner, &names::service_module(self.owner));
        code!("$module::$item", module, item)
    }

    fn request(&self) -> Code {
        self.path(&names::request(self.method))
    }

    fn method_static(&self) -> Code {
        self.path(&names::method_static(self.method))
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
        self.scope.member_head(doc.as_deref(), annotations)
    }
}
