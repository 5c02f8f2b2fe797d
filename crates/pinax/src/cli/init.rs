//! `pinax init`: writes a commented configuration.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use pinax_core::nouns::collection::CollectionKey;
use pinax_core::nouns::error::{Error, ErrorKind};
use pinax_core::ports::portal::Portal as _;
use serde_json::json;

use super::{Common, End};
use crate::{from_portal, show, wire};

/// The configuration that is written; a test reads it back.
const TEMPLATE: &str = include_str!("../../assets/pinax.toml");

/// What to write.
#[derive(Args)]
pub(super) struct InitOptions {
    /// Take over the image processing profiles that the portal keeps in its database: mysql://user@host/database. The
    /// password comes from PINAX_PORTAL_PASSWORD, or from --password-file.
    #[arg(long, value_name = "URL")]
    from_portal: Option<String>,
    /// Of which collection: institutionCode:collectionCode, or the portal's number.
    #[arg(long, value_name = "CODE", requires = "from_portal")]
    collection: Option<String>,
    /// A file that holds the password and nothing else.
    #[arg(long, value_name = "FILE", requires = "from_portal")]
    password_file: Option<PathBuf>,
}

pub(super) async fn init(common: &Common, options: &InitOptions) -> anyhow::Result<End> {
    let path = &common.config;
    let Some(url) = &options.from_portal else {
        write_new(path, TEMPLATE)?;
        show::tell!("wrote {}; fill it in, then: pinax check", path.display());
        return Ok(End::Done);
    };
    let key = collection(options.collection.as_deref())?;
    let (portal, url) = wire::database(url, options.password_file.as_deref(), common.trust_schema)?;
    let collection = portal.collection(&key).await?;
    let profiles = portal.processing_profiles(&collection).await?;
    if profiles.is_empty() {
        let told = format!("the portal keeps no image processing profile for {key}, {}", collection.name);
        return Err(Error::new(ErrorKind::NotFound, told).hint("`pinax init` alone writes an example").into());
    }
    // Paths of a configuration are meant from its own folder.
    let password_file = options.password_file.as_ref().map(std::path::absolute).transpose()?;
    let draft = from_portal::draft(&url, password_file.as_deref(), &key, &profiles);
    write_new(path, &draft.text)?;
    let findings = draft.findings();
    if common.json {
        let told = json!({
            "written": path.display().to_string(), "collection": collection.name,
            "profiles": draft.names(true), "incomplete": draft.names(false), "findings": findings,
        });
        show::say!("{told}");
    } else {
        for finding in &findings {
            show::tell!("{}", show::finding(finding));
        }
    }
    let (complete, incomplete) = (draft.names(true).len() as u64, draft.names(false).len() as u64);
    show::tell!(
        "wrote {}: {} taken over, {} to be completed; look it through, then: pinax check",
        path.display(),
        show::counted(complete, "profile", "profiles"),
        show::grouped(incomplete)
    );
    Ok(if incomplete > 0 { End::Attention } else { End::Done })
}

fn collection(text: Option<&str>) -> Result<CollectionKey, Error> {
    let text = text.ok_or_else(|| {
        Error::new(ErrorKind::Config, "of which collection?")
            .hint("add --collection TST:VASC, or its number on the portal")
    })?;
    match text.trim().parse() {
        Ok(collid) => Ok(CollectionKey::Collid(collid)),
        Err(_) => text.parse(),
    }
}

/// Writes a file that is not there yet.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = std::fs::File::create_new(path).map_err(|error| {
        let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
        let error = Error::new(ErrorKind::Config, format!("could not write {}", path.display())).caused_by(error);
        if exists {
            error.hint("it is there already, and is left as it is; name another with --config FILE")
        } else {
            error
        }
    })?;
    file.write_all(text.as_bytes())?;
    Ok(())
}
