//! The types that a value can reach, as data: our own (see `own_graph`) or a peer's.

use core::any::TypeId;

/// An index into [`Graph::kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KindId(u32);

/// An index into [`Graph::records`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RecordId(u32);

/// An index into [`Graph::unions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct UnionId(u32);

/// An index into [`Graph::layouts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LayoutId(u32);

impl KindId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl RecordId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl UnionId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a value is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    U8,
    I8,
    U16,
    I16,
    Uint,
    Int,
    U128,
    I128,
    Uuid,
    F32,
    F64,
    String,
    Decimal,
    Optional(KindId),
    List(KindId),
    Map(KindId, KindId),
    Array(u32, KindId),
    Frozen(LayoutId),
    Record(RecordId),
    Union(UnionId),
    /// A kind of a later version of the format: a length and that many bytes.
    Future(u32),
}

impl Kind {
    /// Whether the kind has no parts and no arguments.
    pub(crate) fn is_scalar(self) -> bool {
        match self {
            Self::Bool | Self::U8 | Self::I8 | Self::U16 | Self::I16 | Self::Uint | Self::Int => {
                true
            }
            Self::U128 | Self::I128 | Self::Uuid | Self::F32 | Self::F64 => true,
            Self::String | Self::Decimal => true,
            Self::Optional(_) | Self::List(_) | Self::Map(..) | Self::Array(..) => false,
            Self::Frozen(_) | Self::Record(_) | Self::Union(_) | Self::Future(_) => false,
        }
    }
}

/// A field of a struct or a variant of a union.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    pub(crate) id: u16,
    pub(crate) kind: KindId,
}

/// A union: its described variants and, if it is ours, its type.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnionNode {
    pub(crate) key: Option<TypeId>,
    pub(crate) variants: Vec<Member>,
}

impl UnionNode {
    /// The described variant with this id.
    pub(crate) fn variant(&self, id: u16) -> Option<Member> {
        let found = self
            .variants
            .binary_search_by_key(&id, |variant| variant.id);
        found.ok().map(|index| self.variants[index])
    }
}

/// The layout of a frozen struct: its members as the half bytes of a shape, and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayoutNode {
    pub(crate) code: Vec<u8>,
    pub(crate) size: u64,
}

/// Types by index. Structs and unions are shared and may be cyclic; all other kinds form trees.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    kinds: Vec<Kind>,
    records: Vec<Vec<Member>>,
    unions: Vec<UnionNode>,
    layouts: Vec<LayoutNode>,
    root: Option<KindId>,
}

impl Graph {
    pub(crate) fn root(&self) -> KindId {
        self.root.expect("a graph is handed out with its root")
    }

    pub(crate) fn set_root(&mut self, root: KindId) {
        self.root = Some(root);
    }

    pub(crate) fn kind(&self, id: KindId) -> Kind {
        self.kinds[id.0 as usize]
    }

    pub(crate) fn kinds(&self) -> usize {
        self.kinds.len()
    }

    pub(crate) fn kind_ids(&self) -> impl Iterator<Item = KindId> + use<> {
        (0..self.kinds.len() as u32).map(KindId)
    }

    pub(crate) fn record(&self, id: RecordId) -> &[Member] {
        &self.records[id.0 as usize]
    }

    pub(crate) fn records(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn union(&self, id: UnionId) -> &UnionNode {
        &self.unions[id.0 as usize]
    }

    pub(crate) fn unions(&self) -> usize {
        self.unions.len()
    }

    /// The struct with this number, if there is one.
    pub(crate) fn record_id(&self, number: u32) -> Option<RecordId> {
        ((number as usize) < self.records.len()).then_some(RecordId(number))
    }

    /// The union with this number, if there is one.
    pub(crate) fn union_id(&self, number: u32) -> Option<UnionId> {
        ((number as usize) < self.unions.len()).then_some(UnionId(number))
    }

    pub(crate) fn layout(&self, id: LayoutId) -> &LayoutNode {
        &self.layouts[id.0 as usize]
    }

    pub(crate) fn add_kind(&mut self, kind: Kind) -> KindId {
        self.kinds.push(kind);
        KindId(self.kinds.len() as u32 - 1)
    }

    /// How much memory the graph takes outside itself.
    pub(crate) fn memory(&self) -> usize {
        let members = |members: &Vec<Member>| members.capacity() * size_of::<Member>();
        let fields: usize = self.records.iter().map(members).sum();
        let variants = self.unions.iter().map(|union| members(&union.variants));
        let layouts = self.layouts.iter().map(|layout| layout.code.capacity());
        fields
            + variants.sum::<usize>()
            + layouts.sum::<usize>()
            + self.kinds.capacity() * size_of::<Kind>()
            + self.records.capacity() * size_of::<Vec<Member>>()
            + self.unions.capacity() * size_of::<UnionNode>()
            + self.layouts.capacity() * size_of::<LayoutNode>()
    }

    /// Adds a struct, whose fields follow.
    pub(crate) fn open_record(&mut self) -> RecordId {
        self.records.push(Vec::new());
        RecordId(self.records.len() as u32 - 1)
    }

    pub(crate) fn close_record(&mut self, id: RecordId, fields: Vec<Member>) {
        self.records[id.0 as usize] = fields;
    }

    /// Adds a union, whose variants follow.
    pub(crate) fn open_union(&mut self, key: Option<TypeId>) -> UnionId {
        self.unions.push(UnionNode {
            key,
            variants: Vec::new(),
        });
        UnionId(self.unions.len() as u32 - 1)
    }

    pub(crate) fn close_union(&mut self, id: UnionId, variants: Vec<Member>) {
        self.unions[id.0 as usize].variants = variants;
    }

    pub(crate) fn add_layout(&mut self, layout: LayoutNode) -> LayoutId {
        self.layouts.push(layout);
        LayoutId(self.layouts.len() as u32 - 1)
    }

    /// How many bits a value has in its holder's header.
    pub(crate) fn bits(&self, id: KindId) -> u32 {
        let mut bits = 0;
        let mut kind = self.kind(id);
        while let Kind::Optional(inner) = kind {
            bits += 1;
            kind = self.kind(inner);
        }
        bits + u32::from(kind == Kind::Bool)
    }

    /// How many bits a struct's header has.
    pub(crate) fn header_bits(&self, id: RecordId) -> u32 {
        self.record(id)
            .iter()
            .map(|field| self.bits(field.kind))
            .sum()
    }
}
