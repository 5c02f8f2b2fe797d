//! By what the import page finds a record. One column alone, because it links a picture to every record that any of
//! several columns fits (`OccurrenceImport::getOccurrencePK`).

use pinax_core::nouns::occurrence::Occid;
use sha2::{Digest, Sha256};

/// The column a CSV file begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identifier {
    /// The portal's own number of the record: finds exactly one.
    Occid,
    /// The record's UUID or other lasting name.
    OccurrenceId,
    /// Only when the download has neither.
    CatalogNumber,
}

impl Identifier {
    pub(crate) const ALL: [Self; 3] = [Self::Occid, Self::OccurrenceId, Self::CatalogNumber];

    /// Its header; the import page maps it by itself.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Occid => "occid",
            Self::OccurrenceId => "occurrenceID",
            Self::CatalogNumber => "catalogNumber",
        }
    }

    pub(crate) fn from_column(column: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|identifier| identifier.column() == column)
    }

    /// The number by which this program speaks of the record. Where the portal's own is not known, one that follows
    /// from the identifier, above all that a portal can have.
    pub(crate) fn occid(self, value: &str) -> Option<Occid> {
        if self == Self::Occid {
            return value.parse().ok().filter(|occid| *occid > 0 && *occid < Occid::STAND_IN).map(Occid);
        }
        if value.is_empty() {
            return None;
        }
        let sum = Sha256::digest(format!("{}\n{value}", self.column()));
        let number = sum.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Some(Occid(Occid::STAND_IN | (number & (Occid::STAND_IN - 1))))
    }
}

#[cfg(test)]
mod tests {
    use super::Identifier;

    #[test]
    fn stand_ins_never_meet_a_portals_own_numbers() {
        assert_eq!(Identifier::Occid.occid("17").map(|occid| occid.0), Some(17));
        for bad in ["", "0", "x", "1b4a7fa3-aaaa", "-1", "99999999999999999999"] {
            assert_eq!(Identifier::Occid.occid(bad), None, "{bad}");
        }
        let one = Identifier::OccurrenceId.occid("urn:1").unwrap().0;
        assert!(one > u64::from(u32::MAX) && i64::try_from(one).is_ok());
        assert_ne!(one, Identifier::OccurrenceId.occid("urn:2").unwrap().0);
        assert_ne!(one, Identifier::CatalogNumber.occid("urn:1").unwrap().0);
    }
}
