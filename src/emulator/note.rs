//! Where it is noted which emulator a project keeps: a file of the cache folder, one for each manifest.

#![expect(clippy::disallowed_methods, reason = "it reads and writes the note")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{EmulatorError, Kept};
use crate::canonical::Sha;

/// What is noted of an emulator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// How it is found.
    pub emulator: Kept,
    /// The account that it has.
    pub account: String,
    pub region: String,
    /// The stage that was rehearsed last.
    pub stage: String,
    /// True if it was asked for with `--keep`, and so outlives whoever has started it.
    pub is_kept: bool,
}

/// What has become of an emulator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was stopped just now.
    Stopped,
    /// It had ended before.
    Gone,
    /// It runs on, since somebody has asked for that meanwhile.
    Stays,
}

/// The place of a project's note.
#[derive(Debug, Clone)]
pub struct Notes {
    path: PathBuf,
}

/// While this value exists, nobody else starts or stops an emulator that runs on its own.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Notes {
    /// Of the project whose manifest this is.
    pub fn of(cache: &Path, manifest: &Path) -> Result<Self, EmulatorError> {
        let real = fs::canonicalize(manifest).map_err(EmulatorError::files(manifest))?;
        let digest = Sha::of(real.as_os_str().as_encoded_bytes());
        Ok(Self { path: cache.join("rehearsals").join(format!("{}.json", &digest.hex()[..16])) })
    }

    /// The emulator that runs. The note of one that has ended is removed.
    pub fn read(&self) -> Result<Option<Note>, EmulatorError> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(EmulatorError::files(&self.path)(error)),
        };
        let note: Note =
            serde_json::from_slice(&text).map_err(|error| EmulatorError::Note { path: self.path.clone(), error })?;
        if note.emulator.is_running() {
            return Ok(Some(note));
        }
        self.remove()?;
        Ok(None)
    }

    /// Notes an emulator in the place of any other.
    pub fn write(&self, note: &Note) -> Result<(), EmulatorError> {
        let text =
            serde_json::to_vec_pretty(note).map_err(|error| EmulatorError::Note { path: self.path.clone(), error })?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(EmulatorError::files(folder))?;
        // Whoever reads meanwhile sees the one or the other.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(EmulatorError::files(folder))?;
        std::io::Write::write_all(&mut file, &text).map_err(EmulatorError::files(&self.path))?;
        file.persist(&self.path).map_err(|lost| EmulatorError::files(&self.path)(lost.error))?;
        Ok(())
    }

    /// Ends the emulator and removes its note. `None` if there was none.
    pub async fn stop(&self) -> Result<Option<Note>, EmulatorError> {
        let Some(note) = self.read()? else { return Ok(None) };
        note.emulator.stop().await?;
        self.remove()?;
        Ok(Some(note))
    }

    /// Ends the emulator that somebody has started for a while, unless others have asked meanwhile that it be kept. One
    /// that is noted in its place is theirs.
    pub async fn stop_own(&self, own: &Kept) -> Result<End, EmulatorError> {
        let noted = self.read()?.filter(|note| note.emulator == *own);
        if noted.as_ref().is_some_and(|note| note.is_kept) {
            return Ok(End::Stays);
        }
        let was_running = own.stop().await?;
        if noted.is_some() {
            self.remove()?;
        }
        Ok(if was_running { End::Stopped } else { End::Gone })
    }

    /// Waits until nobody else starts or stops one.
    pub async fn turn(&self) -> Result<Turn, EmulatorError> {
        // One for all projects: nobody has it for long.
        let path = self.path.with_file_name("lock");
        let wait = move || {
            let folder = path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder).map_err(EmulatorError::files(folder))?;
            let file = File::create(&path).map_err(EmulatorError::files(&path))?;
            file.lock().map_err(EmulatorError::files(&path))?;
            Ok(Turn { _file: file })
        };
        tokio::task::spawn_blocking(wait).await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    fn remove(&self) -> Result<(), EmulatorError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(EmulatorError::files(&self.path)(error)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(folder: PathBuf) -> Note {
        let emulator = Kept { pid: std::process::id(), endpoint: "http://127.0.0.1:9".into(), folder };
        let text = |text: &str| text.to_owned();
        let (account, region, stage) = (text("123456789012"), text("us-west-2"), text("production"));
        Note { emulator, account, region, stage, is_kept: false }
    }

    /// This process stands for an emulator: it would not live to the end if it were stopped.
    #[tokio::test]
    async fn whoever_ends_stops_no_emulator_but_its_own_and_none_that_others_keep() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("a.toml");
        fs::write(&manifest, "").unwrap();
        let notes = Notes::of(folder.path(), &manifest).unwrap();
        let runs = note(PathBuf::from(&crate::environment::command_line()[0]));
        let ended = note("/nowhere/of-an-emulator".into()).emulator;
        notes.write(&runs).unwrap();
        assert_eq!(notes.stop_own(&ended).await.unwrap(), End::Gone);
        assert_eq!(notes.read().unwrap().as_ref(), Some(&runs), "another one is noted by now");
        let kept = Note { is_kept: true, ..runs };
        notes.write(&kept).unwrap();
        assert_eq!(notes.stop_own(&kept.emulator).await.unwrap(), End::Stays);
        assert_eq!(notes.read().unwrap(), Some(kept));
        notes.write(&note("/nowhere/of-an-emulator".into())).unwrap();
        assert_eq!(notes.stop_own(&ended).await.unwrap(), End::Gone);
        assert!(!notes.path.exists());
    }

    #[tokio::test]
    async fn an_emulator_is_found_while_it_runs_and_its_note_is_removed_then() {
        let folder = tempfile::tempdir().unwrap();
        let (manifest, other) = (folder.path().join("a.toml"), folder.path().join("b.toml"));
        assert!(Notes::of(folder.path(), &manifest).unwrap_err().to_string().contains("a.toml"));
        for path in [&manifest, &other] {
            fs::write(path, "").unwrap();
        }
        let notes = Notes::of(folder.path(), &manifest).unwrap();
        assert_eq!(notes.read().unwrap(), None);
        // This process, by what it was started with.
        let runs = note(PathBuf::from(&crate::environment::command_line()[0]));
        let turn = notes.turn().await.unwrap();
        notes.write(&runs).unwrap();
        drop(turn);
        assert_eq!(notes.read().unwrap().as_ref(), Some(&runs));
        let again = folder.path().join("x/../a.toml");
        fs::create_dir(folder.path().join("x")).unwrap();
        assert_eq!(Notes::of(folder.path(), &again).unwrap().read().unwrap(), Some(runs), "by another path");
        assert_eq!(Notes::of(folder.path(), &other).unwrap().read().unwrap(), None, "another project");
        notes.write(&note("/nowhere/of-an-emulator".into())).unwrap();
        assert!(notes.path.exists());
        assert_eq!(notes.stop().await.unwrap(), None, "it has ended");
        assert!(!notes.path.exists());
    }

    #[test]
    fn a_note_that_is_none_is_an_error_with_its_path_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = folder.path().join("a.toml");
        fs::write(&manifest, "").unwrap();
        let notes = Notes::of(folder.path(), &manifest).unwrap();
        notes.write(&note("/nowhere".into())).unwrap();
        let text = fs::read_to_string(&notes.path).unwrap();
        for broken in ["{", &text.replace("\"region\"", "\"place\"")] {
            fs::write(&notes.path, broken).unwrap();
            let said = notes.read().unwrap_err().to_string();
            assert!(said.contains(".json: ") && said.contains("remove the file"), "{said}");
        }
    }
}
