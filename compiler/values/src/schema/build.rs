//! Converts a checked schema to the types of the wire format.

use std::collections::BTreeMap;
use std::sync::Arc;

use sinew_compiler::schema::{self as checked, DeclId, DeclKind, Payload, Scalar};

use super::recursion::contains_itself;
use super::{Enum, Field, Frozen, Record, Schema, Type, Union, Variant};

impl Schema {
    /// The types of a checked schema. Generic types are instantiated as far as they are used.
    pub fn of(schema: &checked::Schema) -> Self {
        let mut builder = Builder {
            from: schema,
            known: BTreeMap::new(),
            to: Self::default(),
            defaults: Vec::new(),
        };
        for (id, decl) in schema.decls() {
            let name = schema.full_name(id);
            let params = match &decl.kind {
                DeclKind::Struct(it) => &it.params[..],
                DeclKind::Union(it) => &it.params,
                DeclKind::Exception(_) => &[],
                DeclKind::Service(_) => {
                    builder.methods(&name, id);
                    builder.to.others.insert(name, decl.kind.word());
                    continue;
                }
                other => {
                    builder.to.others.insert(name, other.word());
                    continue;
                }
            };
            if params.is_empty() {
                let ty = builder.named(id, &[]);
                builder.to.names.insert(name, ty);
            } else {
                builder.to.others.insert(name, "generic type");
            }
        }
        builder.defaults();
        builder.to
    }
}

pub(super) struct Builder<'s> {
    pub(super) from: &'s checked::Schema,
    known: BTreeMap<(DeclId, Vec<checked::Type>), Type>,
    pub(super) to: Schema,
    /// The defaults of fields, by the number of the struct and the field's index in it. Converted last, because they
    /// may be values of types that are not converted yet.
    pub(super) defaults: Vec<(usize, usize, checked::Value)>,
}

