//! Lines of a file or the standard input, read by a thread of its own: they may come as slowly as somebody types.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::thread;

use tokio::sync::mpsc;

use crate::input::{STDIN, is_stdin};

/// Lines that are read ahead.
const AHEAD: usize = 16;

/// The lines, as they come.
pub(super) struct Lines {
    /// What they are lines of.
    pub(super) name: String,
    coming: mpsc::Receiver<io::Result<String>>,
}

impl Lines {
    /// # Errors
    /// No thread can be had.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let path = path.to_owned();
        let name = match is_stdin(&path) {
            true => STDIN.to_owned(),
            false => path.display().to_string(),
        };
        let (lines, coming) = mpsc::channel(AHEAD);
        thread::Builder::new().spawn(move || read(path, &lines))?;
        Ok(Self { name, coming })
    }

    /// The next line; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<io::Result<String>> {
        self.coming.recv().await
    }
}

fn read(path: PathBuf, lines: &mpsc::Sender<io::Result<String>>) {
    let file: Box<dyn BufRead> = match is_stdin(&path) {
        true => Box::new(io::stdin().lock()),
        false => match File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                // Nobody is left to be told when nobody takes it.
                _ = lines.blocking_send(Err(error));
                return;
            }
        },
    };
    for line in file.lines() {
        let is_last = line.is_err();
        if lines.blocking_send(line).is_err() || is_last {
            return;
        }
    }
}
