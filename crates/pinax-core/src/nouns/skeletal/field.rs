//! The columns of `omoccurrences` that a skeletal file may fill.

use std::fmt;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldKind {
    /// One line of text (`varchar`).
    Text {
        /// Width in characters.
        max_chars: usize,
    },
    /// Text of several lines (`text`).
    LongText {
        /// Width in bytes of UTF-8.
        max_bytes: usize,
    },
    /// A whole number (`int`).
    Integer {
        /// The least that makes sense.
        min: i64,
        /// The most that makes sense and the column holds.
        max: i64,
    },
    /// A number with a decimal point (`double`, `decimal`).
    Decimal {
        /// The least that makes sense.
        min: f64,
        /// The most that makes sense.
        max: f64,
        /// Digits after the point that the column keeps; `None`: as many as a `double` does.
        fraction_digits: Option<usize>,
    },
    /// A day (`date`, `datetime`), written `yyyy-mm-dd`; a month is `yyyy-mm-00`, a year `yyyy-00-00`.
    Date,
}

const fn text(max_chars: usize) -> FieldKind {
    FieldKind::Text { max_chars }
}

/// The width of MariaDB's `text`.
const LONG: FieldKind = FieldKind::LongText { max_bytes: 65_535 };

const fn whole(min: i64, max: i64) -> FieldKind {
    FieldKind::Integer { min, max }
}

const fn degrees(most: f64) -> FieldKind {
    FieldKind::Decimal { min: -most, max: most, fraction_digits: None }
}

/// The most an `int unsigned` holds.
const UNSIGNED: i64 = u32::MAX as i64;

/// From the deepest trench to above the highest peak, in metres: feet are often seen to be feet.
const ELEVATION: FieldKind = whole(-11_000, 9_000);

/// Metres of water.
const DEPTH: FieldKind = whole(0, 11_000);

macro_rules! fields {
    ($($name:ident = $column:literal, $kind:expr;)*) => {
        /// A column of `omoccurrences` that a skeletal file may fill: those that exist with the same name and type in
        /// every schema from 3.0 to 3.4. Left out are the keys and identifiers of the record and its collection
        /// (`occid`, `collid`, `dbpk`, `occurrenceID`, `recordID`, `catalogNumber`, `institutionCode`,
        /// `collectionCode`, `tidInterpreted`), the portal's bookkeeping (`processingStatus`, `observerUid`,
        /// `recordEnteredBy`, `dateEntered`, `dateLastModified`, `modified`), and what was added or renamed after 3.0
        /// (`vitality`, `recordSecurity`, `securityReason`).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum OccurrenceField {
            $(#[doc = concat!("`omoccurrences.", $column, "`")] $name,)*
        }

        impl OccurrenceField {
            /// All, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name of the column.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $column,)* }
            }

            /// What the column can hold.
            #[must_use]
            pub fn kind(self) -> FieldKind {
                match self { $(Self::$name => $kind,)* }
            }
        }
    };
}

