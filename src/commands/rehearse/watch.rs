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
use crate::name::Region;
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
    let region = project.source.manifest.app.region.clone();
    let ended = tokio::select! {
        biased;
        () = ends.asked() => Ok(()),
        error = rounds(args, project, cache, &found, looked) => Err(error),
        error = keep_awake(&region, &found.note, kept::AWAKE) => Err(error),
    };
    // One that ran before is somebody else's.
    if found.is_new && !args.keep {
        found.stop().await?;
    }
    ended
}

/// A round now, and one for each change. What is wrong with a round is said, and the next one may be better.
async fn rounds(args: &cli::Rehearse, project: Project, cache: &Cache, found: &Found, mut looked: Looked) -> Error {
    start_with(args, &project, cache, found).await.unwrap_or_else(|error| say_error(&error));
    drop(project);
    let manifest = args.project.manifest.display();
    say(format_args!("\nWatching {} files of {manifest}; Ctrl-C ends it.", looked.stamps.count()));
    loop {
        looked.stamps = changed(&looked).await;
        if !found.note.emulator.is_running() {
            return has_ended();
        }
        round(args, cache, &found.note, &mut looked).await.unwrap_or_else(|error| say_error(&error));
    }
}

/// Brings the emulator to what the project asks for now.
async fn round(args: &cli::Rehearse, cache: &Cache, note: &Note, looked: &mut Looked) -> Result<(), Error> {
    let project = open(&args.project)?;
    *looked = Looked::again(&project, looked);
    let project = attach(project, &args.builds, true).await?;
    let aws = kept::connect(&project.source.manifest.app.region, note).await?;
    if deploy(args, &project, cache, &aws).await?.is_none() {
        say("No changes.");
    }
    Ok(())
}

fn has_ended() -> Error {
    Error::Rehearsal("the emulator has ended: run `serverless-app rehearse --watch` again".into())
}

/// Asks the emulator something so often: one that nobody asks ends, however long somebody thinks about the next change. Returns
/// once it has ended all the same.
async fn keep_awake(region: &Region, note: &Note, every: Duration) -> Error {
    loop {
        tokio::time::sleep(every).await;
        if !note.emulator.is_running() {
            return has_ended();
        }
        if let Ok(aws) = kept::connect(region, note).await {
            // What it answers is no matter: it has been asked.
            let _ = aws.site().await;
        }
    }
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::path::PathBuf;
    use std::sync::mpsc::channel;

    use super::*;
    use crate::emulator::Kept;

    fn note(endpoint: String, folder: PathBuf) -> Note {
        let text = |text: &str| text.to_owned();
        let emulator = Kept { pid: std::process::id(), endpoint, folder };
        let (account, region, stage) = (text("123456789012"), text("us-west-2"), text("production"));
        Note { emulator, account, region, stage, is_kept: false }
    }

    /// This process stands for the emulator that runs.
    #[tokio::test]
    async fn an_emulator_that_nobody_asks_is_asked_for_as_long_as_it_runs() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (asked, was_asked) = channel();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>\
                            </GetCallerIdentityResult></GetCallerIdentityResponse>";
                let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
                if stream.read(&mut [0; 8192]).unwrap_or_default() == 0 {
                    continue;
                }
                // The test may have ended before.
                let _ = stream.write_all((head + body).as_bytes());
                let _ = asked.send(());
            }
        });
        let region = "us-west-2".parse().unwrap();
        let short = Duration::from_millis(20);
        let ended = keep_awake(&region, &note(endpoint.clone(), "/nowhere/of-an-emulator".into()), short).await;
        assert!(ended.to_string().contains("the emulator has ended"), "{ended}");
        assert_eq!(was_asked.try_iter().count(), 0, "nobody is asked in its place");
        let runs = note(endpoint, PathBuf::from(&crate::environment::command_line()[0]));
        let asking = keep_awake(&region, &runs, short);
        assert!(tokio::time::timeout(Duration::from_secs(3), asking).await.is_err(), "it goes on");
        assert!(was_asked.try_iter().count() > 2);
    }
}
