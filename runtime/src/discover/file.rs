//! Servers listed in a file. It is read periodically, so every kind of change is noticed: writing, replacing, removing
//! and recreating it.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Endpoint, Source};
use crate::address::is_host_and_port;
use crate::{Phase, Reached, Result, Status};

/// Servers listed in a file.
///
/// Each line is `host:port` or `unix:/path`, then optionally `weight=N` and `priority=N`. Empty lines, and what
/// stands behind `#`, are ignored. A file with anything else in it, without servers or above 1 MiB is refused as a
/// whole, and the servers that were known before stay. So is one with more of them than
/// [`Limits::servers`](crate::Limits::servers).
///
/// ```text
/// # orders, written by the deployment
/// 10.0.0.1:7000 weight=2
/// 10.0.0.2:7000
/// 10.0.9.1:7000 priority=1   # the other site
/// ```
///
/// Replace the file by renaming another over it, so that a half-written file is never read.
#[derive(Clone, Debug)]
#[must_use = "a balancer asks it"]
pub struct File {
    path: PathBuf,
    every: Duration,
    /// Its last content, or why it could not be read.
    last: Option<std::result::Result<Arc<str>, String>>,
}

/// The shortest time between two reads: a file that does not change is read for ever.
const SHORTEST: Duration = Duration::from_millis(1);
/// The size limit of the file.
const LARGEST: u64 = 1 << 20;
/// How many characters of a wrong word are shown.
const SHOWN: usize = 100;

impl File {
    /// The servers listed in this file, read every second.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            every: Duration::from_secs(1),
            last: None,
        }
    }

    /// The time between two reads, at least a millisecond. Default 1 s.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every.max(SHORTEST);
        self
    }

    /// Reads the file on a thread for blocking work.
    async fn read(&self) -> std::result::Result<Arc<str>, String> {
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || {
            let mut text = Vec::new();
            // Opening a named pipe would block until somebody writes to it, even at the end of the program.
            if !std::fs::metadata(&path)?.is_file() {
                return Err(std::io::Error::other("it is not a file"));
            }
            let file = std::fs::File::open(path)?;
            file.take(LARGEST + 1).read_to_end(&mut text)?;
            Ok(text)
        });
        match read.await {
            Ok(Ok(text)) if text.len() as u64 > LARGEST => Err("it is above 1 MiB".into()),
            Ok(Ok(text)) => match String::from_utf8(text) {
                Ok(text) => Ok(text.into()),
                Err(_) => Err("it is not UTF-8".into()),
            },
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Source for File {
    async fn next(&mut self) -> Result<Vec<Endpoint>> {
        loop {
            if self.last.is_some() {
                tokio::time::sleep(self.every).await;
            }
            let found = self.read().await;
            if self.last.as_ref() == Some(&found) {
                continue;
            }
            self.last = Some(found.clone());
            return found
                .and_then(|text| parse(&text))
                .map_err(|why| unusable(&self.path, &why));
        }
    }
}

/// Parses the file.
fn parse(text: &str) -> std::result::Result<Vec<Endpoint>, String> {
    let mut endpoints = Vec::new();
    let mut addresses = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let words = line.split('#').next().unwrap_or_default();
        let Some(endpoint) = endpoint(words).map_err(|why| format!("line {number}: {why}"))? else {
            continue;
        };
        if !addresses.insert(endpoint.shared_address()) {
            let address = endpoint.address();
            return Err(format!("line {number}: `{address}` is there twice"));
        }
        endpoints.push(endpoint);
    }
    match endpoints.is_empty() {
        true => Err("it has no servers".into()),
        false => Ok(endpoints),
    }
}

fn endpoint(line: &str) -> std::result::Result<Option<Endpoint>, String> {
    let mut words = line.split_whitespace();
    let Some(address) = words.next() else {
        return Ok(None);
    };
    if !is_address(address) {
        return Err(format!("`{address:.SHOWN$}` is not `host:port`"));
    }
    let mut endpoint = Endpoint::new(address);
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let number = value.parse();
        endpoint = match (key, number) {
            ("weight", Ok(weight)) => endpoint.with_weight(weight),
            ("priority", Ok(priority)) => endpoint.with_priority(priority),
            _ => {
                return Err(format!(
                    "`{word:.SHOWN$}` is not `weight=N` or `priority=N`"
                ));
            }
        };
    }
    Ok(Some(endpoint))
}

fn is_address(text: &str) -> bool {
    match text.strip_prefix("unix:") {
        Some(path) => path.starts_with('/'),
        None => is_host_and_port(text),
    }
}

fn unusable(path: &std::path::Path, why: &str) -> Status {
    Status::unavailable(format!("cannot use `{}`: {why}", path.display()))
        .with_phase(Phase::Resolve)
        .with_reached(Reached::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_read_without_a_pause() {
        for (asked, every) in [(Duration::ZERO, SHORTEST), (SHORTEST * 2, SHORTEST * 2)] {
            assert_eq!(File::new("servers").every(asked).every, every);
        }
    }

    #[test]
    fn lines_are_servers_with_options() {
        let text = "# all\n\n10.0.0.1:7000 weight=2 # big\n[::1]:7000\tpriority=1 weight=3\norders.example:1\r\nunix:/run/orders";
        let expected = [
            Endpoint::new("10.0.0.1:7000").with_weight(2),
            Endpoint::new("[::1]:7000").with_priority(1).with_weight(3),
            Endpoint::new("orders.example:1"),
            Endpoint::new("unix:/run/orders"),
        ];
        assert_eq!(parse(text).unwrap(), expected);
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        for (text, why) in [
            ("", "it has no servers"),
            ("# none\n", "it has no servers"),
            ("a:1\nb", "line 2: `b` is not `host:port`"),
            ("unix:orders", "line 1: `unix:orders` is not `host:port`"),
            ("a:70000", "line 1: `a:70000` is not `host:port`"),
            (
                "a:1 weight=-1",
                "line 1: `weight=-1` is not `weight=N` or `priority=N`",
            ),
            (
                "a:1 blue",
                "line 1: `blue` is not `weight=N` or `priority=N`",
            ),
            ("a:1\na:1 weight=2", "line 2: `a:1` is there twice"),
        ] {
            assert_eq!(parse(text).unwrap_err(), why, "{text:?}");
        }
        let long = format!("a:1 {}", "x".repeat(500_000));
        let why = parse(&long).unwrap_err();
        assert!(why.len() < 200, "{} bytes", why.len());
    }
}
