//! `invoke`.

use clap::Args;

use super::Place;

/// `invoke`
#[derive(Debug, Args)]
pub struct Invoke {
    /// The function, by its section's name
    pub name: String,
    /// A file with the event, as JSON; - is standard input [default: {}]
    #[arg(long, value_name = "FILE")]
    pub event: Option<String>,
    /// Invoke it asynchronously, and do not wait for its answer
    #[arg(long = "async")]
    pub is_async: bool,
    /// Where it is
    #[command(flatten)]
    pub place: Place,
}
