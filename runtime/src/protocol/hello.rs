//! HELLO and LIMITS: what a side accepts, as a list of settings. Unknown settings are ignored.

use super::close::Close;
use super::codec::Readable;
use super::fields::{Fields, number, put_bytes, put_number};
use super::flow::FRAGMENT;
use super::frame::Header;
use super::metadata;
use super::packing::Compression;
use crate::{Limits, Metadata};

const MESSAGE: u64 = 1;
const CALLS: u64 = 2;
const STREAM_WINDOW: u64 = 3;
const CONNECTION_WINDOW: u64 = 4;
const METADATA: u64 = 5;
const COMPRESSIONS: u64 = 6;

/// What a peer accepts. Until its hello arrives, this is the minimum that every peer accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The largest payload of a frame, in bytes.
    pub message: usize,
    /// How many calls may be in flight.
    pub calls: usize,
    /// The initial credit of each stream; 0 if streams are not offered. Fixed after the hello.
    pub stream_window: usize,
    /// The initial credit of all streams together. Fixed after the hello.
    pub connection_window: usize,
    /// The compressions that it reads. Fixed after the hello.
    pub(super) compressions: Readable,
}

impl Offer {
    pub(super) const FLOOR: Self = Self {
        message: Limits::MESSAGE_FLOOR,
        calls: Limits::CALLS_FLOOR,
        stream_window: 0,
        connection_window: 0,
        compressions: Readable::NONE,
    };

    pub(super) fn of(limits: &Limits) -> Self {
        Self {
            message: limits
                .message
                .clamp(Self::FLOOR.message, Header::MAX_LENGTH),
            calls: limits.calls.max(Self::FLOOR.calls),
            stream_window: limits.stream_window,
            connection_window: limits.connection_window,
            compressions: Readable::NONE,
        }
    }

    pub(super) fn put(self, out: &mut Vec<u8>) {
        put_setting(MESSAGE, self.message, out);
        put_setting(CALLS, self.calls, out);
        put_setting(STREAM_WINDOW, self.stream_window, out);
        put_setting(CONNECTION_WINDOW, self.connection_window, out);
    }

    /// Reads the offer in a hello.
    pub(super) fn hello(payload: &[u8]) -> Result<Self, Close> {
        Self::FLOOR.read(payload, COMPRESSIONS)
    }

    /// This offer, changed by those settings in `payload` that may change.
    pub(super) fn updated(self, payload: &[u8]) -> Result<Self, Close> {
        self.read(payload, CALLS)
    }

    /// Applies the settings up to key `newest`. Later ones are ignored, even if they are invalid.
    fn read(mut self, payload: &[u8], newest: u64) -> Result<Self, Close> {
        let mut settings = Fields::new(payload);
        let mut last = 0;
        while !settings.is_empty() {
            let (key, value) = (settings.number()?, settings.bytes()?);
            if key <= last {
                return Err(Close::protocol("settings are not in ascending order"));
            }
            last = key;
            match key {
                _ if key > newest => {}
                MESSAGE => self.message = setting(value, Self::FLOOR.message)?,
                CALLS => self.calls = setting(value, Self::FLOOR.calls)?,
                STREAM_WINDOW => self.stream_window = setting(value, FRAGMENT)?,
                CONNECTION_WINDOW => self.connection_window = setting(value, FRAGMENT)?,
                COMPRESSIONS => self.compressions = Readable::listed(value),
                _ => {}
            }
        }
        Ok(self)
    }
}

/// Appends the client's metadata about itself, after its offer.
pub(super) fn put_metadata(of_client: &Metadata, out: &mut Vec<u8>) {
    if !of_client.is_empty() {
        let mut value = Vec::new();
        metadata::put(of_client, &mut value);
        put_number(METADATA, out);
        put_bytes(&value, out);
    }
}

/// Appends which compressions this side reads, after all other settings.
pub(super) fn put_compressions(compression: &Compression, out: &mut Vec<u8>) {
    let numbers: Vec<u8> = compression
        .codecs()
        .iter()
        .map(|codec| codec.number())
        .collect();
    if !numbers.is_empty() {
        put_number(COMPRESSIONS, out);
        put_bytes(&numbers, out);
    }
}

/// Reads the client's metadata about itself from its hello.
pub(super) fn metadata_of(payload: &[u8], limits: &Limits) -> Result<Metadata, Close> {
    let mut settings = Fields::new(payload);
    while !settings.is_empty() {
        let (key, value) = (settings.number()?, settings.bytes()?);
        if key != METADATA {
            continue;
        }
        let mut fields = Fields::new(value);
        let metadata = metadata::get(&mut fields, limits)?;
        if !fields.is_empty() {
            return Err(Close::protocol("a hello goes on after its metadata"));
        }
        return metadata.map_err(metadata::unfit_hello);
    }
    Ok(Metadata::new())
}

fn put_setting(key: u64, value: usize, out: &mut Vec<u8>) {
    let (bytes, width) = number(value as u64);
    put_number(key, out);
    put_bytes(&bytes[..width], out);
}

fn setting(value: &[u8], floor: usize) -> Result<usize, Close> {
    let mut fields = Fields::new(value);
    let number = fields.number()?;
    if !fields.is_empty() || number < floor as u64 {
        return Err(Close::protocol("a setting is out of range"));
    }
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}
