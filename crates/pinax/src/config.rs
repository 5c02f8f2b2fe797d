//! The configuration `pinax.toml`: read whole, every key known, every value checked before anything is done.

mod options;
mod profile;
mod source;
mod store;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

pub(crate) use options::{
    ConvertOptions, ExtensionOption, LimitOptions, PortalKind, PortalOptions, ProfileOptions, WebOptions,
};
pub(crate) use source::{BisqueOptions, CsvMapOptions, DropboxOptions, Fetch, SourceOptions};
pub(crate) use store::StoreOptions;

use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::nouns::profile::Profile;

/// A configuration that was read and checked.
pub(crate) struct Config {
    /// Relative paths start here: the folder the file lies in.
    base: PathBuf,
    options: options::ConfigOptions,
    trust_schema: bool,
    /// The file holds a section of a profile that is commented out.
    commented_out: bool,
}

impl Config {
    /// Reads and checks `path`.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::new(ErrorKind::Config, format!("could not read the configuration {}", path.display()))
                .caused_by(error)
                .hint("write one with `pinax init`, or name it with --config FILE; `pinax demo` needs none")
        })?;
        let base = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let base = std::path::absolute(&base).unwrap_or(base);
        Self::parse(&text, base).with_context(|| format!("{} cannot be used", path.display()))
    }

    /// The same for a portal whose tables are of a version that is not known, when a person says so.
    pub(crate) fn trusting_schema(self, trust_schema: bool) -> Self {
        Self { trust_schema, ..self }
    }

    /// Go on with tables of a version that is not known?
    pub(crate) fn trusts_schema(&self) -> bool {
        self.trust_schema
    }

    /// Reads and checks `text`, as if it stood in a file of the folder `base`.
    pub(crate) fn parse(text: &str, base: PathBuf) -> anyhow::Result<Self> {
        let options: options::ConfigOptions = toml::from_str(text).map_err(|error| {
            // The message of the parser shows the line and marks the place.
            Error::new(ErrorKind::Config, error.to_string().trim_end().to_owned())
                .hint("every key is described in the file that `pinax init` writes")
        })?;
        let commented_out = text.lines().any(|line| line.trim_start_matches(['#', ' ']).starts_with("[profile."))
            && options.profile.is_empty();
        let config = Self { base, options, trust_schema: false, commented_out };
        for name in config.options.profile.keys() {
            config.profile(name)?;
        }
        Ok(config)
    }

    /// The ledger's file.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.path(&self.options.ledger)
    }

    /// The portal's options.
    pub(crate) fn portal(&self) -> &PortalOptions {
        &self.options.portal
    }

    /// What the machine may be used for.
    pub(crate) fn limits(&self) -> &LimitOptions {
        &self.options.limits
    }

    /// How web servers are asked.
    pub(crate) fn web(&self) -> &WebOptions {
        &self.options.web
    }

    /// The programs that convert pictures.
    pub(crate) fn convert(&self) -> &ConvertOptions {
        &self.options.convert
    }

    /// `path` as written in the configuration, from the folder the file lies in.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.base.join(path)
    }

    /// All profiles by name.
    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.options.profile.keys().map(String::as_str)
    }

    /// The profile that was asked for, or the only one.
    pub(crate) fn choose(&self, asked: Option<&str>) -> Result<&str> {
        let names: Vec<&str> = self.profile_names().collect();
        let known = || format!("profiles here: {}", names.join(", "));
        match (asked, names.as_slice()) {
            (_, []) if self.commented_out => Err(Error::new(ErrorKind::Config, "the configuration has no profile")
                .hint("complete the section [profile.…] that is commented out, then take the # away from its lines")),
            (_, []) => Err(Error::new(ErrorKind::Config, "the configuration has no profile")
                .hint("add a [profile.NAME] section; `pinax init` shows one")),
            (None, [only]) => Ok(only),
            (None, _) => Err(Error::new(ErrorKind::Config, "which profile?").hint(known())),
            (Some(asked), _) => match names.iter().find(|name| **name == asked) {
                Some(name) => Ok(name),
                None => Err(Error::new(ErrorKind::Config, format!("there is no profile `{asked}`")).hint(known())),
            },
        }
    }

    /// The options of a profile that [`choose`](Self::choose) gave.
    pub(crate) fn profile_options(&self, name: &str) -> Result<&ProfileOptions> {
        self.options
            .profile
            .get(name)
            .ok_or_else(|| Error::new(ErrorKind::Config, format!("there is no profile `{name}`")))
    }

    /// The rules of a profile.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile> {
        profile::build(name, self.profile_options(name)?, self.limits())
            .map_err(|error| error.context(format!("profile `{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    const GOOD: &str = r#"
        [portal]
        kind = "mariadb"
        url = "mysql://pinax@localhost/symbiota"
        [profile.tst]
        collection = "TST:VASC"
        source = { kind = "folder", path = "drop" }
        identify = { pattern = '/^(TST\d{8})\D*/' }
        store = { kind = "folder", path = "www", public_url = "https://img.example.org/tst" }
    "#;

    fn message(text: &str) -> String {
        match Config::parse(text, "/tmp".into()) {
            Ok(_) => panic!("it should be refused"),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn a_typo_is_shown_with_its_line() {
        let text = GOOD.replace("pattern =", "patern =");
        let message = message(&text);
        assert!(message.contains("line 8") && message.contains("patern"), "{message}");
    }

    #[test]
    fn values_are_checked_when_the_file_is_read() {
        for (from, to, says) in [
            ("https://img", "http://img", "not https"),
            (r"(TST\d{8})", r"TST\d{8}", "no capture"),
            (r"(TST\d{8})\D*", r"(TST\d{8", "does not compile"),
            ("[profile.tst]", "[profile.tst]\nderive = { quality = 700 }", "from 1 to 100"),
            ("\"TST:VASC\"", "\"\"", "collection code"),
            ("\"folder\", path = \"drop\"", "\"floppy\", path = \"drop\"", "floppy"),
        ] {
            let message = message(&GOOD.replace(from, to));
            assert!(message.contains(says), "{says}: {message}");
        }
    }

    #[test]
    fn a_profile_that_is_commented_out_is_named() {
        let (portal, profile) = GOOD.split_at(GOOD.find("[profile").unwrap());
        let commented: String = profile.lines().map(|line| format!("# {line}\n")).collect();
        let config = Config::parse(&format!("{portal}\n{commented}"), "/tmp".into()).unwrap();
        assert!(config.choose(None).unwrap_err().hint_text().unwrap().contains("take the # away"));
    }

    #[test]
    fn the_only_profile_needs_no_name() {
        let config = Config::parse(GOOD, "/tmp".into()).unwrap();
        assert_eq!(config.choose(None).unwrap(), "tst");
        assert!(config.choose(Some("other")).is_err());
    }
}
