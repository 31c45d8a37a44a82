//! The methods of a connection: each is defined once, by the first call that uses it, and an index from then on.

use super::close::Close;
use super::fields::{Fields, put_bytes};
use crate::wire::HEAD_LIMIT;
use crate::{Limits, Status};

/// A method's place among those defined on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MethodIndex(pub(super) u32);

impl MethodIndex {
    /// The number; the first method has 0.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// What a client has defined a method by, for a server to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defined {
    /// Full name of the service.
    pub service: Box<str>,
    /// Name of the method.
    pub method: Box<str>,
    /// Head of the shape in which its requests are encoded.
    pub shape: Box<[u8]>,
}

/// What defines a method on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Definition<'a> {
    /// Full name of the service.
    pub service: &'a str,
    /// Name of the method.
    pub method: &'a str,
    /// Head of the shape in which its requests are encoded.
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

/// The methods defined so far.
#[derive(Debug, Default)]
pub(super) struct Methods {
    list: Vec<Method>,
    /// At a client: the places of all methods, in the order of their definitions.
    sorted: Vec<u32>,
    /// Bytes of names and shapes that this side has said.
    ours: usize,
    /// The same of the peer.
    theirs: usize,
    /// Bytes of shapes of answers and messages that the peer was told.
    told: usize,
    /// At a server: so many of the definitions have been given away.
    given: usize,
}

/// Why a client cannot define a method.
pub(super) enum Unfit {
    /// No peer would take it.
    Always(Status),
    /// There is no place for it any more.
    Here(Status),
}

#[derive(Debug, Default)]
struct Method {
    /// At a server until it is given away.
    defined: Defined,
    /// At a server, whether it may be called.
    usable: bool,
    /// At a server, the shape of the last reply; the next one defines its own if it differs.
    reply: Option<Box<[u8]>>,
    /// At a client, how many bytes that of the server's has.
    their_reply: Option<usize>,
    /// Shape of the messages that this side sends in streams that begin now.
    messages: Option<Box<[u8]>>,
    /// What this side sends for it is not compressed.
    plain: bool,
    /// Bytes of the shape in which the peer sends its own.
    their_messages: Option<usize>,
}

impl Methods {
    /// At a client: the method that was defined like this.
    pub(super) fn find(&self, wanted: &Definition<'_>) -> Option<MethodIndex> {
        let found = self.search(wanted).ok()?;
        Some(MethodIndex(self.sorted[found]))
    }

    /// At a server: the next definition that was not given away.
    pub(super) fn give(&mut self) -> Option<(MethodIndex, Defined)> {
        let method = self.list.get_mut(self.given)?;
        let index = MethodIndex(self.given as u32);
        self.given += 1;
        Some((index, std::mem::take(&mut method.defined)))
    }

    /// At a client: whether there is a place for the definition. What the server says of the calls in flight needs some too.
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

    /// At a server: a definition has come. The method has its index even if it may not be called.
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

    /// The index of a number on the wire, and whether it may be called.
    pub(super) fn at(&self, number: u64) -> Option<(MethodIndex, bool)> {
        let index = u32::try_from(number).ok()?;
        self.list
            .get(index as usize)
            .map(|method| (MethodIndex(index), method.usable))
    }

    /// Whether replies of the method have another shape so far, or none.
    pub(super) fn reply_differs(&self, index: MethodIndex, shape: &[u8]) -> bool {
        self.list
            .get(index.get())
            .is_none_or(|method| method.reply.as_deref() != Some(shape))
    }

    pub(super) fn set_reply(&mut self, index: MethodIndex, shape: &[u8], limits: &Limits) {
        if let Some(method) = self.list.get_mut(index.get()) {
            remember(&mut method.reply, shape, &mut self.told, limits);
        }
    }

    /// At a client: replies of the method have this shape from now on.
    pub(super) fn define_reply(
        &mut self,
        index: MethodIndex,
        shape: &[u8],
        limits: &Limits,
    ) -> Result<(), Close> {
        match self.list.get_mut(index.get()) {
            Some(method) => replace(&mut method.their_reply, shape, &mut self.theirs, limits),
            None => Ok(()),
        }
    }

    pub(super) fn has_reply(&self, index: MethodIndex) -> bool {
        self.list
            .get(index.get())
            .is_some_and(|method| method.their_reply.is_some())
    }

    /// Whether the peer expects messages of the method in another shape, or in none.
    pub(super) fn messages_differ(&self, index: MethodIndex, shape: &[u8]) -> bool {
        self.list
            .get(index.get())
            .is_none_or(|method| method.messages.as_deref() != Some(shape))
    }

    pub(super) fn set_messages(&mut self, index: MethodIndex, shape: &[u8], limits: &Limits) {
        if let Some(method) = self.list.get_mut(index.get()) {
            remember(&mut method.messages, shape, &mut self.told, limits);
        }
    }

    /// The peer sends messages of the method in this shape from now on.
    pub(super) fn define_messages(
        &mut self,
        index: MethodIndex,
        shape: &[u8],
        limits: &Limits,
    ) -> Result<(), Close> {
        match self.list.get_mut(index.get()) {
            Some(method) => replace(&mut method.their_messages, shape, &mut self.theirs, limits),
            None => Ok(()),
        }
    }

    pub(super) fn has_messages(&self, index: MethodIndex) -> bool {
        self.list
            .get(index.get())
            .is_some_and(|method| method.their_messages.is_some())
    }

    /// Whether there is a place for a definition by a side that has said so many bytes.
    fn room(&self, definition: &Definition<'_>, said: usize, limits: &Limits) -> Result<(), Close> {
        if self.list.len() >= limits.methods {
            return Err(Close::excess(format!(
                "more than {} methods on one connection",
                limits.methods
            )));
        }
        if said + definition.len() > limits.method_bytes {
            return Err(too_many_bytes(limits));
        }
        Ok(())
    }
}

/// Takes note of what the peer was told, of which there are so many bytes on the connection. What finds no room is told again
/// each time: a client that defines one method again and again shall not grow that.
fn remember(known: &mut Option<Box<[u8]>>, shape: &[u8], bytes: &mut usize, limits: &Limits) {
    *bytes -= known.take().map_or(0, |known| known.len());
    if *bytes + shape.len() <= limits.method_bytes {
        *bytes += shape.len();
        *known = Some(shape.into());
    }
}

/// Takes note of a shape of the peer's that replaces the one it had before: of how many bytes it is, of which there are so
/// many on the connection.
fn replace(
    known: &mut Option<usize>,
    shape: &[u8],
    bytes: &mut usize,
    limits: &Limits,
) -> Result<(), Close> {
    // Streams that have begun keep the one before.
    if shape.len() > HEAD_LIMIT {
        return Err(Close::excess(format!(
            "a shape of {} bytes, the limit is {HEAD_LIMIT}",
            shape.len()
        )));
    }
    *bytes -= known.replace(shape.len()).unwrap_or(0);
    *bytes += shape.len();
    match *bytes > limits.method_bytes {
        true => Err(too_many_bytes(limits)),
        false => Ok(()),
    }
}

fn too_many_bytes(limits: &Limits) -> Close {
    Close::excess(format!(
        "more than {} bytes of methods on one connection",
        limits.method_bytes
    ))
}

fn check_name(definition: &Definition<'_>, limits: &Limits) -> Result<(), Status> {
    let length = definition.service.len() + definition.method.len();
    if length > limits.name {
        return Err(Status::invalid_argument(format!(
            "a method's name has {length} bytes, the limit is {}",
            limits.name
        )));
    }
    Ok(())
}
