//! The targets of the runtime, as data.

use super::Bound::{self, AtLeast, AtMost};
use crate::rpc::report::{Load, Report, Sides};
use crate::rpc::rounds::{self, CPU, LATENCY, RATE, SERVER};
use crate::rpc::scenario::name::{
    ACROSS, ADD, ALONE, ECHO, HUGE, LARGE, LARGE_STREAM, MANY, ONE_WORKER, ORDER, STREAM,
    TWO_WORKERS,
};
use crate::rpc::stacks::Stack;
use crate::rpc::stacks::capnp::CapnProto;
use crate::rpc::stacks::looking::Looking;
use crate::rpc::stacks::raw::Raw;
use crate::rpc::stacks::raw::codec::{Codec, View, With};
use crate::rpc::stacks::sequential::Sequential;
use crate::rpc::stacks::sinew::lent::Lent;
use crate::rpc::stacks::sinew::shared::Shared;
use crate::rpc::stacks::sinew::{Plain, Sinew, Spinning};
use crate::rpc::stacks::tarpc::Tarpc;
use crate::rpc::stacks::tonic::Tonic;
use crate::rpc::stacks::volo::Volo;

/// A target, with the figures that it bounds.
pub struct Target {
    /// Its number.
    pub number: u8,
    /// What is measured.
    pub measure: &'static str,
    /// What must hold: bounds, what is counted, and the figure.
    pub bounds: &'static [(Bound, &'static str, Figure)],
    /// A program that does the same without any runtime, and what its figure is for the first bound.
    pub bare: Option<(&'static str, Figure)>,
}

/// Takes a figure from the report, if it was measured.
type Figure = fn(&Report) -> Option<f64>;

const RAW: &str = Raw::NAME;
const SINEW: &str = Sinew::<Plain>::NAME;
/// The limit for orders: each program with typed messages has to encode them, and to look at them.
const VIEW: &str = With::<View>::NAME;
const SPINNING: &str = Sinew::<Spinning>::NAME;
const SEQUENTIAL: &str = Sequential::NAME;
const CODEC: &str = With::<Codec>::NAME;
const LOOKING: &str = Looking::NAME;

