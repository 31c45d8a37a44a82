//! `sinew.Reflect`: what a server offers, so that a tool can call it without its schema.

use crate::{Ctx, Method, Status};

/// The code of `reflect.idl`.
#[allow(missing_docs)]
mod generated {
    include!("generated/reflect.rs");
}
pub use generated::{MethodInfo, Reflect, ReflectClient, ReflectServer, ServiceInfo, reflect};

/// The services of a server, as they were when it was asked to tell them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing(pub(crate) Vec<ServiceInfo>);

impl Reflect for Listing {
    async fn services(&self, _cx: Ctx) -> Result<Vec<ServiceInfo>, Status> {
        Ok(self.0.clone())
    }
}

/// A service under one of its names, with the methods that it has by that.
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
