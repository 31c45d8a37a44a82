//! Servers that publish schemas: valid ones, ones that do not fit, and hostile ones.

use std::future::pending;
use std::time::Duration;

use idl_examples::idl::calculator::CalculatorServer;
use idl_examples::idl::hello::GreeterServer;
use idl_examples::{calculator, chat, hello};
use sinew::reflect::{MethodInfo, Reflect, ReflectServer, ServiceInfo, Source, SourcePart};
use sinew::{Ctx, Limits, Server, Status, Tx};
use tokio::time::{Instant, sleep_until};

/// The schema of the example, formatted differently.
const HELLO: &str = "namespace hello;
struct Person { 1: string name; 2: optional string title; }
service Greeter { readonly string greet(
    // Whom?
    1: Person who, // and nobody else
); }
";
/// A different schema for the same service.
const OTHER: &str = "namespace hello;
struct Person { 1: string name; 3: u8 age = 0; }
service Greeter { readonly string greet(1: Person who); }
";
const WRONG: &str = "namespace hello;
struct Person { 1: strin name; } // \u{1b}[2J\u{202e}
service Greeter { readonly string greet(1: Person who); }
";

/// A file that declares the service of the example.
const fn greeter(path: &'static str, text: &'static str) -> Source {
    Source::new(path, &[], &["hello.Greeter"], &[], text)
}

/// Servers of two examples, with the sets of files that they publish.
const TELL_OF_TWO: &[(&str, &[&[Source]])] = &[
    ("{told/half}", &[&[greeter("hello.idl", HELLO)]]),
    (
        "{told/crates}",
        &[
            &[shared("namespace shared;"), GREETER_BESIDE],
            &[shared("namespace shared;"), CALCULATOR_BESIDE],
        ],
    ),
    (
        "{told/torn}",
        &[
            &[shared("namespace shared;"), GREETER_BESIDE],
            &[shared("namespace shared; struct New {}"), CALCULATOR_BESIDE],
        ],
    ),
];
/// Two projects, one of which imports a file of the other.
const TELL_OF_THREE: &[&[Source]] = &[
    &[greeter("hello.idl", HELLO), CALCULATOR_BESIDE],
    &[greeter("hello.idl", HELLO), ROOM_BESIDE],
];
/// Files that import the first one of their set.
const GREETER_BESIDE: Source = Source::new("hello.idl", &[], &["hello.Greeter"], &[0], HELLO);
const CALCULATOR_BESIDE: Source = Source::new(
    "calculator.idl",
    &[],
    &["calculator.Calculator"],
    &[0],
    include_str!("../../../idl-examples/idl/calculator.idl"),
);

const ROOM_BESIDE: Source = Source::new(
    "room.idl",
    &[],
    &["chat.Room"],
    &[0],
    include_str!("../../../idl-examples/idl/chat.idl"),
);

const fn shared(text: &'static str) -> Source {
    Source::new("shared.idl", &[], &[], &[], text)
}

/// Servers of one example, with the sets of files that they publish.
const TELL: &[(&str, &[&[Source]])] = &[
    ("{told/hello}", &[&[greeter("hello.idl", HELLO)]]),
    ("{told/other}", &[&[greeter("hello.idl", OTHER)]]),
    ("{told/wrong}", &[&[greeter("hello.idl", WRONG)]]),
    (
        "{told/two}",
        &[&[greeter("a.idl", OTHER)], &[greeter("a.idl", HELLO)]],
    ),
    ("{told/imports}", &[IMPORTS]),
    (
        "{told/of_others}",
        &[&[Source::new("a.idl", &[], &["shop.Orders"], &[], HELLO)]],
    ),
    ("{told/up}", &[&[greeter("../hello.idl", HELLO)]]),
    ("{told/absolute}", &[&[greeter("/etc/passwd", HELLO)]]),
    ("{told/escapes}", &[&[greeter("\u{1b}[2J.idl", HELLO)]]),
    (
        "{told/twice}",
        &[&[
            greeter("a.idl", HELLO),
            greeter("b.idl", ""),
            greeter("a.idl", ""),
        ]],
    ),
    (
        "{told/outside}",
        &[&[greeter(
            "a.idl",
            "namespace a; import \"../../etc/passwd\";",
        )]],
    ),
];

