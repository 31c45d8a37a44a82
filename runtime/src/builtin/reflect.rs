//! `sinew.Reflect`: what a server offers, so that a tool can call it without its schema.

use crate::{Ctx, Method, Status};

/// The code of `reflect.idl`.
#[allow(missing_docs)]
mod generated {
    include!("generated/reflect.rs");
}
pub use generated::{MethodInfo, Reflect, ReflectClient, ReflectServer, ServiceInfo, reflect};

/// The services of a server, as they were when it was asked to tell them.
#[derive(Clone, Debug)]
pub(crate) struct Listing(pub(crate) Vec<ServiceInfo>);

impl Reflect for Listing {
    async fn services(&self, _cx: Ctx) -> Result<Vec<ServiceInfo>, Status> {
        Ok(self.0.clone())
    }
}

/// A service under one of its names. Of methods with one name, the last counts, as it does for calls.
pub(crate) fn describe(name: &str, methods: &[&'static Method]) -> ServiceInfo {
    let overridden = |place: usize, method: &Method| {
        let later = methods.iter().skip(place + 1);
        later.into_iter().any(|other| other.name() == method.name())
    };
    let own = methods
        .iter()
        .enumerate()
        .filter(|(place, method)| !overridden(*place, method));
    ServiceInfo {
        name: name.to_owned(),
        methods: own.map(|(_, method)| describe_method(method)).collect(),
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
