//! Rows -> one record for each catalog number, and what is refused.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::reason::Reason;
use crate::nouns::skeletal::{
    EXSICCATI_NUMBER_MAX_CHARS, EXSICCATI_TITLE_MAX_CHARS, Exsiccati, FieldKind, OccurrenceField, SkeletalRecord,
    SkeletalRefusal,
};

use super::columns::{Column, Header, Meaning};
use super::table::{Cell, Row};
use super::value::{Fault, shown};
use super::{SkeletalFile, SkeletalLimits, date, name, value};

/// What has been read so far.
pub(super) struct Gathering<'g> {
    header: Header,
    limits: &'g SkeletalLimits,
    number_of: &'g dyn Fn(&str) -> Result<CatalogNumber, Reason>,
    drafts: Vec<Draft>,
    by_number: HashMap<CatalogNumber, usize>,
    without_header: BTreeSet<usize>,
    refusals: Refusals,
}

struct Draft {
    record: SkeletalRecord,
    /// An eventDate as it was written, which verbatimEventDate keeps if no column gives another.
    written_date: Option<String>,
    /// Must not be used (it asks for a secret).
    barred: bool,
}

struct Refusals {
    kept: Vec<SkeletalRefusal>,
    most: usize,
    left_out: u64,
}

impl Refusals {
    fn add(&mut self, line: u64, column: Option<&str>, message: String, hint: Option<&str>) {
        if self.kept.len() >= self.most {
            self.left_out += 1;
            return;
        }
        self.kept.push(SkeletalRefusal {
            line,
            column: column.map(str::to_owned),
            message,
            hint: hint.map(str::to_owned),
        });
    }

    fn value(&mut self, line: u64, column: &str, value: &str, fault: &Fault) {
        self.add(line, Some(column), format!("{column} {} {}", shown(value), fault.what), fault.hint);
    }

    fn contradiction(&mut self, line: u64, column: &str, value: &str, first: &str, first_line: u64) {
        let message = format!("{column} {} contradicts {} of line {first_line}", shown(value), shown(first));
        self.add(line, Some(column), message, Some("keep one of them"));
    }
}

impl<'g> Gathering<'g> {
    pub(super) fn new(
        header: Header,
        limits: &'g SkeletalLimits,
        number_of: &'g dyn Fn(&str) -> Result<CatalogNumber, Reason>,
    ) -> Self {
        let refusals = Refusals { kept: Vec::new(), most: limits.max_refusals, left_out: 0 };
        Self {
            header,
            limits,
            number_of,
            drafts: Vec::new(),
            by_number: HashMap::new(),
            without_header: BTreeSet::new(),
            refusals,
        }
    }

    /// How many cells a row may have.
    pub(super) fn width(&self) -> usize {
        self.header.columns.len()
    }

    /// Takes one row that says something.
    pub(super) fn take(&mut self, row: &Row<'_>) {
        let line = row.line;
        if let Some(last) = row.broken_at {
            let message = format!("text follows the closing quote in line {last}, so the cells cannot be told apart");
            self.refusals.add(line, None, message, Some("write a quote that is part of the text twice (\"\")"));
            return;
        }
        if row.too_long {
            let message = format!("the row has more cells than the header has columns ({})", self.width());
            self.refusals.add(line, None, message, Some("put text that holds the separator into quotes"));
            return;
        }
        let Some(index) = self.draft_of(row) else { return };
        let mut title = None;
        let mut number = None;
        for position in 0..row.cells.len() {
            let cell = row.cells[position];
            if cell.is_empty() {
                continue;
            }
            let Column { header, meaning } = &self.header.columns[position];
            let (column, meaning) = (header.clone(), *meaning);
            match meaning {
                Meaning::CatalogNumber => {}
                Meaning::Unknown if column.is_empty() => {
                    self.without_header.insert(position);
                }
                Meaning::Unknown => {}
                Meaning::Security => self.bar_if_secret(index, line, &column, &cell),
                Meaning::Field(field) => self.field(index, line, &column, field, &cell),
                Meaning::ExsiccatiTitle => title = self.checked(line, &column, &cell, TITLE),
                Meaning::ExsiccatiNumber => {
                    number = self.checked(line, &column, &cell, NUMBER).map(|text| (column, text));
                }
            }
        }
        self.exsiccati(index, line, title, number);
    }

