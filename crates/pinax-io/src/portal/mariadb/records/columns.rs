//! The columns of a record that may be written, what each can hold, and when two texts are the same value to it.

use std::borrow::Cow;
use std::collections::HashMap;

use async_trait::async_trait;
use mysql_async::Row;
use mysql_async::prelude::Queryable;
use pinax_core::nouns::occurrence_record::{
    EXSICCATI_NUMBER, EXSICCATI_TITLE, IDENTIFIER_VALUE, OccurrenceChange, OccurrenceRecord,
};
use pinax_core::nouns::skeletal::{EXSICCATI_NUMBER_MAX_CHARS, EXSICCATI_TITLE_MAX_CHARS, OccurrenceField};
use pinax_core::{Error, ErrorKind};

use super::shortened;
use crate::portal::mariadb::fault::Fault;
use crate::portal::mariadb::link::{Session, Work};
use crate::portal::mariadb::rows::{number, text};

/// Columns beside those a skeletal file may fill.
const OTHERS: [&str; 3] = ["catalogNumber", "occurrenceID", "processingStatus"];

/// The closed list: no other name is ever put into a statement.
fn writable() -> impl Iterator<Item = &'static str> {
    OTHERS.into_iter().chain(OccurrenceField::ALL.iter().map(|field| field.as_str()))
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Decimal,
    Day,
}

impl Kind {
    fn of(data_type: &str) -> Self {
        match data_type.to_lowercase().as_str() {
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => Self::Whole,
            "double" | "float" | "decimal" => Self::Decimal,
            "date" | "datetime" | "timestamp" => Self::Day,
            _ => Self::Text,
        }
    }

    /// The one way a value is written: `42.37` for `42.3700000`, no time for midnight, nothing for no day.
    fn normal(self, text: &str) -> Cow<'_, str> {
        let trimmed = text.trim();
        match self {
            Self::Text => Cow::Borrowed(text),
            Self::Whole => trimmed.parse::<i64>().map_or(Cow::Borrowed(trimmed), |number| number.to_string().into()),
            Self::Decimal => match trimmed.parse::<f64>() {
                // Adding nothing makes -0 a 0.
                Ok(number) if number.is_finite() => (number + 0.0).to_string().into(),
                _ => Cow::Borrowed(trimmed),
            },
            Self::Day => {
                let day = trimmed.split_once(' ').filter(|(_, time)| time.bytes().all(|byte| b"0:.".contains(&byte)));
                let day = day.map_or(trimmed, |(day, _)| day);
                Cow::Borrowed(if day == "0000-00-00" { "" } else { day })
            }
        }
    }
}

/// A column of `omoccurrences` that is there.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    kind: Kind,
    max_chars: Option<usize>,
    max_bytes: Option<usize>,
    charset: Option<String>,
    nullable: bool,
    /// What it holds when nobody writes it.
    pub(super) default: String,
}

impl Column {
    /// How it is read.
    pub(super) fn expression(&self) -> String {
        match self.kind {
            Kind::Text => self.name.to_owned(),
            Kind::Whole | Kind::Decimal | Kind::Day => format!("CAST({} AS CHAR)", self.name),
        }
    }

    /// The one way a value of it is written.
    pub(super) fn normal<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.kind.normal(text)
    }

    /// Are both the same value?
    pub(super) fn same(&self, one: &str, other: &str) -> bool {
        self.normal(one) == self.normal(other)
    }

    /// What is bound for `text`.
    pub(super) fn value(&self, text: &str) -> mysql_async::Value {
        if text.is_empty() && (self.nullable || self.kind != Kind::Text) {
            return mysql_async::Value::NULL;
        }
        text.into()
    }

    fn fault(&self, text: &str) -> Option<Error> {
        let told = |what: String| Some(Error::new(ErrorKind::Rejected, what));
        if self.kind != Kind::Text {
            return None;
        }
        let (chars, bytes) = (text.chars().count(), text.len());
        if let Some(max) = self.max_chars.filter(|max| chars > *max) {
            return told(format!("{} holds {max} characters, and `{}` has {chars}", self.name, shortened(text)));
        }
        if let Some(max) = self.max_bytes.filter(|max| bytes > *max) {
            return told(format!("{} holds {max} bytes, and `{}` has {bytes}", self.name, shortened(text)));
        }
        if self.charset.as_deref().is_some_and(|charset| ["utf8", "utf8mb3"].contains(&charset))
            && let Some(wide) = text.chars().find(|character| character.len_utf8() > 3)
        {
            return told(format!("{} cannot hold the character `{wide}` (such as an emoji)", self.name));
        }
        None
    }
}

/// The columns of the closed list that are there.
#[derive(Debug, Default)]
pub(super) struct Columns(HashMap<&'static str, Column>);

/// Columns to be read, and whether what hangs on the record is to be read too.
pub(super) struct Asked<'c> {
    pub(super) columns: Vec<&'c Column>,
    pub(super) identifiers: bool,
    pub(super) exsiccati: bool,
}

