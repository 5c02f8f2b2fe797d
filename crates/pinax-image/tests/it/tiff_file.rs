//! TIFF files put together by hand: every kind of page a test wants, sound or not.

/// Byte order and width of the offsets.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    Little,
    Big,
    BigTiff,
}

/// One page: tags with values, and the strips or tiles.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) tags: Vec<(u16, Value)>,
    pub(crate) chunks: Vec<Vec<u8>>,
    pub(crate) tiled: bool,
    /// Pages below this one.
    pub(crate) below: Vec<Page>,
}

#[derive(Clone)]
pub(crate) enum Value {
    Short(Vec<u16>),
    Long(Vec<u32>),
    Bytes(Vec<u8>),
}

impl Page {
    /// Grey, RGB or what `photometric` says, packed as `compression` says.
    pub(crate) fn new((width, height): (u32, u32), photometric: u16, samples: u16, bits: u16) -> Self {
        let tags = vec![
            (256, Value::Long(vec![width])),
            (257, Value::Long(vec![height])),
            (258, Value::Short(vec![bits; samples.into()])),
            (262, Value::Short(vec![photometric])),
            (277, Value::Short(vec![samples])),
        ];
        Self { tags, ..Self::default() }
    }

    pub(crate) fn tag(mut self, tag: u16, value: u16) -> Self {
        self.tags.push((tag, Value::Short(vec![value])));
        self
    }

    pub(crate) fn value(mut self, tag: u16, value: Value) -> Self {
        self.tags.push((tag, value));
        self
    }

    pub(crate) fn below(mut self, page: Page) -> Self {
        self.below.push(page);
        self
    }

    pub(crate) fn strips(mut self, rows: u32, strips: Vec<Vec<u8>>) -> Self {
        self.tags.push((278, Value::Long(vec![rows])));
        self.chunks = strips;
        self
    }

    pub(crate) fn tiles(mut self, (width, height): (u32, u32), tiles: Vec<Vec<u8>>) -> Self {
        self.tags.push((322, Value::Long(vec![width])));
        self.tags.push((323, Value::Long(vec![height])));
        (self.chunks, self.tiled) = (tiles, true);
        self
    }
}

/// Writes the pages one after another.
pub(crate) fn write(shape: Shape, pages: &[Page]) -> Vec<u8> {
    let mut file = File { shape, bytes: Vec::new() };
    file.bytes.extend(if shape == Shape::Big { b"MM" } else { b"II" });
    file.short(if shape == Shape::BigTiff { 43 } else { 42 });
    if shape == Shape::BigTiff {
        file.short(8);
        file.short(0);
    }
    let mut link = file.bytes.len();
    file.place(0);
    for page in pages {
        let (at, next) = file.page(page);
        file.set_place(link, at);
        link = next;
    }
    file.bytes
}

struct File {
    shape: Shape,
    bytes: Vec<u8>,
}

impl File {
    /// Where the page begins, and where the place of the next one goes.
    fn page(&mut self, page: &Page) -> (u64, usize) {
        let mut tags = page.tags.clone();
        let below: Vec<u32> = page.below.iter().map(|page| self.page(page).0 as u32).collect();
        if !below.is_empty() {
            tags.push((330, Value::Long(below)));
        }
        if !page.chunks.is_empty() {
            let mut places = Vec::new();
            for chunk in &page.chunks {
                places.push(self.bytes.len() as u32);
                self.bytes.extend(chunk);
            }
            let lengths = page.chunks.iter().map(|chunk| chunk.len() as u32).collect();
            let (at, bytes) = if page.tiled { (324, 325) } else { (273, 279) };
            tags.extend([(at, Value::Long(places)), (bytes, Value::Long(lengths))]);
        }
        tags.sort_by_key(|(tag, _)| *tag);
        let inline = if self.shape == Shape::BigTiff { 8 } else { 4 };
        let entries: Vec<_> = tags
            .into_iter()
            .map(|(tag, value)| {
                let (kind, count, bytes) = self.value(&value);
                let mut place = bytes.clone();
                if bytes.len() > inline {
                    let at = self.bytes.len() as u64;
                    self.bytes.extend(&bytes);
                    place = self.number(at, inline);
                }
                place.resize(inline, 0);
                (tag, kind, count, place)
            })
            .collect();
        let at = self.bytes.len() as u64;
        let count = self.number(entries.len() as u64, if inline == 8 { 8 } else { 2 });
        self.bytes.extend(count);
        for (tag, kind, count, place) in entries {
            self.short(tag);
            self.short(kind);
            self.place(count as u64);
            self.bytes.extend(place);
        }
        let next = self.bytes.len();
        self.place(0);
        (at, next)
    }

    fn value(&self, value: &Value) -> (u16, usize, Vec<u8>) {
        match value {
            Value::Short(values) => {
                (3, values.len(), values.iter().flat_map(|v| self.number((*v).into(), 2)).collect())
            }
            Value::Long(values) => (4, values.len(), values.iter().flat_map(|v| self.number((*v).into(), 4)).collect()),
            Value::Bytes(bytes) => (7, bytes.len(), bytes.clone()),
        }
    }

    fn number(&self, number: u64, bytes: usize) -> Vec<u8> {
        let mut all = number.to_le_bytes()[..bytes].to_vec();
        if self.shape == Shape::Big {
            all.reverse();
        }
        all
    }

    fn short(&mut self, number: u16) {
        let bytes = self.number(number.into(), 2);
        self.bytes.extend(bytes);
    }

    fn place(&mut self, place: u64) {
        let bytes = self.number(place, if self.shape == Shape::BigTiff { 8 } else { 4 });
        self.bytes.extend(bytes);
    }

    fn set_place(&mut self, at: usize, place: u64) {
        let bytes = self.number(place, if self.shape == Shape::BigTiff { 8 } else { 4 });
        self.bytes[at..at + bytes.len()].copy_from_slice(&bytes);
    }
}
