//! The columns of an archive and the terms they are: Darwin Core, Audubon Core, GBIF simple multimedia.

use super::options::DwcaExtension;

/// `rowType` of the core.
pub(super) const OCCURRENCE: &str = "http://rs.tdwg.org/dwc/terms/Occurrence";
/// The core's only column beside its id. One more, and a portal could take its value for news.
pub(super) const CATALOG_NUMBER: &str = "http://rs.tdwg.org/dwc/terms/catalogNumber";

/// A column of the pictures' table. A portal takes the last part of the term for the column's name and wants the same
/// name in the header (`SpecUploadDwca::readMetaFile`).
pub(super) struct Term {
    uri: &'static str,
    /// The column of a row, or a fixed text.
    pub(super) from: From,
}

/// Where a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// The column of the waiting row.
    Column(&'static str),
    /// Always the same.
    Text(&'static str),
    /// This text where the column is filled.
    With(&'static str, &'static str),
}

impl Term {
    const fn column(uri: &'static str, column: &'static str) -> Self {
        Self { uri, from: From::Column(column) }
    }

    const fn empty(uri: &'static str) -> Self {
        Self { uri, from: From::Text("") }
    }

    /// Its URI.
    pub(super) fn uri(&self) -> &'static str {
        self.uri
    }

    /// The column's name in the header.
    pub(super) fn name(&self) -> &'static str {
        self.uri.rsplit('/').next().unwrap_or(self.uri)
    }
}

/// Audubon Core. What a portal makes of each (`SpecUploadBase::echoFieldMapTable`): accessURI → originalUrl,
/// goodQualityAccessURI → url, thumbnailAccessURI → thumbnailUrl, providerManagedID → sourceIdentifier, UsageTerms →
/// copyright, WebStatement → accessRights; format, Owner, creator and rights keep their names; the others are not used.
const AUDUBON_CORE: [Term; 15] = [
    Term::column("http://purl.org/dc/terms/identifier", "originalUrl"),
    Term::column("http://rs.tdwg.org/ac/terms/accessURI", "originalUrl"),
    Term::column("http://rs.tdwg.org/ac/terms/goodQualityAccessURI", "url"),
    Term::column("http://rs.tdwg.org/ac/terms/thumbnailAccessURI", "thumbnailUrl"),
    Term::column("http://purl.org/dc/terms/format", "format"),
    Term { uri: "http://purl.org/dc/terms/type", from: From::Text("StillImage") },
    Term::column("http://rs.tdwg.org/ac/terms/providerManagedID", "sourceIdentifier"),
    Term::column("http://ns.adobe.com/xap/1.0/rights/Owner", "owner"),
    Term::column("http://purl.org/dc/elements/1.1/creator", "creator"),
    Term::column("http://purl.org/dc/terms/rights", "rights"),
    Term::column("http://ns.adobe.com/xap/1.0/rights/UsageTerms", "copyright"),
    Term::column("http://ns.adobe.com/xap/1.0/rights/WebStatement", "accessRights"),
    Term { uri: "http://rs.tdwg.org/ac/terms/hashFunction", from: From::With("MD5", "mediaMD5") },
    Term::column("http://rs.tdwg.org/ac/terms/hashValue", "mediaMD5"),
    // No term of Audubon Core; a portal has the column, but no way for it to come in.
    Term::column("https://symbiota.org/terms/sortOccurrence", "sortOccurrence"),
];

/// GBIF simple multimedia (`http://rs.gbif.org/extension/gbif/1.0/multimedia.xml`), all of it.
const GBIF_MULTIMEDIA: [Term; 15] = [
    Term { uri: "http://purl.org/dc/terms/type", from: From::Text("StillImage") },
    Term::column("http://purl.org/dc/terms/format", "format"),
    Term::column("http://purl.org/dc/terms/identifier", "originalUrl"),
    Term::empty("http://purl.org/dc/terms/references"),
    Term::empty("http://purl.org/dc/terms/title"),
    Term::empty("http://purl.org/dc/terms/description"),
    Term::empty("http://purl.org/dc/terms/created"),
    Term::column("http://purl.org/dc/terms/creator", "creator"),
    Term::empty("http://purl.org/dc/terms/contributor"),
    Term::column("http://purl.org/dc/terms/publisher", "owner"),
    Term::empty("http://purl.org/dc/terms/audience"),
    Term::empty("http://purl.org/dc/terms/source"),
    Term::column("http://purl.org/dc/terms/license", "rights"),
    Term::column("http://purl.org/dc/terms/rightsHolder", "copyright"),
    Term::empty("http://rs.tdwg.org/dwc/terms/datasetID"),
];

impl DwcaExtension {
    /// `rowType` of the pictures' table.
    pub(super) fn row_type(self) -> &'static str {
        match self {
            Self::AudubonCore => "http://rs.tdwg.org/ac/terms/Multimedia",
            Self::GbifMultimedia => "http://rs.gbif.org/terms/1.0/Multimedia",
        }
    }

    /// Its columns, behind the id of the record.
    pub(super) fn terms(self) -> &'static [Term] {
        match self {
            Self::AudubonCore => &AUDUBON_CORE,
            Self::GbifMultimedia => &GBIF_MULTIMEDIA,
        }
    }
}
