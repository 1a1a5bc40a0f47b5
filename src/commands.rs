//! One function for each command: it takes the arguments, runs the phases in order and prints. [`crate::planning`]
//! plans.

use clap::CommandFactory;

use crate::cli::{Cli, Command, OutputFormat};
use crate::error::Error;
use crate::github::runner::print;

pub mod advice;
mod allowed;
mod apply;
mod arguments;
mod ask;
mod bootstrap;
mod build;
mod check;
mod connect;
mod doctor;
mod gate;
mod headers;
mod import;
mod init;
mod invoke;
pub mod job_output;
mod lock;
mod log_events;
mod log_groups;
mod logs;
mod next;
mod offline;
mod openapi;
mod place;
mod plan;
mod policy;
mod progress;
mod project;
mod publish;
mod pull;
mod receipt;
mod rehearse;
mod setup;
mod signals;
mod standing;
mod verify;
mod view;
mod watch;

/// Does what the command line asks for. The result is the process's exit code.
pub async fn run(cli: Cli) -> Result<u8, Error> {
    match cli.command {
        Command::Init(args) => init::init(&args).await,
        Command::Import(args) => import::import(&args).await,
        Command::Doctor(args) => doctor::doctor(&args).await,
        Command::Lock(project) => lock::lock(&project).await,
        Command::Build(args) => build::build(&args).await,
        Command::Plan(args) => plan::plan(&args).await,
        Command::Publish(args) => publish::publish(&args).await,
        Command::Verify(args) => verify::verify(&args).await,
        Command::Apply(args) => apply::apply(&args).await,
        Command::Check(args) => check::check(&args).await,
        Command::Show { bundle, receipt: None, calls, format } => plan::show(&bundle, calls, format),
        Command::Show { bundle, receipt: Some(receipt), format, .. } => receipt::show(&bundle, &receipt, format),
        Command::Outputs { project, credentials, format } => check::outputs(&project, &credentials, format).await,
        Command::Openapi { name, project, format } => openapi::openapi(name.as_deref(), &project, format),
        Command::Policy(role) => policy::policy(&role),
        Command::Bootstrap(args) => bootstrap::bootstrap(&args).await,
        Command::Rehearse(args) => rehearse::rehearse(&args).await,
        Command::Invoke(args) => invoke::invoke(&args).await,
        Command::Logs(args) => logs::logs(&args).await,
        Command::Schema => schema(),
        Command::Arguments { command, other, given } => arguments::arguments(&command, &other, &given),
        Command::Completions { shell } => completions(shell),
    }
}

fn schema() -> Result<u8, Error> {
    let schema = serde_json::to_string_pretty(&crate::manifest::schema());
    print_json(&format!("{}\n", schema.map_err(|e| Error::Internal(e.to_string()))?))?;
    Ok(0)
}

fn completions(shell: clap_complete::Shell) -> Result<u8, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "serverless-app", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}

/// Prints a result; see [`print`].
fn print(text: &str) -> Result<(), Error> {
    print::result(text).map_err(no_stdout)
}

/// Prints a part of a result without an end; `false` where nobody reads any more.
fn print_part(text: &str) -> Result<bool, Error> {
    print::part(text).map_err(no_stdout)
}

/// Prints a result that is JSON.
fn print_json(text: &str) -> Result<(), Error> {
    print::json(text).map_err(no_stdout)
}

fn no_stdout(error: std::io::Error) -> Error {
    Error::Io { path: "stdout".into(), error }
}

/// Prints outputs in the form that was asked for.
fn print_outputs(outputs: &std::collections::BTreeMap<String, String>, format: OutputFormat) -> Result<(), Error> {
    match format {
        OutputFormat::Text => outputs.iter().try_for_each(|(name, value)| print(&format!("{name} = {value}\n"))),
        OutputFormat::Json => {
            let json = serde_json::to_string_pretty(outputs).map_err(|e| Error::Internal(e.to_string()))?;
            print_json(&format!("{json}\n"))
        }
    }
}