    /// The draft for the catalog number of `row`, a new one or that of an earlier row.
    fn draft_of(&mut self, row: &Row<'_>) -> Option<usize> {
        let column = self.header.columns[self.header.catalog_number].header.clone();
        let cell = row.cells.get(self.header.catalog_number).filter(|cell| !cell.is_empty());
        let Some(cell) = cell else {
            self.refusals.add(row.line, None, format!("the row has no {column}"), None);
            return None;
        };
        let number = match self.number_in(&column, cell) {
            Ok(number) => number,
            Err((message, hint)) => {
                self.refusals.add(row.line, None, message, hint.as_deref());
                return None;
            }
        };
        match self.by_number.entry(number) {
            Entry::Occupied(known) => Some(*known.get()),
            Entry::Vacant(free) => {
                let catalog_number = free.key().clone();
                free.insert(self.drafts.len());
                let record =
                    SkeletalRecord { line: row.line, catalog_number, fields: BTreeMap::new(), exsiccati: None };
                self.drafts.push(Draft { record, written_date: None, barred: false });
                Some(self.drafts.len() - 1)
            }
        }
    }

    fn number_in(&self, column: &str, cell: &Cell<'_>) -> Result<CatalogNumber, (String, Option<String>)> {
        let told = |(message, hint): (String, Option<&str>)| (message, hint.map(str::to_owned));
        // The width is checked on the number, not on what it is taken from.
        let text = self.text_of(column, cell, FieldKind::Text { max_chars: usize::MAX }).map_err(told)?;
        let number = (self.number_of)(&text)
            .map_err(|reason| (format!("{column} {}: {}", shown(&text), reason.message), reason.hint))?;
        match value::narrow(number.as_str(), self.limits.catalog_number_max_chars) {
            Ok(_) => Ok(number),
            Err(fault) => Err(told((format!("{column} {} {}", shown(number.as_str()), fault.what), fault.hint))),
        }
    }

    /// The text of `cell` as a column of `kind` holds it; a refusal of the value otherwise.
    fn checked(&mut self, line: u64, column: &str, cell: &Cell<'_>, kind: FieldKind) -> Option<String> {
        match self.text_of(column, cell, kind) {
            Ok(text) => Some(text),
            Err((message, hint)) => {
                self.refusals.add(line, Some(column), message, hint);
                None
            }
        }
    }

    fn text_of(
        &self,
        column: &str,
        cell: &Cell<'_>,
        kind: FieldKind,
    ) -> Result<String, (String, Option<&'static str>)> {
        let most = self.limits.max_cell_bytes;
        if cell.len() > most {
            return Err((format!("{column} has {} bytes; at most {most} are taken", cell.len()), Some("shorten it")));
        }
        let text = cell.text();
        value::check(&text, kind)
            .map(Cow::into_owned)
            .map_err(|fault| (format!("{column} {} {}", shown(&text), fault.what), fault.hint))
    }

    fn bar_if_secret(&mut self, index: usize, line: u64, column: &str, cell: &Cell<'_>) {
        if cell.text() != "0" {
            self.drafts[index].barred = true;
            let message = format!("{column} asks the portal to hide something, which cannot be done from here");
            let hint = "make this record in the portal; the row is not used, so that nothing becomes public";
            self.refusals.add(line, None, message, Some(hint));
        }
    }

    fn field(&mut self, index: usize, line: u64, column: &str, field: OccurrenceField, cell: &Cell<'_>) {
        let value = if field == OccurrenceField::EventDate {
            self.event_date(index, line, column, cell)
        } else {
            self.checked(line, column, cell, field.kind())
        };
        let Some(value) = value else { return };
        let record = &mut self.drafts[index].record;
        match record.fields.get(&field) {
            None => {
                record.fields.insert(field, value);
            }
            Some(first) if *first == value => {}
            Some(first) => self.refusals.contradiction(line, column, &value, first, record.line),
        }
    }

    /// A date that cannot be read is kept as it is written; so is one whose day and month can be exchanged.
    fn event_date(&mut self, index: usize, line: u64, column: &str, cell: &Cell<'_>) -> Option<String> {
        let written = self.checked(line, column, cell, OccurrenceField::VerbatimEventDate.kind())?;
        let read = date::read(&written);
        if read.is_none() {
            let message = format!(
                "{column} {} cannot be read as a date; it is kept in verbatimEventDate, if that is empty",
                shown(&written)
            );
            self.refusals.add(line, Some(column), message, Some(value::DATE_HINT));
        }
        if read.as_ref().is_none_or(|day| day.ambiguous) {
            self.drafts[index].written_date.get_or_insert(written);
        }
        read.map(|day| day.iso)
    }

