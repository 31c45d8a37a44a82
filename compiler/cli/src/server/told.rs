//! The schema as a server publishes it, which may be a stranger: what it sends is bounded, its paths are names that lead to no disk, and
//! its texts are compiled like any others.

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

/// How long a server may take to publish its schema, unless something else is said.
const TIME: Duration = Duration::from_secs(30);
/// Bytes that a server may tell, at most: as many as the compiler takes.
const MAX_BYTES: usize = 64 << 20;
/// What a part counts for beside its texts: a stream of empty ones ends too.
const PART: usize = 1024;
/// Paths of files, at most.
const MAX_PATHS: usize = 4096;

/// What a server publishes.
pub(crate) struct Told {
    pub(crate) address: String,
    services: Vec<ServiceInfo>,
    /// Files that were compiled together, and import each other.
    pub(crate) sets: Vec<SourceSet>,
}

/// A method that a server offers.
pub(crate) struct Offered<'t> {
    pub(crate) service: &'t str,
    pub(crate) method: &'t MethodInfo,
    /// How the schemas declare it: if several do, by the one that fits.
    pub(crate) known: Option<Known<'t>>,
}

impl Told {
    /// Asks a server, which is called `address`. `None` if it does not offer `sinew.Reflect`; the error is the exit code of what was
    /// reported.
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
            // It is older than this question.
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

    /// Asks a server for files of its schema: one at least, or that is reported.
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

    /// The schemas that it publishes, and those of the services that come along; and the exit code. What is wrong with one is reported, and
    /// the others are there.
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

    /// Each method that it offers.
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
            // Once: what a server publishes twice is looked at no second time.
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

    /// Says so if the server runs another version than it tells.
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

/// What files declare. The error is what is wrong with them; their warnings are for those who wrote them.
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

/// Files on their way.
struct Reading {
    root: String,
    /// By their number.
    sets: BTreeMap<u32, SourceSet>,
    /// The file whose parts come now.
    open: Option<SourcePart>,
    bytes: usize,
    paths: usize,
}

/// Why files do not come.
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
