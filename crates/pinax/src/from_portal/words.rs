//! Names, strings and comments as TOML has them.

use std::collections::BTreeSet;

/// A string as TOML writes it, on one line.
pub(super) fn quoted(text: &str) -> String {
    // Of two ways to write it the serializer takes several lines for a text with line breaks; JSON's way is a TOML string
    // too, but for one control character.
    if text.contains(['\n', '\r']) {
        return serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F");
    }
    toml::Value::from(text).to_string()
}

/// `text` without line breaks and other control characters, for a comment or a message.
pub(super) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// Every line of `text` behind `# `.
pub(super) fn commented(text: &str) -> String {
    text.lines().map(|line| format!("# {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A profile's name from its title: letters, digits and hyphens; another than those in `taken`.
pub(super) fn name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let parts = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let slug = parts.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-");
    let slug = if slug.is_empty() { "profile".to_owned() } else { slug };
    let others = (2..).map(|number: u32| format!("{slug}-{number}"));
    let mut free = std::iter::once(slug.clone()).chain(others).filter(|name| !taken.contains(name));
    let name = free.next().unwrap_or(slug);
    taken.insert(name.clone());
    name
}
