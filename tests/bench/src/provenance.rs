//! The provenance of a table: the day and the versions.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// When something was measured, and with what.
#[derive(Serialize, Deserialize)]
pub struct Provenance {
    /// The day of the measurement in UTC, as `YYYY-MM-DD`.
    pub date: String,
    /// The compiler that built this program.
    rustc: String,
    /// Versions of packages, and other useful facts.
    versions: Vec<(String, String)>,
}

impl Provenance {
    /// Today, with these packages.
    pub fn today(packages: &[&str]) -> Self {
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |passed| passed.as_secs());
        let versions = packages.iter().map(|name| (*name).to_owned());
        Self {
            date: date(seconds / 86_400),
            rustc: env!("BENCH_RUSTC").to_owned(),
            versions: versions
                .map(|name| (name.clone(), version(&name)))
                .collect(),
        }
    }

    /// Adds a setting, if the system reports it.
    pub fn and(mut self, what: &str, setting: Option<String>) -> Self {
        self.versions
            .extend(setting.map(|setting| (what.to_owned(), setting)));
        self
    }
}

/// The line below the tables.
impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measured on {} with {}:", self.date, self.rustc)?;
        for (place, (name, version)) in self.versions.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma} {name} {version}")?;
        }
        write!(f, ".")
    }
}

/// The date this many days after 1970-01-01.
fn date(mut days: u64) -> String {
    let leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", days + 1)
}

/// The version of a package that this program was built with.
fn version(package: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    // If a package is there twice, the later version is ours; the other is a peer's dependency.
    let heading = format!("name = \"{package}\"\nversion = \"");
    let found = lock
        .rsplit_once(&heading)
        .and_then(|(_, rest)| rest.split_once('"'));
    found.map_or_else(|| "unknown".to_owned(), |(version, _)| version.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_become_dates() {
        assert_eq!(super::date(0), "1970-01-01");
        assert_eq!(super::date(19_782), "2024-02-29");
        assert_eq!(super::date(20_453), "2025-12-31");
    }
}
