//! Blank values stand in for values that could not be decoded. They must not contain another value of the same type, or
//! they would be infinite. Every type has one, because types without finite values are errors; for a closed union, this
//! finds the variant.

use super::facts::Facts;
use crate::schema::{DeclKind, Field, Payload, Schema, Type};

impl Facts {
    /// Finds the blank values of a group of declarations that contain each other. Those of inner types are known.
    pub(super) fn add_blanks(&mut self, schema: &Schema, group: &[usize]) {
        let mut left = group.to_vec();
        loop {
            let before = left.len();
            left.retain(|at| !self.add_blank(&schema.decls[*at].kind, *at));
            if left.is_empty() || left.len() == before {
                return;
            }
        }
    }

    /// Whether a blank value of the declaration was found.
    fn add_blank(&mut self, kind: &DeclKind, at: usize) -> bool {
        let (variant, blank) = match kind {
            DeclKind::Struct(decl) => (0, self.of_members(&decl.fields)),
            DeclKind::Exception(decl) => (0, self.of_members(&decl.fields)),
            DeclKind::Newtype(newtype) => (0, self.blank_of(&newtype.ty)),
            DeclKind::Union(union) if union.closed => {
                let mut payloads = union.variants.iter().map(|v| self.of_payload(&v.payload));
                match payloads.position(|payload| payload.is_some()) {
                    Some(at) => (at, self.of_payload(&union.variants[at].payload)),
                    None => (0, None),
                }
            }
            DeclKind::Union(_)
            | DeclKind::Enum(_)
            | DeclKind::Flags(_)
            | DeclKind::Frozen(_)
            | DeclKind::Const(_)
            | DeclKind::Typedef(_)
            | DeclKind::Service(_)
            | DeclKind::Annotation(_) => (0, Some(0)),
        };
        self.set_blank(at, variant, blank);
        blank.is_some()
    }

    fn of_payload(&self, payload: &Payload) -> Option<u64> {
        match payload {
            Payload::Unit => Some(0),
            Payload::Typed { ty, .. } => self.blank_of(ty),
            Payload::Struct(fields) => self.of_members(fields),
        }
    }

    fn of_members(&self, fields: &[Field]) -> Option<u64> {
        let mut fields = fields.iter();
        fields.try_fold(0, |all, field| Some(all | self.blank_of(&field.ty)?))
    }

    /// The type parameters, as bits, of which a blank value of `ty` contains values. `None` if no finite one is known
    /// yet.
    fn blank_of(&self, ty: &Type) -> Option<u64> {
        match ty {
            Type::Scalar(_) | Type::Optional(_) | Type::List(_) | Type::Set(_) | Type::Map(..) => {
                Some(0)
            }
            Type::Array(element, _) => self.blank_of(element),
            Type::Param(number) => Some(1u64.checked_shl(*number).unwrap_or(0)),
            Type::Named(id, args) => {
                let held = self.blank(*id)?;
                let mut args = args.iter().enumerate();
                args.try_fold(0, |all, (number, arg)| {
                    match held.checked_shr(number as u32).unwrap_or(0) & 1 {
                        0 => Some(all),
                        _ => Some(all | self.blank_of(arg)?),
                    }
                })
            }
        }
    }
}