    fn exsiccati(&mut self, index: usize, line: u64, title: Option<String>, number: Option<(String, String)>) {
        let record = &mut self.drafts[index].record;
        let bare = |text: &str| Some(text.trim_start_matches(['#', ' ']).to_owned()).filter(|text| !text.is_empty());
        match (title, &mut record.exsiccati) {
            (None, None) => {
                if let Some((column, text)) = number {
                    let fault = Fault { what: "stands without a title".to_owned(), hint: Some(TITLE_HINT) };
                    self.refusals.value(line, &column, &text, &fault);
                }
            }
            (Some(title), empty @ None) => {
                *empty = Some(Exsiccati { title, number: number.and_then(|(_, text)| bare(&text)) });
            }
            (Some(title), Some(first)) if first.title != title => {
                self.refusals.contradiction(line, "exsiccatiTitle", &title, &first.title, record.line);
            }
            (_, Some(first)) => match (number.and_then(|(column, text)| Some((column, bare(&text)?))), &first.number) {
                (Some((_, text)), None) => first.number = Some(text),
                (Some((column, text)), Some(one)) if *one != text => {
                    self.refusals.contradiction(line, &column, &text, one, record.line);
                }
                _ => {}
            },
        }
    }

    /// Adds what follows from the values, and hands everything over.
    pub(super) fn finish(mut self) -> SkeletalFile {
        let mut records = Vec::with_capacity(self.drafts.len());
        for mut draft in self.drafts.into_iter().filter(|draft| !draft.barred) {
            add_dates(&mut draft);
            add_name(&mut draft.record, &mut self.refusals);
            records.push(draft.record);
        }
        self.refusals.kept.sort_by_key(|refusal| refusal.line);
        let named = self.header.columns.iter().filter(|column| column.meaning == Meaning::Unknown);
        let mut unknown_columns: Vec<String> = Vec::new();
        for header in named.map(|column| &column.header).filter(|header| !header.is_empty()) {
            if !unknown_columns.contains(header) {
                unknown_columns.push(header.clone());
            }
        }
        unknown_columns.extend(self.without_header.iter().map(|position| format!("column {}", position + 1)));
        SkeletalFile {
            records,
            refusals: self.refusals.kept,
            refusals_left_out: self.refusals.left_out,
            unknown_columns,
        }
    }
}

const TITLE: FieldKind = FieldKind::Text { max_chars: EXSICCATI_TITLE_MAX_CHARS };
const NUMBER: FieldKind = FieldKind::Text { max_chars: EXSICCATI_NUMBER_MAX_CHARS };
const TITLE_HINT: &str = "give the title of the series in exsiccatiTitle";

/// The written date where no column gives a verbatim one, and the date that the verbatim one surely says.
fn add_dates(draft: &mut Draft) {
    let fields = &mut draft.record.fields;
    if let Some(written) = draft.written_date.take() {
        fields.entry(OccurrenceField::VerbatimEventDate).or_insert(written);
    } else if let Some(verbatim) = fields.get(&OccurrenceField::VerbatimEventDate)
        && !fields.contains_key(&OccurrenceField::EventDate)
        && let Some(day) = date::read(verbatim).filter(|day| !day.ambiguous)
    {
        fields.insert(OccurrenceField::EventDate, day.iso);
    }
}

/// `sciname` from its parts, else from `scientificName` without its authors.
fn add_name(record: &mut SkeletalRecord, refusals: &mut Refusals) {
    use OccurrenceField::{
        Genus, InfraspecificEpithet, ScientificName, ScientificNameAuthorship, Sciname, SpecificEpithet, TaxonRank,
    };
    if record.fields.contains_key(&Sciname) {
        return;
    }
    let part = |field| record.fields.get(&field).map_or("", String::as_str);
    let (built, author) = if !part(Genus).is_empty() {
        (name::join(part(Genus), part(SpecificEpithet), part(TaxonRank), part(InfraspecificEpithet)), String::new())
    } else if !part(ScientificName).is_empty() {
        let full = part(ScientificName);
        let Some(split) = name::split(full) else {
            let message =
                format!("where the name ends and its author begins in scientificName {} is not sure", shown(full));
            let hint = "give the name without author in sciname, the author in scientificNameAuthorship";
            refusals.add(record.line, Some("scientificName"), message, Some(hint));
            return;
        };
        split
    } else {
        return;
    };
    if let Err(fault) = value::check(&built, Sciname.kind()) {
        refusals.value(record.line, "sciname", &built, &fault);
        return;
    }
    record.fields.insert(Sciname, built);
    if !author.is_empty() {
        record.fields.entry(ScientificNameAuthorship).or_insert(author);
    }
}
