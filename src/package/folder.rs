//! A function's folder: where it is, and which of its files go into the zip.
//!
//! Symbolic links are followed while they stay inside the folder, so that the zip depends on nothing else. Only the
//! executable bit of a file's mode counts, as in git.

#![expect(clippy::disallowed_methods, reason = "it reads a function's folder")]

use super::files::{Content, File, Files};
use super::inside::{Outside, inside};
use super::{FunctionSource, PackageError};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What never belongs into a zip: caches, what tools leave behind, and what this program writes beside the manifest, which a
/// function's folder may be.
const ALWAYS_EXCLUDED: [&str; 7] = [
    "__pycache__",
    "*.pyc",
    ".DS_Store",
    ".git",
    "serverless-app-bootstrap",
    "serverless-app-builds",
    "serverless-app-plan",
];

/// What a Python function's wheels are chosen by; the wheels themselves are vendored.
pub(super) const REQUIREMENTS: &str = "requirements.txt";
/// The standard's lock, which `lock` writes.
pub(super) const PYLOCK: &str = "pylock.toml";
/// The lock of earlier releases, which is still read.
pub(super) const LOCK: &str = "requirements.lock";

/// All that wheels are chosen by, as patterns: they are no part of the code.
pub(super) const LOCKS: [&str; 5] =
    ["/requirements.txt", "/requirements.lock", "/pylock.toml", "/uv.lock", "/poetry.lock"];

/// A function's folder that exists, inside the manifest's folder.
#[derive(Debug)]
pub(super) struct Folder {
    /// As written in the manifest.
    pub(super) name: String,
    /// Without links.
    path: PathBuf,
}

impl Folder {
    pub(super) fn open(source: &FunctionSource) -> Result<Self, PackageError> {
        let name = source.folder.clone();
        let path = match inside(&source.root, &name) {
            Ok(path) if path.is_dir() => path,
            Ok(_) | Err(Outside::Missing | Outside::NotAFile) => {
                return Err(PackageError::FolderMissing { folder: name });
            }
            Err(Outside::Leaves) => return Err(PackageError::FolderOutside { folder: name }),
            Err(Outside::Io(error)) => return Err(PackageError::io("find", name)(error)),
        };
        Ok(Self { name, path })
    }

    /// The path of one of its files.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// One of its files, if it is there.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>, PackageError> {
        match inside(&self.path, name).and_then(|path| Ok(fs::read(path)?)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(Outside::Missing) => Ok(None),
            Err(Outside::Leaves) => Err(PackageError::SymlinkEscapes { path: self.label(name) }),
            Err(Outside::NotAFile) => Err(PackageError::NotAFile { path: self.label(name) }),
            Err(Outside::Io(error)) => Err(PackageError::io("read", self.label(name))(error)),
        }
    }

    /// Adds its files but for the excluded ones.
    pub(super) fn collect(&self, exclude: &Exclude, into: &mut Files) -> Result<(), PackageError> {
        self.select(exclude, |_| true, into)
    }

    /// The same of those files that are taken.
    pub(super) fn select(
        &self,
        exclude: &Exclude,
        takes: impl Fn(&Path) -> bool,
        into: &mut Files,
    ) -> Result<(), PackageError> {
        self.each(exclude, takes, &mut |entry, name| self.add(entry, name, into))
    }

    /// Visits its files but for the excluded ones and those that are not taken, in the order of their paths; each with its path
    /// in the folder.
    pub(super) fn each(
        &self,
        exclude: &Exclude,
        takes: impl Fn(&Path) -> bool,
        visit: &mut dyn FnMut(&DirEntry, &Path) -> Result<(), PackageError>,
    ) -> Result<(), PackageError> {
        let walk = WalkDir::new(&self.path).min_depth(1).follow_links(true).sort_by_file_name();
        let wanted = |entry: &DirEntry| !exclude.matches(self.relative(entry.path()));
        for entry in walk.into_iter().filter_entry(wanted) {
            let entry = entry.map_err(|error| self.walk_error(error))?;
            let name = self.relative(entry.path());
            if !entry.file_type().is_dir() && !takes(name) {
                continue;
            }
            self.stays_inside(&entry, name)?;
            if entry.file_type().is_file() {
                visit(&entry, name)?;
            } else if !entry.file_type().is_dir() {
                return Err(PackageError::NotAFile { path: self.label(name) });
            }
        }
        Ok(())
    }

    fn add(&self, entry: &DirEntry, name: &Path, into: &mut Files) -> Result<(), PackageError> {
        let path = name.to_str().ok_or_else(|| PackageError::UnsafeName {
            path: name.to_string_lossy().into_owned(),
            origin: self.origin(),
            reason: "no UTF-8",
        })?;
        let opened = fs::File::open(entry.path()).map_err(PackageError::io("read", self.label(name)))?;
        let metadata = opened.metadata().map_err(PackageError::io("read", self.label(name)))?;
        let bytes = into.read(path, opened)?.map_err(PackageError::io("read", self.label(name)))?;
        let content = Content::Bytes(bytes);
        into.add(path, File { content, executable: executable(&metadata), origin: self.origin().into() })
    }

    fn stays_inside(&self, entry: &DirEntry, name: &Path) -> Result<(), PackageError> {
        if !entry.path_is_symlink() {
            return Ok(());
        }
        let target = fs::canonicalize(entry.path()).map_err(PackageError::io("follow", self.label(name)))?;
        if target.starts_with(&self.path) {
            Ok(())
        } else {
            Err(PackageError::SymlinkEscapes { path: self.label(name) })
        }
    }

    fn walk_error(&self, error: walkdir::Error) -> PackageError {
        let path = error.path().map_or_else(|| self.name.clone(), |path| self.label(self.relative(path)));
        PackageError::io("read", path)(error.into())
    }

    fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.path).unwrap_or(path)
    }

    /// How messages call a file: relative to the manifest's folder.
    fn label(&self, name: impl AsRef<Path>) -> String {
        Path::new(&self.name).join(name).to_string_lossy().into_owned()
    }

    fn origin(&self) -> String {
        format!("the folder `{}`", self.name)
    }
}

