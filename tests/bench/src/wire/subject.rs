//! One peer on one dataset: checked once, then ready to be timed.

use std::hint::black_box;

use super::codec::{Borrowing, Codec, Refusal};
use super::report::Kind;

/// One peer's tasks on one dataset.
pub struct Subject<'a> {
    /// The peer's name.
    pub name: &'static str,
    /// What the peer's format can do.
    pub kind: Kind,
    /// Bytes of all messages together; `None` for what has no format.
    pub bytes: Option<usize>,
    /// The same, each message compressed on its own by zstd at level 3.
    pub compressed: Option<usize>,
    /// What is timed: its name and the work.
    pub tasks: Vec<(Task, Box<dyn FnMut() + 'a>)>,
}

/// A timed task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Write all values into a reused buffer.
    Encode,
    /// Read all values as owned ones, and drop them.
    Decode,
    /// Read all values as ones that borrow from the messages.
    Borrow,
}

impl<'a> Subject<'a> {
    /// A codec with these values, after checking that it decodes what it encodes.
    pub fn new<C, T>(
        name: &'static str,
        kind: Kind,
        codec: C,
        values: Vec<T>,
    ) -> Result<Self, Refusal>
    where
        C: Codec<T> + Clone + 'a,
        T: PartialEq + 'a,
    {
        let mut checked = codec.clone();
        let messages = encode_all(&mut checked, &values);
        for (value, message) in values.iter().zip(&messages) {
            if checked.decode(&message.clone().into())? != *value {
                return Err(format!("{name} reads another value than it wrote").into());
            }
        }
        let bytes = messages.iter().map(Vec::len).sum();
        let compressed = messages
            .iter()
            .map(|message| Ok(zstd::bulk::compress(message, 3)?.len()))
            .sum::<Result<usize, Refusal>>()?;
        let inputs: Vec<C::Input> = messages.into_iter().map(C::Input::from).collect();

        let mut encoder = codec.clone();
        let encode = move || {
            for value in &values {
                black_box(encoder.encode(black_box(value)));
            }
        };
        let tasks: Vec<(Task, Box<dyn FnMut() + 'a>)> = vec![
            (Task::Encode, Box::new(encode)),
            (Task::Decode, Box::new(decoding(codec, inputs))),
        ];
        Ok(Self {
            name,
            kind,
            bytes: Some(bytes),
            compressed: Some(compressed),
            tasks,
        })
    }

    /// Decodes messages that others wrote, after checking that the values are right. Size does not count, because the
    /// messages are not the peer's own.
    pub fn reading<C, T>(
        name: &'static str,
        kind: Kind,
        mut codec: C,
        messages: Vec<C::Input>,
        values: &[T],
    ) -> Result<Self, Refusal>
    where
        C: Codec<T> + 'a,
        C::Input: 'a,
        T: PartialEq + 'a,
    {
        for (value, message) in values.iter().zip(&messages) {
            if codec.decode(message)? != *value {
                return Err(format!("{name} reads another value than was written").into());
            }
        }
        Ok(Self {
            name,
            kind,
            bytes: None,
            compressed: None,
            tasks: vec![(Task::Decode, Box::new(decoding(codec, messages)))],
        })
    }

    /// Like `new`, with borrowed decoding too.
    pub fn borrowing<C, T>(
        name: &'static str,
        kind: Kind,
        mut codec: C,
        values: Vec<T>,
    ) -> Result<Self, Refusal>
    where
        C: Borrowing<T> + Clone + 'a,
        C::Input: 'a,
        T: PartialEq + 'a,
    {
        let inputs: Vec<C::Input> = encode_all(&mut codec, &values)
            .into_iter()
            .map(C::Input::from)
            .collect();
        inputs.iter().try_for_each(|input| codec.look(input))?;
        let mut looking = codec.clone();
        let look = move || {
            for input in &inputs {
                let _ = black_box(looking.look(black_box(input)));
            }
        };
        let mut subject = Self::new(name, kind, codec, values)?;
        subject.tasks.push((Task::Borrow, Box::new(look)));
        Ok(subject)
    }
}

/// The work of decoding all messages.
fn decoding<C: Codec<T>, T>(mut codec: C, inputs: Vec<C::Input>) -> impl FnMut() {
    move || {
        for input in &inputs {
            let _ = black_box(codec.decode(black_box(input)));
        }
    }
}

fn encode_all<C: Codec<T>, T>(codec: &mut C, values: &[T]) -> Vec<Vec<u8>> {
    values
        .iter()
        .map(|value| codec.encode(value).to_vec())
        .collect()
}
