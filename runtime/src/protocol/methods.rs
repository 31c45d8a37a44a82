//! The methods of a connection. The first call of a method defines it; later calls give its index.

use super::close::Close;
use super::fields::{Fields, put_bytes};
use super::shapes::{Of, Shapes};
use crate::{Limits, Status};

/// A method's position among those defined on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MethodIndex(pub(super) u32);

impl MethodIndex {
    /// The number; the first method has 0.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// A method's definition, for the server to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defined {
    /// Full name of the service.
    pub service: Box<str>,
    /// Name of the method.
    pub method: Box<str>,
    /// Head of the shape of its requests.
    pub shape: Box<[u8]>,
}

/// What defines a method on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Definition<'a> {
    /// Full name of the service.
    pub service: &'a str,
    /// Name of the method.
    pub method: &'a str,
    /// Head of the shape of its requests.
    pub shape: &'a [u8],
}

impl<'a> Definition<'a> {
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.service.as_bytes(), out);
        put_bytes(self.method.as_bytes(), out);
        put_bytes(self.shape, out);
    }

    pub(super) fn get(fields: &mut Fields<'a>) -> Result<Self, Close> {
        Ok(Self {
            service: fields.text()?,
            method: fields.text()?,
            shape: fields.bytes()?,
        })
    }

    fn len(&self) -> usize {
        self.service.len() + self.method.len() + self.shape.len()
    }

    fn kept(&self) -> Defined {
        Defined {
            service: self.service.into(),
            method: self.method.into(),
            shape: self.shape.into(),
        }
    }
}

impl Defined {
    fn definition(&self) -> Definition<'_> {
        Definition {
            service: &self.service,
            method: &self.method,
            shape: &self.shape,
        }
    }
}

/// All methods defined so far.
#[derive(Debug, Default)]
pub(super) struct Methods {
    list: Vec<Method>,
    /// Client: the indices of all methods, sorted by definition.
    sorted: Vec<u32>,
    /// Bytes of names and shapes that this side has sent.
    ours: usize,
    /// Bytes of names and shapes that the peer has sent.
    theirs: usize,
    /// Bytes of shapes of replies and messages that the peer has been told.
    told: usize,
    /// Server: how many definitions have been handed out.
    given: usize,
}

/// Why a client cannot define a method.
pub(super) enum Unfit {
    /// No connection would accept it.
    Always(Status),
    /// This connection has no room left for it.
    Here(Status),
}

#[derive(Debug, Default)]
struct Method {
    /// In a server, empty once it has been handed out.
    defined: Defined,
    /// Server: whether it may be called.
    usable: bool,
    /// The shapes of replies, which only a server sends.
    replies: Shapes,
    /// The shapes of messages in streams that begin now.
    messages: Shapes,
    /// Whether what this side sends for it is never compressed.
    plain: bool,
}

impl Methods {
    /// Client: the index of the method that was defined like this.
    pub(super) fn find(&self, wanted: &Definition<'_>) -> Option<MethodIndex> {
        let found = self.search(wanted).ok()?;
        Some(MethodIndex(self.sorted[found]))
    }

    /// Server: the next definition that was not handed out.
    pub(super) fn give(&mut self) -> Option<(MethodIndex, Defined)> {
        let method = self.list.get_mut(self.given)?;
        let index = MethodIndex(self.given as u32);
        self.given += 1;
        Some((index, std::mem::take(&mut method.defined)))
    }

    /// Client: whether there is room for the definition. The shapes that the server sends for calls in flight need room
    /// too.
    pub(super) fn check(&self, definition: &Definition<'_>, limits: &Limits) -> Result<(), Unfit> {
        check_name(definition, limits).map_err(Unfit::Always)?;
        let mut room = self.room(definition, self.ours, limits);
        if self.theirs > limits.method_bytes / 2 {
            room = Err(too_many_bytes(limits));
        }
        let Err(close) = room else {
            return Ok(());
        };
        let status = Status::resource_exhausted(close.message);
        Err(match Self::default().room(definition, 0, limits) {
            Ok(()) => Unfit::Here(status),
            Err(_) => Unfit::Always(status),
        })
    }

    /// At a client: the definition has been sent.
    pub(super) fn add(&mut self, definition: &Definition<'_>) {
        self.ours += definition.len();
        if let Err(place) = self.search(definition) {
            self.sorted.insert(place, self.list.len() as u32);
        }
        self.list.push(Method {
            defined: definition.kept(),
            ..Method::default()
        });
    }