fn executable(metadata: &fs::Metadata) -> bool {
    metadata.permissions().mode() & 0o111 != 0
}

/// What is left out. Patterns mean what they mean in `.gitignore`, without `!`: one without a slash matches at any depth,
/// another one from the folder on, and a matched folder is left out with everything in it.
#[derive(Debug)]
pub(super) struct Exclude(GlobSet);

impl Exclude {
    pub(super) fn new(patterns: &[String], python: bool) -> Result<Self, PackageError> {
        let fixed = ALWAYS_EXCLUDED.iter().copied();
        let python = if python { LOCKS.as_slice() } else { &[] };
        let all = fixed.chain(python.iter().copied()).chain(patterns.iter().map(String::as_str));
        let set = glob_set(all);
        Ok(Self(set.map_err(|NoPattern { pattern, reason }| PackageError::InvalidExclude { pattern, reason })?))
    }

    pub(super) fn matches(&self, path: &Path) -> bool {
        self.0.is_match(path)
    }
}

/// A pattern that is none.
#[derive(Debug)]
pub(super) struct NoPattern {
    /// As written in the manifest.
    pub(super) pattern: String,
    /// What is wrong with it.
    pub(super) reason: String,
}

/// Patterns as [`Exclude`] reads them.
pub(super) fn glob_set<'a>(patterns: impl Iterator<Item = &'a str>) -> Result<GlobSet, NoPattern> {
    let (mut set, mut all) = (GlobSetBuilder::new(), Vec::new());
    for pattern in patterns {
        set.add(glob(pattern).map_err(|reason| NoPattern { pattern: pattern.to_owned(), reason })?);
        all.push(pattern);
    }
    set.build().map_err(|error| NoPattern { pattern: all.join(", "), reason: error.kind().to_string() })
}

/// One pattern, or why it is none.
pub(super) fn glob(pattern: &str) -> Result<Glob, String> {
    if pattern.starts_with('!') {
        return Err("`!` is not supported; write patterns without it".to_owned());
    }
    let anchored = anchored(pattern).ok_or_else(|| "it is empty".to_owned())?;
    let glob = GlobBuilder::new(&anchored).literal_separator(true).backslash_escape(true).build();
    glob.map_err(|error| error.kind().to_string())
}

/// The pattern from the folder on; `None` if nothing is left of it.
fn anchored(pattern: &str) -> Option<String> {
    let trimmed = pattern.trim_end_matches('/');
    let rooted = trimmed.trim_start_matches('/');
    match rooted {
        "" => None,
        _ if rooted.contains('/') || rooted.len() < trimmed.len() => Some(rooted.to_owned()),
        _ => Some(format!("**/{rooted}")),
    }
}
