//! What the folder of packages no longer needs: zips that nobody has used for a month, and files that were being written by
//! a process that was killed.
//!
//! Other processes may use the folder meanwhile. A zip that is taken from it gets the time of its use before it is linked, and
//! what is linked is another name of the same file. So whoever looks for a zip that is deleted here either has it already, or
//! finds none and writes it again. What cannot be deleted stays, and is tried again the next time.

#![expect(clippy::disallowed_methods, reason = "it deletes files by their times")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A zip that nobody has used for so long goes.
const UNUSED: Duration = Duration::from_secs(30 * DAY.as_secs());
/// No file takes longer to be written, and no command to be done with it.
const UNFINISHED: Duration = DAY;
/// How the names of unfinished files begin: as `tempfile` makes them.
const TEMPORARY: &str = ".tmp";

/// Deletes from a cache's folder what is too old at this time.
pub(super) fn sweep(root: &Path, now: SystemTime) {
    let is_older = |path: &Path, age: Duration| {
        let found = path.symlink_metadata().ok().filter(fs::Metadata::is_file);
        let modified = found.and_then(|found| found.modified().ok());
        modified.is_some_and(|modified| now.duration_since(modified).is_ok_and(|past| past > age))
    };
    let delete = |path: &Path, age: Duration| {
        if is_older(path, age) {
            let _ = fs::remove_file(path);
        }
    };
    let (zips, wheels) = (entries(&root.join("zips")), entries(&root.join("wheels")));
    for folder in [root].into_iter().chain(zips.iter().chain(&wheels).map(PathBuf::as_path)) {
        entries(folder).iter().filter(|path| is_temporary(path)).for_each(|path| delete(path, UNFINISHED));
    }
    for shelf in &zips {
        let kept = entries(shelf);
        kept.iter().filter(|path| path.extension().is_some_and(|is| is == "zip")).for_each(|path| delete(path, UNUSED));
        // Of a shelf that holds something, nothing is deleted.
        let _ = fs::remove_dir(shelf);
    }
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(TEMPORARY))
}

/// What is in a folder; nothing where that cannot be told.
fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