/// The servers, each with its placeholder.
pub(super) fn servers() -> impl Iterator<Item = (&'static str, Server)> {
    let tell = TELL.iter().map(|(name, sets)| {
        let server = hello::server().add_reflection_with(sets.iter().copied());
        (*name, server)
    });
    let of_two = TELL_OF_TWO.iter().map(|(name, sets)| {
        let calculator = CalculatorServer::new(calculator::Checked);
        let server = hello::server().add(calculator);
        (*name, server.add_reflection_with(sets.iter().copied()))
    });
    let greeter = GreeterServer::new(hello::Polite);
    let calculator = CalculatorServer::new(calculator::Checked);
    let of_three = chat::server().add(greeter).add(calculator);
    let of_three = of_three.add_reflection_with(TELL_OF_THREE.iter().copied());
    let strangers = [
        ("{told/old}", Does::KnowNothing),
        ("{told/large}", Does::TellOneLargeFile),
        ("{told/empty}", Does::TellNothingForEver),
        ("{told/many}", Does::TellManyFiles),
        ("{told/silent}", Does::StaySilent),
        ("{told/slow}", Does::TakeHalfOfTheTime),
        ("{told/liar}", Does::Lie),
    ];
    let serve = |does| Server::new().add(ReflectServer::new(Stranger(does)));
    tell.chain(of_two)
        .chain([("{told/projects}", of_three)])
        .chain(strangers.map(|(name, does)| (name, serve(does))))
}

/// A server that streams for ever, and soon closes silent connections.
pub(super) fn endless() -> Server {
    let mut limits = Limits::default();
    limits.keepalive = Duration::from_millis(500);
    limits.keepalive_answer = Duration::from_millis(500);
    let reflect = ReflectServer::new(Stranger(Does::TellOneLargeFile));
    Server::new().limits(limits).add(reflect)
}

/// Nested roots, so that one file has two paths; and files without a service.
const IMPORTS: &[Source] = &[
    Source::new(
        "secret.idl",
        &[],
        &["hello.Secrets"],
        &[],
        "namespace secret;",
    ),
    Source::new(
        "who.idl",
        &["people/who.idl"],
        &[],
        &[],
        "namespace hello.who; struct Person { 1: string name; 2: optional string title; }",
    ),
    Source::new(
        "hello.idl",
        &[],
        &["hello.Greeter"],
        &[1, 9],
        "namespace hello; import \"people/who.idl\" as who; service Greeter { readonly string greet(1: who.Person who); }",
    ),
];

/// A server that is not ours.
struct Stranger(Does);

#[derive(Clone, Copy, PartialEq)]
enum Does {
    KnowNothing,
    TellOneLargeFile,
    TellNothingForEver,
    TellManyFiles,
    StaySilent,
    TakeHalfOfTheTime,
    Lie,
}

/// Half of the time that the test gives a slow server.
const HALF: Duration = Duration::from_secs(1);

fn left(cx: &Ctx) -> Duration {
    let end = cx.deadline().expect("the command gives a time");
    end.saturating_duration_since(Instant::now())
}

impl Reflect for Stranger {
    async fn services(&self, cx: Ctx) -> Result<Vec<ServiceInfo>, Status> {
        if let (Does::TakeHalfOfTheTime, Some(end)) = (self.0, cx.deadline()) {
            sleep_until(end - HALF).await;
        }
        let method = |name| vec![MethodInfo::new(name, false, false, false, vec![], vec![])];
        Ok(match self.0 {
            Does::Lie => vec![
                ServiceInfo::new("shop.\u{1b}[2JOrders", method("pl\nace\u{202e}")),
                ServiceInfo::new("sinew.Health", method("check")),
                ServiceInfo::new("sinew.Health", method("check")),
            ],
            _ => vec![ServiceInfo::new("hello.Greeter", method("greet"))],
        })
    }

    async fn sources(&self, cx: Ctx, mut output: Tx<SourcePart>) -> Result<(), Status> {
        let (path, text) = match self.0 {
            Does::KnowNothing => return Err(Status::unimplemented("there is no such method")),
            Does::Lie => return Ok(()),
            Does::TakeHalfOfTheTime if left(&cx) > HALF => return Ok(()),
            Does::StaySilent | Does::TakeHalfOfTheTime => {
                output.open();
                return pending().await;
            }
            Does::TellOneLargeFile => ("a.idl", "// ".repeat(1 << 18)),
            Does::TellNothingForEver | Does::TellManyFiles => ("a.idl", String::new()),
        };
        for number in 0u32.. {
            let path = match self.0 {
                Does::TellManyFiles => format!("{number}.idl"),
                _ => path.to_owned(),
            };
            output.send(SourcePart::new(0, path, vec![], &text)).await?;
        }
        Ok(())
    }
}
