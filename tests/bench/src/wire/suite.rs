//! Which peers run on which dataset.

use ::sinew::Message;
use ::sinew_bench_shared as shared;
use ::thrift::protocol::TSerializable;

use super::codec::{Borrowing, Codec, Refusal};
use super::datasets::{log, mesh, minecraft, mk48, order};
use super::peers::bincode::Bincode;
use super::peers::bitcode::Bitcode;
use super::peers::buffa::{self, Buffa};
use super::peers::floor;
use super::peers::pilota::Pilota;
use super::peers::pilota::generated::pilota;
use super::peers::postcard::Postcard;
use super::peers::prost::{self, Prost};
use super::peers::rkyv::Rkyv;
use super::peers::serde_json::SerdeJson;
use super::peers::sinew::generated::next;
use super::peers::sinew::{self, Body, SelfContained};
use super::peers::thrift::{self, Compact};
use super::peers::wincode::Wincode;
use super::random::Random;
use super::report::Kind;
use super::subject::Subject;

/// A dataset with all its peers.
pub struct Suite {
    /// The dataset's name.
    pub name: &'static str,
    /// Messages that are written and read on their own.
    pub messages: usize,
    /// Creates the values and the peers; the first peer is what the others are compared with.
    pub subjects: fn() -> Result<Vec<Subject<'static>>, Refusal>,
}

/// The five datasets.
pub const ALL: [Suite; 5] = [
    Suite {
        name: "log",
        messages: 1,
        subjects: of_log,
    },
    Suite {
        name: "mesh",
        messages: 1,
        subjects: of_mesh,
    },
    Suite {
        name: "minecraft",
        messages: 1,
        subjects: of_minecraft,
    },
    Suite {
        name: "mk48",
        messages: 1,
        subjects: of_mk48,
    },
    Suite {
        name: "order",
        messages: 1000,
        subjects: of_order,
    },
];

fn seeded() -> Random {
    Random::new(2026)
}

fn of_log() -> Result<Vec<Subject<'static>>, Refusal> {
    use {
        buffa::generated::log as b, pilota::log as l, prost::generated::log as p,
        sinew::generated::log as s, thrift::generated::log as t,
    };
    let values = vec![log::generate(&mut seeded())];
    let later = another_version::<_, next::log::Logs, s::Logs>(&values, |_| {})?;
    let shared = sharing::<_, s::Logs, shared::log::Logs>(&values)?;
    let all = subjects::<_, s::Logs, p::Logs, b::Logs, t::Logs, l::Logs>(values)?;
    Ok(with(with(all, shared), later))
}

fn of_mesh() -> Result<Vec<Subject<'static>>, Refusal> {
    use {
        buffa::generated::mesh as b, pilota::mesh as l, prost::generated::mesh as p,
        sinew::generated::mesh as s, thrift::generated::mesh as t,
    };
    subjects::<_, s::Mesh, p::Mesh, b::Mesh, t::Mesh, l::Mesh>(vec![mesh::generate(&mut seeded())])
}

fn of_minecraft() -> Result<Vec<Subject<'static>>, Refusal> {
    use buffa::generated::minecraft as b;
    use {
        pilota::minecraft as l, prost::generated::minecraft as p, sinew::generated::minecraft as s,
        thrift::generated::minecraft as t,
    };
    let values = vec![minecraft::generate(&mut seeded())];
    let later = another_version::<_, next::minecraft::Players, s::Players>(&values, |players| {
        for player in &mut players.players {
            player.spawn_dimension = None;
        }
    })?;
    let shared = sharing::<_, s::Players, shared::minecraft::Players>(&values)?;
    let all = subjects::<_, s::Players, p::Players, b::Players, t::Players, l::Players>(values)?;
    Ok(with(with(all, shared), later))
}

fn of_mk48() -> Result<Vec<Subject<'static>>, Refusal> {
    use {
        buffa::generated::mk48 as b, pilota::mk48 as l, prost::generated::mk48 as p,
        sinew::generated::mk48 as s, thrift::generated::mk48 as t,
    };
    let values = vec![mk48::generate(&mut seeded())];
    let shared = sharing::<_, s::Updates, shared::mk48::Updates>(&values)?;
    let all = subjects::<_, s::Updates, p::Updates, b::Updates, t::Updates, l::Updates>(values)?;
    Ok(with(all, shared))
}

fn of_order() -> Result<Vec<Subject<'static>>, Refusal> {
    use {
        buffa::generated::order as b, pilota::order as l, prost::generated::order as p,
        sinew::generated::order as s, thrift::generated::order as t,
    };
    let values = order::generate(&mut seeded());
    let later =
        another_version::<_, next::order::Order, s::Order>(&values, |order| order.note = None)?;
    let shared = sharing::<_, s::Order, shared::order::Order>(&values)?;
    let all = subjects::<_, s::Order, p::Order, b::Order, t::Order, l::Order>(values)?;
    Ok(with(with(all, shared), later))
}

