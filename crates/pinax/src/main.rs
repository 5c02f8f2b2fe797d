//! `pinax`: takes a batch of specimen pictures to linked records, and can prove it.

mod cli;
mod config;
mod demo;
mod from_portal;
mod report;
mod show;
mod stop;
mod time;
mod wire;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let json = arguments.json;
    let end = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(cli::dispatch(arguments)));
    end.unwrap_or_else(|error| {
        show::failure(&error, json);
        cli::End::CouldNotRun
    })
    .into()
}
