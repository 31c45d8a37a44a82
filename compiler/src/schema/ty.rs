//! Types with all names resolved and without aliases.

use super::DeclId;
pub use crate::ast::Scalar;

/// A resolved type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// `optional T`; never directly inside another optional.
    Optional(Box<Type>),
    /// A built-in type without arguments.
    Scalar(Scalar),
    /// `list<T>`
    List(Box<Type>),
    /// `set<T>`. The element has a total order.
    Set(Box<Type>),
    /// `map<K, V>`. The key has a total order.
    Map(Box<Type>, Box<Type>),
    /// `array<T, N>`; at least one element.
    Array(Box<Type>, u32),
    /// A newtype, enum, flags, struct, frozen struct, union or exception, with its type arguments.
    Named(DeclId, Vec<Type>),
    /// A type parameter of the surrounding declaration, by index.
    Param(u32),
}

impl Type {
    /// The type inside `optional`, or the type itself.
    pub fn unwrap_optional(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner,
            other => other,
        }
    }

    /// Whether the type is `optional`.
    pub fn is_optional(&self) -> bool {
        matches!(self, Type::Optional(_))
    }

    /// Its direct parts: the element type of a list, the type arguments of a declared type.
    pub fn parts(&self) -> Vec<&Type> {
        match self {
            Type::Optional(t) | Type::List(t) | Type::Set(t) | Type::Array(t, _) => vec![t],
            Type::Map(k, v) => vec![k, v],
            Type::Named(_, args) => args.iter().collect(),
            Type::Scalar(_) | Type::Param(_) => Vec::new(),
        }
    }

    /// The type in the syntax of the language, such as `list<shop.Order>`. `name` returns the names of declarations and
    /// `params` has those of type parameters, which are described if it is too short. Recurses as deep as types may be
    /// nested.
    pub(crate) fn spelled(&self, params: &[String], name: &dyn Fn(DeclId) -> String) -> String {
        let inner = |ty: &Type| ty.spelled(params, name);
        match self {
            Type::Optional(t) => format!("optional {}", inner(t)),
            Type::Scalar(scalar) => scalar.word().to_owned(),
            Type::List(t) => format!("list<{}>", inner(t)),
            Type::Set(t) => format!("set<{}>", inner(t)),
            Type::Map(k, v) => format!("map<{}, {}>", inner(k), inner(v)),
            Type::Array(t, count) => format!("array<{}, {count}>", inner(t)),
            Type::Named(id, args) if args.is_empty() => name(*id),
            Type::Named(id, args) => {
                let args: Vec<String> = args.iter().map(inner).collect();
                format!("{}<{}>", name(*id), args.join(", "))
            }
            Type::Param(n) => match params.get(*n as usize) {
                Some(name) => name.clone(),
                None => "a type parameter".to_owned(),
            },
        }
    }

    /// Whether it is the declaration `id` or contains it as a part. Recurses as deep as types may be nested.
    pub fn mentions(&self, id: DeclId) -> bool {
        matches!(self, Type::Named(named, _) if *named == id)
            || self.parts().into_iter().any(|part| part.mentions(id))
    }

    /// The type with its type parameters replaced by `args`.
    #[must_use]
    pub fn instantiate(&self, args: &[Type]) -> Type {
        let each = |t: &Type| Box::new(t.instantiate(args));
        match self {
            Type::Optional(t) => Type::Optional(each(t)),
            Type::Scalar(s) => Type::Scalar(*s),
            Type::List(t) => Type::List(each(t)),
            Type::Set(t) => Type::Set(each(t)),
            Type::Map(k, v) => Type::Map(each(k), each(v)),
            Type::Array(t, n) => Type::Array(each(t), *n),
            Type::Named(id, list) => {
                Type::Named(*id, list.iter().map(|t| t.instantiate(args)).collect())
            }
            Type::Param(n) => args.get(*n as usize).unwrap_or(self).clone(),
        }
    }
}
