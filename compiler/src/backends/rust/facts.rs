//! Properties of types that depend on all types together: which contain themselves, which have an order, the minimum
//! size of their values.
//!
//! Computed in one pass over the strongly connected components of the type graph, inner types first. Nothing recurses,
//! so long chains of types need no stack.

use super::{hints, layout};
use crate::order;
use crate::schema::{
    DeclId, DeclKind, Field, Scalar, Schema, Type, every_part, every_type, mentioned,
};

/// Facts about every declaration.
pub(super) struct Facts {
    of: Vec<DeclFacts>,
}

/// Facts about one declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeclFacts {
    /// Values may contain another value of the same type.
    pub(super) recursive: bool,
    /// `Eq` is sound. For replaced types, `@rust.derive("Ord")` asserts this and `ord`.
    pub(super) eq: bool,
    /// `Hash`, `PartialOrd` and `Ord` are sound; implies `eq`.
    pub(super) ord: bool,
    /// `Copy` is possible.
    pub(super) copy: bool,
    /// It has constant size, so that frozen structs can hold it; implies `copy`.
    pub(super) fixed: bool,
    /// `Display` is implemented: a newtype of something with `Display`.
    pub(super) display: bool,
    /// It is `@sensitive` or contains something that is.
    pub(super) secret: bool,
    /// How many bits a value has in the header of the record that contains it.
    pub(super) header_bits: u32,
    /// The least number of bits that a value has on the wire.
    pub(super) min_bits: u32,
    /// For a closed union, the variant of its blank value: see `blanks`.
    pub(super) blank_variant: usize,
    /// The type parameters, as bits, of which the blank value contains values; `None` until one has been found.
    blank: Option<u64>,
}

/// The initial assumption for declarations in a cycle.
const UNKNOWN: DeclFacts = DeclFacts {
    recursive: false,
    eq: true,
    ord: true,
    copy: true,
    fixed: true,
    display: true,
    secret: false,
    header_bits: 0,
    min_bits: 8,
    blank_variant: 0,
    blank: None,
};

impl Facts {
    /// Computes the facts about `schema`.
    pub(super) fn of(schema: &Schema) -> Self {
        let edges: Vec<Vec<usize>> = schema.decls().map(|(_, d)| mentioned(&d.kind)).collect();
        let mut facts = Self {
            of: vec![UNKNOWN; edges.len()],
        };
        for group in order::groups(&edges) {
            facts.add(schema, &group, order::is_cycle(&group, &edges));
        }
        facts
    }

    /// Facts about one declaration.
    pub(super) fn get(&self, id: DeclId) -> DeclFacts {
        self.of[id.0 as usize]
    }

    /// The type parameters, as bits, of which the blank value of a declaration contains values.
    pub(super) fn blank(&self, id: DeclId) -> Option<u64> {
        self.get(id).blank
    }

    /// Records the blank value of a declaration.
    pub(super) fn set_blank(&mut self, at: usize, variant: usize, blank: Option<u64>) {
        self.of[at].blank_variant = variant;
        self.of[at].blank = blank;
    }

    /// Facts about a struct with these fields that nothing refers to.
    pub(super) fn of_fields(&self, fields: &[Field]) -> DeclFacts {
        let eq = fields
            .iter()
            .all(|f| !is_replaced(Some(f)) && self.has_eq(&f.ty));
        DeclFacts {
            eq,
            ord: eq && fields.iter().all(|f| self.has_ord(&f.ty, Some(f))),
            copy: false,
            fixed: false,
            display: false,
            min_bits: layout::record(fields, self),
            ..UNKNOWN
        }
    }