impl Columns {
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.0.get(name)
    }

    /// All of them, with everything that hangs on the record.
    pub(super) fn all(&self) -> Asked<'_> {
        Asked { columns: self.0.values().collect(), identifiers: true, exsiccati: true }
    }

    /// The columns of these names, each once.
    pub(super) fn asked<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Result<Asked<'_>, Error> {
        let mut asked = Asked { columns: Vec::new(), identifiers: false, exsiccati: false };
        for name in names {
            match name {
                IDENTIFIER_VALUE => asked.identifiers = true,
                EXSICCATI_TITLE | EXSICCATI_NUMBER => asked.exsiccati = true,
                _ => {
                    let column = self.column(name).ok_or_else(|| unknown(name))?;
                    if !asked.columns.iter().any(|other| other.name == column.name) {
                        asked.columns.push(column);
                    }
                }
            }
        }
        Ok(asked)
    }

    /// Why a change cannot be made, as far as it can be told without asking the server.
    pub(super) fn fault(&self, change: &OccurrenceChange) -> Option<Error> {
        let rejected = |what: &str| Some(Error::new(ErrorKind::Rejected, what));
        let sides = [change.before(), change.after()].into_iter().flatten();
        for name in sides.flat_map(|record| record.fields.keys()) {
            if let Err(error) = self.asked([name.as_str()]) {
                return Some(error);
            }
        }
        match change {
            OccurrenceChange::Create(record) if record.record_id.is_empty() => {
                rejected("a record without recordID cannot be found again, and is not made")
            }
            OccurrenceChange::Remove(record) if record.record_id.is_empty() => {
                rejected("a record without recordID cannot be told from others, and is not removed")
            }
            OccurrenceChange::Set { before, after } if before.fields.keys().ne(after.fields.keys()) => {
                Some(Error::new(ErrorKind::Internal, "a change of a record names different columns before and after"))
            }
            OccurrenceChange::Create(record) | OccurrenceChange::Set { after: record, .. } => self.values(record),
            OccurrenceChange::Remove(_) => None,
        }
    }

    fn values(&self, record: &OccurrenceRecord) -> Option<Error> {
        let filled = |name| record.fields.get(name).is_some_and(|text| !text.is_empty());
        if filled(EXSICCATI_TITLE) != filled(EXSICCATI_NUMBER) {
            let told = "an exsiccati needs both its title and the number in it";
            return Some(Error::new(ErrorKind::Rejected, told));
        }
        let too_long = |name: &str, max: usize, text: &str| {
            let chars = text.chars().count();
            let told = format!("{name} holds {max} characters, and `{}` has {chars}", shortened(text));
            (chars > max).then(|| Error::new(ErrorKind::Rejected, told))
        };
        let fault = |(name, text): (&String, &String)| match name.as_str() {
            EXSICCATI_TITLE => too_long(name, EXSICCATI_TITLE_MAX_CHARS, text),
            EXSICCATI_NUMBER => too_long(name, EXSICCATI_NUMBER_MAX_CHARS, text),
            name => self.column(name).and_then(|column| column.fault(text)),
        };
        let hint = "nothing is cut: change the value in the skeletal file, or enter it in the portal";
        record.fields.iter().find_map(fault).map(|error| error.hint(hint))
    }
}

fn unknown(name: &str) -> Error {
    Error::new(ErrorKind::Rejected, format!("`{}` is no column of a record that can be written", shortened(name)))
        .hint("this portal may be of another version; `pinax check` tells which")
}

/// Looks which columns there are.
pub(super) struct ReadColumns;

#[async_trait]
impl Work for ReadColumns {
    type Answer = Columns;

    async fn on(&self, session: &mut Session) -> Result<Columns, Fault> {
        let query =
            "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, CHARACTER_SET_NAME,
                            IS_NULLABLE, COLUMN_DEFAULT
                     FROM information_schema.COLUMNS
                     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'omoccurrences'";
        let rows: Vec<Row> = session.conn.query(query).await?;
        let names: HashMap<String, &'static str> = writable().map(|name| (name.to_lowercase(), name)).collect();
        let mut columns = Columns::default();
        for mut row in rows {
            let Some(name) = text(&mut row, 0).and_then(|name| names.get(&name.to_lowercase()).copied()) else {
                continue;
            };
            let data_type = text(&mut row, 1).unwrap_or_default();
            // Blobs are wide in bytes: their width in characters says nothing.
            let wide = data_type.to_lowercase().ends_with("text");
            let default = text(&mut row, 6).filter(|default| default != "NULL").unwrap_or_default();
            let column = Column {
                name,
                kind: Kind::of(&data_type),
                max_chars: number(&mut row, 2).filter(|_| !wide),
                max_bytes: number(&mut row, 3).filter(|_| wide),
                charset: text(&mut row, 4),
                nullable: text(&mut row, 5).is_some_and(|word| word == "YES"),
                default: default.trim_matches('\'').to_owned(),
            };
            columns.0.insert(name, column);
        }
        Ok(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn texts_that_are_one_value() {
        for (kind, one, other) in [
            (Kind::Decimal, "42.37", "42.3700000"),
            (Kind::Decimal, "-0", "0.0"),
            (Kind::Decimal, "5", "5.0"),
            (Kind::Whole, "007", " 7"),
            (Kind::Day, "2001-05-06", "2001-05-06 00:00:00"),
            (Kind::Day, "0000-00-00 00:00:00", ""),
        ] {
            assert_eq!(kind.normal(one), kind.normal(other), "{one} {other}");
        }
        for (kind, one, other) in [
            (Kind::Text, "a", "a "),
            (Kind::Text, "1", "01"),
            (Kind::Decimal, "42.37", "42.371"),
            (Kind::Decimal, "0", ""),
            (Kind::Day, "2001-05-06", "2001-05-06 10:00:00"),
            (Kind::Day, "1899-00-00", ""),
        ] {
            assert_ne!(kind.normal(one), kind.normal(other), "{one} {other}");
        }
    }
}
