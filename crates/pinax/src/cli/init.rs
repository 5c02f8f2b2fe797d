//! `pinax init`: writes a commented configuration.

use crate::show;
use std::io::Write as _;

use clap::Args;
use pinax_core::nouns::error::{Error, ErrorKind};

use super::{Common, End};

/// The configuration that is written; a test reads it back.
const TEMPLATE: &str = include_str!("../../assets/pinax.toml");

/// What to write.
#[derive(Args)]
pub(super) struct InitOptions {}

pub(super) fn init(common: &Common, _: &InitOptions) -> anyhow::Result<End> {
    let path = &common.config;
    let mut file = std::fs::File::create_new(path).map_err(|error| {
        let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
        let error = Error::new(ErrorKind::Config, format!("could not write {}", path.display())).caused_by(error);
        if exists {
            error.hint("it is there already, and is left as it is; name another with --config FILE")
        } else {
            error
        }
    })?;
    file.write_all(TEMPLATE.as_bytes())?;
    show::tell!("wrote {}; fill it in, then: pinax check", path.display());
    Ok(End::Done)
}
