//! Small pictures for a page, as data addresses: from the store for what is published, from the source for the rest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pinax_core::nouns::batch::BatchItem;
use pinax_core::nouns::media::{Derivative, Variant};
use pinax_core::nouns::reading::Reading;
use pinax_core::ports::source::Source;
use pinax_core::ports::store::Store;
use pinax_image::{Limits, Renderer, Target};

/// Gives each item its small picture, as long as the page stays of a size a browser likes.
pub(crate) struct Pictures<'a> {
    source: &'a dyn Source,
    store: &'a dyn Store,
    renderer: Renderer,
    limits: Limits,
    left_bytes: usize,
    left_rendered: usize,
}

impl<'a> Pictures<'a> {
    /// Bytes of small pictures on one page.
    const MOST_BYTES: usize = 24_000_000;
    /// Pictures that are not published and must be made for the page.
    const MOST_RENDERED: usize = 200;
    const WIDTH_PX: u32 = 200;
    const MOST_SOURCE_BYTES: u64 = 100_000_000;

    pub(crate) fn new(source: &'a dyn Source, store: &'a dyn Store) -> Self {
        let limits = Limits { max_pixels: 100_000_000, ..Limits::default() };
        Self {
            source,
            store,
            renderer: Renderer::new(limits),
            limits,
            left_bytes: Self::MOST_BYTES,
            left_rendered: Self::MOST_RENDERED,
        }
    }

    /// The small picture of an item as a data address; `None` when there is none to be had.
    pub(crate) async fn of(&mut self, item: &BatchItem, derivatives: &[Derivative]) -> Option<String> {
        let small = derivatives
            .iter()
            .filter(|derivative| derivative.size_bytes < 100_000)
            .find(|derivative| derivative.variant == Variant::Thumbnail);
        let bytes = match small {
            Some(Derivative { key: Some(key), .. }) if self.left_bytes > 0 => {
                self.store.read(key).await.ok().flatten()?
            }
            Some(_) => return None,
            None => self.rendered(item).await?,
        };
        self.left_bytes = self.left_bytes.saturating_sub(bytes.len());
        Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
    }

    /// The barcode that was read on a picture, for the person who must decide.
    pub(crate) fn barcode(&mut self, reading: &Reading) -> Option<String> {
        let crop = reading.crop.as_ref().filter(|crop| crop.len() <= self.left_bytes)?;
        self.left_bytes -= crop.len();
        Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(crop)))
    }

    /// A source that can be read and decoded is shown to the person who must decide about it.
    async fn rendered(&mut self, item: &BatchItem) -> Option<Vec<u8>> {
        self.left_rendered = self.left_rendered.checked_sub(1)?;
        let bytes = self.source.read(&item.image, Self::MOST_SOURCE_BYTES).await.ok()?;
        let probe = pinax_image::probe(&bytes, &self.limits).ok()?;
        let target = Target { width_px: Self::WIDTH_PX.min(probe.upright_size().0), quality: 70 };
        let rendition = self.renderer.render(&bytes, &probe, &[target]).ok()?.pop()?;
        Some(rendition.bytes)
    }
}
