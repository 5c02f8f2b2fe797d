//! Scientific names: from their parts, and apart from their authors.

/// What stands between a species and what is below it, and how a portal writes it (Symbiota
/// `OccurrenceUtil::occurrenceArrayCleaning`).
const RANKS: [(&str, &str); 14] = [
    ("subsp.", "subsp."),
    ("subsp", "subsp."),
    ("ssp.", "subsp."),
    ("ssp", "subsp."),
    ("subspecies", "subsp."),
    ("var.", "var."),
    ("var", "var."),
    ("variety", "var."),
    ("varietas", "var."),
    ("f.", "f."),
    ("fo.", "f."),
    ("form", "f."),
    ("forma", "f."),
    ("f", "f."),
];

/// Small words that belong to authors.
const OF_AUTHORS: [&str; 21] = [
    "ex", "et", "in", "de", "van", "von", "den", "der", "da", "do", "dos", "du", "del", "la", "le", "f", "fil", "hort",
    "non", "auct", "apud",
];

fn rank_of(word: &str) -> Option<&'static str> {
    RANKS.iter().find(|(written, _)| written.eq_ignore_ascii_case(word)).map(|(_, rank)| *rank)
}

/// The name that genus, specific epithet, rank and infraspecific epithet make; empty parts are `""`.
pub(super) fn join(genus: &str, specific: &str, rank: &str, infraspecific: &str) -> String {
    let mut name = genus.to_owned();
    let mut add = |part: &str| {
        if !part.is_empty() {
            name.push(' ');
            name.push_str(part);
        }
    };
    if specific.is_empty() || matches!(specific, "sp." | "sp" | "spp." | "spp") {
        return name;
    }
    add(specific);
    if !infraspecific.is_empty() {
        match rank.to_lowercase().as_str() {
            "species" | "cultivar" => {}
            _ => add(rank_of(rank).unwrap_or(rank)),
        }
        add(infraspecific);
    }
    name
}

/// Tells a name from its authors; `None` when a person must. The second text is empty when no author is given.
pub(super) fn split(full: &str) -> Option<(String, String)> {
    let words: Vec<&str> = full.split_whitespace().collect();
    let mut name: Vec<&str> = Vec::new();
    let mut at = 0;
    if is_cross(words.first()?) {
        name.push("×");
        at = 1;
    }
    let genus = words.get(at).filter(|word| is_genus(word))?;
    name.push(genus);
    at += 1;
    if words.get(at).is_some_and(|word| is_cross(word)) {
        name.push("×");
        at += 1;
        name.push(words.get(at).filter(|word| is_epithet(word))?);
        at += 1;
    } else if let Some(word) = words.get(at).filter(|word| is_epithet(word)) {
        name.push(word);
        at += 1;
    } else if matches!(words[at..], ["sp." | "spp."]) {
        at += 1;
    }
    // What follows the last rank with an epithet is the author; the species keeps only its epithet.
    let below = (at..words.len().saturating_sub(1))
        .rev()
        .find_map(|index| rank_of(words[index]).filter(|_| is_epithet(words[index + 1])).map(|rank| (index, rank)));
    let between = &words[at..below.map_or(words.len(), |(index, _)| index)];
    if !authors(between) {
        return None;
    }
    let Some((index, rank)) = below else { return Some((name.join(" "), between.join(" "))) };
    let author = &words[index + 2..];
    if name.len() < 2 || !authors(author) {
        return None;
    }
    name.extend([rank, words[index + 1]]);
    Some((name.join(" "), author.join(" ")))
}

fn is_cross(word: &str) -> bool {
    matches!(word, "×" | "x" | "X")
}

fn is_genus(word: &str) -> bool {
    let mut letters = word.strip_prefix('×').unwrap_or(word).chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.as_str().len() > 1
        && letters.all(|letter| letter.is_lowercase() || letter == '-')
}