    fn search(&self, wanted: &Definition<'_>) -> Result<usize, usize> {
        let defined = |place: &u32| self.list[*place as usize].defined.definition();
        self.sorted
            .binary_search_by(|place| defined(place).cmp(wanted))
    }

    pub(super) fn keep_plain(&mut self, index: MethodIndex) {
        if let Some(method) = self.list.get_mut(index.get()) {
            method.plain = true;
        }
    }

    pub(super) fn is_plain(&self, index: MethodIndex) -> bool {
        self.list.get(index.get()).is_none_or(|method| method.plain)
    }

    /// Server: a definition has arrived. The method gets an index even if it may not be called.
    pub(super) fn define(
        &mut self,
        definition: &Definition<'_>,
        limits: &Limits,
    ) -> Result<Result<(), Status>, Close> {
        self.room(definition, self.theirs, limits)?;
        let good = check_name(definition, limits);
        self.theirs += definition.len();
        self.list.push(Method {
            defined: definition.kept(),
            usable: good.is_ok(),
            ..Method::default()
        });
        Ok(good)
    }

    /// The index that the next definition takes.
    pub(super) fn next(&self) -> MethodIndex {
        MethodIndex(self.list.len() as u32)
    }

    /// The method with this number on the wire, and whether it may be called.
    pub(super) fn at(&self, number: u64) -> Option<(MethodIndex, bool)> {
        let index = u32::try_from(number).ok()?;
        self.list
            .get(index as usize)
            .map(|method| (MethodIndex(index), method.usable))
    }

    /// Whether the peer expects another shape, or none yet.
    #[inline]
    pub(super) fn differs(&self, of: Of, index: MethodIndex, shape: &[u8]) -> bool {
        let method = self.list.get(index.get());
        method.is_none_or(|method| !method.shapes(of).were_told(shape))
    }

    /// The peer has been told this shape.
    pub(super) fn tell(&mut self, of: Of, index: MethodIndex, shape: &[u8], limits: &Limits) {
        if let Some(method) = self.list.get_mut(index.get()) {
            method.shapes_mut(of).tell(shape, &mut self.told, limits);
        }
    }

    /// The peer sends in this shape from now on.
    pub(super) fn hear(
        &mut self,
        of: Of,
        index: MethodIndex,
        shape: &[u8],
        limits: &Limits,
    ) -> Result<(), Close> {
        match self.list.get_mut(index.get()) {
            Some(method) => method.shapes_mut(of).hear(shape, &mut self.theirs, limits),
            None => Ok(()),
        }
    }

    /// Whether the peer has said in which shape it sends.
    #[inline]
    pub(super) fn is_heard(&self, of: Of, index: MethodIndex) -> bool {
        let method = self.list.get(index.get());
        method.is_some_and(|method| method.shapes(of).are_heard())
    }

    /// Whether there is room for a definition if its side has already sent `said` bytes.
    fn room(&self, definition: &Definition<'_>, said: usize, limits: &Limits) -> Result<(), Close> {
        if self.list.len() >= limits.methods {
            return Err(Close::excess(format!(
                "more than {} methods on one connection: the limit `methods`",
                limits.methods
            )));
        }
        if said + definition.len() > limits.method_bytes {
            return Err(too_many_bytes(limits));
        }
        Ok(())
    }
}

impl Method {
    #[inline]
    fn shapes(&self, of: Of) -> &Shapes {
        match of {
            Of::Replies => &self.replies,
            Of::Messages => &self.messages,
        }
    }

    fn shapes_mut(&mut self, of: Of) -> &mut Shapes {
        match of {
            Of::Replies => &mut self.replies,
            Of::Messages => &mut self.messages,
        }
    }
}

pub(super) fn too_many_bytes(limits: &Limits) -> Close {
    Close::excess(format!(
        "more than {} bytes of methods on one connection: the limit `method_bytes`",
        limits.method_bytes
    ))
}

fn check_name(definition: &Definition<'_>, limits: &Limits) -> Result<(), Status> {
    let length = definition.service.len() + definition.method.len();
    if length > limits.name {
        return Err(Status::invalid_argument(format!(
            "a method's name has {length} bytes, the limit `name` is {}",
            limits.name
        )));
    }
    Ok(())
}
