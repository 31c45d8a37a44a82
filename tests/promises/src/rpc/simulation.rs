//! Clients and servers as state machines, connected by wires that a seed cuts. Calls are retried like a channel does,
//! and none that must not be executed twice is.

mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use sinew::Reached;

use super::report::Section;
use crate::dice::Dice;
use wire::{Told, Wire};

/// How many steps a world has.
const STEPS: usize = 120;
/// How many attempts a call has at most.
const TRIES: u32 = 3;

/// A call, from its caller's view.
#[derive(Clone, Copy, Debug)]
struct Call {
    idempotent: bool,
    tries: u32,
    /// The furthest that any attempt has reached.
    reached: Reached,
    end: Option<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Answered,
    Failed,
}

/// The totals of all worlds.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    calls: usize,
    answered: usize,
    retried: usize,
    cuts: usize,
    not_executed: usize,
    repeated: usize,
}

struct World {
    dice: Dice,
    now: Duration,
    wires: Vec<Wire>,
    calls: Vec<Call>,
    /// How often each call has begun, on any server.
    begun: BTreeMap<u64, u32>,
    cuts: usize,
}

/// Runs this many worlds, beginning with the seed `first`.
///
/// # Panics
/// A call ends twice or never, is executed twice although it must not be, or its caller is told something wrong.
pub fn worlds(first: u64, count: u64) -> Section {
    let mut sum = Sum::default();
    for seed in first..first + count {
        World::new(seed).run(&mut sum);
    }
    let mut section = Section::new("P5", "simulated connections that are cut");
    section.add("worlds", count as f64);
    section.count("connections cut", sum.cuts);
    section.count("calls", sum.calls);
    section.count("answered", sum.answered);
    section.count("of those after another try", sum.retried);
    section.count("not executed, and said so", sum.not_executed);
    section.count("executed again, being idempotent", sum.repeated);
    section.count("executed twice", 0);
    section
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            now: Duration::ZERO,
            wires: Vec::new(),
            calls: Vec::new(),
            begun: BTreeMap::new(),
            cuts: 0,
        }
    }

    fn run(mut self, sum: &mut Sum) {
        for _ in 0..STEPS {
            self.step();
        }
        // What is in transit arrives; whoever then still waits loses its connection.
        for place in 0..self.wires.len() {
            self.bring(place, usize::MAX);
        }
        let mut place = 0;
        while place < self.wires.len() {
            self.cut(place);
            place += 1;
        }
        self.judge(sum);
    }

    fn step(&mut self) {
        let place = self.dice.roll(self.wires.len().max(1));
        match self.dice.roll(16) {
            0..=4 => {
                let idempotent = self.dice.once_in(3);
                let (tries, reached) = (0, Reached::No);
                self.calls.push(Call {
                    idempotent,
                    tries,
                    reached,
                    end: None,
                });
                self.begin(self.calls.len() as u64 - 1);
            }
            5..=10 if !self.wires.is_empty() => {
                let most = 1 + self.dice.roll(400);
                self.bring(place, most);
            }
            11..=12 if !self.wires.is_empty() => self.answer(place),
            13 if !self.wires.is_empty() && self.dice.once_in(3) => self.cut(place),
            14 if !self.wires.is_empty() && self.dice.once_in(3) => {
                self.wires[place].drain(self.now)
            }
            _ => self.wait(),
        }
    }

    /// Makes an attempt of a call, on a connection that accepts it or on a new one.
    fn begin(&mut self, token: u64) {
        let call = &mut self.calls[token as usize];
        call.tries += 1;
        for wire in &mut self.wires {
            if wire.open(token, self.now) {
                return;
            }
        }
        let mut wire = Wire::new(self.now);
        assert!(wire.open(token, self.now), "a new connection takes a call");
        self.wires.push(wire);
    }

    /// Moves bytes both ways.
    fn bring(&mut self, place: usize, most: usize) {
        let told = self.wires[place].bring(most, self.now);
        self.hear(told);
    }

    fn wait(&mut self) {
        self.now += Duration::from_millis(self.dice.roll(60) as u64);
        for place in 0..self.wires.len() {
            let told = self.wires[place].tick(self.now);
            self.hear(told);
        }
    }

    fn answer(&mut self, place: usize) {
        let refuses = self.dice.once_in(5);
        self.wires[place].answer(refuses, self.now);
    }

    fn cut(&mut self, place: usize) {
        self.cuts += 1;
        let told = self.wires[place].cut();
        self.hear(told);
    }

    fn hear(&mut self, told: Vec<Told>) {
        for told in told {
            match told {
                Told::Began(token) => *self.begun.entry(token).or_default() += 1,
                Told::Answered(token) => self.end(token, End::Answered),
                Told::Failed {
                    token,
                    reached,
                    unavailable,
                } => {
                    self.fail(token, reached, unavailable);
                }
            }
        }
    }

    /// An attempt has failed: makes another one if a channel would.
    fn fail(&mut self, token: u64, reached: Reached, unavailable: bool) {
        let call = &mut self.calls[token as usize];
        call.reached = call.reached.max(reached);
        let again = unavailable && (reached == Reached::No || call.idempotent);
        match again && call.tries < TRIES {
            true => self.begin(token),
            false => self.end(token, End::Failed),
        }
    }

    fn end(&mut self, token: u64, end: End) {
        let before = self.calls[token as usize].end.replace(end);
        assert_eq!(before, None, "call {token} ends once");
    }

    fn judge(&self, sum: &mut Sum) {
        sum.cuts += self.cuts;
        for (token, call) in self.calls.iter().enumerate() {
            let times = self.begun.get(&(token as u64)).copied().unwrap_or(0);
            assert!(
                call.idempotent || times <= 1,
                "call {token} ran {times} times: {call:?}"
            );
            match call
                .end
                .unwrap_or_else(|| panic!("call {token} never ended"))
            {
                End::Answered => assert!(times > 0, "call {token} never ran: {call:?}"),
                End::Failed => match call.reached {
                    Reached::No => assert_eq!(times, 0, "call {token} ran: {call:?}"),
                    Reached::Yes => assert!(times > 0, "call {token} never ran: {call:?}"),
                    Reached::Maybe => {}
                },
            }
            let answered = call.end == Some(End::Answered);
            sum.calls += 1;
            sum.answered += usize::from(answered);
            sum.retried += usize::from(answered && call.tries > 1);
            sum.not_executed += usize::from(!answered && call.reached == Reached::No);
            sum.repeated += usize::from(times > 1);
        }
    }
}
