//! `sinew.Reflect`: what a server offers, so that a tool can call it without its schema.

use crate::{Ctx, Method, Status, Tx};

/// Code generated from `reflect.idl`.
#[allow(missing_docs)]
mod generated {
    include!("generated/reflect.rs");
}
pub use generated::{
    MethodInfo, Reflect, ReflectClient, ReflectServer, ServiceInfo, SourcePart, reflect,
};

/// How much of a file goes into one message. Only generated files are much longer.
const PART: usize = 64 * 1024;

/// A file of a schema. Generated code has `SOURCES`, all files that it was made from, if its build script sets
/// `sources(true)`. [`Server::add_reflection_with`](crate::Server::add_reflection_with) publishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The path by which files import it.
    pub path: &'static str,
    /// Other paths by which files import it.
    pub also: &'static [&'static str],
    /// The names on the wire of the services in it.
    pub services: &'static [&'static str],
    /// What it imports: indices into the list that contains this file.
    pub imports: &'static [usize],
    /// Its text, including comments.
    pub text: &'static str,
}

impl Source {
    /// The file with this path, these other paths, services and imports, and this text.
    pub const fn new(
        path: &'static str,
        also: &'static [&'static str],
        services: &'static [&'static str],
        imports: &'static [usize],
        text: &'static str,
    ) -> Self {
        Self {
            path,
            also,
            services,
            imports,
            text,
        }
    }
}

/// Those files that declare one of the server's services, and what they import.
pub(crate) fn needed(files: &'static [Source], has: impl Fn(&str) -> bool) -> Vec<&'static Source> {
    let has_one = |at: &usize| files[*at].services.iter().any(|name| has(name));
    let mut is_needed = vec![false; files.len()];
    let mut waiting: Vec<usize> = (0..files.len()).filter(has_one).collect();
    while let Some(at) = waiting.pop() {
        if let Some(is_needed) = is_needed.get_mut(at)
            && !std::mem::replace(is_needed, true)
        {
            waiting.extend(files[at].imports);
        }
    }
    let all = files.iter().zip(is_needed);
    all.filter(|(_, is_needed)| *is_needed)
        .map(|(file, _)| file)
        .collect()
}

/// The schemas of the built-in services, `sinew.Health` and this one. Servers do not publish them, because all clients
/// have them.
pub const SOURCES: &[Source] = &[
    Source::new(
        "health.idl",
        &[],
        &["sinew.Health"],
        &[],
        include_str!("../../idl/health.idl"),
    ),
    Source::new(
        "reflect.idl",
        &[],
        &["sinew.Reflect"],
        &[],
        include_str!("../../idl/reflect.idl"),
    ),
];

/// What a server publishes about itself, as of when this was added.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    pub(crate) services: Vec<ServiceInfo>,
    /// Sets of files that were compiled together.
    pub(crate) sources: Vec<Vec<&'static Source>>,
}

impl Reflect for Listing {
    async fn services(&self, _cx: Ctx) -> Result<Vec<ServiceInfo>, Status> {
        Ok(self.services.clone())
    }

    async fn sources(&self, _cx: Ctx, mut output: Tx<SourcePart>) -> Result<(), Status> {
        for (set, files) in (0u32..).zip(&self.sources) {
            for file in files {
                for text in parts(file.text) {
                    let also = file.also.iter().map(|path| (*path).to_owned()).collect();
                    output
                        .send(SourcePart::new(set, file.path, also, text))
                        .await?;
                }
            }
        }
        Ok(())
    }
}

/// Splits a text into pieces of about [`PART`] bytes; at least one.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (part, more) = text.split_at(text.floor_char_boundary(PART));
        rest = (!more.is_empty()).then_some(more);
        Some(part)
    })
}

/// Describes a service under one of its names, with the methods that it has by that name.
pub(crate) fn describe(name: &str, methods: &[&'static Method]) -> ServiceInfo {
    ServiceInfo {
        name: name.to_owned(),
        methods: methods.iter().map(|it| describe_method(it)).collect(),
    }
}

fn describe_method(method: &Method) -> MethodInfo {
    MethodInfo {
        name: method.name().to_owned(),
        readonly: method.is_readonly(),
        idempotent: method.is_idempotent(),
        oneway: method.is_oneway(),
        request: method.request_shape().head().to_vec(),
        reply: method.reply_shape().head().to_vec(),
        client_message: method.up().known().map(|shape| shape.head().to_vec()),
        server_message: method.down().known().map(|shape| shape.head().to_vec()),
    }
}