fn is_epithet(word: &str) -> bool {
    let plain = word.strip_prefix('×').unwrap_or(word);
    plain.chars().count() > 1
        && plain.chars().all(|letter| letter.is_lowercase() || letter == '-')
        && !OF_AUTHORS.contains(&plain)
        && !matches!(plain, "cf" | "aff" | "sp" | "spp" | "nov" | "cv")
        && rank_of(plain).is_none()
}

/// May these words name authors? The first begins with a capital, a bracket or one of their small words; ranks with
/// epithets (of a rank above) may stand between.
fn authors(words: &[&str]) -> bool {
    let mut after_rank = false;
    for (index, word) in words.iter().enumerate() {
        let small = OF_AUTHORS.contains(&word.trim_end_matches(['.', ',']));
        let capital = word.starts_with(|letter: char| letter.is_uppercase() || letter == '(' || letter == '[');
        let rank = rank_of(word).is_some() && words.get(index + 1).is_some_and(|next| is_epithet(next));
        let joint = index > 0 && matches!(*word, "&" | "f." | "fil." | "and" | "y");
        let bare_year = index > 0 && word.len() >= 4 && word.starts_with(|digit: char| digit.is_ascii_digit());
        if !(small || capital || rank || joint || bare_year || after_rank) {
            return false;
        }
        after_rank = rank;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{join, split};

    #[test]
    fn names_are_joined() {
        for (parts, name) in [
            (["Quercus", "", "", ""], "Quercus"),
            (["Quercus", "sp.", "", ""], "Quercus"),
            (["Quercus", "alba", "species", ""], "Quercus alba"),
            (["Quercus", "alba", "variety", "repanda"], "Quercus alba var. repanda"),
            (["Quercus", "alba", "", "repanda"], "Quercus alba repanda"),
            (["Quercus", "alba", "nothovar.", "repanda"], "Quercus alba nothovar. repanda"),
            (["Quercus", "", "var.", "repanda"], "Quercus"),
        ] {
            assert_eq!(join(parts[0], parts[1], parts[2], parts[3]), name);
        }
    }

    #[test]
    fn authors_are_told_from_names() {
        for (full, name, author) in [
            ("Quercus", "Quercus", ""),
            ("Quercus L.", "Quercus", "L."),
            ("Quercus sp.", "Quercus", ""),
            ("Quercus  alba", "Quercus alba", ""),
            ("Quercus alba L.", "Quercus alba", "L."),
            ("Carex x elata (L.) All.", "Carex × elata", "(L.) All."),
            (
                "× Cupressocyparis leylandii (A.B. Jacks. & Dallim.) Dallim.",
                "× Cupressocyparis leylandii",
                "(A.B. Jacks. & Dallim.) Dallim.",
            ),
            ("Quercus alba L. var. repanda Michx.", "Quercus alba var. repanda", "Michx."),
            ("Salvia alba L. f.", "Salvia alba", "L. f."),
            ("Salvia alba L. f. ex Hook.", "Salvia alba", "L. f. ex Hook."),
            ("Salvia alba f. minor Hook.", "Salvia alba f. minor", "Hook."),
            ("Salvia alba ssp. minor", "Salvia alba subsp. minor", ""),
            ("Salvia alba subsp. minor L. var. rosea (Mill.) Vell.", "Salvia alba var. rosea", "(Mill.) Vell."),
            ("Abies alba de Vriese", "Abies alba", "de Vriese"),
            ("Turdus merula Linnaeus, 1758", "Turdus merula", "Linnaeus, 1758"),
            ("Aster novae-angliae L.", "Aster novae-angliae", "L."),
        ] {
            assert_eq!(split(full), Some((name.to_owned(), author.to_owned())), "{full}");
        }
    }

    #[test]
    fn doubtful_names_are_left_to_a_person() {
        for full in [
            "",
            "quercus alba",
            "QUERCUS ALBA",
            "Quercus cf. alba",
            "Quercus alba minor",
            "Q. alba",
            "?",
            "Quercus aff. alba L.",
            "Quercus 'Red'",
            "Quercus alba 'Red'",
            "Quercus x",
            "indet.",
        ] {
            assert_eq!(split(full), None, "{full}");
        }
    }
}
