//! The wiring: the only place where adapters are built from a configuration.

mod places;
mod secrets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pinax_core::flows::run::{Ask, RunContext};
use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::nouns::finding::Finding;
use pinax_core::nouns::profile::Profile;
use pinax_core::nouns::uri::PublicUrl;
use pinax_core::ports::clock::Clock;
use pinax_core::ports::converter::Converter;
use pinax_core::ports::ledger::Ledger;
use pinax_core::ports::portal::Portal;
use pinax_core::ports::progress::Progress;
use pinax_core::ports::source::Source;
use pinax_core::ports::store::Store;
use pinax_core::ports::web::Web;
use pinax_core::steps::rights::{RightsMap, of_profile};
use pinax_io::clock::SystemClock;
use pinax_io::converter::{ConverterOptions, ProgramConverter};
use pinax_io::ledger::sqlite::SqliteLedger;
use pinax_io::portal::api::{ApiOptions, ApiPortal, ApiToken};
use pinax_io::portal::dwca::{DwcaExtension, DwcaOptions, DwcaPortal};
use pinax_io::portal::import_csv::{ImportCsvOptions, ImportCsvPortal};
use pinax_io::portal::mariadb::{MariadbOptions, MariadbPortal};

use self::secrets::{secret, secret_in};
use crate::config::{Config, ExtensionOption, PortalKind, StoreOptions};
use crate::time::utc;

/// Memory for pixels when the configuration says nothing: two workers on 24-megapixel pictures stay below 450 MB.
const PIXEL_MEMORY_MB: u64 = 400;
/// A profile with everything it works on.
pub(crate) struct Wired {
    pub(crate) profile: Profile,
    pub(crate) source: Box<dyn Source>,
    pub(crate) store: Box<dyn Store>,
    pub(crate) web: Box<dyn Web>,
    pub(crate) converter: Box<dyn Converter>,
    pub(crate) portal: Box<dyn Portal>,
    /// What of the source is asked for.
    pub(crate) ask: Ask,
    /// What a person should know of the configuration.
    pub(crate) findings: Vec<Finding>,
    workers: usize,
    pixel_memory_bytes: u64,
}

impl Wired {
    /// Everything a flow works with.
    pub(crate) fn context<'a>(
        &'a self,
        ledger: &'a dyn Ledger,
        progress: &'a dyn Progress,
        stop: &'a Arc<AtomicBool>,
    ) -> RunContext<'a> {
        RunContext {
            profile: &self.profile,
            source: self.source.as_ref(),
            store: self.store.as_ref(),
            ask: self.ask,
            web: self.web.as_ref(),
            converter: self.converter.as_ref(),
            portal: self.portal.as_ref(),
            ledger,
            progress,
            clock: &SystemClock,
            stop: stop.as_ref(),
            workers: self.workers,
            pixel_memory_bytes: self.pixel_memory_bytes,
        }
    }
}

/// Builds profile `name`.
pub(crate) fn wire(config: &Config, name: &str) -> Result<Wired> {
    let mut profile = config.profile(name)?;
    let options = config.profile_options(name)?;
    let limits = config.limits();
    let source_root = options.source.path().map(|path| config.path(path));
    let store_root = options.store.as_ref().and_then(StoreOptions::path).map(|path| config.path(path));
    if let (Some(source), Some(store)) = (source_root, store_root)
        && source.starts_with(&store)
    {
        return Err(Error::new(ErrorKind::Config, format!("profile `{name}` reads from the folder it writes to"))
            .hint("give source and store different folders"));
    }
    one_store_for_each_address(config)?;
    let (rights, mut findings) = of_profile(&profile.rights);
    profile.rights = rights;
    if let Some(path) = &options.link.rights_csv {
        let map = rights_map(&config.path(path))?;
        findings.extend_from_slice(map.findings());
        profile.rights_map = Some(Arc::new(map));
    }
    let source = places::source(config, &options.source)?;
    let store = places::store(config, options.store.as_ref())?;
    let web = places::web(config)?;
    findings.extend(secrets::findings(config));
    Ok(Wired {
        portal: portal(config, &profile)?,
        profile,
        source,
        store,
        web,
        converter: Box::new(converter(config)?),
        ask: Ask::default(),
        findings,
        workers: limits.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        pixel_memory_bytes: limits.pixel_memory_mb.unwrap_or(PIXEL_MEMORY_MB).saturating_mul(1_000_000),
    })
}

