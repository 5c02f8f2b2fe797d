//! Passwords and tokens: from the environment or a file of their own, never from the configuration.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_core::nouns::finding::Finding;
use pinax_io::portal::mariadb::MariadbOptions;

use crate::config::{Config, PortalKind};

/// What stands in the environment variable, else in the file; never in the configuration itself.
pub(super) fn secret(config: &Config, variable: &str, what: &str, file: Option<&Path>) -> Result<Option<String>> {
    secret_in(variable, what, file.map(|file| config.path(file)).as_deref())
}

pub(super) fn secret_in(variable: &str, what: &str, file: Option<&Path>) -> Result<Option<String>> {
    if let Ok(secret) = std::env::var(variable)
        && !secret.is_empty()
    {
        return Ok(Some(secret));
    }
    let Some(file) = file else { return Ok(None) };
    let text = std::fs::read_to_string(file).map_err(|error| {
        Error::new(ErrorKind::Config, format!("could not read the {what} file {}", file.display()))
            .caused_by(error)
            .hint(format!("portal.{what}_file names a file that holds the {what} and nothing else"))
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Secrets that lie where others can read them.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let options = config.portal();
    let (file, what) = match options.kind {
        PortalKind::Mariadb => (options.password_file.as_ref(), "password"),
        PortalKind::Api => (options.token_file.as_ref(), "token"),
        PortalKind::ImportCsv | PortalKind::Dwca => return Vec::new(),
    };
    let mut findings = Vec::new();
    let url = options.url.clone().unwrap_or_default();
    if options.kind == PortalKind::Mariadb && MariadbOptions::new(url, None).password_in_url() {
        findings.push(
            Finding::warning("a password stands in portal.url, where whoever sees the configuration sees it").hint(
                "take it out, change it on the server, and give it in PINAX_PORTAL_PASSWORD or portal.password_file",
            ),
        );
    }
    let file: Option<PathBuf> = file.map(|file| config.path(file));
    if let Some(file) = file
        && file.metadata().is_ok_and(|metadata| others_can_read(&metadata))
    {
        findings.push(
            Finding::warning(format!("the {what} file {} can be read by other users", file.display()))
                .hint(format!("chmod 600 {}", file.display())),
        );
    }
    findings
}

#[cfg(unix)]
fn others_can_read(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o044 != 0
}

#[cfg(not(unix))]
fn others_can_read(_: &Metadata) -> bool {
    false
}
