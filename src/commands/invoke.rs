//! `invoke`: one call of a function, with its answer on stdout and the end of its log on stderr.

#![expect(clippy::disallowed_methods, reason = "it reads the event")]

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{InvocationType, LogType};
use base64::prelude::{BASE64_STANDARD, Engine};

use crate::aws::error::Answer;
use crate::aws::lambda::LIVE;
use crate::aws::{Kind, State, Wanted};
use crate::cli;
use crate::commands::place::Deployed;
use crate::commands::{print, print_json};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::manifest::problem::unknown;
use crate::name::Address;
use crate::render::logged;

/// The largest event that Lambda takes, in bytes.
const MOST: u64 = 6 * 1024 * 1024;

/// Invokes the function once.
pub async fn invoke(args: &cli::Invoke) -> Result<u8, Error> {
    let event = event(args.event.as_deref())?;
    let deployed = Deployed::find(&args.place).await?;
    let function = find(&deployed, &args.name)?;
    let answer = send(&deployed, function, event, args.is_async).await?;
    let name = &function.id.address.name;
    if args.is_async {
        say(format_args!("Lambda runs function {name} later; `serverless-app logs {name}` shows what it logs."));
        return Ok(0);
    }
    show(&answer)?;
    match answer.function_error() {
        Some(kind) => Err(Error::Invocation { function: name.to_string(), kind: kind.to_owned() }),
        None => Ok(0),
    }
}

/// The function that is named, `hello` or `function.hello`.
fn find<'d>(deployed: &'d Deployed, given: &str) -> Result<&'d Wanted, Error> {
    let name = given.strip_prefix("function.").unwrap_or(given);
    let functions = || deployed.wanted.values().filter(|one| one.id.address.kind == Kind::Function);
    let found = functions().find(|one| one.id.address.name.as_str() == name);
    found.ok_or_else(|| Error::Usage(unknown("function", given, functions().map(|one| one.id.address.name.as_str()))))
}

/// The alias that everything in the app invokes, where a function has one.
fn qualifier(function: &Wanted) -> Option<&'static str> {
    let is_released = matches!(&function.state, State::Function(function) if function.release.is_some());
    is_released.then_some(LIVE)
}

/// Sent once: nobody knows what a function does that runs twice.
async fn send(deployed: &Deployed, function: &Wanted, event: Vec<u8>, is_async: bool) -> Result<InvokeOutput, Error> {
    let (id, qualifier) = (&function.id, qualifier(function));
    let Address { name, .. } = &id.address;
    let request = deployed.aws.write.lambda.invoke().function_name(&id.name).payload(Blob::new(event));
    let request = request.set_qualifier(qualifier.map(str::to_owned));
    let request = match is_async {
        true => request.invocation_type(InvocationType::Event),
        false => request.invocation_type(InvocationType::RequestResponse).log_type(LogType::Tail),
    };
    let answer = request.send().await.found("lambda:Invoke", &["ResourceNotFoundException"]);
    let answer = answer.map_err(|error| Error::Uninvoked { function: name.to_string(), error: Box::new(error) })?;
    answer.ok_or_else(|| Error::Absent {
        what: qualifier.map_or_else(|| format!("function {name}"), |live| format!("alias {live} of function {name}")),
        physical: id.name.clone(),
        stage: id.owner.stage.to_string(),
    })
}

fn show(answer: &InvokeOutput) -> Result<(), Error> {
    // A log that is none of base64 is nobody's, and the answer is what was asked for.
    let log = answer.log_result().and_then(|log| BASE64_STANDARD.decode(log).ok()).unwrap_or_default();
    if !log.is_empty() {
        say(logged::indented(&String::from_utf8_lossy(&log)));
    }
    let payload: &[u8] = answer.payload().map(|payload| payload.as_ref()).unwrap_or_default();
    let text = String::from_utf8_lossy(payload);
    match serde_json::from_slice::<serde::de::IgnoredAny>(payload) {
        Ok(_) => print_json(&text),
        Err(_) => print(&text),
    }
}

/// The event's bytes, which are JSON.
fn event(given: Option<&str>) -> Result<Vec<u8>, Error> {
    let (path, bytes) = match given {
        None => return Ok(b"{}".to_vec()),
        Some("-") => ("standard input", read(std::io::stdin())),
        Some(path) => (path, File::open(path).and_then(read)),
    };
    let bytes = bytes.map_err(|error| Error::Io { path: PathBuf::from(path), error })?;
    if bytes.len() as u64 > MOST {
        return Err(Error::Usage(format!(
            "{path}: Lambda accepts events of {} MB at most; give a smaller one",
            MOST >> 20
        )));
    }
    serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).map_err(|error| Error::Usage(broken(path, &error)))?;
    Ok(bytes)
}

/// Where the JSON ends to be some; what stands there may be secret.
fn broken(path: &str, error: &serde_json::Error) -> String {
    let what = if error.is_eof() { "the JSON of the event ends too early" } else { "the event is not JSON" };
    format!("{path}:{}:{}: {what}; correct it, or leave --event out to send {{}}", error.line(), error.column())
}

fn read(from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_json_of_a_size_that_lambda_takes() {
        assert_eq!(event(None).unwrap(), b"{}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("event.json");
        let path = path.to_str().unwrap();
        let of = |text: &str| {
            std::fs::write(path, text).unwrap();
            event(Some(path)).map_err(|error| error.to_string())
        };
        assert_eq!(of(" [1]\n").unwrap(), b" [1]\n", "as it is");
        assert!(of("{\"a\": yes}").unwrap_err().contains("event.json:1:7: the event is not JSON"));
        assert!(of("{\"a\": \"secret").unwrap_err().contains("event.json:1:13: the JSON of the event ends too early"));
        assert!(!of("{\"a\": \"secret").unwrap_err().contains("secret"));
        assert!(of("").unwrap_err().contains(":1:0: the JSON of the event ends too early"));
        assert!(of(&format!("\"{}\"", "x".repeat(MOST as usize - 2))).is_ok());
        assert!(of(&format!("\"{}\"", "x".repeat(MOST as usize - 1))).unwrap_err().contains("6 MB at most"));
        assert!(event(Some("/nowhere/event.json")).unwrap_err().to_string().contains("/nowhere/event.json: "));
    }
}
