//! Plans and applies again whenever a file changes that a plan is made of.
//!
//! Files are looked at, again and again: that works on every system and file system, in containers and on mounted folders too,
//! where no system says what changes. A look takes milliseconds, and the pause after it is many times as long.

#![expect(clippy::disallowed_methods, reason = "it measures how long a look takes")]

use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::kept::{self, Found};
use super::{deploy, start_with};
use crate::cli;
use crate::commands::build::attach;
use crate::commands::project::open;
use crate::emulator::Note;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::package::{Cache, Stamps};
use crate::planning::Project;
use crate::planning::watched::Watched;

/// The shortest pause between two looks.
const PAUSE: Duration = Duration::from_millis(300);
/// A pause is so many times as long as the look before it.
const SHARE: u32 = 20;

/// Rehearses, and watches until a signal asks for the end. An emulator that was started for it ends then, unless it is to stay.
pub async fn watch(args: &cli::Rehearse, project: Project, cache: &Cache) -> Result<(), Error> {
    let mut ends = Ends::watch()?;
    let looked = Looked::at(&project);
    let project = attach(project, &args.builds, true).await?;
    let found = kept::find_or_start(&project, cache, args.keep).await?;
    let ended = tokio::select! {
        biased;
        () = ends.asked() => Ok(()),
        error = rounds(args, project, cache, &found, looked) => Err(error),
    };
    // One that ran before is somebody else's.
    if found.is_new && !args.keep {
        found.stop().await?;
    }
    ended
}

/// A round now, and one for each change. What is wrong with a round is said, and the next one may be better.
async fn rounds(args: &cli::Rehearse, project: Project, cache: &Cache, found: &Found, mut looked: Looked) -> Error {
    start_with(&project, cache, found).await.unwrap_or_else(|error| say_error(&error));
    drop(project);
    let manifest = args.project.manifest.display();
    say(format_args!("\nWatching {} files of {manifest}; Ctrl-C ends it.", looked.stamps.count()));
    loop {
        looked.stamps = changed(&looked).await;
        if !found.note.emulator.is_running() {
            return Error::Rehearsal("the emulator has ended: run `serverless-app rehearse --watch` again".into());
        }
        round(args, cache, &found.note, &mut looked).await.unwrap_or_else(|error| say_error(&error));
    }
}

/// Brings the emulator to what the project asks for now.
async fn round(args: &cli::Rehearse, cache: &Cache, note: &Note, looked: &mut Looked) -> Result<(), Error> {
    let project = open(&args.project)?;
    *looked = Looked::again(&project, looked);
    let project = attach(project, &args.builds, true).await?;
    let aws = kept::connect(&project, note).await?;
    if deploy(&project, cache, &aws).await?.is_none() {
        say("No changes.");
    }
    Ok(())
}

fn say_error(error: &Error) {
    let text = error.to_string();
    say(format_args!("error:{}{text}", if text.contains('\n') { "\n" } else { " " }));
}

/// The files of a project, and when they were changed.
struct Looked {
    files: Watched,
    stamps: Stamps,
}

impl Looked {
    fn at(project: &Project) -> Self {
        let files = Watched::of(project);
        Self { stamps: files.stamps(), files }
    }

    /// The files that the manifest names by now. What has changed after the last look has yet to be seen.
    fn again(project: &Project, before: &Self) -> Self {
        let Self { files, stamps } = Self::at(project);
        Self { files, stamps: stamps.as_before(&before.stamps) }
    }
}

/// Returns once something else is there than before, and nothing has changed for a pause: editors write in several steps, and
/// git many files.
async fn changed(looked: &Looked) -> Stamps {
    let mut last = None;
    loop {
        let start = Instant::now();
        let now = looked.files.stamps();
        if now != looked.stamps && last.as_ref() == Some(&now) {
            return now;
        }
        last = Some(now);
        tokio::time::sleep(PAUSE.max(start.elapsed() * SHARE)).await;
    }
}

/// The signals that ask for the end.
struct Ends {
    interrupt: Signal,
    terminate: Signal,
}

impl Ends {
    fn watch() -> Result<Self, Error> {
        let failed = |error| Error::Io { path: "signals".into(), error };
        let interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate()).map_err(failed)? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
