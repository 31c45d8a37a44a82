//! The schema that a server publishes. The server may be hostile: what it sends is bounded, its paths never reach the
//! disk, and its sources are compiled like any others.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;
use std::time::Duration;

use sinew::reflect::{self, MethodInfo, ReflectClient, ServiceInfo, SourcePart};
use sinew::{Channel, Code, Status};
use sinew_compiler::diagnostics::{Diagnostics, Severity};
use sinew_compiler::source::{BadSources, SourceSet};

use super::declared::{Declared, Known};
use super::{Deadline, TELLS, failed, not_offered};
use crate::output::Output;

/// The default time for a server to publish its schema.
const TIME: Duration = Duration::from_secs(30);
/// The maximum size of all sources in bytes: the same as the compiler's limit.
const MAX_BYTES: usize = 64 << 20;
/// Added to the size of each part, so that an endless stream of empty parts ends as well.
const PART: usize = 1024;
/// The maximum number of paths.
const MAX_PATHS: usize = 4096;

/// What a server publishes.
pub(crate) struct Told {
    pub(crate) address: String,
    services: Vec<ServiceInfo>,
    /// Sets of files that were compiled together; each set is closed under imports.
    pub(crate) sets: Vec<SourceSet>,
}

/// A method that a server lists.
pub(crate) struct Offered<'t> {
    pub(crate) service: &'t str,
    pub(crate) method: &'t MethodInfo,
    /// Its declaration in the published schemas. If several declare it, the one with the same shapes.
    pub(crate) known: Option<Known<'t>>,
}

impl Told {
    /// Asks a server for its schema; `address` is its name in messages. `None` if it does not offer `sinew.Reflect`.
    /// Errors have been reported; `Err` is the exit code.
    pub(crate) async fn ask(
        address: &str,
        channel: &Channel,
        until: Deadline,
        output: &Output,
    ) -> Result<Option<Self>, ExitCode> {
        let client = ReflectClient::new(channel.clone());
        let time = || until.left().unwrap_or(TIME);
        let services = match client.services().timeout(time()).await {
            Ok(services) => services,
            Err(status) if status.code() == Code::Unimplemented => return Ok(None),
            Err(status) => return Err(failed(&status, output)),
        };
        let mut reading = Reading::new(address);
        let sets = match reading.all(&client, time()).await {
            Ok(()) => reading.end(),
            // The server's version of Sinew does not have this method yet.
            Err(Failed::Call(status)) if status.code() == Code::Unimplemented => Ok(Vec::new()),
            Err(Failed::Call(status)) => return Err(failed(&status, output)),
            Err(Failed::Sources(why)) => Err(why),
        };
        match sets {
            Ok(sets) => Ok(Some(Self {
                address: address.to_owned(),
                services,
                sets,
            })),
            Err(why) => Err(output.finding(&format!(
                "the schema that the server publishes cannot be used: {why}"
            ))),
        }
    }

    /// Like [`Told::ask`], but it is an error if the server publishes no files.
    pub(crate) async fn with_files(
        address: &str,
        channel: &Channel,
        until: Deadline,
        output: &Output,
    ) -> Result<Self, ExitCode> {
        match Self::ask(address, channel, until, output).await? {
            Some(told) if told.sets.is_empty() => Err(output.finding(&format!(
                "the server does not publish its schema, as `{TELLS}` would"
            ))),
            Some(told) => Ok(told),
            None => Err(not_offered("sinew.Reflect", TELLS, output)),
        }
    }

    /// The schemas that the server publishes, and those of the built-in services. Invalid ones are reported and left
    /// out; the exit code says whether there were any.
    pub(crate) fn schemas(&self, output: &Output) -> (Vec<Declared>, ExitCode) {
        let (mut schemas, mut code) = (Vec::new(), ExitCode::SUCCESS);
        for set in self.sets.iter().chain(&built_in()) {
            match compiled(set) {
                Ok(declared) => schemas.push(declared),
                Err(found) => code = output.diagnostics(&found),
            }
        }
        (schemas, code)
    }

