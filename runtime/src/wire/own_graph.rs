//! The types that our own values can reach, as data.

use core::any::TypeId;

use super::graph::{Graph, Kind, KindId, Member, RecordId};
use super::ty::{Field, Payload, RecordType, Type, UnionType, Variant};

impl Graph {
    /// The graph of one of our own types.
    pub(crate) fn of(ty: Type) -> Self {
        let mut builder = OwnGraph::default();
        let root = builder.kind(ty);
        builder.graph.set_root(root);
        builder.graph
    }
}

/// Builds the graph of our own types. Equal types share a node.
#[derive(Default)]
struct OwnGraph {
    graph: Graph,
    /// The structs and unions that have a node, sorted by key.
    known: Vec<(TypeId, Kind)>,
}

impl OwnGraph {
    fn kind(&mut self, ty: Type) -> KindId {
        let kind = match ty {
            Type::Bool => Kind::Bool,
            Type::U8 => Kind::U8,
            Type::I8 => Kind::I8,
            Type::U16 => Kind::U16,
            Type::I16 => Kind::I16,
            Type::Uint => Kind::Uint,
            Type::Int => Kind::Int,
            Type::U128 => Kind::U128,
            Type::I128 => Kind::I128,
            Type::Uuid => Kind::Uuid,
            Type::F32 => Kind::F32,
            Type::F64 => Kind::F64,
            Type::String => Kind::String,
            Type::Decimal => Kind::Decimal,
            Type::Optional(inner) => Kind::Optional(self.kind((inner.ty)())),
            Type::List(item) => Kind::List(self.kind((item.ty)())),
            Type::Map(key, value) => {
                let key = self.kind((key.ty)());
                Kind::Map(key, self.kind((value.ty)()))
            }
            Type::Array(count, item) => Kind::Array(count, self.kind((item.ty)())),
            Type::Frozen(layout) => Kind::Frozen(self.graph.add_layout(layout.node())),
            Type::Record(record) => self.record(record),
            Type::Union(union) => self.union(union),
        };
        self.graph.add_kind(kind)
    }

    fn record(&mut self, record: RecordType) -> Kind {
        let place = match self.place(record.key) {
            Ok(known) => return known,
            Err(place) => place,
        };
        let id = self.graph.open_record();
        self.known.insert(place, (record.key, Kind::Record(id)));
        self.fields(id, record.fields);
        Kind::Record(id)
    }

    /// The kind of a struct or union, or where to insert its key.
    fn place(&self, key: TypeId) -> Result<Kind, usize> {
        let place = self.known.binary_search_by_key(&key, |(key, _)| *key);
        place.map(|place| self.known[place].1)
    }

    fn fields(&mut self, id: RecordId, fields: &[Field]) {
        let members = fields.iter().map(|field| Member {
            id: field.id,
            kind: self.kind((field.part.ty)()),
        });
        let members = members.collect();
        self.graph.close_record(id, members);
    }

    fn union(&mut self, union: UnionType) -> Kind {
        let place = match self.place(union.key) {
            Ok(known) => return known,
            Err(place) => place,
        };
        let id = self.graph.open_union(Some(union.key));
        self.known.insert(place, (union.key, Kind::Union(id)));
        let members = union.variants.iter().map(|variant| Member {
            id: variant.id,
            kind: self.payload(variant),
        });
        let members = members.collect();
        self.graph.close_union(id, members);
        Kind::Union(id)
    }

    fn payload(&mut self, variant: &Variant) -> KindId {
        match variant.payload {
            Payload::Value(part) => self.kind((part.ty)()),
            Payload::Fields(fields) => {
                let id = self.graph.open_record();
                self.fields(id, fields);
                self.graph.add_kind(Kind::Record(id))
            }
        }
    }
}
