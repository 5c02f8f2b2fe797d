//! Dates as people write them -> dates as the column `eventDate` holds them.

/// A day, a month or a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Day {
    /// `yyyy-mm-dd`; a month is `yyyy-mm-00`, a year `yyyy-00-00`, as Symbiota writes them.
    pub(super) iso: String,
    /// Read month first because it has to be read somehow: day and month could be the other way round.
    pub(super) ambiguous: bool,
}

/// Years in which specimens were collected.
const YEARS: std::ops::RangeInclusive<u32> = 1500..=2200;

/// The months by name and abbreviation, in the languages of labels (English, German, French, Spanish, Portuguese,
/// Italian, Dutch).
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "jän", "jänner", "janvier", "janv", "enero", "ene", "janeiro", "gennaio", "januari"],
    &[
        "february",
        "feb",
        "februar",
        "février",
        "fevrier",
        "févr",
        "fév",
        "febrero",
        "fevereiro",
        "febbraio",
        "februari",
    ],
    &["march", "mar", "märz", "maerz", "mars", "marzo", "março", "maart", "mrz"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maio", "maggio", "mei"],
    &["june", "jun", "juni", "juin", "junio", "junho", "giugno"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio"],
    &["august", "aug", "août", "aout", "agosto", "ago", "augustus"],
    &["september", "sep", "sept", "septembre", "septiembre", "setiembre", "setembro", "settembre"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "ottobre"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &["december", "dec", "dezember", "dez", "décembre", "decembre", "déc", "diciembre", "dic", "dezembro", "dicembre"],
];

const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/// Times of day that say nothing: what programs add to a bare date.
const MIDNIGHTS: [&str; 8] =
    ["00:00:00.000Z", "00:00:00.000", "00:00:00Z", "00:00:00", "0:00:00", "12:00:00 AM", "00:00", "0:00"];

/// Reads a date; `None` when it is none, when it cannot be (31 February), is outside the years 1500 to 2200, has a
/// year of two digits, or says more or less than one day, month or year (`4-7 Jul 1899`, `ca. 1899`).
///
/// Slashes and hyphens before a year: month first, as in the United States and as Symbiota reads them
/// (`OccurrenceUtil::formatDate`), unless the first number is above 12. Dots: day first, as in Europe.
pub(super) fn read(text: &str) -> Option<Day> {
    let text = without_midnight(text.trim().trim_end_matches(['.', ',', ';', ' ']));
    let (parts, gaps) = parts(text)?;
    match (&parts[..], &gaps[..]) {
        ([Part::Number(all)], []) => match all.len() {
            4 => day(year(all)?, 0, 0),
            8 => day(year(&all[..4])?, number(&all[4..6])?, number(&all[6..])?).filter(|day| !day.iso.ends_with("-00")),
            _ => None,
        },
        ([Part::Number(one), Part::Number(two)], [Gap::Hyphen | Gap::Slash | Gap::Dot]) => match year(one) {
            Some(year) if gaps[0] != Gap::Dot => day(year, number(two)?, 0),
            Some(_) => None,
            None => day(year(two)?, not_zero(one)?, 0),
        },
        ([Part::Word(word), Part::Number(number)] | [Part::Number(number), Part::Word(word)], _) => {
            day(year(number)?, month(word)?, 0)
        }
        ([Part::Number(one), Part::Number(two), Part::Number(three)], [before, after]) if before == after => {
            numbers(one, two, three, *before)
        }
        ([Part::Number(one), Part::Word(word), Part::Number(two)], _) => match year(one) {
            Some(year) => day(year, month(word)?, not_zero(two)?),
            None => day(year(two)?, month(word)?, not_zero(one)?),
        },
        ([Part::Word(word), Part::Number(one), Part::Number(two)], _) => day(year(two)?, month(word)?, not_zero(one)?),
        _ => None,
    }
}

fn numbers(one: &str, two: &str, three: &str, gap: Gap) -> Option<Day> {
    if !matches!(gap, Gap::Hyphen | Gap::Slash | Gap::Dot) {
        return None;
    }
    if let Some(year) = year(one) {
        return day(year, number(two)?, number(three)?);
    }
    let (year, one, two) = (year(three)?, not_zero(one)?, not_zero(two)?);
    if gap == Gap::Dot || (one > 12 && two <= 12) {
        return day(year, two, one);
    }
    day(year, one, two).map(|day| Day { ambiguous: one <= 12 && two <= 12 && one != two, ..day })
}

/// The day, if there is such a day; 0 stands for a day or month that is not known.
fn day(year: u32, month: u32, day: u32) -> Option<Day> {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let days = match month {
        0 => 0,
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (YEARS.contains(&year) && day <= days)
        .then(|| Day { iso: format!("{year:04}-{month:02}-{day:02}"), ambiguous: false })
}

fn year(digits: &str) -> Option<u32> {
    (digits.len() == 4).then(|| digits.parse().ok()).flatten()
}

fn number(digits: &str) -> Option<u32> {
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

fn not_zero(digits: &str) -> Option<u32> {
    number(digits).filter(|number| *number > 0)
}

fn month(word: &str) -> Option<u32> {
    let lower = word.to_lowercase();
    let named = MONTHS.iter().position(|names| names.contains(&lower.as_str()));
    let place = named.or_else(|| ROMAN.iter().position(|roman| roman.eq_ignore_ascii_case(word)))?;
    u32::try_from(place + 1).ok()
}

#[derive(Debug, Clone, Copy)]
enum Part<'t> {
    Number(&'t str),
    Word(&'t str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    Nothing,
    Space,
    Dot,
    Hyphen,
    Slash,
    Comma,
}

impl Gap {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "" => Self::Nothing,
            "-" => Self::Hyphen,
            "/" => Self::Slash,
            _ => match text.trim() {
                "" => Self::Space,
                "." => Self::Dot,
                "," | ".," => Self::Comma,
                _ => return None,
            },
        })
    }
}

/// Numbers and words, at most three, with what stands between them; ordinal endings (`4th`) and `of` are left out.
fn parts(text: &str) -> Option<(Vec<Part<'_>>, Vec<Gap>)> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut gaps = Vec::new();
    let mut rest = text;
    loop {
        let digits = length_of(rest, |character| character.is_ascii_digit());
        let letters = length_of(rest, char::is_alphabetic);
        let part = match (digits, letters) {
            (0, 0) => return None,
            (0, _) => Part::Word(&rest[..letters]),
            _ => Part::Number(&rest[..digits]),
        };
        rest = &rest[digits.max(letters)..];
        let gap = length_of(rest, |character| !character.is_ascii_digit() && !character.is_alphabetic());
        let after = Gap::of(&rest[..gap])?;
        rest = &rest[gap..];
        let before = gaps.last().copied();
        match part {
            Part::Word("st" | "nd" | "rd" | "th") if before == Some(Gap::Nothing) => gaps = replaced(gaps, after),
            Part::Word("of" | "de" | "del") if before == Some(Gap::Space) && after == Gap::Space => {}
            _ => {
                parts.push(part);
                gaps.push(after);
            }
        }
        if parts.len() > 3 {
            return None;
        }
        if rest.is_empty() {
            // Nothing may stand behind the last part.
            return (gaps.pop()? == Gap::Nothing).then_some((parts, gaps));
        }
    }
}

fn replaced(mut gaps: Vec<Gap>, last: Gap) -> Vec<Gap> {
    gaps.pop();
    gaps.push(last);
    gaps
}

fn length_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|character: char| !belongs(character)).unwrap_or(text.len())
}

fn without_midnight(text: &str) -> &str {
    let bare = |time: &&str| text.strip_suffix(*time)?.strip_suffix([' ', 'T']);
    MIDNIGHTS.iter().find_map(bare).map_or(text, str::trim_end)
}
