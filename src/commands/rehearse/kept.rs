//! The emulator that stays after a rehearsal: found or started, said where it is, stopped.

use std::path::Path;
use std::time::Duration;

use crate::aws::Aws;
use crate::commands::{next, print};
use crate::emulator::{Emulator, EmulatorError, End, Kept, Lifetime, MINISTACK, Note, Notes, cache_folder};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::name::Region;
use crate::package::Cache;
use crate::planning::Project;

/// The account that an emulator pretends to be where the manifest names none.
const ACCOUNT: &str = "123456789012";
/// How long one runs on its own.
const LIFETIME: Lifetime = Lifetime { idle: Duration::from_secs(60 * 60), most: Duration::from_secs(12 * 60 * 60) };
/// How often one is asked something that is to run on though nobody else asks.
pub const AWAKE: Duration = Duration::from_secs(LIFETIME.idle.as_secs() / 6);

/// An emulator that runs on its own.
pub struct Found {
    /// Where it is.
    pub note: Note,
    /// True if it was started just now.
    pub is_new: bool,
    notes: Notes,
}

impl Found {
    /// Ends it, as whoever has started it for a while.
    pub async fn stop(&self) -> Result<(), Error> {
        let _turn = self.notes.turn().await?;
        let emulator = &self.note.emulator;
        match self.notes.stop_own(emulator).await? {
            End::Stopped => say_stopped(emulator),
            End::Gone => {}
            End::Stays => say(format_args!(
                "The emulator at {} keeps running, because `rehearse --keep` was run meanwhile; `rehearse --stop` \
                 stops it.",
                emulator.endpoint
            )),
        }
        Ok(())
    }
}

/// The account that the project is rehearsed in.
pub fn account(project: &Project) -> &str {
    project.source.manifest.app.account.as_ref().map_or(ACCOUNT, |account| account.as_str())
}

/// Says that an emulator is started, and that it is installed before where it is not there yet.
pub fn say_start(cache: &Cache) {
    let package = MINISTACK.package;
    if !package.is_installed(cache.trusted()) {
        let folder = cache.trusted().display();
        say(format_args!(
            "Installing {} {} into {folder}, once: this takes a minute ...",
            package.name, package.version
        ));
    }
    say("Starting a local AWS emulator ...");
}

fn notes(manifest: &Path) -> Result<Notes, Error> {
    Notes::of(&cache_folder()?, manifest).map_err(|error| match error {
        EmulatorError::Files { path, error } if error.kind() == std::io::ErrorKind::NotFound => {
            Error::Usage(format!("there is no manifest {}: name it with --manifest", path.display()))
        }
        other => other.into(),
    })
}

/// The emulator that is kept for the project of this manifest.
pub fn running(manifest: &Path) -> Result<Note, Error> {
    notes(manifest)?.read()?.ok_or_else(|| Error::NotKept(manifest.to_owned()))
}

/// The emulator that runs for a project, or a new one, which is to be kept or not.
pub async fn find_or_start(project: &Project, cache: &Cache, is_kept: bool) -> Result<Found, Error> {
    let notes = notes(&project.path)?;
    let _turn = notes.turn().await?;
    let (account, region) = (account(project), project.source.manifest.app.region.as_str());
    let stage = project.owner.stage.to_string();
    if let Some(note) = notes.read()? {
        if (&*note.account, &*note.region) != (account, region) {
            return Err(Error::Usage(format!(
                "the running emulator is for account {} in {}, but the manifest asks for {account} in {region}: run \
                 `serverless-app rehearse --stop` first",
                note.account, note.region
            )));
        }
        let note = Note { stage, is_kept: is_kept || note.is_kept, ..note };
        notes.write(&note)?;
        return Ok(Found { note, is_new: false, notes });
    }
    say_start(cache);
    let emulator = Emulator::keep(&MINISTACK, cache.trusted(), LIFETIME, account, region).await?;
    let note = Note { emulator, account: account.to_owned(), region: region.to_owned(), stage, is_kept };
    if let Err(unnoted) = notes.write(&note) {
        note.emulator.stop().await?;
        return Err(unnoted.into());
    }
    Ok(Found { note, is_new: true, notes })
}

/// Clients for an app of this region on its emulator.
pub async fn connect(region: &Region, note: &Note) -> Result<Aws, Error> {
    Ok(Aws::emulator(region, &note.emulator.endpoint, &note.account).await?)
}

/// Prints what a shell needs to ask it, and says what else can be done with it.
pub fn say_where(project: &Project, note: &Note) -> Result<(), Error> {
    print(&format!("\n{}", exports(note)))?;
    let function = project.source.manifest.function.keys().next().map(|name| name.as_str());
    say(format_args!(
        "\nThe emulator keeps running at {} (process {}) until an hour after the last request, for 12 hours at most.",
        note.emulator.endpoint, note.emulator.pid
    ));
    next::say(&next::kept(&project.path, function));
    Ok(())
}

/// Prints the lines for a shell alone. Where there are none it is one that fails: a shell succeeds in evaluating nothing, and what
/// comes then would ask AWS.
pub fn show_exports(manifest: &Path) -> Result<u8, Error> {
    let running = running(manifest);
    print(&running.as_ref().map_or_else(|_| "false\n".to_owned(), exports))?;
    running.map(|_| 0)
}

/// Lines for a POSIX shell. The credentials are made up: the key names the emulator's account.
fn exports(note: &Note) -> String {
    let lines = [
        ("AWS_ENDPOINT_URL", &*note.emulator.endpoint),
        ("AWS_REGION", &*note.region),
        ("AWS_DEFAULT_REGION", &*note.region),
        ("AWS_ACCESS_KEY_ID", &*note.account),
        ("AWS_SECRET_ACCESS_KEY", "emulator"),
    ];
    let lines = lines.map(|(name, value)| format!("export {name}={}\n", next::quoted(value)));
    format!("{}unset AWS_SESSION_TOKEN AWS_PROFILE\n", lines.concat())
}

/// Ends the emulator of the project of this manifest.
pub async fn stop(manifest: &Path) -> Result<u8, Error> {
    let notes = notes(manifest)?;
    let _turn = notes.turn().await?;
    match notes.stop().await? {
        Some(note) => say_stopped(&note.emulator),
        None => say(format_args!("No emulator is running for {}.", manifest.display())),
    }
    Ok(0)
}

fn say_stopped(emulator: &Kept) {
    say(format_args!("Stopped the emulator at {} (process {}).", emulator.endpoint, emulator.pid));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_the_exports_as_they_are() {
        let emulator = Kept { pid: 7, endpoint: "http://127.0.0.1:4566".into(), folder: "/tmp/x".into() };
        let text = |text: &str| text.to_owned();
        let (account, region, stage) = (text("1"), text("eu-west-1; rm x"), text("a"));
        let note = Note { emulator, account, region, stage, is_kept: true };
        let lines = exports(&note);
        assert!(
            lines.starts_with("export AWS_ENDPOINT_URL=http://127.0.0.1:4566\nexport AWS_REGION='eu-west-1; rm x'\n")
        );
        assert!(lines.ends_with("\nunset AWS_SESSION_TOKEN AWS_PROFILE\n"), "{lines}");
    }
}
