//! Inline sizes of values in the generated Rust, with those of arrays listed separately.

use crate::schema::{DeclKind, Field, Payload, Scalar, Type};

/// A pointer, and the discriminant beside an optional value.
const POINTER: u64 = 8;
/// A string, list, set or map, whose elements are on the heap.
const CONTAINER: u64 = 24;

/// An inline size in bytes: a constant, plus multiples of the sizes of type arguments.
#[derive(Clone, Default)]
pub(super) struct Size {
    pub(super) own: u64,
    params: Vec<u64>,
}

/// The inline size of a value.
#[derive(Clone, Default)]
pub(super) struct Sizes {
    /// The size of the whole value.
    whole: Size,
    /// The size of its arrays.
    pub(super) arrays: Size,
}

pub(super) fn of_decl(kind: &DeclKind, sizes: &[Sizes]) -> Sizes {
    match kind {
        DeclKind::Union(decl) => {
            let variants = decl.variants.iter();
            let variants = variants.map(|variant| sum(carried(&variant.payload), sizes));
            variants.fold(Sizes::whole(POINTER), |most, size| Sizes {
                whole: most.whole.max(size.whole),
                arrays: most.arrays.max(size.arrays),
            })
        }
        DeclKind::Enum(_) | DeclKind::Flags(_) => Sizes::whole(2 * POINTER),
        DeclKind::Service(_) => Sizes::default(),
        other => sum(held(other), sizes),
    }
}

/// The types that are stored inline in a value of a declaration.
pub(super) fn held(kind: &DeclKind) -> Vec<&Type> {
    match kind {
        DeclKind::Newtype(newtype) => vec![&newtype.ty],
        DeclKind::Struct(decl) => unboxed(&decl.fields).collect(),
        DeclKind::Exception(decl) => unboxed(&decl.fields).collect(),
        DeclKind::Frozen(decl) => decl.fields.iter().map(|field| &field.ty).collect(),
        DeclKind::Union(decl) => decl
            .variants
            .iter()
            .flat_map(|v| carried(&v.payload))
            .collect(),
        DeclKind::Service(service) => {
            let methods = service.methods.iter();
            methods
                .flat_map(|m| unboxed(&m.params).chain(&m.result))
                .collect()
        }
        DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Enum(_)
        | DeclKind::Flags(_)
        | DeclKind::Annotation(_) => Vec::new(),
    }
}

pub(super) fn unboxed(fields: &[Field]) -> impl Iterator<Item = &Type> {
    fields
        .iter()
        .filter(|field| !field.boxed)
        .map(|field| &field.ty)
}

pub(super) fn carried(payload: &Payload) -> Vec<&Type> {
    match payload {
        Payload::Unit | Payload::Typed { boxed: true, .. } => Vec::new(),
        Payload::Typed { ty, .. } => vec![ty],
        Payload::Struct(fields) => unboxed(fields).collect(),
    }
}

pub(super) fn sum(types: Vec<&Type>, sizes: &[Sizes]) -> Sizes {
    let types = types.into_iter().map(|ty| of_type(ty, sizes));
    types.fold(Sizes::default(), |sum, size| Sizes {
        whole: sum.whole.plus(&size.whole, 1),
        arrays: sum.arrays.plus(&size.arrays, 1),
    })
}

/// Recurses as deep as a type may be nested.
pub(super) fn of_type(ty: &Type, sizes: &[Sizes]) -> Sizes {
    match ty {
        Type::Scalar(scalar) => Sizes::whole(scalar_size(*scalar)),
        Type::List(_) | Type::Set(_) | Type::Map(..) => Sizes::whole(CONTAINER),
        Type::Optional(ty) => {
            let inner = of_type(ty, sizes);
            Sizes {
                whole: inner.whole.plus(&Size::of(POINTER), 1),
                arrays: inner.arrays,
            }
        }
        Type::Array(ty, length) => {
            let element = of_type(ty, sizes).whole;
            let whole = Size::default().plus(&element, u64::from(*length));
            Sizes {
                arrays: whole.clone(),
                whole,
            }
        }
        Type::Param(position) => {
            let mut params = vec![0; *position as usize];
            params.push(1);
            Sizes {
                whole: Size { own: 0, params },
                arrays: Size::default(),
            }
        }
        Type::Named(id, args) => {
            let args = args.iter().map(|arg| of_type(arg, sizes)).collect();
            sizes[id.0 as usize].clone().with(args)
        }
    }
}

impl Sizes {
    fn whole(own: u64) -> Self {
        Self {
            whole: Size::of(own),
            arrays: Size::default(),
        }
    }

    /// The sizes for these type arguments.
    fn with(self, args: Vec<Sizes>) -> Sizes {
        let put = |generic: &Size| {
            let args = args.iter().zip(&generic.params);
            args.fold(Size::of(generic.own), |sum, (arg, times)| {
                sum.plus(&arg.whole, *times)
            })
        };
        let arrays = args
            .iter()
            .fold(put(&self.arrays), |sum, arg| sum.plus(&arg.arrays, 1));
        Sizes {
            whole: put(&self.whole),
            arrays,
        }
    }
}

impl Size {
    fn of(own: u64) -> Self {
        Self {
            own,
            params: Vec::new(),
        }
    }

    fn plus(self, other: &Size, times: u64) -> Size {
        self.combine(other, |a, b| a.saturating_add(b.saturating_mul(times)))
    }

    fn max(self, other: Size) -> Size {
        self.combine(&other, u64::max)
    }

    fn combine(mut self, other: &Size, with: impl Fn(u64, u64) -> u64) -> Size {
        self.own = with(self.own, other.own);
        let params = self.params.len().max(other.params.len());
        self.params.resize(params, 0);
        for (mine, theirs) in self.params.iter_mut().zip(&other.params) {
            *mine = with(*mine, *theirs);
        }
        self
    }
}

fn scalar_size(scalar: Scalar) -> u64 {
    match scalar {
        Scalar::Bool | Scalar::I8 | Scalar::U8 => 1,
        Scalar::I16 | Scalar::U16 => 2,
        Scalar::I32 | Scalar::U32 | Scalar::F32 | Scalar::Date => 4,
        Scalar::I64 | Scalar::U64 | Scalar::F64 | Scalar::Timestamp | Scalar::Duration => 8,
        Scalar::I128 | Scalar::U128 | Scalar::Uuid => 16,
        Scalar::Decimal => 32,
        Scalar::String | Scalar::Bytes => CONTAINER,
    }
}
