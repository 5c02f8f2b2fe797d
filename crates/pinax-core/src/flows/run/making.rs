//! One picture: read, converted where that is needed, proved, looked at, and made into its sizes on a worker thread.

use std::sync::Arc;

use pinax_image::{EmbeddedRights, Format, Luma, picture_facts};

use super::RunContext;
use super::linking::rights_row;
use super::pool::{Pool, Worker};
use super::there::sizes_there;
use crate::nouns::batch::BatchItem;
use crate::nouns::checksum::Sha256Sum;
use crate::nouns::error::{ErrorKind, Result};
use crate::nouns::media::Variant;
use crate::nouns::occurrence::CatalogNumber;
use crate::nouns::profile::Rights;
use crate::nouns::reading::Reading;
use crate::nouns::reason::{Reason, ReasonCode};
use crate::nouns::source_image::SourceImage;
use crate::steps::derive::{self, DerivativeRecipe, Made, Picture, There, Unread};
use crate::steps::describe::describe;
use crate::steps::look::LookOptions;
use crate::steps::places::SizePlaces;
use crate::steps::rights::{RightsRow, merge};

/// What came of reading a picture.
pub(super) enum Read {
    Made(Box<Made>, Option<EmbeddedRights>, Option<Reading>),
    /// The same bytes as those at this place of what was known.
    Twin(usize),
}

/// What a worker answers.
enum Answer {
    Read(Read),
    NeedsConverter(Format),
}

/// What is done with every picture of an item.
struct Making {
    recipe: DerivativeRecipe,
    look: LookOptions,
    rights_from_picture: bool,
    rights: Rights,
    row: Option<RightsRow>,
    number: Option<CatalogNumber>,
    known: Vec<Option<Sha256Sum>>,
    places: SizePlaces,
    there: Vec<There>,
}

/// The file's bytes, or why this one cannot be read.
///
/// # Errors
/// What every file would meet.
async fn source_bytes(
    context: RunContext<'_>,
    image: &SourceImage,
) -> Result<std::result::Result<Arc<Vec<u8>>, Reason>> {
    let error = match context.source.read(image, context.profile.max_source_bytes).await {
        Ok(bytes) => return Ok(Ok(Arc::new(bytes))),
        Err(error) => error,
    };
    let code = match error.kind() {
        ErrorKind::NotFound => ReasonCode::Vanished,
        ErrorKind::Conflict => ReasonCode::ChangedWhileRead,
        ErrorKind::Rejected => ReasonCode::TooLarge,
        kind if kind.stops_the_run() && kind != ErrorKind::Forbidden => return Err(error),
        _ => ReasonCode::Unreadable,
    };
    Ok(Err(Reason::from_error(code, &error)))
}

/// The file, and the sizes that lie somewhere already. Where the large file itself is linked in place, what anybody sees
/// there is the file.
async fn file_and_sizes(
    context: RunContext<'_>,
    item: &BatchItem,
) -> Result<Result<(Arc<Vec<u8>>, Vec<There>), Reason>> {
    let there = match sizes_there(context, item).await? {
        Ok(there) => there,
        Err(reason) => return Ok(Err(reason)),
    };
    if let Some(original) = there.iter().find(|there| there.variant == Variant::Original) {
        return Ok(Ok((Arc::clone(&original.bytes), there)));
    }
    Ok(source_bytes(context, &item.image).await?.map(|bytes| (bytes, there)))
}

/// What a converter makes of a picture, or why it is not used.
async fn converted(context: RunContext<'_>, format: Format, bytes: Arc<Vec<u8>>) -> Result<Arc<Vec<u8>>, Reason> {
    match context.converter.convert(format.word(), bytes).await {
        Ok(Some(picture)) => Ok(Arc::new(picture)),
        Ok(None) => Err(derive::not_converted(format)),
        Err(error) => Err(Reason::from_error(ReasonCode::NotConverted, &error)),
    }
}

