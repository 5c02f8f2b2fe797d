//! The listing: row after row, in parts, read on a thread that may wait for the disk.

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use pinax_core::nouns::finding::Finding;
use pinax_core::ports::source::Listing;
use pinax_core::{Error, ErrorKind, Result};
use tokio::task::spawn_blocking;

use super::CsvMapSource;
use super::header::Header;
use super::row::Known;
use super::table::{self, Rows};

/// Files in one part.
const PART_FILES: usize = 1_000;

/// Can the table be read, and does it have the columns?
pub(super) async fn check(source: &CsvMapSource) -> Result<()> {
    open(source).await.map(|_| ())
}

/// Every row of the table.
pub(super) fn list(source: &CsvMapSource) -> BoxStream<'_, Result<Listing>> {
    stream::unfold(Some(State::New(source)), |state| async {
        let opened = match state? {
            State::New(source) => open(source).await,
            State::Open(table) => Ok(table),
        };
        let table = match opened {
            Ok(table) => table,
            Err(error) => return Some((Err(error), None)),
        };
        match spawn_blocking(move || table.part()).await {
            Ok(Ok((part, table))) => Some((Ok(part), table.map(State::Open))),
            Ok(Err(error)) => Some((Err(error), None)),
            Err(_) => Some((Err(Error::new(ErrorKind::Internal, "reading the table broke off")), None)),
        }
    })
    .boxed()
}

enum State<'a> {
    New(&'a CsvMapSource),
    Open(Box<Table>),
}

/// A table of which some rows were read.
struct Table {
    rows: Rows,
    header: Header,
    known: Known,
    allow_http: bool,
    name: String,
}

async fn open(source: &CsvMapSource) -> Result<Box<Table>> {
    let file = table::open(source).await?;
    let (name, allow_http) = (source.shown(), source.options.allow_http);
    let opened = spawn_blocking(move || {
        let mut rows = Rows::new(name.clone(), file)?;
        let Some((_, record)) = rows.next()? else {
            return Err(Error::new(ErrorKind::Config, format!("{name} is empty"))
                .hint("write a header with catalogNumber and originalUrl into it"));
        };
        let header = Header::of(record, &name)?;
        Ok(Box::new(Table { rows, header, known: Known::default(), allow_http, name }))
    });
    opened.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Internal, "reading the table broke off")))
}

impl Table {
    /// The next part, and the table when there is more.
    fn part(mut self: Box<Self>) -> Result<(Listing, Option<Box<Self>>)> {
        let mut part = Listing::default();
        while part.files.len() < PART_FILES {
            let Some((line, record)) = self.rows.next()? else {
                part.findings = std::mem::take(&mut self.known.told).findings();
                if !self.header.unknown.is_empty() {
                    let columns = self.header.unknown.join(", ");
                    let message = format!("columns of {} that are not used: {columns}", self.name);
                    part.findings.push(Finding::note(message));
                }
                part.is_whole = true;
                return Ok((part, None));
            };
            part.files.extend(self.known.image(&self.header, line, record, self.allow_http));
        }
        Ok((part, Some(self)))
    }
}