/// All of them.
pub const TARGETS: [Target; 14] = [
    Target {
        number: 1,
        measure: "CPU of order x64, with structs that own their texts",
        bounds: &[
            (AtMost(2.0), "× raw tokio + view", |r| {
                r.cpu(SINEW, ORDER, VIEW)
            }),
            (AtMost(0.3), "× tarpc", |r| {
                r.cpu(SINEW, ORDER, Tarpc::NAME)
            }),
        ],
        bare: Some((CODEC, |r| r.cpu(CODEC, ORDER, VIEW))),
    },
    Target {
        number: 2,
        measure: "CPU of order x64, with views or texts that share",
        bounds: &[
            (AtMost(1.4), "× raw tokio + view", |r| r.borrowed(VIEW)),
            (AtMost(0.21), "× tarpc", |r| r.borrowed(Tarpc::NAME)),
            (AtMost(0.06), "× tonic", |r| r.borrowed(Tonic::NAME)),
            (AtMost(0.06), "× volo-thrift", |r| r.borrowed(Volo::NAME)),
            (AtMost(0.06), "× capnp-rpc", |r| {
                r.borrowed(CapnProto::NAME)
            }),
        ],
        bare: None,
    },
    Target {
        number: 3,
        measure: "CPU of echo 32 B x64",
        bounds: &[
            (AtMost(1.45), "× raw tokio", |r| r.cpu(SINEW, ECHO, RAW)),
            (AtMost(0.17), "× tarpc", |r| {
                r.cpu(SINEW, ECHO, Tarpc::NAME)
            }),
        ],
        bare: None,
    },
    Target {
        number: 4,
        measure: "median time of echo 32 B x1, one core",
        bounds: &[(AtMost(1.1), "× raw, one at a time", |r| {
            r.latency(SINEW, ALONE, SEQUENTIAL)
        })],
        bare: Some((RAW, |r| r.latency(RAW, ALONE, SEQUENTIAL))),
    },
    Target {
        number: 5,
        measure: "median time of echo 32 B x1, split cores, spinning 20 µs",
        bounds: &[(AtMost(0.35), "× raw, one at a time", |r| {
            r.latency(SPINNING, ACROSS, SEQUENTIAL)
        })],
        bare: Some((LOOKING, |r| r.latency(LOOKING, ACROSS, SEQUENTIAL))),
    },
    Target {
        number: 6,
        measure: "system calls of an echo of 32 B, on the side that makes more",
        bounds: &[
            (AtMost(0.02), "at x512", |r| r.syscalls(SINEW, MANY)),
            (AtMost(0.1), "at x64", |r| r.syscalls(SINEW, ECHO)),
            (AtMost(3.0), "at x1", |r| {
                r.syscalls(SINEW, ALONE).map(rounded)
            }),
        ],
        bare: Some((RAW, |r| r.syscalls(RAW, MANY))),
    },
    Target {
        number: 7,
        measure: "allocations of a call, on the side that makes more",
        bounds: &[
            (AtMost(0.0), "for `add`", |r| {
                Some(most(r.allocations(SINEW, ADD)?))
            }),
            (AtMost(1.0), "for `echo`", |r| {
                Some(most(r.allocations(SINEW, ECHO)?))
            }),
            (AtMost(0.0), "for an order, on the client", |r| {
                Some(rounded(r.allocations(SINEW, ORDER)?.client))
            }),
            (
                AtMost(1.0),
                "for an order, on the server, beyond its fields",
                |r| {
                    let fields = r.allocations(CODEC, ORDER)?.server;
                    Some(rounded(r.allocations(SINEW, ORDER)?.server - fields))
                },
            ),
        ],
        bare: None,
    },
    Target {
        number: 8,
        measure: "server's CPU of order x64 with two workers",
        bounds: &[(AtMost(1.3), "× with one", |r| {
            let server = |load| r.load(SINEW, load)?.figure(SERVER);
            Some(server(TWO_WORKERS)? / server(ONE_WORKER)?)
        })],
        bare: None,
    },
    Target {
        number: 9,
        measure: "stream 32 B",
        bounds: &[
            (AtMost(2.0), "× CPU of raw tokio", |r| {
                r.cpu(SINEW, STREAM, RAW)
            }),
            (AtLeast(2.0), "× rate of tonic", |r| {
                r.rate(STREAM, Tonic::NAME)
            }),
        ],
        bare: None,
    },
    Target {
        number: 10,
        measure: "stream 64 KiB",
        bounds: &[
            (AtLeast(0.9), "× rate of raw tokio", |r| {
                r.rate(LARGE_STREAM, RAW)
            }),
            (AtMost(1.15), "× CPU of raw tokio", |r| {
                r.cpu(SINEW, LARGE_STREAM, RAW)
            }),
        ],
        bare: None,
    },
    Target {
        number: 11,
        measure: "CPU of echo 64 KiB x8",
        bounds: &[(AtMost(1.15), "× raw tokio", |r| r.cpu(SINEW, LARGE, RAW))],
        bare: None,
    },
    Target {
        number: 12,
        measure: "CPU of echo 1 MiB x2",
        bounds: &[(AtMost(1.15), "× the better limit", |r| {
            let multiplexed = r.cpu(SINEW, HUGE, RAW)?;
            let alone = r.cpu(SINEW, HUGE, SEQUENTIAL)?;
            Some(multiplexed.max(alone))
        })],
        bare: None,
    },
    Target {
        number: 13,
        measure: "memory of a server for an idle connection",
        bounds: &[(AtMost(8.0), "KiB", |r| Some(r.stack(SINEW)?.idle? / 1024.0))],
        bare: None,
    },
    Target {
        number: 14,
        measure: "minimal program",
        bounds: &[
            (AtMost(20.0), "crates", |r| {
                Some(r.program(SINEW)?.crates as f64)
            }),
            (AtMost(1.5), "× CPU to build of raw tokio", |r| {
                Some(r.program(SINEW)?.seconds / r.program(RAW)?.seconds)
            }),
            (AtMost(800.0), "KiB", |r| {
                Some(r.program(SINEW)?.bytes as f64 / 1024.0)
            }),
        ],
        bare: None,
    },
];

impl Report {
    fn load(&self, stack: &str, load: &str) -> Option<&Load> {
        self.stack(stack)?.load(load)
    }

    fn multiple(&self, stack: &str, load: &str, other: &str, of: rounds::Figure) -> Option<f64> {
        self.load(stack, load)?
            .multiple(self.load(other, load)?, of)
    }

    /// CPU time, client and server together, as a multiple of another stack's.
    fn cpu(&self, stack: &str, load: &str, other: &str) -> Option<f64> {
        self.multiple(stack, load, other, CPU)
    }

    /// The same of orders whose texts are not copied one by one, with views or texts that share, whichever is better.
    fn borrowed(&self, other: &str) -> Option<f64> {
        let of = |stack| self.cpu(stack, ORDER, other);
        of(Lent::NAME)
            .into_iter()
            .chain(of(Shared::NAME))
            .reduce(f64::min)
    }

    fn latency(&self, stack: &str, load: &str, other: &str) -> Option<f64> {
        self.multiple(stack, load, other, LATENCY)
    }

    fn rate(&self, load: &str, other: &str) -> Option<f64> {
        self.multiple(SINEW, load, other, RATE)
    }

    fn allocations(&self, stack: &str, load: &str) -> Option<Sides> {
        self.load(stack, load)?.allocations
    }

    fn syscalls(&self, stack: &str, load: &str) -> Option<f64> {
        let sides = self.load(stack, load)?.syscalls?;
        Some(sides.client.max(sides.server))
    }
}

fn most(sides: Sides) -> f64 {
    rounded(sides.client.max(sides.server))
}

/// Counts are read to the hundredth: buffers that still grow allocate now and then, and the clock ends a wait or two.
fn rounded(count: f64) -> f64 {
    (count * 100.0).round() / 100.0
}
