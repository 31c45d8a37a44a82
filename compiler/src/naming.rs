//! Styles of names, and which names become the same in generated code. Knows no declarations.

/// A style of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `PascalCase`
    Pascal,
    /// `snake_case`
    Snake,
    /// `SCREAMING_SNAKE_CASE`
    Screaming,
}

impl Style {
    /// `name` in this style. Underscores at either end are kept.
    pub(crate) fn apply(self, name: &str) -> String {
        use heck::{ToShoutySnakeCase as _, ToSnakeCase as _, ToUpperCamelCase as _};
        let inner = name.trim_matches('_');
        let Some(start) = name.find(inner).filter(|_| !inner.is_empty()) else {
            return name.to_owned();
        };
        let converted = match self {
            Style::Pascal => inner.to_upper_camel_case(),
            Style::Snake => inner.to_snake_case(),
            Style::Screaming => inner.to_shouty_snake_case(),
        };
        format!(
            "{}{converted}{}",
            &name[..start],
            &name[start + inner.len()..]
        )
    }

    /// The name of the style.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Style::Pascal => "PascalCase",
            Style::Snake => "snake_case",
            Style::Screaming => "SCREAMING_SNAKE_CASE",
        }
    }
}

/// Names that are equal in this form may not be declared side by side.
pub(crate) fn canonical_name(name: &str) -> String {
    let mut canonical = name.replace('_', "");
    canonical.make_ascii_lowercase();
    if canonical.is_empty() {
        return name.to_owned();
    }
    canonical
}
