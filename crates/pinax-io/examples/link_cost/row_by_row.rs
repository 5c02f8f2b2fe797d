//! What a script does, as Symbiota's own `ImageLocalProcessor`: for each picture it looks the record up, looks whether
//! the record shows the picture already, inserts, and commits. Its statements are prepared once.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, OptsBuilder, Params, Value};

const RECORD: &str = "SELECT occid, tidInterpreted FROM omoccurrences FORCE INDEX (IX_occurrences_catalognumber)
     WHERE catalogNumber = ? AND collid = 1";
const SHOWN: &str = "SELECT mediaID, url, thumbnailUrl, originalUrl FROM media WHERE occid = ?";
const INSERT: &str =
    "INSERT INTO media (recordID, url, thumbnailUrl, originalUrl, format, owner, rights, copyright, mediaMD5,
         pixelXDimension, pixelYDimension, sortOccurrence, occid, tid, imageType, sortSequence, mediaType)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'specimen', 50, 'image')";
const FILES: &str = "INSERT INTO mediametadata (mediaID, field, bytes, md5sum)
     VALUES (?, 'originalUrl', ?, ?), (?, 'url', ?, ?), (?, 'thumbnailUrl', ?, ?)";

/// A row that is there: key, address, sum, recordID or the like.
type Shown = (u64, Option<String>, Option<String>, Option<String>);

/// How many were written, and the seconds it took.
pub(crate) fn write(rows: &Path, url: &str, pictures: usize) -> Result<(u64, f64)> {
    let lines: Vec<String> = BufReader::new(File::open(rows)?).lines().take(pictures).collect::<Result<_, _>>()?;
    crate::on_runtime(all(&lines, url))?
}

async fn all(lines: &[String], url: &str) -> Result<(u64, f64)> {
    let options = OptsBuilder::from_opts(mysql_async::Opts::from_url(url)?).pass(crate::password());
    let mut conn = Conn::new(options).await?;
    let record = conn.prep(RECORD).await?;
    let shown = conn.prep(SHOWN).await?;
    let insert = conn.prep(INSERT).await?;
    let files = conn.prep(FILES).await?;
    let started = Instant::now();
    let mut written = 0;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        ensure!(cells.len() == 19, "a line has {} cells", cells.len());
        let found: Option<(u64, Option<u32>)> = conn.exec_first(&record, (cells[0],)).await?;
        let (occid, tid) = found.with_context(|| format!("no record has the number {}", cells[0]))?;
        let rows: Vec<Shown> = conn.exec(&shown, (occid,)).await?;
        if rows.iter().any(|row| row.3.as_deref() == Some(cells[4])) {
            continue;
        }
        conn.query_drop("START TRANSACTION").await?;
        let mut bound: Vec<Value> = cells[1..13].iter().map(|cell| Value::from(*cell)).collect();
        bound.extend([occid.into(), tid.into()]);
        conn.exec_drop(&insert, Params::Positional(bound)).await?;
        let media_id = conn.last_insert_id().context("the row has a key")?;
        let bound = cells[13..].chunks(2).flat_map(|file| [media_id.into(), file[0].into(), file[1].into()]).collect();
        conn.exec_drop(&files, Params::Positional(bound)).await?;
        conn.query_drop("COMMIT").await?;
        written += 1;
    }
    let seconds = started.elapsed().as_secs_f64();
    conn.disconnect().await?;
    Ok((written, seconds))
}
