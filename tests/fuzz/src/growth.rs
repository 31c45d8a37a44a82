//! Texts that repeat something, in every place where it is allowed: four times the text must not take much more than
//! four times the time.
//!
//! This measures time, so it gives no verdict that a test could assert. What it finds becomes an entry of the hostile
//! corpus, which is bounded by counts.

mod texts;

use std::hint::black_box;
use std::io::{self, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use std::{fs, thread};

use sinew_compiler::backends::rust::Rust;
use sinew_compiler::diagnostics::render::Options;
use sinew_compiler::source::MemoryLoader;
use sinew_compiler::{check, generate};

use sinew_promises::dice::Dice;
use texts::{FRAGMENTS, PLACES, Place};

/// How often a text repeats something, and how often the longer text does. If that grows too fast, the second pair
/// decides: for short texts, caches matter as much as steps.
const TIMES: [[usize; 2]; 2] = [[1_000, 4_000], [4_000, 16_000]];
/// The longer text may take this many times as long. Four is linear, sixteen is quadratic.
const ALLOWED: f64 = 6.0;
/// How often each is measured at most; the least time counts.
const ROUNDS: usize = 4;

/// Measures every fragment in every place, and pairs of fragments until `time` is over. Writes what grows too fast to
/// `out` as it is found. Returns how much was measured and found.
///
/// # Errors
/// `out` cannot be written.
pub fn run(time: Duration, seed: u64, out: &mut dyn Write) -> io::Result<(usize, usize)> {
    let start = Instant::now();
    let (mut measured, mut found) = (0, 0);
    let mut measure = |text: Text<'_>| {
        measured += 1;
        let Some((growth, longest)) = text.grows_too_fast() else {
            return Ok(());
        };
        found += 1;
        let Text { place, blocks } = &text;
        writeln!(
            out,
            "{growth:5.1} x, {longest:7.1?}: {:?} with {blocks:?}",
            place.before
        )
    };
    for place in &PLACES {
        for fragment in FRAGMENTS {
            for end in [" ", "\n"] {
                measure(Text {
                    place,
                    blocks: vec![format!("{fragment}{end}")],
                })?;
            }
        }
    }
    let mut dice = Dice::new(seed);
    while start.elapsed() < time {
        measure(pair(&mut dice))?;
    }
    Ok((measured, found))
}

/// Two fragments alternating, or all repetitions of the one before the other.
fn pair(dice: &mut Dice) -> Text<'static> {
    let place = dice.pick(&PLACES);
    let mut part = || {
        let fragment = dice.pick(&FRAGMENTS);
        format!("{fragment}{}", dice.pick(&["", " ", "\n"]))
    };
    let (one, other) = (part(), part());
    let blocks = match dice.roll(2) {
        0 => vec![one + &other],
        _ => vec![one, other],
    };
    Text { place, blocks }
}

/// What is repeated, and where.
struct Text<'p> {
    place: &'p Place,
    /// The pieces, each repeated this many times, one after the other.
    blocks: Vec<String>,
}

impl Text<'_> {
    /// The ratio of the two times and the longer one, if the ratio is too large.
    fn grows_too_fast(&self) -> Option<(f64, Duration)> {
        let [first, second] = TIMES;
        self.grown(first).and_then(|_| self.grown(second))
    }

    fn grown(&self, times: [usize; 2]) -> Option<(f64, Duration)> {
        let texts = times.map(|times| self.said(times));
        let mut least = [Duration::MAX; 2];
        for _ in 0..ROUNDS {
            for (least, text) in least.iter_mut().zip(&texts) {
                *least = compile(text).min(*least);
            }
            if growth(least) <= ALLOWED {
                return None;
            }
        }
        Some((growth(least), least[1]))
    }

    fn said(&self, times: usize) -> String {
        let mut text = String::from("namespace main;\n");
        text.push_str(self.place.before);
        for block in &self.blocks {
            for number in 0..times {
                text.push_str(&block.replace('#', &number.to_string()));
            }
        }
        text + self.place.behind
    }
}

fn growth([short, long]: [Duration; 2]) -> f64 {
    long.as_secs_f64() / short.as_secs_f64()
}

/// How long it takes to report what is wrong with a text, or to generate Rust from it.
fn compile(text: &str) -> Duration {
    let mut files = MemoryLoader::default();
    files.insert("main.idl", text);
    let start = busy();
    let checked = check(&files, &["main.idl".to_owned()]).expect("the file is there");
    match generate(checked, &Rust::default()) {
        Ok(generated) => drop(black_box(generated)),
        Err(found) => drop(black_box(found.render(&Options::default()))),
    }
    busy() - start
}

/// The CPU time of this thread, or the elapsed time if the system does not report it.
fn busy() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    // Makes the kernel update its account.
    thread::yield_now();
    let account = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = account.and_then(|account| account.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| START.elapsed(), Duration::from_nanos)
}
