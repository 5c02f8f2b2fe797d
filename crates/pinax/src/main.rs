//! `pinax`: takes a batch of specimen pictures to linked records, and can prove it.

mod cli;
mod config;
mod demo;
mod report;
mod show;
mod stop;
mod time;
mod wire;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return show::failure(&anyhow::Error::new(error).context("could not start")),
    };
    match runtime.block_on(cli::dispatch(arguments)) {
        Ok(end) => end.into(),
        Err(error) => show::failure(&error),
    }
}
