//! The loop: generate an input, run the target, keep inputs with new behaviour, report failures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, io, process, thread};

use sinew_promises::dice::Dice;

use crate::Target;
use crate::mutate::mutate;
use crate::shrink::shrink;

/// How many inputs with new behaviour are kept.
const MAX_KEPT: usize = 20_000;
/// An input that runs this long is considered hanging.
const HANG: Duration = Duration::from_secs(60);

/// How to run a target.
#[derive(Clone, Debug)]
pub struct Options {
    /// When to stop.
    pub time: Duration,
    /// Selects the inputs: the same seed generates the same ones in the same order.
    pub seed: u64,
    /// Where failing inputs are written.
    pub findings: PathBuf,
    /// Where each input is written before it runs, in case it ends the process.
    pub trace: Option<PathBuf>,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Inputs that ran.
    pub executions: u64,
    /// Different behaviours that were seen.
    pub behaviours: usize,
    /// The time of the slowest input, and its length.
    pub slowest: (Duration, usize),
    /// Failures by message. Inputs that fail in the same way count as one.
    pub findings: BTreeMap<String, Vec<u8>>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (time, length) = self.slowest;
        write!(
            f,
            "{} executions, {} behaviours, slowest {time:.1?} for {length} bytes, {} findings",
            self.executions,
            self.behaviours,
            self.findings.len()
        )
    }
}

/// Runs `target` on its corpus and on what mutation makes of it, on a thread of its own.
///
/// An input that overflows the stack or exhausts the memory ends the process, and one that hangs is
/// made to: run the same seed with [`Options::trace`] then, which has it at the end.
///
/// # Errors
/// If a finding or the trace cannot be written.
pub fn run(target: &'static Target, options: Options) -> io::Result<Outcome> {
    let state = Arc::new(Mutex::new(Outcome::default()));
    let worker = Worker {
        target,
        options,
        outcome: Arc::clone(&state),
        message: listen(),
    };
    let thread = thread::Builder::new().stack_size(target.stack);
    let thread = thread.spawn(move || worker.work())?;
    watch(&thread, &state);
    thread.join().expect("the loop catches panics")?;
    let outcome = state.lock().expect("the loop is done");
    Ok(outcome.clone())
}

/// Waits for the end. Ends the process if an input hangs.
fn watch(thread: &thread::JoinHandle<io::Result<()>>, state: &Mutex<Outcome>) {
    let mut last = (0, Instant::now());
    while !thread.is_finished() {
        thread::park_timeout(Duration::from_millis(50));
        let executions = state.lock().expect("the loop catches panics").executions;
        if executions != last.0 {
            last = (executions, Instant::now());
        } else if last.1.elapsed() > HANG {
            eprintln!("input {executions} hangs: run this seed with --trace to have it");
            process::exit(1);
        }
    }
}

/// Stores the message and location of the last panic instead of printing it.
fn listen() -> Arc<Mutex<String>> {
    let message = Arc::new(Mutex::new(String::new()));
    let heard = Arc::clone(&message);
    panic::set_hook(Box::new(move |panic| {
        *heard.lock().expect("it holds a text only") = panic.to_string();
    }));
    message
}

struct Worker {
    target: &'static Target,
    options: Options,
    outcome: Arc<Mutex<Outcome>>,
    message: Arc<Mutex<String>>,
}

impl Worker {
    fn work(&self) -> io::Result<()> {
        let start = Instant::now();
        let mut dice = Dice::new(self.options.seed);
        let mut seen = BTreeSet::new();
        let mut kept = (self.target.corpus)();
        for input in &kept {
            seen.extend(self.execute(input)?);
        }
        while start.elapsed() < self.options.time {
            let empty = Vec::new();
            let one = kept.get(dice.roll(kept.len())).unwrap_or(&empty);
            let other = kept.get(dice.roll(kept.len())).unwrap_or(&empty);
            let mut input = mutate(&mut dice, one, other, self.target.pieces);
            input.truncate(self.target.max_length);
            let is_new = self.execute(&input)?.is_some_and(|b| seen.insert(b));
            if is_new && kept.len() < MAX_KEPT {
                kept.push(input);
            }
            self.outcome().behaviours = seen.len();
        }
        Ok(())
    }

    /// Runs one input. Returns its behaviour unless it has failed.
    fn execute(&self, input: &[u8]) -> io::Result<Option<crate::Behaviour>> {
        if let Some(trace) = &self.options.trace {
            fs::write(trace, input)?;
        }
        let start = Instant::now();
        let result = panic::catch_unwind(AssertUnwindSafe(|| self.target.run(input)));
        let time = (start.elapsed(), input.len());
        {
            let mut outcome = self.outcome();
            outcome.executions += 1;
            outcome.slowest = outcome.slowest.max(time);
        }
        match result {
            Ok(behaviour) => Ok(Some(behaviour)),
            Err(_) => self.report(input).map(|()| None),
        }
    }

    fn report(&self, input: &[u8]) -> io::Result<()> {
        let place = self.place();
        if self.outcome().findings.contains_key(&place) {
            return Ok(());
        }
        let message = self.message.lock().expect("it holds a text only").clone();
        let small = shrink(input, |part| {
            panic::catch_unwind(AssertUnwindSafe(|| self.target.run(part))).is_err()
                && self.place() == place
        });
        fs::create_dir_all(&self.options.findings)?;
        let number = self.outcome().findings.len() + 1;
        let name = format!("{}-{}-{number}", self.target.name, self.options.seed);
        let path = self.options.findings.join(name);
        fs::write(&path, &small)?;
        eprintln!("finding {}: {message}", path.display());
        self.outcome().findings.insert(place, small);
        Ok(())
    }

    /// The first line of the last panic, with file, line and column.
    fn place(&self) -> String {
        let message = self.message.lock().expect("it holds a text only");
        message.lines().next().unwrap_or_default().to_owned()
    }

    fn outcome(&self) -> std::sync::MutexGuard<'_, Outcome> {
        self.outcome
            .lock()
            .expect("nothing panics while it is held")
    }
}
