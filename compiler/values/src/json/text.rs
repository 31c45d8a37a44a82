//! A JSON parser that keeps the digits of numbers, the order of members, and the offset of each value.

use super::Mistake;

/// Maximum nesting of values.
const DEPTH: usize = 1024;

/// A JSON value and its offset.
#[derive(Clone, Debug)]
pub(super) struct Json {
    pub(super) at: usize,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    Null,
    Bool(bool),
    /// A number as written.
    Number(String),
    Text(String),
    List(Vec<Json>),
    /// Members: offset, name and value.
    Object(Vec<(usize, String, Json)>),
}

impl Json {
    pub(super) fn parse(text: &str) -> Result<Self, Mistake> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        let json = parser.value()?;
        parser.blanks();
        match parser.rest() {
            "" => Ok(json),
            _ => Err(parser.expected("the end")),
        }
    }

    /// A description of the value, with an article.
    pub(super) fn found(&self) -> String {
        match &self.what {
            What::Null => "null".to_owned(),
            What::Bool(bit) => bit.to_string(),
            What::Number(number) => shortened(number),
            What::Text(text) => shortened(&format!("{text:?}")),
            What::List(_) => "a list".to_owned(),
            What::Object(_) => "an object".to_owned(),
        }
    }
}

/// Shortens a text for an error message.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn eat(&mut self, sign: &str) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(sign);
        self.at += if is_next { sign.len() } else { 0 };
        is_next
    }

    fn expected(&self, what: &str) -> Mistake {
        let found = match self.rest().chars().next() {
            Some(sign) => format!("{sign:?}"),
            None => "the end".to_owned(),
        };
        Mistake::at(
            self.text,
            self.at,
            format!("expected {what}, found {found}"),
        )
    }

    fn value(&mut self) -> Result<Json, Mistake> {
        self.blanks();
        let at = self.at;
        let what = match self.rest().bytes().next() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => What::Text(self.string("a string")?),
            Some(b'-' | b'0'..=b'9') => What::Number(self.number()?),
            _ => self.word()?,
        };
        Ok(Json { at, what })
    }

    fn word(&mut self) -> Result<What, Mistake> {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric());
        let word = &rest[..end.unwrap_or(rest.len())];
        let what = match word {
            "null" => What::Null,
            "true" => What::Bool(true),
            "false" => What::Bool(false),
            _ => return Err(self.expected("a value")),
        };
        self.at += word.len();
        Ok(what)
    }

    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<What, Mistake>,
    ) -> Result<What, Mistake> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH {
            let message = "values are nested too deep".to_owned();
            return Err(Mistake::at(self.text, self.at - 1, message));
        }
        let what = read(self)?;
        self.depth -= 1;
        Ok(what)
    }

    fn list(&mut self) -> Result<What, Mistake> {
        let mut items = Vec::new();
        while !self.eat("]") {
            if !items.is_empty() && !self.eat(",") {
                return Err(self.expected("`,` or `]`"));
            }
            items.push(self.value()?);
        }
        Ok(What::List(items))
    }

    fn object(&mut self) -> Result<What, Mistake> {
        let mut members: Vec<(usize, String, Json)> = Vec::new();
        while !self.eat("}") {
            if !members.is_empty() && !self.eat(",") {
                return Err(self.expected("`,` or `}`"));
            }
            self.blanks();
            let at = self.at;
            let name = self.string("a name in quotes")?;
            if !self.eat(":") {
                return Err(self.expected("`:`"));
            }
            members.push((at, name, self.value()?));
        }
        Ok(What::Object(members))
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    fn number(&mut self) -> Result<String, Mistake> {
        let start = self.at;
        self.at += usize::from(self.rest().starts_with('-'));
        match self.rest().starts_with('0') {
            true => self.at += 1,
            false => self.digits()?,
        }
        if self.rest().starts_with('.') {
            self.at += 1;
            self.digits()?;
        }
        if self.rest().starts_with(['e', 'E']) {
            self.at += 1;
            self.at += usize::from(self.rest().starts_with(['+', '-']));
            self.digits()?;
        }
        Ok(self.text[start..self.at].to_owned())
    }

    fn digits(&mut self) -> Result<(), Mistake> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += digits;
        match digits {
            0 => Err(self.expected("a digit")),
            _ => Ok(()),
        }
    }

    fn string(&mut self, what: &str) -> Result<String, Mistake> {
        if !self.rest().starts_with('"') {
            return Err(self.expected(what));
        }
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest.find(|c| matches!(c, '"' | '\\' | '\0'..='\x1f'));
            let plain = &rest[..end.unwrap_or(rest.len())];
            text.push_str(plain);
            self.at += plain.len();
            match self.rest().bytes().next() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) | None => return Err(self.expected("the rest of a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Mistake> {
        let start = self.at;
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(sign @ (b'"' | b'\\' | b'/')) => char::from(*sign),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(start),
            Some(_) | None => {
                self.at = start;
                return Err(self.expected("an escape that JSON has"));
            }
        })
    }

    /// The four digits after `\u`, and the second half of a surrogate pair.
    fn unicode(&mut self, start: usize) -> Result<char, Mistake> {
        let first = self.four_digits();
        let code = match first {
            Some(high @ 0xd800..=0xdbff) if self.rest().starts_with("\\u") => {
                self.at += 2;
                let low = self
                    .four_digits()
                    .filter(|low| (0xdc00..=0xdfff).contains(low));
                low.map(|low| 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
            }
            code => code,
        };
        code.and_then(char::from_u32).ok_or_else(|| {
            let message = "`\\u` and its digits name no character".to_owned();
            Mistake::at(self.text, start, message)
        })
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.at += 4;
        is_number
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
    }
}
