//! The command line: what can be asked for, and which file answers it.

mod check;
mod demo;
mod init;
mod lint;
mod plan;
mod rebase;
mod report;
mod review;
mod run;
mod settle;
mod status;
mod sweep;
mod undo;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::config::Config;

/// Takes a batch of specimen pictures, makes the web sizes, publishes them and links them to the right records of a
/// Symbiota portal; proves every link, and goes on where it was stopped.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// The configuration.
    #[arg(long, global = true, default_value = "pinax.toml", value_name = "FILE")]
    config: PathBuf,
    /// Print one JSON object on standard output.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Go on with portal tables of a version that is not known, by the columns that are there.
    #[arg(long, global = true)]
    trust_schema: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The whole job on made-up sheets, in a fresh folder.
    Demo(demo::DemoOptions),
    /// Write a commented pinax.toml; with --from-portal from a portal's own image processing profiles.
    Init(init::InitOptions),
    /// Is everything in order? Configuration, source, store, portal: each line ok, or with a hint.
    Check(ProfileOptions),
    /// What a run would do, file by file; changes nothing.
    Plan(ProfileOptions),
    /// Do it, or go on where it was stopped.
    Run(run::RunOptions),
    /// What is done and what waits, by profile and batch.
    Status(status::StatusOptions),
    /// The waiting room: what a person must decide, and deciding it.
    Review(review::ReviewOptions),
    /// Take a batch back, on the portal and in the source; undo of an undo makes it again.
    Undo(undo::UndoOptions),
    /// Move linked pictures to another address: by a rule, or by copying them into the profile's store.
    Rebase(rebase::RebaseOptions),
    /// Remove published files that no row shows any more.
    Sweep(sweep::SweepOptions),
    /// Which links have arrived on the portal: looks in its next download, and moves them out of the CSV files that wait.
    Settle(ProfileOptions),
    /// Looks through a CSV file for the portal's import page, whoever wrote it; changes nothing. Exit code 1 when it
    /// finds something to mend.
    Lint(lint::LintArguments),
    /// A page (HTML) and a table (CSV) of a batch.
    Report(report::ReportOptions),
}

/// Which profile.
#[derive(Args)]
struct ProfileOptions {
    /// The profile; may be left out when there is only one.
    profile: Option<String>,
}

/// How a command ended: the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// All done.
    Done,
    /// Something failed or waits for a person.
    Attention,
    /// It could not run.
    CouldNotRun,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Done => 0,
            End::Attention => 1,
            End::CouldNotRun => 2,
        })
    }
}

/// What every command is given.
struct Common {
    config: PathBuf,
    json: bool,
    trust_schema: bool,
}

impl Common {
    /// Reads the configuration.
    fn configuration(&self) -> anyhow::Result<Config> {
        Ok(Config::read(&self.config)?.trusting_schema(self.trust_schema))
    }
}

pub(crate) async fn dispatch(arguments: Arguments) -> anyhow::Result<End> {
    let common = Common { config: arguments.config, json: arguments.json, trust_schema: arguments.trust_schema };
    match arguments.verb {
        Verb::Demo(options) => demo::demo(&common, &options).await,
        Verb::Init(options) => init::init(&common, &options).await,
        Verb::Check(options) => check::check(&common, options.profile.as_deref()).await,
        Verb::Plan(options) => plan::plan(&common, options.profile.as_deref()).await,
        Verb::Run(options) => run::run(&common, &options).await,
        Verb::Status(options) => status::status(&common, &options).await,
        Verb::Review(options) => review::review(&common, &options),
        Verb::Undo(options) => undo::undo(&common, &options).await,
        Verb::Rebase(options) => rebase::rebase(&common, &options).await,
        Verb::Sweep(options) => sweep::sweep(&common, &options).await,
        Verb::Settle(options) => settle::settle(&common, options.profile.as_deref()).await,
        Verb::Lint(options) => lint::lint(&common, &options),
        Verb::Report(options) => report::report(&common, &options).await,
    }
}
