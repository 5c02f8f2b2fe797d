//! `pinax demo`: the whole job on made-up sheets, in a fresh folder.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use pinax_core::flows::run::Ask;
use pinax_core::nouns::batch::{BatchItem, Outcome};
use pinax_core::ports::ledger::{ItemFilter, Ledger};

use super::review::each_item;
use super::{Common, End, report, run};
use crate::config::Config;
use crate::demo::{CAST, Stage, set_up};
use crate::show;
use crate::wire;

/// Where to play.
#[derive(Args)]
pub(super) struct DemoOptions {
    /// The folder that is made; gets a number when it is there already.
    #[arg(default_value = "pinax-demo")]
    folder: PathBuf,
}

pub(super) async fn demo(common: &Common, options: &DemoOptions) -> anyhow::Result<End> {
    let Stage { folder, config: path, files } = set_up(&options.folder, |done, all| {
        show::talk(format_args!("\rdrawing sheets: {done} of {all}"));
    })?;
    show::tell!("\n{files} files in {}", folder.join("drop").display());
    let config = Config::read(&path)?;
    let name = config.choose(None)?;
    let quiet = Common { config: path.clone(), json: common.json, trust_schema: false };
    run::go(&quiet, &config, name, false, Ask::default()).await?;
    let wired = wire::wire(&config, name)?;
    let ledger = wire::ledger_to_read(&config)?;
    let Some(batch) = ledger.batches(None)?.into_iter().next() else { return Ok(End::CouldNotRun) };
    let written = report::write(&wired, &ledger, &batch, &folder).await?;
    if common.json {
        return Ok(End::Done);
    }
    let mut became: HashMap<String, String> = HashMap::new();
    each_item(&ledger, &ItemFilter::Batch(batch.id), |item| {
        became.insert(item.image.locator.to_string(), what_became(&item));
        Ok(())
    })?;
    show::say!("\nwhat became of each file:");
    for scene in CAST {
        let became = became.get(scene.file).map_or("left alone", String::as_str);
        show::say!("  {:<32} {:<50} {became}", scene.file, scene.about);
    }
    show::say!("\nopen these:");
    show::say!("  {}   the batch, with pictures and reasons", written.page.display());
    show::say!("  {}   the sizes, laid out for a web server", folder.join("www").display());
    show::say!("  {}   the links, for the portal's Extended Data Import", folder.join("for-the-portal").display());
    show::say!("  {}   the configuration that did it", path.display());
    let program = std::env::args().next().unwrap_or_else(|| "pinax".to_owned());
    show::say!("\ntwice is once:  {program} --config {} run", path.display());
    Ok(End::Done)
}

fn what_became(item: &BatchItem) -> String {
    let code = item.reason.as_ref().map(|reason| reason.code.as_str());
    match (item.outcome, code) {
        (Some(Outcome::Done), None) => "for import".to_owned(),
        (Some(Outcome::Done), Some(code)) => format!("nothing to do: {code}"),
        (Some(Outcome::Review), code) => format!("to review: {}", code.unwrap_or_default()),
        (Some(Outcome::Failed), code) => format!("failed: {}", code.unwrap_or_default()),
        (Some(other), code) => format!("{other}: {}", code.unwrap_or_default()),
        (None, _) => "on its way".to_owned(),
    }
}
