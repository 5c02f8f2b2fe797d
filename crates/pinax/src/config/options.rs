//! The keys of `pinax.toml`. Every struct refuses keys it does not know.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pinax_core::nouns::matching::MatchField;
use serde::Deserialize;

use super::source::SourceOptions;
use super::store::StoreOptions;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigOptions {
    /// Where the ledger lies.
    #[serde(default = "default_ledger")]
    pub(super) ledger: PathBuf,
    pub(super) portal: PortalOptions,
    #[serde(default)]
    pub(super) limits: LimitOptions,
    #[serde(default)]
    pub(super) convert: ConvertOptions,
    #[serde(default)]
    pub(super) web: WebOptions,
    #[serde(default)]
    pub(super) profile: BTreeMap<String, ProfileOptions>,
}

fn default_ledger() -> PathBuf {
    "pinax.ledger".into()
}

/// `[portal]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortalOptions {
    /// By which door.
    pub(crate) kind: PortalKind,
    /// mariadb: `mysql://user@host/database`, `?ssl=required` for an encrypted way. api: the portal's root,
    /// `https://portal.example.org/portal`.
    pub(crate) url: Option<String>,
    /// mariadb: a file that holds the password and nothing else.
    pub(crate) password_file: Option<PathBuf>,
    /// api: a file that holds the token and nothing else.
    pub(crate) token_file: Option<PathBuf>,
    /// import-csv, dwca: the portal's own download of the collection's records.
    pub(crate) records: Option<PathBuf>,
    /// import-csv, dwca: the folder the files for the portal are written into.
    pub(crate) out: Option<PathBuf>,
    /// dwca: the words for pictures.
    #[serde(default)]
    pub(crate) extension: ExtensionOption,
}

/// The doors to a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PortalKind {
    /// The portal's database.
    Mariadb,
    /// The portal's REST API.
    Api,
    /// Files carried to the portal's Extended Data Import by a person.
    ImportCsv,
    /// Darwin Core archives carried to the portal, or to a publisher, by a person.
    Dwca,
}

impl PortalKind {
    /// Is a link on the portal when it is made? Else a person carries it there.
    pub(crate) fn is_direct(self) -> bool {
        match self {
            Self::Mariadb | Self::Api => true,
            Self::ImportCsv | Self::Dwca => false,
        }
    }
}

/// `portal.extension`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExtensionOption {
    /// For a Symbiota portal.
    #[default]
    AudubonCore,
    /// Simple multimedia, for publishers.
    Gbif,
}

/// `[limits]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitOptions {
    /// Pictures made at the same time; the number of processors when not given.
    pub(crate) workers: Option<usize>,
    /// Memory for pixels, all workers together.
    pub(crate) pixel_memory_mb: Option<u64>,
    /// More pixels are refused.
    pub(crate) max_megapixels: Option<u64>,
    /// Larger files are refused.
    pub(crate) max_source_mb: Option<u64>,
}

/// `[convert]`: program and arguments for formats that are not read here; `{in}` and `{out}` stand for the files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConvertOptions {
    /// The longest a program may run.
    pub(crate) max_seconds: Option<u64>,
    /// Most memory of one of its processes.
    pub(crate) max_memory_mb: Option<u64>,
    avif: Option<Vec<String>>,
    bmp: Option<Vec<String>>,
    heic: Option<Vec<String>>,
    jp2: Option<Vec<String>>,
    jxl: Option<Vec<String>>,
    pdf: Option<Vec<String>>,
    psd: Option<Vec<String>>,
    raw: Option<Vec<String>>,
    tiff: Option<Vec<String>>,
    webp: Option<Vec<String>>,
}

impl ConvertOptions {
    /// The commands by the word of their format.
    pub(crate) fn commands(&self) -> BTreeMap<String, Vec<String>> {
        let all = [
            ("avif", &self.avif),
            ("bmp", &self.bmp),
            ("heic", &self.heic),
            ("jp2", &self.jp2),
            ("jxl", &self.jxl),
            ("pdf", &self.pdf),
            ("psd", &self.psd),
            ("raw", &self.raw),
            ("tiff", &self.tiff),
            ("webp", &self.webp),
        ];
        all.into_iter().filter_map(|(word, command)| Some((word.to_owned(), command.clone()?))).collect()
    }
}

/// `[profile.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileOptions {
    /// `institutionCode:collectionCode`.
    pub(crate) collection: Option<String>,
    /// The portal's number of the collection, instead.
    pub(crate) collid: Option<u32>,
    pub(crate) source: SourceOptions,
    pub(crate) identify: IdentifyOptions,
    #[serde(default)]
    pub(crate) derive: DeriveOptions,
    /// Not needed when nothing is made.
    pub(crate) store: Option<StoreOptions>,
    #[serde(default)]
    pub(crate) map: MapOptions,
    #[serde(default)]
    pub(crate) link: LinkOptions,
}

