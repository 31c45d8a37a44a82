//! An HTTP access log: 10,000 lines, mostly strings.

use super::plain;
use crate::wire::random::Random;

plain! {
    pub struct Address {
        pub x0: u8,
        pub x1: u8,
        pub x2: u8,
        pub x3: u8,
    }

    pub struct Log {
        pub address: Address,
        pub identity: String,
        pub userid: String,
        pub date: String,
        pub request: String,
        pub code: u16,
        pub size: u64,
    }

    pub struct Logs {
        pub logs: Vec<Log>,
    }
}

/// The whole log.
pub fn generate(random: &mut Random) -> Logs {
    Logs {
        logs: (0..10_000).map(|_| log(random)).collect(),
    }
}

fn log(random: &mut Random) -> Log {
    let mut byte = || random.bits() as u8;
    let address = Address {
        x0: byte(),
        x1: byte(),
        x2: byte(),
        x3: byte(),
    };
    Log {
        address,
        identity: "-".to_owned(),
        userid: random.word(&[
            "-", "alice", "bob", "carmen", "david", "eric", "frank", "george", "harry",
        ]),
        date: date(random),
        request: request(random),
        code: code(random),
        size: random.range(0..100_000_000) as u64,
    }
}

fn date(random: &mut Random) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let day = random.range(1..29);
    let month = random.pick(&MONTHS);
    let year = random.range(1970..2022);
    let (hour, minute, second) = (
        random.range(0..24),
        random.range(0..60),
        random.range(0..60),
    );
    let zone = random.range(-12..13);
    let sign = if zone < 0 { '-' } else { '+' };
    format!(
        "{day}/{month}/{year}:{hour}:{minute}:{second} {sign}{:02}00",
        zone.abs()
    )
}

fn request(random: &mut Random) -> String {
    const ROUTES: [&str; 7] = [
        "/favicon.ico",
        "/css/index.css",
        "/css/font-awsome.min.css",
        "/img/logo-full.svg",
        "/img/splash.jpg",
        "/api/login",
        "/api/logout",
    ];
    let method = random.pick(&["GET", "POST", "PUT", "UPDATE", "DELETE"]);
    let route = random.pick(&ROUTES);
    let protocol = random.pick(&["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3"]);
    format!("{method} {route} {protocol}")
}

fn code(random: &mut Random) -> u16 {
    let ranges = [
        100..=103,
        200..=208,
        226..=226,
        300..=308,
        400..=418,
        421..=426,
        428..=429,
        431..=431,
        451..=451,
    ];
    let codes: Vec<u16> = ranges
        .into_iter()
        .flatten()
        .chain(500..=508)
        .chain(510..=511)
        .collect();
    random.pick(&codes)
}
