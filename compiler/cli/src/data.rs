//! The wire bytes and JSON that commands read and print: from files or the standard input, raw or as hex or base64.

use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sinew_compiler::Unreadable;
use sinew_values::{Message, Schema, Type, from_base64, json, to_base64, write};

use crate::input::{STDIN, is_stdin};
use crate::output::Output;

/// How bytes are written as text.
#[derive(clap::Args)]
#[group(multiple = false)]
pub(crate) struct Spelling {
    /// Bytes are pairs of hexadecimal digits; spaces are ignored
    #[arg(long)]
    hex: bool,
    /// Bytes are base64, in the standard or the URL-safe alphabet
    #[arg(long)]
    base64: bool,
}

/// The content of a file, and its name for messages.
pub(crate) struct Data {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl Data {
    /// Reads a file, or the standard input for `-`. Errors have been reported; `Err` is the exit code.
    pub(crate) fn read(path: &Path, output: &Output) -> Result<Self, ExitCode> {
        let (name, read) = match is_stdin(path) {
            true => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                (STDIN.to_owned(), read.map(|_| bytes))
            }
            false => (path.display().to_string(), fs::read(path)),
        };
        match read {
            Ok(bytes) => Ok(Self { name, bytes }),
            Err(error) => Err(output.io_error(&Unreadable { name, error })),
        }
    }

    /// The name and the text of a UTF-8 file.
    pub(crate) fn utf8(self, output: &Output) -> Result<(String, String), ExitCode> {
        let Self { name, bytes } = self;
        match String::from_utf8(bytes) {
            Ok(text) => Ok((name, text)),
            Err(_) => Err(output.finding(&format!("{name}: the text is not UTF-8"))),
        }
    }

    /// Decodes hex or base64, if `spelling` says so.
    pub(crate) fn spelled(self, spelling: &Spelling, output: &Output) -> Result<Self, ExitCode> {
        let (read, what) = match spelling {
            Spelling { hex: true, .. } => (self.text(from_hex), "pairs of hexadecimal digits"),
            Spelling { base64: true, .. } => (self.text(from_base64), "base64"),
            Spelling { .. } => return Ok(self),
        };
        let name = self.name;
        match read {
            Some(bytes) => Ok(Self { name, bytes }),
            None => Err(output.finding(&format!("{name}: expected {what}"))),
        }
    }

    fn text(&self, read: fn(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        std::str::from_utf8(&self.bytes).ok().and_then(read)
    }
}

impl Spelling {
    /// Prints bytes. Raw bytes do not go to a terminal, which would interpret some as commands.
    pub(crate) fn print(&self, bytes: &[u8], output: &Output) -> ExitCode {
        match self {
            Self { hex: true, .. } => output.product(&(to_hex(bytes) + "\n")),
            Self { base64: true, .. } => output.product(&(to_base64(bytes) + "\n")),
            Self { .. } if io::stdout().is_terminal() => output.usage_error(
                "bytes are not for terminals; use `--hex` or `--base64`, or send them to a file",
            ),
            Self { .. } => match output.print_bytes(bytes) {
                Ok(()) => ExitCode::SUCCESS,
                Err(code) => code,
            },
        }
    }
}

/// Resolves an argument that is JSON itself, `@FILE`, or `-` for the standard input. Returns the name for messages, and
/// the text.
pub(crate) fn given(data: &str, output: &Output) -> Result<(String, String), ExitCode> {
    let file = data.strip_prefix('@').or((data == "-").then_some(data));
    let Some(file) = file else {
        return Ok(("--data".to_owned(), data.to_owned()));
    };
    Data::read(Path::new(file), output)?.utf8(output)
}

/// Encodes JSON as a message of a type. `line` is the number of the line that the JSON is, if it is one of a file.
pub(crate) fn written(
    schema: &Schema,
    ty: &Type,
    name: &str,
    line: Option<usize>,
    text: &str,
    output: &Output,
) -> Result<Message, ExitCode> {
    let value = json::parse(schema, ty, text).map_err(|mut mistake| {
        mistake.line = line.unwrap_or(mistake.line);
        output.finding(&mistake.in_file(name))
    })?;
    write(schema, ty, &value)
        .ok_or_else(|| output.finding(&format!("{name}: values are nested too deep")))
}

/// Tells the user which fields of a message are not in the schema.
pub(crate) fn note_skipped(skipped: &[String], output: &Output) {
    for field in skipped {
        output.note(&format!(
            "left out `{field}`, which the schema does not have"
        ));
    }
}

/// The default for arguments that name a file.
pub(crate) fn stdin() -> PathBuf {
    PathBuf::from("-")
}

fn to_hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().filter(|sign| !sign.is_ascii_whitespace());
    let digits = digits.map(|sign| sign.to_digit(16).map(|digit| digit as u8));
    let digits: Vec<u8> = digits.collect::<Option<_>>()?;
    let pairs = digits
        .chunks(2)
        .map(|pair| Some(pair.first()? << 4 | pair.get(1)?));
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_taken_in_pairs() {
        assert_eq!(from_hex("0aFf\n 00"), Some(vec![0x0a, 0xff, 0]));
        assert_eq!(from_hex(&to_hex(&[1, 2, 0xfe])), Some(vec![1, 2, 0xfe]));
        for text in ["0", "0x00", "g0", "é0"] {
            assert_eq!(from_hex(text), None, "{text}");
        }
    }
}