    /// Whether `Copy` is possible for `ty`.
    pub(super) fn is_copy(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => !matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Optional(inner) | Type::Array(inner, _) => self.is_copy(inner),
            Type::Named(id, _) => self.get(*id).copy,
            Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => false,
        }
    }

    fn is_fixed(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => !matches!(scalar, Scalar::String | Scalar::Bytes),
            Type::Array(inner, _) => self.is_fixed(inner),
            Type::Named(id, _) => self.get(*id).fixed,
            Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) | Type::Param(_) => {
                false
            }
        }
    }

    /// Whether values of `ty` implement `Display`.
    pub(super) fn has_display(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(scalar) => *scalar != Scalar::Bytes,
            Type::Named(id, _) => self.get(*id).display,
            Type::Optional(_)
            | Type::Array(..)
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(..)
            | Type::Param(_) => false,
        }
    }

    /// Whether a field or parameter is `@sensitive` or contains something that is.
    pub(super) fn is_secret_field(&self, field: &Field) -> bool {
        field.annotations.sensitive || self.is_secret(&field.ty)
    }

    /// Whether `ty` contains something that is `@sensitive`.
    pub(super) fn is_secret(&self, ty: &Type) -> bool {
        !every_part(ty, &mut |part| match part {
            Type::Named(id, _) => !self.get(*id).secret,
            Type::Scalar(_) | Type::Optional(_) | Type::Array(..) | Type::Param(_) => true,
            Type::List(_) | Type::Set(_) | Type::Map(..) => true,
        })
    }

    fn is_secret_kind(&self, kind: &DeclKind) -> bool {
        let marked = match kind {
            DeclKind::Frozen(frozen) => frozen.fields.iter().any(|f| f.annotations.sensitive),
            DeclKind::Struct(_)
            | DeclKind::Union(_)
            | DeclKind::Exception(_)
            | DeclKind::Newtype(_)
            | DeclKind::Enum(_)
            | DeclKind::Flags(_)
            | DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Service(_)
            | DeclKind::Annotation(_) => false,
        };
        marked
            || !every_type(kind, &mut |ty, field| match field {
                Some(field) => !self.is_secret_field(field),
                None => !self.is_secret(ty),
            })
    }

    /// Adds a group of declarations that contain each other.
    fn add(&mut self, schema: &Schema, group: &[usize], recursive: bool) {
        let mut all = DeclFacts {
            recursive,
            ..UNKNOWN
        };
        let kinds = || group.iter().map(|at| (*at, &schema.decls[*at].kind));
        for (at, kind) in kinds() {
            let annotations = &schema.decls[at].annotations;
            let is_promised = hints::derives(annotations, "Ord");
            all.secret |= annotations.sensitive || self.is_secret_kind(kind);
            all.eq &= every_type(kind, &mut |ty, field| {
                (is_promised || !is_replaced(field)) && self.has_eq(ty)
            });
            all.ord &= all.eq && every_type(kind, &mut |ty, field| self.has_ord(ty, field));
            all.copy &= is_plain(kind, |base| self.is_copy(base));
            all.fixed &= is_plain(kind, |base| self.is_fixed(base));
        }
        for (at, kind) in kinds() {
            let display = matches!(kind, DeclKind::Newtype(n) if self.has_display(&n.ty));
            let header_bits = layout::header_bits_of(kind, self);
            let min_bits = layout::min_bits_of(kind, self);
            self.of[at] = DeclFacts {
                display,
                header_bits,
                min_bits,
                ..all
            };
        }
        self.add_blanks(schema, group);
    }

    fn has_eq(&self, ty: &Type) -> bool {
        every_part(ty, &mut |part| match part {
            Type::Scalar(scalar) => !matches!(scalar, Scalar::F32 | Scalar::F64),
            Type::Named(id, _) => self.get(*id).eq,
            Type::Optional(_) | Type::Array(..) | Type::Param(_) => true,
            Type::List(_) | Type::Set(_) | Type::Map(..) => true,
        })
    }

    fn has_ord(&self, ty: &Type, field: Option<&Field>) -> bool {
        let hashed = field.is_some_and(|f| f.annotations.rust.hash_map);
        !hashed
            && every_part(ty, &mut |part| match part {
                Type::Named(id, _) => self.get(*id).ord,
                Type::Scalar(_) | Type::Optional(_) | Type::Array(..) | Type::Param(_) => true,
                Type::List(_) | Type::Set(_) | Type::Map(..) => true,
            })
    }
}

/// Whether the Rust type of a field is replaced, so that nothing is known about it.
fn is_replaced(field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.annotations.rust.ty.is_some())
}

/// Whether values are numbers or only consist of numbers. `of_base` tells for the type inside a newtype.
fn is_plain(kind: &DeclKind, of_base: impl FnOnce(&Type) -> bool) -> bool {
    match kind {
        DeclKind::Newtype(newtype) => of_base(&newtype.ty),
        DeclKind::Enum(_) | DeclKind::Flags(_) | DeclKind::Frozen(_) => true,
        DeclKind::Struct(_)
        | DeclKind::Union(_)
        | DeclKind::Exception(_)
        | DeclKind::Const(_)
        | DeclKind::Typedef(_)
        | DeclKind::Service(_)
        | DeclKind::Annotation(_) => false,
    }
}
