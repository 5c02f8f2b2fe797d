//! Sources that are services or tables: Dropbox, BisQue, a map of numbers and addresses.

use std::sync::Arc;
use std::time::Duration;

use pinax_core::nouns::error::{Error, ErrorKind, Result};
use pinax_io::calendar::Day;
use pinax_io::clock::SystemClock;
use pinax_io::source::bisque::{self, BisqueSource};
use pinax_io::source::csv_map::{self, CsvMapSource, CsvPlace};
use pinax_io::source::dropbox::{self, DropboxLogIn, DropboxSource};

use super::{Side, http, needed_secret, own_servers, secret, web_address};
use crate::config::{BisqueOptions, Config, CsvMapOptions, DropboxOptions, Fetch};

pub(super) fn dropbox(config: &Config, options: &DropboxOptions) -> Result<DropboxSource> {
    let given = |what: &str, file| secret(config, &Side::Source.variable(what), what, file);
    let refresh_token = given("refresh_token", options.refresh_token_file.as_deref())?;
    let log_in = match (refresh_token, &options.app_key) {
        (Some(refresh_token), Some(app_key)) => DropboxLogIn::Refresh {
            refresh_token,
            app_key: app_key.clone(),
            app_secret: given("app_secret", options.app_secret_file.as_deref())?,
        },
        (Some(_), None) => {
            return Err(Error::new(ErrorKind::Config, "a refresh token is of use only with the key of its app")
                .hint("add app_key = \"…\" to the source; Dropbox shows it beside the app's name"));
        }
        (None, _) => DropboxLogIn::Token(needed_secret(config, Side::Source, "token", options.token_file.as_deref())?),
    };
    let mut wanted = dropbox::DropboxOptions::new(options.path.clone(), log_in);
    wanted.http = http(config, wanted.http, None)?;
    wanted.team_space.clone_from(&options.team_space);
    if let Some(url) = &options.api_url {
        wanted.api = web_address("source.api_url", url)?;
    }
    if let Some(url) = &options.content_url {
        wanted.content = web_address("source.content_url", url)?;
    }
    DropboxSource::new(wanted)
}

pub(super) fn bisque(config: &Config, options: &BisqueOptions) -> Result<BisqueSource> {
    let url = web_address("source.url", &options.url)?;
    let first_day = Day::read(&options.first_day).ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("source.first_day `{}` is no day", options.first_day))
            .hint("write it as 2016-01-31")
    })?;
    let mut wanted = bisque::BisqueOptions::new(url, options.path.clone(), first_day);
    wanted.allow_http = options.allow_http;
    wanted.http = http(config, wanted.http, None)?;
    if let Some(seconds) = options.pause_seconds {
        wanted.picture_pause = Duration::try_from_secs_f64(seconds).map_err(|_| {
            Error::new(ErrorKind::Config, format!("source.pause_seconds is {seconds}")).hint("give seconds, such as 5")
        })?;
    }
    BisqueSource::new(wanted, Arc::new(SystemClock))
}

pub(super) fn csv_map(config: &Config, options: &CsvMapOptions) -> Result<CsvMapSource> {
    let place = match (&options.path, &options.url) {
        (Some(path), None) => CsvPlace::File(config.path(path)),
        (None, Some(url)) => CsvPlace::Web(web_address("source.url", url)?),
        _ => {
            return Err(Error::new(ErrorKind::Config, "a csv-map is one table: a file or an address")
                .hint("give path = \"pictures.csv\", or url = \"https://…\""));
        }
    };
    let mut wanted = csv_map::CsvMapOptions::new(place);
    wanted.table_http = http(config, wanted.table_http, None)?;
    wanted.picture_http.guard = own_servers(config)?;
    wanted.picture_http = http(config, wanted.picture_http, None)?;
    wanted.from_archive = options.fetch == Fetch::Archive;
    wanted.allow_http = options.allow_http;
    CsvMapSource::new(wanted)
}
