//! The interface between a driver and the role (client or server) of its connection.

use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;
use std::task::Context;
use std::time::Duration;

use super::link::State;
use crate::body::Arrived;
use crate::protocol::{Connection, Output};

/// A frame of at least this size is taken out of the input as a whole, and its contents share its memory. The contents
/// of a smaller one are copied, so that they do not keep the whole read buffer alive.
const LARGE: usize = 16 << 10;

/// One role of a connection. Times count from the start of the driver.
pub(super) trait Side: Send {
    /// The state machine.
    fn core(&mut self) -> Core<'_>;

    /// Takes input, but no more than `budget` events. From now on nobody needs to wake the driver.
    fn receive(&mut self, input: &mut Arrived<'_>, budget: &mut usize, now: Duration) -> Wants;

    /// Acts on everything but input, once per turn after reading; on timers only if some may be `due`.
    fn advance(&mut self, due: bool, now: Duration, cx: &mut Context<'_>);

    /// `written` bytes of the output have gone. Once `output` is empty, moves more output there. If there is none, ends
    /// the turn like [`Self::park`].
    fn send(
        &mut self,
        written: usize,
        output: &mut Output,
        now: Duration,
        cx: &mut Context<'_>,
    ) -> Option<Park>;

    /// Ends a turn: from now on, new work wakes `cx`. If the transport is `full` it will wake `cx` too, and output
    /// counts as work only then.
    fn park(&mut self, full: bool, cx: &mut Context<'_>) -> Park;

    /// Whether input is likely to arrive soon.
    fn expects(&mut self) -> bool {
        true
    }

    /// The connection is over; nothing more will arrive.
    fn over(&mut self);
}

/// A side's state machine: its own, or shared with callers.
pub(super) enum Core<'a> {
    Own(&'a mut Connection),
    Shared(MutexGuard<'a, State>),
}

impl Deref for Core<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Own(core) => core,
            Self::Shared(state) => &state.core,
        }
    }
}

impl DerefMut for Core<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        match self {
            Self::Own(core) => core,
            Self::Shared(state) => &mut state.core,
        }
    }
}

/// What a side wants to read.
pub(super) enum Wants {
    /// More input. If a large frame is incomplete, this much of it is `missing`.
    More { missing: usize },
    /// The large frame at the front, of this size, separated from the rest.
    Apart(usize),
    /// The frame from inside a PACKED, before anything else.
    Unpacked,
    /// Nothing for now.
    Less,
    /// Nothing ever again.
    Nothing,
}

impl Wants {
    /// What a connection wants after it has left `rest` of the input.
    pub(super) fn of(core: &Connection, rest: &Arrived<'_>) -> Self {
        if core.closed().is_some() {
            return Self::Nothing;
        }
        if core.has_unpacked() {
            return Self::Unpacked;
        }
        if !core.wants_input() {
            return Self::Less;
        }
        if let Some(size) = large_frame(core, rest) {
            return Self::Apart(size);
        }
        let size = core.frame_size(rest.bytes).filter(|size| *size >= LARGE);
        Self::More {
            missing: size.map_or(0, |size| size - rest.bytes.len()),
        }
    }
}

/// The size of the frame at the front of `input` if it is large, complete, and not separated yet.
pub(super) fn large_frame(core: &Connection, input: &Arrived<'_>) -> Option<usize> {
    if input.bytes.len() < LARGE || input.source.is_some() {
        return None;
    }
    core.frame_size(input.bytes)
        .filter(|size| (LARGE..=input.bytes.len()).contains(size))
}

/// How a turn has ended.
pub(super) enum Park {
    /// Nothing to do until something happens, or until this time.
    Until(Option<Duration>),
    /// There is more work already.
    Work,
    /// The connection has ended. Its last output is still to be written, until this time.
    Ending(Option<Duration>),
    /// The connection has ended, and everything is written.
    Over,
}
