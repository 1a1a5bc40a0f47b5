//! Parses the command line, calls the library, turns an error into an exit code.

use std::process::ExitCode;

use clap::Parser;
use serverless_app::cli::Cli;
use serverless_app::commands;
use serverless_app::github::runner;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| {
        let code = if error.use_stderr() { 64 } else { 0 };
        // Nothing can be done about a terminal that does not take the message.
        let _ = error.print();
        if code != 0 {
            commands::told::bad_usage();
        }
        std::process::exit(code)
    });
    match commands::run(cli).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            commands::told::failure(&error);
            let text = runner::harmless(&error.to_string()).into_owned();
            eprintln!("error:{}{text}", if text.contains('\n') { "\n" } else { " " });
            ExitCode::from(error.exit_code())
        }
    }
}
