//! The types of a checked schema as the wire sees them: aliases and newtypes are gone, generics are worked out.

use std::collections::BTreeMap;

use sinew_compiler::schema::{self as checked, DeclId, DeclKind, Payload, Scalar};
use sinew_compiler::source::MemoryLoader;

use crate::value::Value;

/// All types that structs, exceptions and unions of a schema can reach.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Structs, exceptions and the fields of struct variants.
    pub records: Vec<Record>,
    /// Unions.
    pub unions: Vec<Union>,
    names: BTreeMap<String, Type>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`
    Bool,
    /// Unsigned integers, by bytes.
    Unsigned(usize),
    /// Signed integers, by bytes.
    Signed(usize),
    /// An enum or flags: the base type, and the numbers that are allowed if it is closed.
    Enum(Box<Type>, Option<Vec<i128>>),
    /// Closed flags: the base type, and the bits that are allowed.
    ClosedFlags(Box<Type>, u128),
    /// Floats, by bytes.
    Float(usize),
    /// `string`
    Text,
    /// `bytes`
    Bytes,
    /// `uuid`
    Uuid,
    /// `decimal`
    Decimal,
    /// `optional T`
    Optional(Box<Type>),
    /// `list<T>`
    List(Box<Type>),
    /// `set<T>`
    Set(Box<Type>),
    /// `map<K, V>`
    Map(Box<Type>, Box<Type>),
    /// `array<T, N>`
    Array(u32, Box<Type>),
    /// A frozen struct: names and types of its members.
    Frozen(Vec<(String, Type)>),
    /// The struct with this number.
    Record(usize),
    /// The union with this number.
    Union(usize),
}

/// A struct.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its fields by ascending id.
    pub fields: Vec<Field>,
    /// Whether its values count as a level.
    pub recursive: bool,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its id.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What a reader takes if the writer does not have the field.
    pub default: Option<Value>,
}

/// A union.
#[derive(Clone, Debug)]
pub struct Union {
    /// Whether unknown variants are refused.
    pub closed: bool,
    /// Its variants by ascending id.
    pub variants: Vec<Variant>,
    /// Whether its values count as a level.
    pub recursive: bool,
}

/// A variant of a union.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its id.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Its payload; a struct for variants with fields of their own or none.
    pub ty: Type,
}

impl Schema {
    /// The types of a text in the language of Sinew.
    ///
    /// # Panics
    /// If the text has errors.
    pub fn of_text(text: &str) -> Self {
        let mut loader = MemoryLoader::default();
        loader.insert("schema.idl", text);
        let checked = sinew_compiler::check(&loader, &["schema.idl".to_owned()]);
        let checked = checked.expect("the only file that is asked for is there");
        let errors: Vec<_> = checked.diagnostics.iter().map(|d| &d.message).collect();
        Self::of(&checked.schema.unwrap_or_else(|| panic!("{errors:?}")))
    }

    /// The types of a checked schema. Generic ones are there as far as others use them.
    pub fn of(schema: &checked::Schema) -> Self {
        let mut builder = Builder {
            from: schema,
            known: BTreeMap::new(),
            to: Self::default(),
        };
        for (id, decl) in schema.decls() {
            let generic = match &decl.kind {
                DeclKind::Struct(it) => !it.params.is_empty(),
                DeclKind::Union(it) => !it.params.is_empty(),
                DeclKind::Exception(_) => false,
                _ => continue,
            };
            if !generic {
                let ty = builder.named(id, &[]);
                builder.to.names.insert(decl.name.clone(), ty);
            }
        }
        builder.to
    }

    /// The struct, exception or union of this name.
    pub fn named(&self, name: &str) -> Option<&Type> {
        self.names.get(name)
    }

    /// Every struct, exception and union without type parameters, by name.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Type)> {
        self.names.iter().map(|(name, ty)| (name.as_str(), ty))
    }
}

pub(crate) struct Builder<'s> {
    pub(crate) from: &'s checked::Schema,
    known: BTreeMap<(DeclId, Vec<checked::Type>), Type>,
    pub(crate) to: Schema,
}

impl Builder<'_> {
    fn ty(&mut self, ty: &checked::Type) -> Type {
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

    fn named(&mut self, id: DeclId, args: &[checked::Type]) -> Type {
        let key = (id, args.to_vec());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        match &self.from.decl(id).kind {
            DeclKind::Newtype(newtype) => self.ty(&newtype.ty),
            DeclKind::Enum(it) => {
                let numbers = it.values.iter().map(|value| value.number);
                Type::Enum(
                    Box::new(of_scalar(it.base)),
                    it.closed.then(|| numbers.collect()),
                )
            }
            DeclKind::Flags(it) => {
                let bits = it
                    .values
                    .iter()
                    .fold(0, |bits, value| bits | value.number as u128);
                let base = Box::new(of_scalar(it.base));
                match it.closed {
                    true => Type::ClosedFlags(base, bits),
                    false => Type::Enum(base, None),
                }
            }
            DeclKind::Frozen(it) => {
                let members = it.fields.iter();
                let members = members.map(|member| (member.name.clone(), self.ty(&member.ty)));
                Type::Frozen(members.collect())
            }
            DeclKind::Struct(it) => self.record(Some(key), &it.fields, args),
            DeclKind::Exception(it) => self.record(Some(key), &it.fields, args),
            DeclKind::Union(it) => self.union(key, it),
            other => unreachable!("a {} is no type", other.word()),
        }
    }

    fn record(
        &mut self,
        key: Option<(DeclId, Vec<checked::Type>)>,
        fields: &[checked::Field],
        args: &[checked::Type],
    ) -> Type {
        let number = self.to.records.len();
        self.to.records.push(Record {
            fields: Vec::new(),
            recursive: key
                .as_ref()
                .is_some_and(|(id, _)| self.contains_itself(*id)),
        });
        if let Some(key) = key {
            self.known.insert(key, Type::Record(number));
        }
        let mut all = Vec::new();
        for field in checked::by_id(fields) {
            let ty = self.ty(&field.ty.instantiate(args));
            let default = field.default.as_ref();
            let default = default.map(|value| self.value(&ty, value));
            all.push(Field {
                id: field.id,
                name: field.name.clone(),
                ty,
                default,
            });
        }
        self.to.records[number].fields = all;
        Type::Record(number)
    }

    fn union(&mut self, key: (DeclId, Vec<checked::Type>), it: &checked::Union) -> Type {
        let number = self.to.unions.len();
        self.to.unions.push(Union {
            closed: it.closed,
            variants: Vec::new(),
            recursive: self.contains_itself(key.0),
        });
        self.known.insert(key.clone(), Type::Union(number));
        let mut variants = Vec::new();
        for variant in &it.variants {
            let ty = match &variant.payload {
                Payload::Unit => self.record(None, &[], &[]),
                Payload::Typed { ty, .. } => self.ty(&ty.instantiate(&key.1)),
                Payload::Struct(fields) => self.record(None, fields, &key.1),
            };
            variants.push(Variant {
                id: variant.id,
                name: variant.name.clone(),
                ty,
            });
        }
        variants.sort_by_key(|variant| variant.id);
        self.to.unions[number].variants = variants;
        Type::Union(number)
    }

    /// Whether a declaration mentions itself, by whatever way.
    fn contains_itself(&self, id: DeclId) -> bool {
        let mut seen = Vec::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            for mentioned in mentions(&self.from.decl(next).kind) {
                if mentioned == id {
                    return true;
                }
                if !seen.contains(&mentioned) {
                    seen.push(mentioned);
                    open.push(mentioned);
                }
            }
        }
        false
    }
}

fn of_scalar(scalar: Scalar) -> Type {
    match scalar {
        Scalar::Bool => Type::Bool,
        Scalar::I8 => Type::Signed(1),
        Scalar::I16 => Type::Signed(2),
        Scalar::I32 | Scalar::Date => Type::Signed(4),
        Scalar::I64 | Scalar::Timestamp | Scalar::Duration => Type::Signed(8),
        Scalar::I128 => Type::Signed(16),
        Scalar::U8 => Type::Unsigned(1),
        Scalar::U16 => Type::Unsigned(2),
        Scalar::U32 => Type::Unsigned(4),
        Scalar::U64 => Type::Unsigned(8),
        Scalar::U128 => Type::Unsigned(16),
        Scalar::F32 => Type::Float(4),
        Scalar::F64 => Type::Float(8),
        Scalar::String => Type::Text,
        Scalar::Bytes => Type::Bytes,
        Scalar::Uuid => Type::Uuid,
        Scalar::Decimal => Type::Decimal,
    }
}

/// The declarations that a declaration mentions.
fn mentions(kind: &DeclKind) -> Vec<DeclId> {
    let mut found = Vec::new();
    let mut fields = |fields: &[checked::Field]| {
        fields
            .iter()
            .for_each(|field| named_in(&field.ty, &mut found));
    };
    match kind {
        DeclKind::Struct(it) => fields(&it.fields),
        DeclKind::Exception(it) => fields(&it.fields),
        DeclKind::Newtype(it) => named_in(&it.ty, &mut found),
        DeclKind::Union(it) => {
            for variant in &it.variants {
                match &variant.payload {
                    Payload::Unit => {}
                    Payload::Typed { ty, .. } => named_in(ty, &mut found),
                    Payload::Struct(fields) => {
                        fields
                            .iter()
                            .for_each(|field| named_in(&field.ty, &mut found));
                    }
                }
            }
        }
        DeclKind::Const(_) | DeclKind::Typedef(_) | DeclKind::Enum(_) | DeclKind::Flags(_) => {}
        DeclKind::Frozen(_) | DeclKind::Service(_) | DeclKind::Annotation(_) => {}
    }
    found
}

fn named_in(ty: &checked::Type, found: &mut Vec<DeclId>) {
    match ty {
        checked::Type::Scalar(_) | checked::Type::Param(_) => {}
        checked::Type::Optional(inner) | checked::Type::List(inner) => named_in(inner, found),
        checked::Type::Set(inner) | checked::Type::Array(inner, _) => named_in(inner, found),
        checked::Type::Map(key, value) => {
            named_in(key, found);
            named_in(value, found);
        }
        checked::Type::Named(id, args) => {
            found.push(*id);
            args.iter().for_each(|arg| named_in(arg, found));
        }
    }
}