    /// All methods that the server lists.
    pub(crate) fn methods<'t>(
        &'t self,
        schemas: &'t [Declared],
    ) -> impl Iterator<Item = Offered<'t>> {
        let mut declared: HashMap<_, Vec<Known<'_>>> = HashMap::new();
        for known in schemas.iter().flat_map(Declared::methods) {
            let (service, method) = known.wire_names();
            let names = (service.to_owned(), method.to_owned());
            declared.entry(names).or_default().push(known);
        }
        let offered = self.services.iter().flat_map(|service| {
            let methods = service.methods.iter();
            methods.map(|method| (&service.name[..], method))
        });
        offered.map(move |(service, method)| {
            let names = (service.to_owned(), method.name.clone());
            // Removed, so that a method which a server lists many times is compared only once.
            let known = match &declared.remove(&names).unwrap_or_default()[..] {
                [] => None,
                [known] => Some(*known),
                all @ [first, ..] => {
                    let fits = all.iter().find(|known| known.fits(method));
                    Some(*fits.unwrap_or(first))
                }
            };
            Offered {
                service,
                method,
                known,
            }
        })
    }
}

impl Offered<'_> {
    /// Its name on the wire.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.service, self.method.name)
    }

    /// Tells the user if the server runs another version than it publishes.
    pub(crate) fn note_another_version(&self, output: &Output) {
        if self.known.is_some_and(|known| !known.fits(self.method)) {
            output.note(&format!(
                "the server runs another version of `{}` than the schema that it publishes",
                self.name()
            ));
        }
    }
}

fn built_in() -> Option<SourceSet> {
    let mut set = SourceSet::new("sinew");
    for file in reflect::SOURCES {
        set.add(file.path, &[], file.text.to_owned()).ok()?;
    }
    Some(set)
}

/// Compiles a set of files. Warnings are left out, because they are for the authors.
fn compiled(set: &SourceSet) -> Result<Declared, Diagnostics> {
    let checked = sinew_compiler::check(set, &set.names());
    let checked = checked.expect("all names are those of the files");
    match checked.schema {
        Some(schema) => Ok(Declared::new(schema, checked.sources)),
        None => {
            let mut found = checked.diagnostics;
            found.retain(|it| it.severity == Severity::Error);
            Err(Diagnostics::new(checked.sources, found))
        }
    }
}

/// Files as they arrive.
struct Reading {
    root: String,
    /// By the number that the server gives them.
    sets: BTreeMap<u32, SourceSet>,
    /// The file whose parts are arriving.
    open: Option<SourcePart>,
    bytes: usize,
    paths: usize,
}

/// Why the files could not be read.
enum Failed {
    Call(Status),
    Sources(String),
}

impl Reading {
    fn new(root: &str) -> Self {
        Self {
            root: root.to_owned(),
            sets: BTreeMap::new(),
            open: None,
            bytes: 0,
            paths: 0,
        }
    }

    async fn all(&mut self, client: &ReflectClient, time: Duration) -> Result<(), Failed> {
        let mut parts = client.sources().timeout(time).await?;
        while let Some(part) = parts.recv().await? {
            self.part(part).map_err(Failed::Sources)?;
        }
        Ok(())
    }

    fn part(&mut self, part: SourcePart) -> Result<(), String> {
        let paths = || part.also.iter().chain([&part.path]);
        self.bytes += PART + part.text.len() + paths().map(String::len).sum::<usize>();
        if self.bytes > MAX_BYTES {
            return Err("it is larger than 64 MiB".to_owned());
        }
        match &mut self.open {
            Some(open) if (open.set, &open.path) == (part.set, &part.path) => {
                open.text += &part.text;
                return Ok(());
            }
            _ => {}
        }
        self.paths += paths().count();
        if self.paths > MAX_PATHS {
            return Err(format!("it has more than {MAX_PATHS} paths of files"));
        }
        let before = self.open.replace(part);
        self.close(before)
    }

    fn close(&mut self, file: Option<SourcePart>) -> Result<(), String> {
        let Some(file) = file else { return Ok(()) };
        let set = self.sets.entry(file.set);
        let set = set.or_insert_with(|| SourceSet::new(&self.root));
        let added = set.add(&file.path, &file.also, file.text);
        added.map_err(|error: BadSources| error.to_string())
    }

    fn end(mut self) -> Result<Vec<SourceSet>, String> {
        let last = self.open.take();
        self.close(last)?;
        Ok(self.sets.into_values().collect())
    }
}

impl From<Status> for Failed {
    fn from(status: Status) -> Self {
        Self::Call(status)
    }
}
