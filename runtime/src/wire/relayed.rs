//! Caches, for one message, what is computed about variants that were relayed by a program that does not know them: the
//! heads of those that are kept, and the tables for those that are known here. Either can be many times as large as the
//! variant itself.

use super::graph::{KindId, UnionId};
use super::plan::Table;
use super::used::Used;
use core::any::TypeId;
use std::collections::HashMap;
use std::sync::Arc;

/// `None` until the first such variant, which hardly any message has.
#[derive(Debug, Default)]
pub(super) struct Relayed(Option<Box<Known>>);

#[derive(Debug, Default)]
struct Known {
    heads: HashMap<Described, Arc<[u8]>>,
    tables: Tables,
}

/// A kind of the writer's, and the variants that occur in a value of it.
type Described = (KindId, Used<UnionId>);

/// How to read the payloads of a variant of ours, by their heads.
type Tables = HashMap<(TypeId, u16), HashMap<Box<[u8]>, Arc<Table>>>;

impl Relayed {
    /// The head for a payload of a kind in which these variants occur, and whether `write` has just made it. A payload
    /// of two bytes can have a long head.
    pub(super) fn head(
        &mut self,
        kind: KindId,
        used: Used<UnionId>,
        write: impl FnOnce(&Used<UnionId>) -> Vec<u8>,
    ) -> (Arc<[u8]>, bool) {
        let heads = &mut self.known().heads;
        let key = (kind, used);
        if let Some(head) = heads.get(&key) {
            return (head.clone(), false);
        }
        let head: Arc<[u8]> = write(&key.1).into();
        heads.insert(key, head.clone());
        (head, true)
    }

    /// How to read the payload of a variant of ours after this head, if that is known.
    pub(super) fn table(&self, variant: (TypeId, u16), head: &[u8]) -> Option<Arc<Table>> {
        let known = self.0.as_deref()?;
        known.tables.get(&variant)?.get(head).cloned()
    }

    /// Remembers that.
    pub(super) fn keep(&mut self, variant: (TypeId, u16), head: &[u8], table: Arc<Table>) {
        let tables = self.known().tables.entry(variant).or_default();
        tables.insert(head.into(), table);
    }

    /// The same for a payload with a shape of its own.
    pub(super) fn within(&mut self) -> Self {
        Self(self.0.as_deref_mut().map(|known| {
            Box::new(Known {
                heads: HashMap::new(),
                tables: core::mem::take(&mut known.tables),
            })
        }))
    }

    /// Takes back what [`Self::within`] returned, with what was learned meanwhile.
    pub(super) fn settle(&mut self, mut inner: Self) {
        if let Some(inner) = inner.0.take() {
            self.known().tables = inner.tables;
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn known(&mut self) -> &mut Known {
        self.0.get_or_insert_default()
    }
}

/// Every decoder ends with this, but hardly any has something to drop, so the dropping itself is not inlined.
impl Drop for Relayed {
    #[inline]
    fn drop(&mut self) {
        if let Some(known) = self.0.take() {
            forget(known);
        }
    }
}

#[cold]
#[inline(never)]
fn forget(known: Box<Known>) {
    drop(known);
}
