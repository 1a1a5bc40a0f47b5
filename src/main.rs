//! Parses the command line, calls the library, turns an error into an exit code.

use std::process::ExitCode;

use clap::Parser;
use serverless_app::cli::Cli;
use serverless_app::commands;
use serverless_app::github::runner::print;
use serverless_app::reason::Exit;

#[tokio::main]
async fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| print::say(panic)));
    match Cli::try_parse() {
        Ok(cli) => run(cli).await,
        Err(mut error) => {
            commands::advice::add(&mut error);
            explain(&error)
        }
    }
}

async fn run(cli: Cli) -> ExitCode {
    match commands::run(cli).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            commands::job_output::failure(&error);
            let text = error.to_string();
            print::say(format_args!("error:{}{text}", if text.contains('\n') { "\n" } else { " " }));
            ExitCode::from(error.exit_code())
        }
    }
}

/// Help and version are no errors to clap's callers: they are printed as results.
fn explain(error: &clap::Error) -> ExitCode {
    let code = if error.use_stderr() { Exit::Usage } else { Exit::Done };
    let text = error.render().ansi().to_string();
    if code != Exit::Done {
        print::say(text);
        commands::job_output::bad_usage();
    } else if let Err(error) = print::result(&text) {
        print::say(format_args!("error: stdout: {error}"));
    }
    ExitCode::from(code.code())
}
