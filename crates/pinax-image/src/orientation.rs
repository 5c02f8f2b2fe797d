//! An orientation: how stored pixels must be turned to stand upright (Exif tag 0x0112).

/// How to turn a stored picture upright, by the Exif numbers 1 to 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// 1: upright as stored.
    #[default]
    Upright,
    /// 2: mirror left to right.
    MirrorSideways,
    /// 3: turn by 180 degrees.
    Turn180,
    /// 4: mirror top to bottom.
    MirrorUpDown,
    /// 5: exchange rows and columns.
    Transpose,
    /// 6: turn clockwise by 90 degrees.
    Turn90,
    /// 7: exchange rows and columns over the other diagonal.
    Transverse,
    /// 8: turn clockwise by 270 degrees.
    Turn270,
}

impl Orientation {
    /// All eight, in the order of their Exif numbers.
    pub const ALL: [Self; 8] = [
        Self::Upright,
        Self::MirrorSideways,
        Self::Turn180,
        Self::MirrorUpDown,
        Self::Transpose,
        Self::Turn90,
        Self::Transverse,
        Self::Turn270,
    ];

    /// From the Exif number; `None` unless it is 1 to 8.
    #[must_use]
    pub fn from_exif(number: u32) -> Option<Self> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(index).copied()
    }

    /// The Exif number, 1 to 8.
    #[must_use]
    pub fn exif(self) -> u16 {
        self as u16 + 1
    }

    /// Whether turning upright exchanges width and height (5 to 8).
    #[must_use]
    pub fn swaps_sides(self) -> bool {
        self.exif() >= 5
    }

    /// Whether the first stored column ends up last (below or at the right), and whether the first row does.
    pub(crate) fn flips(self) -> (bool, bool) {
        match self {
            Self::Upright | Self::Transpose => (false, false),
            Self::MirrorSideways | Self::Turn270 => (true, false),
            Self::MirrorUpDown | Self::Turn90 => (false, true),
            Self::Turn180 | Self::Transverse => (true, true),
        }
    }

    /// The size after turning: the same, or with the sides exchanged. Its own inverse.
    #[must_use]
    pub fn turned_size(self, (width_px, height_px): (u32, u32)) -> (u32, u32) {
        if self.swaps_sides() { (height_px, width_px) } else { (width_px, height_px) }
    }
}
