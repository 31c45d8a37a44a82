//! The messages of methods: requests as structs, replies as unions of result and errors as the runtime builds them, and
//! the messages of streams.

use sinew_compiler::schema::{self as checked, DeclId, DeclKind, Throws};

use super::build::Builder;
use super::{Field, Record, Type, Union, Variant};

impl Builder<'_> {
    /// Adds the request, the reply and the stream messages of each method that the service itself declares.
    pub(super) fn methods(&mut self, service: &str, id: DeclId) {
        let DeclKind::Service(declared) = &self.from.decl(id).kind else {
            return;
        };
        for method in &declared.methods {
            let name = format!("{service}.{}.request", method.name);
            let request = self.record(name.clone(), false, &method.params, &[]);
            self.to.names.insert(name, request);
            if !method.oneway {
                let name = format!("{service}.{}.reply", method.name);
                let reply = self.reply(&name, method);
                self.to.names.insert(name, reply);
            }
            let streams = [
                ("request", &method.param_stream),
                ("reply", &method.result_stream),
            ];
            for (side, stream) in streams {
                if let Some(stream) = stream {
                    let name = format!("{service}.{}.{side}.stream", method.name);
                    let message = self.ty(&stream.ty);
                    self.to.names.insert(name, message);
                }
            }
        }
    }

    fn reply(&mut self, name: &str, method: &checked::Method) -> Type {
        let mut variants = match &method.result_stream {
            None => vec![self.returned(name, method.result.as_ref())],
            Some(_) => {
                let ty = self.record(format!("{name}.ended"), false, &[], &[]);
                vec![variant(1, "ended", ty)]
            }
        };
        let failed = self.thrown(format!("{name}.failed"), &method.throws);
        variants.push(variant(2, "failed", failed.clone()));
        if let Some(stream) = &method.result_stream {
            let broken = match &stream.throws {
                // A stream can end with the errors of its method, too.
                Throws::Nothing => failed,
                throws => self.thrown(format!("{name}.broken"), throws),
            };
            variants.push(variant(3, "broken", broken));
        }
        self.put_union(name.to_owned(), true, variants)
    }

    fn returned(&mut self, name: &str, result: Option<&checked::Type>) -> Variant {
        let value = result.map(|ty| Field {
            id: 1,
            name: "value".to_owned(),
            ty: self.ty(ty),
            default: None,
        });
        self.to.records.push(Record {
            name: format!("{name}.returned"),
            fields: Vec::from_iter(value),
            recursive: false,
        });
        variant(1, "returned", Type::Record(self.to.records.len() - 1))
    }

    /// The union of what can be thrown.
    fn thrown(&mut self, name: String, throws: &Throws) -> Type {
        match throws {
            Throws::Nothing => self.put_union(name, false, Vec::new()),
            Throws::Union(id) => self.named(*id, &[]),
            Throws::List(errors) => {
                let errors = checked::by_id(errors).into_iter();
                let errors = errors.map(|error| variant(error.id, &error.name, self.ty(&error.ty)));
                let errors = errors.collect();
                self.put_union(name, false, errors)
            }
        }
    }

    fn put_union(&mut self, name: String, closed: bool, variants: Vec<Variant>) -> Type {
        self.to.unions.push(Union {
            name,
            closed,
            variants,
            recursive: false,
        });
        Type::Union(self.to.unions.len() - 1)
    }
}

fn variant(id: u16, name: &str, ty: Type) -> Variant {
    Variant {
        id,
        name: name.to_owned(),
        ty,
    }
}
