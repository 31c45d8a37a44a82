//! JSON as text: numbers keep their digits, objects the order of their members.

use std::fmt;

/// A JSON value.
pub(super) enum Json {
    Null,
    Bool(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: text };
        let json = parser.value()?;
        parser.blanks();
        match parser.rest {
            "" => Ok(json),
            rest => Err(format!("`{rest}` is left")),
        }
    }

    /// The member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => {
                let mut members = members.iter();
                members
                    .find(|(known, _)| known == name)
                    .map(|(_, json)| json)
            }
            _ => None,
        }
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.blanks();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        match self.eat(sign) {
            true => Ok(()),
            false => Err(format!("`{sign}` is expected at `{}`", self.rest)),
        }
    }

    fn value(&mut self) -> Result<Json, String> {
        if self.eat("null") {
            return Ok(Json::Null);
        }
        if self.eat("true") {
            return Ok(Json::Bool(true));
        }
        if self.eat("false") {
            return Ok(Json::Bool(false));
        }
        if self.eat("\"") {
            return self.text().map(Json::Text);
        }
        if self.eat("[") {
            return self.all("]", Self::value).map(Json::List);
        }
        if self.eat("{") {
            let member = |parser: &mut Self| {
                parser.expect("\"")?;
                let name = parser.text()?;
                parser.expect(":")?;
                Ok((name, parser.value()?))
            };
            return self.all("}", member).map(Json::Object);
        }
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        match number.parse::<f64>() {
            Ok(_) => Ok(Json::Number(number.to_owned())),
            Err(_) => Err(format!("`{number}{rest}` is no value")),
        }
    }

    fn all<T>(
        &mut self,
        end: &str,
        one: impl Fn(&mut Self) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let mut all = Vec::new();
        while !self.eat(end) {
            if !all.is_empty() {
                self.expect(",")?;
            }
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// The rest of a string, and its end.
    fn text(&mut self) -> Result<String, String> {
        let mut text = String::new();
        loop {
            let rest: &'t str = self.rest;
            let end = rest.find(['"', '\\']).ok_or("a string has no end")?;
            text.push_str(&rest[..end]);
            self.rest = &rest[end + 1..];
            if rest[end..].starts_with('"') {
                return Ok(text);
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let mut rest = self.rest.chars();
        let sign = rest.next().ok_or("a string has no end")?;
        self.rest = rest.as_str();
        Ok(match sign {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'u' => {
                let (digits, rest) = self
                    .rest
                    .split_at_checked(4)
                    .ok_or("`\\u` has four digits")?;
                self.rest = rest;
                let code = u32::from_str_radix(digits, 16).map_err(|error| error.to_string())?;
                char::from_u32(code).ok_or("`\\u` names no character")?
            }
            other => other,
        })
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(bit) => write!(f, "{bit}"),
            Self::Number(number) => f.write_str(number),
            Self::Text(text) => quote(f, text),
            Self::List(items) => all(f, ['[', ']'], items, |f, item| write!(f, "{item}")),
            Self::Object(members) => all(f, ['{', '}'], members, |f, (name, value)| {
                quote(f, name)?;
                write!(f, ": {value}")
            }),
        }
    }
}

fn all<T>(
    f: &mut fmt::Formatter<'_>,
    [open, close]: [char; 2],
    items: &[T],
    one: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{open}")?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        one(f, item)?;
    }
    write!(f, "{close}")
}

fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for sign in text.chars() {
        match sign {
            '"' | '\\' => write!(f, "\\{sign}")?,
            '\0'..=' ' if sign != ' ' => write!(f, "\\u{:04x}", u32::from(sign))?,
            sign => write!(f, "{sign}")?,
        }
    }
    f.write_str("\"")
}

/// Bytes as pairs of hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of pairs of hexadecimal digits; blanks and hyphens do not matter.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !b" -".contains(byte)).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    match digits.len() % 2 {
        0 => digits.chunks(2).map(pair).collect(),
        _ => None,
    }
}