fields! {
    BasisOfRecord = "basisOfRecord", text(32);
    OtherCatalogNumbers = "otherCatalogNumbers", text(255);
    OwnerInstitutionCode = "ownerInstitutionCode", text(32);
    InstitutionId = "institutionID", text(255);
    CollectionId = "collectionID", text(255);
    DatasetId = "datasetID", text(255);
    OrganismId = "organismID", text(150);
    Family = "family", text(255);
    ScientificName = "scientificName", text(255);
    Sciname = "sciname", text(255);
    Genus = "genus", text(255);
    SpecificEpithet = "specificEpithet", text(255);
    TaxonRank = "taxonRank", text(32);
    InfraspecificEpithet = "infraspecificEpithet", text(255);
    ScientificNameAuthorship = "scientificNameAuthorship", text(255);
    TaxonRemarks = "taxonRemarks", LONG;
    IdentifiedBy = "identifiedBy", text(255);
    DateIdentified = "dateIdentified", text(45);
    IdentificationReferences = "identificationReferences", LONG;
    IdentificationRemarks = "identificationRemarks", LONG;
    IdentificationQualifier = "identificationQualifier", text(255);
    TypeStatus = "typeStatus", text(255);
    RecordedBy = "recordedBy", text(255);
    RecordNumber = "recordNumber", text(45);
    AssociatedCollectors = "associatedCollectors", text(255);
    EventDate = "eventDate", FieldKind::Date;
    EventDate2 = "eventDate2", FieldKind::Date;
    Year = "year", whole(1500, 2200);
    Month = "month", whole(1, 12);
    Day = "day", whole(1, 31);
    StartDayOfYear = "startDayOfYear", whole(1, 366);
    EndDayOfYear = "endDayOfYear", whole(1, 366);
    VerbatimEventDate = "verbatimEventDate", text(255);
    EventTime = "eventTime", text(45);
    Habitat = "habitat", LONG;
    Substrate = "substrate", text(500);
    FieldNotes = "fieldNotes", LONG;
    FieldNumber = "fieldNumber", text(45);
    EventId = "eventID", text(150);
    OccurrenceRemarks = "occurrenceRemarks", LONG;
    InformationWithheld = "informationWithheld", text(250);
    DataGeneralizations = "dataGeneralizations", text(250);
    AssociatedOccurrences = "associatedOccurrences", LONG;
    AssociatedTaxa = "associatedTaxa", LONG;
    DynamicProperties = "dynamicProperties", LONG;
    VerbatimAttributes = "verbatimAttributes", LONG;
    Behavior = "behavior", text(500);
    ReproductiveCondition = "reproductiveCondition", text(255);
    CultivationStatus = "cultivationStatus", whole(0, 1);
    EstablishmentMeans = "establishmentMeans", text(150);
    LifeStage = "lifeStage", text(45);
    Sex = "sex", text(45);
    IndividualCount = "individualCount", text(45);
    SamplingProtocol = "samplingProtocol", text(100);
    SamplingEffort = "samplingEffort", text(200);
    Preparations = "preparations", text(100);
    LocationId = "locationID", text(150);
    Continent = "continent", text(45);
    WaterBody = "waterBody", text(75);
    ParentLocationId = "parentLocationID", text(150);
    IslandGroup = "islandGroup", text(75);
    Island = "island", text(75);
    CountryCode = "countryCode", text(5);
    Country = "country", text(64);
    StateProvince = "stateProvince", text(255);
    County = "county", text(255);
    Municipality = "municipality", text(255);
    Locality = "locality", LONG;
    DecimalLatitude = "decimalLatitude", degrees(90.0);
    DecimalLongitude = "decimalLongitude", degrees(180.0);
    GeodeticDatum = "geodeticDatum", text(255);
    CoordinateUncertaintyInMeters = "coordinateUncertaintyInMeters", whole(0, UNSIGNED);
    FootprintWkt = "footprintWKT", LONG;
    CoordinatePrecision = "coordinatePrecision", FieldKind::Decimal { min: 0.0, max: 1.0, fraction_digits: Some(7) };
    LocationRemarks = "locationRemarks", LONG;
    VerbatimCoordinates = "verbatimCoordinates", text(255);
    VerbatimCoordinateSystem = "verbatimCoordinateSystem", text(255);
    GeoreferencedBy = "georeferencedBy", text(255);
    GeoreferencedDate = "georeferencedDate", FieldKind::Date;
    GeoreferenceProtocol = "georeferenceProtocol", text(255);
    GeoreferenceSources = "georeferenceSources", text(255);
    GeoreferenceVerificationStatus = "georeferenceVerificationStatus", text(32);
    GeoreferenceRemarks = "georeferenceRemarks", text(500);
    MinimumElevationInMeters = "minimumElevationInMeters", ELEVATION;
    MaximumElevationInMeters = "maximumElevationInMeters", ELEVATION;
    VerbatimElevation = "verbatimElevation", text(255);
    MinimumDepthInMeters = "minimumDepthInMeters", DEPTH;
    MaximumDepthInMeters = "maximumDepthInMeters", DEPTH;
    VerbatimDepth = "verbatimDepth", text(50);
    PreviousIdentifications = "previousIdentifications", LONG;
    Availability = "availability", whole(0, 99);
    Disposition = "disposition", text(250);
    StorageLocation = "storageLocation", text(100);
    GenericColumn1 = "genericColumn1", text(100);
    GenericColumn2 = "genericColumn2", text(100);
    Language = "language", text(20);
    DuplicateQuantity = "duplicateQuantity", whole(0, UNSIGNED);
    LabelProject = "labelProject", text(250);
    DynamicFields = "dynamicFields", LONG;
}

use OccurrenceField as F;

