//! The metadata that a client sends about itself at the beginning of each connection.

use std::fmt;
use std::sync::Arc;

use crate::{Limits, Metadata, Result, Status};

/// Fixed entries, and values that are computed for each connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    always: Metadata,
    asked: Vec<Asked>,
}

#[derive(Clone)]
struct Asked {
    key: String,
    value: Arc<dyn Fn() -> String + Send + Sync>,
}

impl Said {
    pub(crate) fn always(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.always.append(key, value);
    }

    pub(crate) fn ask(
        &mut self,
        key: impl Into<String>,
        value: impl Fn() -> String + Send + Sync + 'static,
    ) {
        let (key, value) = (key.into(), Arc::new(value));
        self.asked.push(Asked { key, value });
    }

    /// Whether the fixed entries may be sent.
    pub(crate) fn check(&self, limits: &Limits) -> Result<()> {
        check(&self.always, limits)
    }

    /// The metadata for a new connection.
    ///
    /// # Errors
    /// A computed value may not be sent.
    pub(crate) fn now(&self, limits: &Limits) -> Result<Metadata> {
        let mut said = self.always.clone();
        for asked in &self.asked {
            said.append(&asked.key, (asked.value)());
        }
        check(&said, limits)?;
        Ok(said)
    }
}

impl From<Metadata> for Said {
    fn from(always: Metadata) -> Self {
        let asked = Vec::new();
        Self { always, asked }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

fn check(said: &Metadata, limits: &Limits) -> Result<()> {
    const MOST: usize = 8 << 10;
    said.check(limits)?;
    let bytes: usize = said
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    match bytes > MOST {
        true => Err(Status::resource_exhausted(format!(
            "the client's metadata has {bytes} bytes, the limit is {MOST}"
        ))),
        false => Ok(()),
    }
}
