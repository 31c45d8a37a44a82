//! Lines of a file or the standard input, read on a thread of their own because they may be typed slowly.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::thread;

use tokio::sync::mpsc;

use crate::input::{STDIN, is_stdin};

/// Maximum length of a line in bytes: the same as the compiler's limit for all files.
const MAX_LINE: u64 = 64 << 20;
/// How many lines are read ahead.
const AHEAD: usize = 16;

/// The lines, as they come.
pub(super) struct Lines {
    /// The name of the file, for messages.
    pub(super) name: String,
    coming: mpsc::Receiver<io::Result<String>>,
}

impl Lines {
    /// # Errors
    /// If the thread cannot be started.
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
    let mut file: Box<dyn BufRead> = match is_stdin(&path) {
        true => Box::new(io::stdin().lock()),
        false => match File::open(path) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                // If the receiver is gone, nobody needs to know.
                _ = lines.blocking_send(Err(error));
                return;
            }
        },
    };
    for number in 1.. {
        let Some(line) = line(&mut file, number).transpose() else {
            return;
        };
        let is_last = line.is_err();
        if lines.blocking_send(line).is_err() || is_last {
            return;
        }
    }
}

/// The next line; `None` at the end.
fn line(file: &mut dyn BufRead, number: usize) -> io::Result<Option<String>> {
    let wrong = |what| io::Error::new(io::ErrorKind::InvalidData, format!("line {number} {what}"));
    let mut bytes = Vec::new();
    let mut limited = file.take(MAX_LINE);
    match limited.read_until(b'\n', &mut bytes)? {
        0 => Ok(None),
        _ if limited.limit() == 0 => Err(wrong("is longer than 64 MiB")),
        _ => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(wrong("is not UTF-8")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut file: impl BufRead) -> Vec<String> {
        let mut next = || line(&mut file, 7).map_err(|error| error.to_string());
        let mut lines = Vec::new();
        loop {
            match next() {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => return lines,
                Err(error) => {
                    lines.push(error);
                    return lines;
                }
            }
        }
    }

    #[test]
    fn lines_end_where_they_end() {
        assert_eq!(all(&b""[..]), [""; 0]);
        assert_eq!(all(&b"1\r\n\n2"[..]), ["1\r\n", "\n", "2"]);
        assert_eq!(all(&b"1\n\xff\n2"[..]), ["1\n", "line 7 is not UTF-8"]);
    }

    #[test]
    fn a_line_that_never_ends_is_refused() {
        let endless = BufReader::new(io::repeat(b'1'));
        assert_eq!(all(endless), ["line 7 is longer than 64 MiB"]);
    }
}