impl Builder<'_> {
    pub(super) fn ty(&mut self, ty: &checked::Type) -> Type {
        let boxed = |builder: &mut Self, ty| Box::new(builder.ty(ty));
        match ty {
            checked::Type::Optional(inner) => Type::Optional(boxed(self, inner)),
            checked::Type::Scalar(scalar) => of_scalar(*scalar),
            checked::Type::List(item) => Type::List(boxed(self, item)),
            checked::Type::Set(item) => Type::Set(boxed(self, item)),
            checked::Type::Map(key, value) => Type::Map(boxed(self, key), boxed(self, value)),
            checked::Type::Array(item, count) => Type::Array(*count, boxed(self, item)),
            checked::Type::Named(id, args) => self.named(*id, args),
            checked::Type::Param(_) => unreachable!("parameters are replaced first"),
        }
    }

    pub(super) fn named(&mut self, id: DeclId, args: &[checked::Type]) -> Type {
        let key = (id, args.to_vec());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        match &self.from.decl(id).kind {
            DeclKind::Newtype(newtype) => {
                let ty = self.ty(&newtype.ty);
                self.constrained(ty, &newtype.constraints)
            }
            DeclKind::Enum(it) => self.numbers(id, it, false),
            DeclKind::Flags(it) => self.numbers(id, it, true),
            DeclKind::Frozen(it) => {
                let members = it.fields.iter();
                let members = members.map(|member| (member.name.clone(), self.ty(&member.ty)));
                Type::Frozen(Arc::new(Frozen {
                    members: members.collect(),
                    name: self.from.full_name(id),
                }))
            }
            DeclKind::Struct(it) => self.declared(key, &it.fields),
            DeclKind::Exception(it) => self.declared(key, &it.fields),
            DeclKind::Union(it) => self.union(key, it),
            other @ (DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Service(_)
            | DeclKind::Annotation(_)) => unreachable!("a {} is no type", other.word()),
        }
    }

    fn numbers(&self, id: DeclId, it: &checked::Enum, flags: bool) -> Type {
        let values = it.values.iter();
        Type::Enum(Arc::new(Enum {
            name: self.from.full_name(id),
            base: of_scalar(it.base),
            closed: it.closed,
            flags,
            values: values.map(|it| (it.name.clone(), it.number)).collect(),
        }))
    }

    /// A struct or exception.
    fn declared(&mut self, key: (DeclId, Vec<checked::Type>), fields: &[checked::Field]) -> Type {
        let number = self.to.records.len();
        let (name, recursive) = (
            self.from.full_name(key.0),
            contains_itself(self.from, key.0),
        );
        self.known.insert(key.clone(), Type::Record(number));
        let ty = self.record(name, recursive, fields, &key.1);
        let arguments = self.arguments(&key.1);
        self.to.records[number].name += &arguments;
        ty
    }

    /// Adds a struct with these fields.
    pub(super) fn record(
        &mut self,
        name: String,
        recursive: bool,
        fields: &[checked::Field],
        args: &[checked::Type],
    ) -> Type {
        let number = self.to.records.len();
        self.to.records.push(Record {
            name,
            fields: Vec::new(),
            recursive,
        });
        let mut all = Vec::new();
        for field in checked::by_id(fields) {
            let ty = self.ty(&field.ty.instantiate(args));
            let default = field.default.iter().cloned();
            self.defaults
                .extend(default.map(|value| (number, all.len(), value)));
            all.push(Field {
                id: field.id,
                name: field.name.clone(),
                ty: self.constrained(ty, &field.constraints),
                default: None,
            });
        }
        self.to.records[number].fields = all;
        Type::Record(number)
    }

    fn union(&mut self, key: (DeclId, Vec<checked::Type>), it: &checked::Union) -> Type {
        let (number, name) = (self.to.unions.len(), self.from.full_name(key.0));
        self.to.unions.push(Union {
            name: name.clone(),
            closed: it.closed,
            variants: Vec::new(),
            recursive: contains_itself(self.from, key.0),
        });
        self.known.insert(key.clone(), Type::Union(number));
        let mut variants = Vec::new();
        for variant in &it.variants {
            let inside = format!("{name}.{}", variant.name);
            let ty = match &variant.payload {
                Payload::Unit => self.record(inside, false, &[], &[]),
                Payload::Typed {
                    ty, constraints, ..
                } => {
                    let ty = self.ty(&ty.instantiate(&key.1));
                    self.constrained(ty, constraints)
                }
                Payload::Struct(fields) => self.record(inside, false, fields, &key.1),
            };
            variants.push(Variant {
                id: variant.id,
                name: variant.name.clone(),
                ty,
            });
        }
        variants.sort_by_key(|variant| variant.id);
        self.to.unions[number].variants = variants;
        let arguments = self.arguments(&key.1);
        self.to.unions[number].name += &arguments;
        Type::Union(number)
    }

    /// Type arguments as written after the name of a declaration.
    fn arguments(&mut self, args: &[checked::Type]) -> String {
        let args: Vec<Type> = args.iter().map(|arg| self.ty(arg)).collect();
        let args = args.iter().map(|arg| self.to.spell(arg).to_string());
        match &args.collect::<Vec<_>>()[..] {
            [] => String::new(),
            args => format!("<{}>", args.join(", ")),
        }
    }
}

pub(super) fn of_scalar(scalar: Scalar) -> Type {
    match scalar {
        Scalar::Bool => Type::Bool,
        Scalar::I8 => Type::Signed(1),
        Scalar::I16 => Type::Signed(2),
        Scalar::I32 => Type::Signed(4),
        Scalar::I64 => Type::Signed(8),
        Scalar::I128 => Type::Signed(16),
        Scalar::U8 => Type::Unsigned(1),
        Scalar::U16 => Type::Unsigned(2),
        Scalar::U32 => Type::Unsigned(4),
        Scalar::U64 => Type::Unsigned(8),
        Scalar::U128 => Type::Unsigned(16),
        Scalar::F32 => Type::Float(4),
        Scalar::F64 => Type::Float(8),
        Scalar::Timestamp => Type::Timestamp,
        Scalar::Duration => Type::Duration,
        Scalar::Date => Type::Date,
        Scalar::String => Type::Text,
        Scalar::Bytes => Type::Bytes,
        Scalar::Uuid => Type::Uuid,
        Scalar::Decimal => Type::Decimal,
    }
}
