//! Services: a request is one parameter, as it may grow, and as handlers take it already.

use prost_types::{MethodDescriptorProto, ServiceDescriptorProto};

use super::convert::Converter;
use super::names::{Taken, snake};
use super::places::{Place, below, nth};
use super::types::{Kind, Typed};

/// The numbers of fields of a service's descriptor, and of a method's.
const NAME: i32 = 1;
const METHOD: i32 = 2;
const INPUT: i32 = 2;
const OUTPUT: i32 = 3;
const SERVICE_OPTIONS: i32 = 3;
const METHOD_OPTIONS: i32 = 4;

impl Converter<'_> {
    pub(super) fn service(
        &mut self,
        path: &[i32],
        scope: &str,
        tree: &ServiceDescriptorProto,
        place: Place,
    ) {
        let full = format!("{scope}.{}", tree.name());
        let Some(declared) = self.lookup.declared(&full) else {
            return;
        };
        let options = tree.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        let known = self.options(&below(path, &[SERVICE_OPTIONS]), options);
        let opened = self.open(place, self.proto.places.below(path, &[NAME]));
        let mut taken = Taken::default();
        let mut body = String::new();
        for (index, method) in tree.method.iter().enumerate() {
            let path = nth(path, METHOD, index);
            let wanted = snake(method.name());
            let name = taken.take(&wanted, "_");
            if name != wanted {
                let place = self.proto.places.below(&path, &[NAME]);
                let message = format!("there is another `{wanted}`, so this is called `{name}`");
                self.note(place, message);
            }
            body.push_str(&self.method(&path, &full, method, &name));
        }
        let head = format!("{}service {}", known.annotations(), declared.name);
        let text = self.close(place, &opened, &head, &body);
        self.declarations.push(text);
    }

    fn method(
        &mut self,
        path: &[i32],
        scope: &str,
        method: &MethodDescriptorProto,
        name: &str,
    ) -> String {
        let options = method.options.as_ref();
        let options = options.map_or(&[][..], |options| &options.uninterpreted_option);
        let known = self.options(&below(path, &[METHOD_OPTIONS]), options);
        let input = self.proto.places.below(path, &[INPUT]);
        let output = self.proto.places.below(path, &[OUTPUT]);
        let request = self.body(scope, method.input_type(), method.client_streaming(), input);
        let reply = self.body(
            scope,
            method.output_type(),
            method.server_streaming(),
            output,
        );
        let request = match (request, method.client_streaming()) {
            (Some(request), true) => format!("1: stream<{request}> requests"),
            (Some(request), false) => format!("1: {request} request"),
            (None, _) => String::new(),
        };
        let reply = match (reply, method.server_streaming()) {
            (Some(reply), true) => format!("stream<{reply}>"),
            (Some(reply), false) => reply,
            (None, _) => "void".to_owned(),
        };
        let (annotations, modifier) = (known.annotations(), known.modifier);
        let text = format!("{annotations}{modifier}{reply} {name}({request});");
        self.leaf(self.proto.places.of_path(path), &text)
    }

    /// The type of a request or reply; none for one that says nothing, unless it is in a stream.
    fn body(&mut self, scope: &str, name: &str, streams: bool, place: Place) -> Option<String> {
        let full = self.lookup.full(scope, name);
        if full.as_deref() == Some(super::known::EMPTY) && !streams {
            return None;
        }
        let Typed { text, kind } = self.named(scope, name, place);
        if let Kind::Enum(_) = kind {
            self.mistake(place, format!("`{name}` is no message"));
        }
        Some(text)
    }
}
