//! What follows the catalog number in a file name: it orders the pictures of one specimen.

/// Names of views in the order in which they are shown, after all numbered pictures.
const VIEWS: [&str; 12] = [
    "habit", "habitus", "dorsal", "lateral", "ventral", "frontal", "face", "head", "detail", "reverse", "verso",
    "label",
];

/// Suffixes that mark a smaller (or the large) copy of another picture; Symbiota and its users write these.
const DERIVATIVES: [&str; 10] = ["tn", "thumb", "thumbnail", "thumbs", "web", "med", "medium", "lg", "large", "sm"];

/// Place among the pictures of one specimen, from the suffix alone, so that it does not depend on what else is there:
/// nothing 0; `_1`, `(1)` or `_a` 1; `_2` or `_b` 2; …; then known views; then everything else.
#[must_use]
pub fn rank(suffix: &str) -> u32 {
    const LAST_NUMBER: u32 = 400;
    const UNKNOWN: u32 = 500;
    let word = significant(suffix);
    if word.is_empty() {
        return 0;
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().unwrap_or(LAST_NUMBER).min(LAST_NUMBER);
    }
    if let [letter] = word.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        return u32::from(letter.to_ascii_lowercase() - b'a') + 1;
    }
    let lower = word.to_lowercase();
    match VIEWS.iter().position(|view| *view == lower) {
        Some(place) => LAST_NUMBER + 1 + u32::try_from(place).expect("a dozen views"),
        None => UNKNOWN,
    }
}

/// Does the suffix end in a word that marks a copy in another size?
#[must_use]
pub fn is_derivative(suffix: &str) -> bool {
    let lower = suffix.replace("%20", " ").to_lowercase();
    let Some(word) = lower.rsplit(is_separator).find(|word| !word.is_empty()) else {
        return false;
    };
    // `TST1tn` without a separator is not taken for one: letters right after a number are often part of it.
    lower.starts_with(is_separator) && DERIVATIVES.contains(&word)
}

/// The suffix without what only separates; `%20` is a space that somebody encoded.
fn significant(suffix: &str) -> String {
    suffix.replace("%20", " ").trim_matches(is_separator).to_owned()
}

fn is_separator(c: char) -> bool {
    matches!(c, '_' | '-' | '.' | ' ' | '(' | ')' | '[' | ']' | '~' | '#' | '+' | ',')
}

#[cfg(test)]
mod tests {
    use super::{is_derivative, rank};

    #[test]
    fn the_first_picture_comes_first_then_numbers_then_views() {
        let names = ["", "_1", "_b", "-03", " (4)", "_dorsal", "_label", "_whatever"];
        let ranks: Vec<u32> = names.iter().map(|name| rank(name)).collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert_eq!(&ranks[..5], [0, 1, 2, 3, 4]);
        assert_eq!(rank("_99999999999999999999"), 400);
    }

    #[test]
    fn derivatives_are_known_by_their_last_word() {
        assert!(is_derivative("_tn") && is_derivative("_a_MED") && is_derivative("-thumb") && is_derivative("_lg"));
        assert!(!is_derivative("tn") && !is_derivative("_a") && !is_derivative("") && !is_derivative("_lgx"));
    }
}