/// Other headers that people and other systems write for a column, folded. Most are those Symbiota's own table upload
/// knows (`SpecUploadBase::echoFieldMapTable`).
const SYNONYMS: &[(&str, F)] = &[
    ("associatedspecies", F::AssociatedTaxa),
    ("assoctaxa", F::AssociatedTaxa),
    ("author", F::ScientificNameAuthorship),
    ("authorship", F::ScientificNameAuthorship),
    ("captivecultivated", F::CultivationStatus),
    ("cf", F::IdentificationQualifier),
    ("collectedby", F::RecordedBy),
    ("collectiondate", F::EventDate),
    ("collectionnumber", F::RecordNumber),
    ("collectionstartdate", F::EventDate),
    ("collectionverbatimdate", F::VerbatimEventDate),
    ("collector", F::RecordedBy),
    ("collectornumber", F::RecordNumber),
    ("collectors", F::AssociatedCollectors),
    ("date", F::EventDate),
    ("datecollected", F::EventDate),
    ("dateobserved", F::EventDate),
    ("datum", F::GeodeticDatum),
    ("description", F::VerbatimAttributes),
    ("detby", F::IdentifiedBy),
    ("determinationdate", F::DateIdentified),
    ("determineddate", F::DateIdentified),
    ("determinedremarks", F::IdentificationRemarks),
    ("determiner", F::IdentifiedBy),
    ("determinor", F::IdentifiedBy),
    ("elevationmeters", F::MinimumElevationInMeters),
    ("fullname", F::Sciname),
    ("generalnotes", F::OccurrenceRemarks),
    ("georeferencingsource", F::GeoreferenceSources),
    ("georefremarks", F::GeoreferenceRemarks),
    ("habitatdescription", F::Habitat),
    ("lat", F::DecimalLatitude),
    ("latitude", F::DecimalLatitude),
    ("lng", F::DecimalLongitude),
    ("localitynotes", F::LocationRemarks),
    ("location", F::Locality),
    ("long", F::DecimalLongitude),
    ("longitude", F::DecimalLongitude),
    ("maxelevationm", F::MaximumElevationInMeters),
    ("minelevationm", F::MinimumElevationInMeters),
    ("municipiocounty", F::County),
    ("notes", F::OccurrenceRemarks),
    ("observedon", F::EventDate),
    ("observer", F::RecordedBy),
    ("phenology", F::ReproductiveCondition),
    ("placecountryname", F::Country),
    ("placecountyname", F::County),
    ("placeguess", F::Locality),
    ("placestatename", F::StateProvince),
    ("plantdescription", F::VerbatimAttributes),
    ("primarycollector", F::RecordedBy),
    ("publicpositionalaccuracy", F::CoordinateUncertaintyInMeters),
    ("qualifier", F::IdentificationQualifier),
    ("remarks", F::OccurrenceRemarks),
    ("scientificnameauthor", F::ScientificNameAuthorship),
    ("sitedeschabitat", F::Habitat),
    ("specimendescription", F::VerbatimAttributes),
    ("specimennotes", F::OccurrenceRemarks),
    ("state", F::StateProvince),
    ("taxonfamilyname", F::Family),
    ("verbatimdate", F::VerbatimEventDate),
    ("verbatimelev", F::VerbatimElevation),
];

impl OccurrenceField {
    /// The column a header means: its name or a synonym, whatever its case, spaces, underscores, hyphens or the prefix
    /// of its vocabulary (`dwc:`).
    #[must_use]
    pub fn parse(header: &str) -> Option<Self> {
        let folded = fold_header(header);
        Self::ALL.iter().copied().find(|field| field.as_str().eq_ignore_ascii_case(&folded)).or_else(|| {
            SYNONYMS.binary_search_by_key(&folded.as_str(), |(name, _)| *name).ok().map(|index| SYNONYMS[index].1)
        })
    }
}

impl fmt::Display for OccurrenceField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A header in the form in which headers are compared: lower case, without spaces, underscores and hyphens, and
/// without the prefix of its vocabulary.
#[must_use]
pub fn fold_header(header: &str) -> String {
    let folded: String = header
        .chars()
        .filter(|character| !character.is_whitespace() && !matches!(character, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect();
    ["dwc:", "dwciri:", "dcterms:", "symbiota:"]
        .iter()
        .find_map(|prefix| folded.strip_prefix(prefix))
        .map(str::to_owned)
        .unwrap_or(folded)
}

#[cfg(test)]
mod tests {
    use super::{OccurrenceField, SYNONYMS, fold_header};

    #[test]
    fn synonyms_are_sorted_folded_and_no_columns() {
        assert!(SYNONYMS.is_sorted_by(|one, next| one.0 < next.0));
        for (name, _) in SYNONYMS {
            assert_eq!(fold_header(name), *name);
            assert!(OccurrenceField::ALL.iter().all(|field| !field.as_str().eq_ignore_ascii_case(name)), "{name}");
        }
    }

    #[test]
    fn every_column_is_read_back_by_its_name() {
        for field in OccurrenceField::ALL {
            assert_eq!(OccurrenceField::parse(field.as_str()), Some(*field));
            assert_eq!(OccurrenceField::parse(&format!(" dwc:{} ", field.as_str().to_uppercase())), Some(*field));
        }
    }
}
