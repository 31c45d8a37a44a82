//! Data formats: JSON, YAML and XML, which may themselves hold a schema of another language.

use super::languages::{AVRO_JSON, JSON_SCHEMA, Language, OPEN_API};

/// What a file may contain instead of a schema.
#[derive(Clone, Copy)]
pub(super) enum Data {
    Json,
    Yaml,
    Xml,
}

impl Data {
    pub(super) fn of(text: &str) -> Option<Self> {
        let second = text.get(1..).unwrap_or_default().trim_start();
        let begins = |signs: &[char]| second.starts_with(signs);
        match text.bytes().next()? {
            b'{' if begins(&['"', '}']) => Some(Self::Json),
            b'[' if begins(&['{', '[', '"', ']'])
                || second.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                Some(Self::Json)
            }
            b'<' if second.starts_with(|c: char| c.is_ascii_alphabetic() || "?!".contains(c)) => {
                Some(Self::Xml)
            }
            _ if is_yaml(text) => Some(Self::Yaml),
            _ => None,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
            Self::Xml => "XML",
        }
    }

    /// The schema language of `text`, if it holds one.
    pub(super) fn schema(self, text: &str) -> Option<&'static Language> {
        let has_key = |key: &str| match self {
            Self::Json => text.contains(&format!("\"{key}\"")),
            Self::Yaml => text.lines().any(|line| {
                let value = line.trim_start().strip_prefix(key);
                value.is_some_and(|value| value.starts_with(':'))
            }),
            Self::Xml => false,
        };
        if has_key("openapi") || has_key("swagger") {
            Some(&OPEN_API)
        } else if has_key("fields") && has_key("type") {
            Some(&AVRO_JSON)
        } else if has_key("properties") {
            Some(&JSON_SCHEMA)
        } else {
            None
        }
    }
}

/// Whether the first line with content is `---` or `key: value`, without signs of a schema in it.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let Some((key, value)) = first.and_then(|line| line.split_once(':')) else {
        return first.is_some_and(|line| line == "---");
    };
    let key = if key == "$schema" { "schema" } else { key };
    let is_key = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let is_value = value.is_empty() || value.starts_with(' ');
    let is_ours = matches!(key, "namespace" | "package" | "module" | "library");
    let has_signs = value.contains([';', '{', '(']) || value.ends_with(',');
    !key.is_empty() && key.chars().all(is_key) && is_value && !is_ours && !has_signs
}