/// Decodes the values from a writer that knows them as `W`.
fn another_version<Plain, W, S>(
    values: &[Plain],
    forget: fn(&mut S),
) -> Result<Subject<'static>, Refusal>
where
    W: Message,
    S: for<'a> From<&'a Plain> + Message + PartialEq + 'static,
{
    sinew::another_version::<W, S>(values.iter().map(S::from).collect(), forget)
}

/// The values in Sinew's types that share the memory of their message.
fn sharing<Plain, S, T>(values: &[Plain]) -> Result<Subject<'static>, Refusal>
where
    S: for<'a> From<&'a Plain> + Message,
    T: Message + PartialEq + 'static,
{
    let values: Vec<S> = values.iter().map(S::from).collect();
    sinew::sharing::<T>(&values)
}

/// Inserts a peer after the last one of its kind.
fn with(mut all: Vec<Subject<'static>>, more: Subject<'static>) -> Vec<Subject<'static>> {
    let last = all.iter().rposition(|subject| subject.kind == more.kind);
    all.insert(last.map_or(0, |last| last + 1), more);
    all
}

/// All peers on the values: the plain ones, and Sinew's, prost's, buffa's, Thrift's and pilota's types made from them.
fn subjects<Plain, S, P, B, T, L>(values: Vec<Plain>) -> Result<Vec<Subject<'static>>, Refusal>
where
    Plain: Clone + PartialEq + 'static,
    S: for<'a> From<&'a Plain> + Clone + PartialEq + 'static,
    P: for<'a> From<&'a Plain> + PartialEq + 'static,
    B: PartialEq + 'static,
    T: for<'a> From<&'a Plain> + TSerializable + PartialEq + 'static,
    L: PartialEq + 'static,
    Body: Borrowing<S>,
    SelfContained: Borrowing<S, Input = Vec<u8>>,
    Prost: Codec<P, Input = Vec<u8>>,
    Buffa: Borrowing<B, Input = Vec<u8>>,
    Compact: Codec<T>,
    Pilota: Codec<L, Input = ::pilota::Bytes>,
    Bincode: Codec<Plain>,
    Postcard: Codec<Plain>,
    Wincode: Codec<Plain>,
    Bitcode: Codec<Plain>,
    Rkyv: Borrowing<Plain, Input = Vec<u8>>,
    SerdeJson: Codec<Plain>,
{
    let sinew: Vec<S> = values.iter().map(S::from).collect();
    let prost: Vec<P> = values.iter().map(P::from).collect();
    let mut codec = Prost::default();
    let messages: Vec<Vec<u8>> = prost
        .iter()
        .map(|value| codec.encode(value).to_vec())
        .collect();
    let buffa = messages
        .iter()
        .map(|message| Buffa::default().decode(message))
        .collect::<Result<_, _>>()?;
    let thrift: Vec<T> = values.iter().map(T::from).collect();
    let pilota = thrift
        .iter()
        .map(|value| Pilota::default().decode(&thrift::binary(value).into()));
    let pilota = pilota.collect::<Result<_, _>>()?;
    Ok(vec![
        Subject::new("prost", Kind::Evolvable, Prost::default(), prost)?,
        Subject::borrowing("Sinew", Kind::Sinew, Body::default(), sinew.clone())?,
        Subject::borrowing(
            "Sinew, self-contained",
            Kind::Sinew,
            SelfContained::default(),
            sinew,
        )?,
        Subject::borrowing("buffa", Kind::Evolvable, Buffa::default(), buffa)?,
        Subject::new(
            "pilota Thrift binary",
            Kind::Evolvable,
            Pilota::default(),
            pilota,
        )?,
        Subject::new(
            "Apache Thrift compact",
            Kind::Evolvable,
            Compact::default(),
            thrift,
        )?,
        Subject::new(
            "serde_json",
            Kind::Evolvable,
            SerdeJson::default(),
            values.clone(),
        )?,
        Subject::new("postcard", Kind::Fixed, Postcard::default(), values.clone())?,
        Subject::new("bincode", Kind::Fixed, Bincode::default(), values.clone())?,
        Subject::new("wincode", Kind::Fixed, Wincode::default(), values.clone())?,
        Subject::new("bitcode", Kind::Fixed, Bitcode::default(), values.clone())?,
        Subject::borrowing("rkyv", Kind::Fixed, Rkyv::default(), values.clone())?,
        floor::memcpy(messages),
        floor::clone_and_drop(values),
    ])
}