/// Reads the source once; hashing, proving and making happen on a worker thread. `known` are sums of pictures that need
/// not be made again.
pub(super) async fn read_and_make(
    context: RunContext<'_>,
    pool: &Pool,
    item: &BatchItem,
    known: Vec<Option<Sha256Sum>>,
    bytes_read: &mut u64,
) -> Result<Result<Read, Reason>> {
    let (bytes, there) = match file_and_sizes(context, item).await? {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    *bytes_read += bytes.len() as u64;
    let profile = context.profile;
    let making = Arc::new(Making {
        recipe: profile.recipe,
        look: profile.look.clone(),
        rights_from_picture: profile.rights_from_picture,
        rights: profile.rights.clone(),
        row: rights_row(context, item),
        number: item.identity.as_ref().map(|identity| identity.catalog_number.clone()),
        known,
        places: profile.places.clone(),
        there,
    });
    Ok(make(context, pool, making, bytes).await)
}

/// Makes the sizes of a picture that was fetched from an address; they say of its rights what its row says.
pub(crate) async fn make_fetched(
    context: RunContext<'_>,
    pool: &Pool,
    (recipe, rights): (DerivativeRecipe, Rights),
    number: Option<CatalogNumber>,
    bytes: Vec<u8>,
) -> Result<Box<Made>, Reason> {
    let making = Making {
        recipe,
        look: LookOptions::nothing(),
        rights_from_picture: false,
        rights,
        row: None,
        number,
        known: Vec::new(),
        places: SizePlaces::default(),
        there: Vec::new(),
    };
    match make(context, pool, Arc::new(making), Arc::new(bytes)).await? {
        Read::Made(made, ..) => Ok(made),
        Read::Twin(_) => Err(Reason::new(ReasonCode::Internal, "a picture that was fetched is the twin of none")),
    }
}

/// Hashing, proving and making, on a worker thread; what is not read here is converted first.
async fn make(context: RunContext<'_>, pool: &Pool, making: Arc<Making>, bytes: Arc<Vec<u8>>) -> Result<Read, Reason> {
    let (first, file) = (Arc::clone(&making), Arc::clone(&bytes));
    let answer = pool
        .run(move |worker| {
            let sha256 = Sha256Sum::of(&file);
            if let Some(at) = first.known.iter().position(|known| *known == Some(sha256)) {
                return Ok((sha256, Answer::Read(Read::Twin(at))));
            }
            Ok((sha256, first.make(worker, (&file, sha256), &file)?))
        })
        .await;
    let (sha256, format) = match answer? {
        (_, Answer::Read(read)) => return Ok(read),
        (sha256, Answer::NeedsConverter(format)) => (sha256, format),
    };
    let picture = converted(context, format, Arc::clone(&bytes)).await?;
    match pool.run(move |worker| making.make(worker, (&bytes, sha256), &picture)).await? {
        Answer::Read(read) => Ok(read),
        Answer::NeedsConverter(into) => Err(converted_into(into)),
    }
}

/// Reads the picture for its barcodes alone.
///
/// # Errors
/// What every file would meet; inside, why this one cannot be read.
pub(super) async fn read_and_look(
    context: RunContext<'_>,
    pool: &Pool,
    image: &SourceImage,
) -> Result<Result<Reading, Reason>> {
    let bytes = match source_bytes(context, image).await? {
        Ok(bytes) => bytes,
        Err(reason) => return Ok(Err(reason)),
    };
    let look = context.profile.look.clone();
    let (file, options) = (Arc::clone(&bytes), look.clone());
    let format = match pool.run(move |worker| look_at(worker, &file, &options)).await {
        Ok(Ok(reading)) => return Ok(Ok(reading)),
        Ok(Err(format)) => format,
        Err(reason) => return Ok(Err(reason)),
    };
    let picture = match converted(context, format, bytes).await {
        Ok(picture) => picture,
        Err(reason) => return Ok(Err(reason)),
    };
    let answer = pool.run(move |worker| look_at(worker, &picture, &look)).await;
    Ok(answer.and_then(|answer| answer.map_err(converted_into)))
}

fn converted_into(format: Format) -> Reason {
    let message = format!("the converter made a {} file, which is not read here", format.name());
    Reason::new(ReasonCode::NotConverted, message).hint("let it write JPEG, PNG or TIFF: {out}.png in [convert]")
}

/// Decodes a picture and reads what is on it; or says that it must be converted first.
fn look_at(worker: &mut Worker, bytes: &[u8], options: &LookOptions) -> Result<Result<Reading, Format>, Reason> {
    let probe = match derive::probe(bytes, &worker.limits) {
        Ok(probe) => probe,
        Err(Unread::NeedsConverter(format)) => return Ok(Err(format)),
        Err(Unread::Refused(reason)) => return Err(reason),
    };
    let _admitted = worker.gate.enter(derive::looking_bytes(&probe));
    let (mut reading, reader) = (Reading::default(), &mut worker.reader);
    derive::show(&mut worker.renderer, bytes, &probe, &mut |luma| reading = options.look(reader, luma))?;
    Ok(Ok(reading))
}

impl Making {
    /// Makes the sizes of `bytes`, which are the file, or converted from it. `sha256` is the sum of the file.
    fn make(
        &self,
        worker: &mut Worker,
        (file, sha256): (&Arc<Vec<u8>>, Sha256Sum),
        bytes: &Arc<Vec<u8>>,
    ) -> Result<Answer, Reason> {
        let probe = match derive::probe(bytes, &worker.limits) {
            Ok(probe) => probe,
            Err(Unread::NeedsConverter(format)) => return Ok(Answer::NeedsConverter(format)),
            Err(Unread::Refused(reason)) => return Err(reason),
        };
        let picture = Picture { file, sha256, bytes, probe: &probe, places: &self.places, there: &self.there };
        let looks = self.look.looks();
        // What lies elsewhere is looked at to be compared.
        let shown = looks || !self.there.is_empty();
        let _admitted = worker.gate.enter(derive::memory_bytes(&self.recipe, picture, shown));
        let (mut reading, reader) = (None, &mut worker.reader);
        let mut look = |luma: Luma<'_>| reading = Some(self.look.look(reader, luma));
        let look = looks.then_some(&mut look as &mut dyn FnMut(Luma<'_>));
        let facts = picture_facts(bytes);
        let own = self.rights_from_picture.then(|| facts.rights.clone());
        // What could not be written as it stands is told where the row is made, of the same rights.
        let rights = merge(&self.rights, own.as_ref(), self.row.as_ref()).rights;
        let says = describe(&rights, self.number.as_ref(), facts, sha256);
        let made = derive::make(&mut worker.renderer, &self.recipe, picture, &says, look)?;
        Ok(Answer::Read(Read::Made(Box::new(made), own, reading)))
    }
}