/// The table of the rights of single pictures. It is kept in memory: a million lines of it are some hundred megabytes.
fn rights_map(path: &Path) -> Result<RightsMap> {
    const MOST_BYTES: u64 = 256 << 20;
    let unreadable = |error: std::io::Error| {
        Error::new(ErrorKind::Config, format!("could not read {}", path.display()))
            .caused_by(error)
            .hint("link.rights_csv names a CSV file with the columns file or catalogNumber, and creator, rights, …")
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MOST_BYTES {
        let message = format!("{} has {size} bytes; a table of rights has at most {MOST_BYTES}", path.display());
        return Err(Error::new(ErrorKind::Config, message).hint("split the collection into several profiles"));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    RightsMap::read(&bytes).map_err(|error| error.context(path.display()))
}

/// The programs a person names for formats that are not read here.
fn converter(config: &Config) -> Result<ProgramConverter> {
    let (options, usual) = (config.convert(), ConverterOptions::default());
    ProgramConverter::new(ConverterOptions {
        commands: options.commands(),
        max_time: options.max_seconds.map_or(usual.max_time, Duration::from_secs),
        max_memory_bytes: options.max_memory_mb.map_or(usual.max_memory_bytes, |mb| mb.saturating_mul(1_000_000)),
        ..usual
    })
}

/// Opens the ledger to write; only one program can.
pub(crate) fn ledger(config: &Config, purpose: &str) -> Result<SqliteLedger> {
    SqliteLedger::open(&config.ledger(), purpose)
}

/// Opens the ledger to read, beside a run that writes.
pub(crate) fn ledger_to_read(config: &Config) -> Result<SqliteLedger> {
    SqliteLedger::open_to_read(&config.ledger())
}

/// What is known before the first run.
pub(crate) fn ledger_of_nothing() -> Result<SqliteLedger> {
    SqliteLedger::of_nothing()
}

/// Two stores seen at one address would show two pictures under one URL.
fn one_store_for_each_address(config: &Config) -> Result<()> {
    let mut stores: BTreeMap<String, (&str, String)> = BTreeMap::new();
    for name in config.profile_names() {
        let Some(store) = &config.profile_options(name)?.store else { continue };
        let Some((address, allow_http)) = store.address() else { continue };
        let address = PublicUrl::new(address, allow_http)?;
        let place = store.path().map_or_else(|| store.place(), |path| config.path(path).display().to_string());
        let (other, first) = stores.entry(address.as_str().to_owned()).or_insert_with(|| (name, place.clone()));
        if *first != place {
            let message = format!("profiles `{other}` and `{name}` publish into two places under one public_url");
            return Err(Error::new(ErrorKind::Config, message).hint("give each place the address it is seen at"));
        }
    }
    Ok(())
}

/// What we write ourselves is no source: stores, done folders, CSV files, the ledger.
fn our_own(config: &Config) -> Result<Vec<PathBuf>> {
    let ledger = config.ledger();
    let beside = |ending: &str| PathBuf::from(format!("{}{ending}", ledger.display()));
    let mut paths = vec![beside("-wal"), beside("-shm"), beside(".lock"), cache(config), ledger];
    paths.extend(config.portal().out.as_ref().map(|out| config.path(out)));
    for name in config.profile_names() {
        let options = config.profile_options(name)?;
        paths.extend(options.store.as_ref().and_then(StoreOptions::path).map(|path| config.path(path)));
        paths.extend(options.source.after().1.map(|done| config.path(done)));
    }
    Ok(paths)
}

fn portal(config: &Config, profile: &Profile) -> Result<Box<dyn Portal>> {
    let options = config.portal();
    match options.kind {
        PortalKind::Mariadb => {
            let url = options.url.clone().ok_or_else(|| needed("url"))?;
            let password = secret(config, "PINAX_PORTAL_PASSWORD", "password", options.password_file.as_deref())?;
            let options = MariadbOptions::new(url, password);
            let options = MariadbOptions { trust_schema: config.trusts_schema(), ..options };
            Ok(Box::new(MariadbPortal::new(&options)?))
        }
        PortalKind::Api => {
            let url = options.url.clone().ok_or_else(|| needed("url"))?;
            let token = secret(config, "PINAX_PORTAL_TOKEN", "token", options.token_file.as_deref())?;
            let token = token.map(|token| ApiToken::new(&token)).transpose()?;
            Ok(Box::new(ApiPortal::new(&ApiOptions::new(url, token))?))
        }
        PortalKind::ImportCsv => Ok(Box::new(import_csv(config, profile)?)),
        PortalKind::Dwca => Ok(Box::new(dwca(config, profile)?)),
    }
}

/// The door of a profile whose links are carried to the portal's import page by a person; `None` for other doors.
pub(crate) fn carried_by_hand(config: &Config, name: &str) -> Result<Option<ImportCsvPortal>> {
    match config.portal().kind {
        PortalKind::ImportCsv => import_csv(config, &config.profile(name)?).map(Some),
        _ => Ok(None),
    }
}

fn import_csv(config: &Config, profile: &Profile) -> Result<ImportCsvPortal> {
    let (records, out) = records_and_out(config, profile)?;
    let usual = ImportCsvOptions::new(records, out, cache(config), &profile.name);
    let allow_http = allow_http(config, &profile.name)?;
    ImportCsvPortal::new(ImportCsvOptions { allow_http, ..usual })
}

fn dwca(config: &Config, profile: &Profile) -> Result<DwcaPortal> {
    let (records, out) = records_and_out(config, profile)?;
    let today: String = utc(SystemClock.now_ms()).chars().take(10).collect();
    let extension = match config.portal().extension {
        ExtensionOption::AudubonCore => DwcaExtension::AudubonCore,
        ExtensionOption::Gbif => DwcaExtension::GbifMultimedia,
    };
    let usual = DwcaOptions::new(records, out, cache(config), &profile.name, today);
    let allow_http = allow_http(config, &profile.name)?;
    DwcaPortal::new(DwcaOptions { allow_http, extension, ..usual })
}

/// May the addresses of a profile be http?
pub(crate) fn allow_http(config: &Config, name: &str) -> Result<bool> {
    let options = config.profile_options(name)?;
    let of_store = options.store.as_ref().and_then(StoreOptions::address).is_some_and(|(_, allow_http)| allow_http);
    Ok(of_store || options.map.allow_http)
}

/// Where records come from and links go to, when a person carries both.
fn records_and_out(config: &Config, profile: &Profile) -> Result<(PathBuf, PathBuf)> {
    let options = config.portal();
    let records = options.records.as_ref().ok_or_else(|| needed("records"))?;
    let out = options.out.as_ref().ok_or_else(|| needed("out"))?;
    if let CollectionKey::Collid(_) = profile.collection {
        return Err(Error::new(ErrorKind::Config, "a download does not tell the portal's collid")
            .hint("name the collection by its codes: collection = \"TST:VASC\""));
    }
    Ok((config.path(records), config.path(out)))
}

fn needed(what: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the portal needs `{what}`"))
        .hint(format!("add {what} to the section [portal]; `pinax init` shows an example"))
}

/// What can be made again at any time lies beside the ledger.
fn cache(config: &Config) -> PathBuf {
    config.ledger().with_extension("cache")
}

/// The portal's database before there is a configuration, and its URL as it may be written down.
pub(crate) fn database(url: &str, password_file: Option<&Path>, trust: bool) -> Result<(MariadbPortal, String)> {
    let password = secret_in("PINAX_PORTAL_PASSWORD", "password", password_file)?;
    let options = MariadbOptions { trust_schema: trust, ..MariadbOptions::new(url, password) };
    Ok((MariadbPortal::new(&options)?, options.url_without_password()?))
}
