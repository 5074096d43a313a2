//! callsync: parses the command line, starts the log, runs the command and turns
//! its result into an exit code. Everything but that is private: this is a program.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod beside;
mod call;
mod callyzer;
mod campaign;
mod check;
mod cli;
mod clock;
mod commands;
mod dialog;
mod exit;
mod explain;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod http;
mod identity;
mod import;
mod interrupt;
mod lock;
mod mluvii;
mod moment;
mod output;
mod owner;
mod pass;
mod period;
mod permission;
mod phone;
mod process;
mod provider;
mod rate_limit;
mod reading;
mod reason;
mod recordings;
mod scalar;
mod settings;
mod status;
mod store;
mod sync;
mod systems;
mod team_stats;
mod telecube;
mod terminal;
mod text;
mod tolerant_json;
mod user;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use exit::Exit;

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::of_usage(&error).into(),
    };
    terminal::start_log(cli.global.verbose, cli.global.quiet);
    match commands::run(&cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let exit = exit::of(&failure.error);
            if exit != Exit::Done {
                commands::tell_failure(&cli.command, &failure);
            }
            exit.into()
        }
    }
}