/// `identify = { … }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentifyOptions {
    pub(crate) pattern: String,
    pub(crate) replace: Option<ReplaceOptions>,
    /// The columns a number is looked for in, the first that finds something answers.
    #[serde(default = "catalog_number")]
    pub(crate) match_on: Vec<MatchField>,
    /// What barcodes have to say.
    #[serde(default)]
    pub(crate) barcode: BarcodeOption,
    /// Which barcodes are catalog numbers; those that `pattern` matches, when it is not given.
    pub(crate) barcode_pattern: Option<String>,
    /// Put before what the pattern takes out of a barcode.
    pub(crate) barcode_prefix: Option<String>,
    /// How the last character of a barcode follows from the others.
    pub(crate) barcode_check_digit: Option<String>,
    /// The kinds of barcode that are read; all, when it is not given.
    pub(crate) barcode_kinds: Option<Vec<BarcodeKind>>,
}

/// `identify.barcode`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BarcodeOption {
    #[default]
    Off,
    Check,
    Require,
    InsteadOfName,
}

/// `identify.barcode_kinds`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BarcodeKind {
    Code128,
    Code39,
    Codabar,
    #[serde(rename = "interleaved-2-of-5")]
    Interleaved2Of5,
    Qr,
    DataMatrix,
}

/// `derive.quality_check`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum QualityOption {
    Off,
    #[default]
    Report,
    Review,
}

pub(super) fn yes() -> bool {
    true
}

fn catalog_number() -> Vec<MatchField> {
    vec![MatchField::CatalogNumber]
}

/// `replace = { pattern = "/^/", with = "barcode-" }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplaceOptions {
    pub(crate) pattern: String,
    pub(crate) with: String,
}

/// `derive = { … }`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeriveOptions {
    pub(crate) thumbnail: Option<u32>,
    pub(crate) medium: Option<u32>,
    pub(crate) large: Option<u32>,
    pub(crate) quality: Option<i64>,
    pub(crate) large_max_bytes: Option<u64>,
    pub(crate) medium_max_bytes: Option<u64>,
    /// Rights, catalog number and source are written into the sizes.
    pub(crate) metadata: Option<bool>,
    /// Files that are published as they came keep where they were taken.
    pub(crate) keep_location: Option<bool>,
    /// The file is published as it came too, and linked as archiveUrl.
    #[serde(default)]
    pub(crate) archive: bool,
    /// Pictures are measured: how sharp, how exposed, whether two are alike.
    #[serde(default)]
    pub(crate) quality_check: QualityOption,
}

/// `map = { … }`: sizes that lie somewhere already. A template of an address, or `make`, or `none`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MapOptions {
    pub(crate) original: Option<String>,
    pub(crate) medium: Option<String>,
    pub(crate) thumbnail: Option<String>,
    pub(crate) archive: Option<String>,
    #[serde(default)]
    pub(crate) allow_http: bool,
}

/// `[web]`: how web servers are asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebOptions {
    /// Whom a server's administrator may write to.
    pub(crate) contact: Option<String>,
    /// A certificate authority (PEM) to trust beside those of the machine.
    pub(crate) authority_file: Option<PathBuf>,
    /// Servers of one's own network that pictures may be looked at on.
    #[serde(default)]
    pub(crate) own_servers: Vec<String>,
}

/// `link = { … }`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkOptions {
    pub(crate) owner: Option<String>,
    pub(crate) creator: Option<String>,
    pub(crate) rights: Option<String>,
    pub(crate) copyright: Option<String>,
    /// Usage terms.
    pub(crate) access_rights: Option<String>,
    /// A table (CSV) of the rights of single pictures.
    pub(crate) rights_csv: Option<PathBuf>,
    /// The picture's own metadata go before what stands here.
    #[serde(default)]
    pub(crate) rights_from_picture: bool,
    /// The number is on no record.
    #[serde(default)]
    pub(crate) missing: MissingOption,
    /// The number is on several records.
    #[serde(default)]
    #[expect(dead_code, reason = "there is one answer: guessing is a person's job")]
    several: SeveralOption,
    /// The record shows a picture of this name already.
    #[serde(default)]
    pub(crate) existing: ExistingOption,
}

/// `link.missing`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MissingOption {
    #[default]
    Review,
    Skip,
    Create,
}

/// `link.several`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SeveralOption {
    #[default]
    Review,
}

/// `link.existing`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ExistingOption {
    #[default]
    Skip,
    KeepBoth,
    Replace,
}
