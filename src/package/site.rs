//! The files of a bucket: those of a folder, each with the digests that S3 and the plan know it by.
//!
//! They are found as a function's files are: symbolic links are followed inside the folder, caches stay out, and so does what
//! `exclude` names. Contents are read for their digests alone; who sends them reads them again, and checks.

#![expect(clippy::disallowed_methods, reason = "it reads the files of a bucket")]

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use globset::GlobMatcher;
use md5::{Digest, Md5};
use sha2::Sha256;

use super::folder::{Exclude, Folder, glob};
use super::parallel::parallel;
use super::{FunctionSource, PackageError};
use crate::canonical::Sha;

/// A file of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticFile {
    /// Relative to the folder, with slashes.
    pub path: String,
    pub sha256: Sha,
    /// In hex.
    pub md5: String,
    /// In bytes.
    pub size: u64,
    /// Where it lies.
    pub at: PathBuf,
}

impl StaticFile {
    /// A file with these bytes, which lies nowhere.
    pub fn of(path: impl Into<String>, bytes: &[u8]) -> Self {
        let md5 = crate::name::hex(&Md5::digest(bytes));
        Self { path: path.into(), sha256: Sha::of(bytes), md5, size: bytes.len() as u64, at: PathBuf::new() }
    }
}

/// A pattern of files, as in `.gitignore`: one without a slash matches at any depth, another one from the folder on.
#[derive(Debug, Clone)]
pub struct Pattern(GlobMatcher);

impl Pattern {
    /// The pattern that a text is, or why it is none.
    pub fn new(text: &str) -> Result<Self, String> {
        Ok(Self(glob(text)?.compile_matcher()))
    }

    /// True for a file that it matches, by its path from the folder on.
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

/// The files of a folder that a manifest in `root` names, by their paths; or why there are none.
pub fn static_files(root: &Path, folder: &str, exclude: &[String]) -> Result<Vec<StaticFile>, String> {
    let source = FunctionSource { root: root.into(), folder: folder.into(), ..FunctionSource::default() };
    let mut found = Vec::new();
    let walked = Folder::open(&source).and_then(|folder| {
        folder.each(&Exclude::new(exclude, false)?, |_| true, &mut |entry, name| {
            found.push((name.to_owned(), entry.path().to_owned()));
            Ok(())
        })
    });
    walked.map_err(|error| reason(&error))?;
    parallel(&found, |(name, at)| read(folder, name, at)).into_iter().collect()
}

/// In the words of a bucket, where a function's would be wrong.
fn reason(error: &PackageError) -> String {
    match error {
        PackageError::FolderMissing { folder } => {
            format!("the folder `{folder}` does not exist; name one relative to the manifest's folder")
        }
        PackageError::FolderOutside { folder } => {
            format!("the folder `{folder}` is outside the manifest's folder; move the files below it")
        }
        PackageError::SymlinkEscapes { path } => {
            format!("the symbolic link `{path}` leads out of the folder; copy the file into it, or exclude the link")
        }
        other => other.to_string(),
    }
}

fn read(folder: &str, name: &Path, at: &Path) -> Result<StaticFile, String> {
    let shown = || Path::new(folder).join(name).display().to_string();
    let path = name.to_str().ok_or_else(|| format!("`{}` has a name that is no UTF-8; rename it", shown()))?;
    let (sha256, md5, size) = digests(at).map_err(|error| format!("cannot read `{}`: {error}", shown()))?;
    Ok(StaticFile { path: path.to_owned(), sha256, md5, size, at: at.to_owned() })
}

fn digests(at: &Path) -> io::Result<(Sha, String, u64)> {
    let (mut sha256, mut md5, mut size) = (Sha256::new(), Md5::new(), 0);
    let (mut file, mut buffer) = (fs::File::open(at)?, vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((Sha::from(<[u8; 32]>::from(sha256.finalize())), crate::name::hex(&md5.finalize()), size)),
            read => {
                sha256.update(&buffer[..read]);
                md5.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_a_folder_are_known_by_their_digests() {
        let root = tempfile::tempdir().unwrap();
        let site = root.path().join("site");
        fs::create_dir_all(site.join("assets")).unwrap();
        for (name, text) in [("index.html", "<p>"), ("assets/app.js", ""), ("draft.html", "x"), (".DS_Store", "x")] {
            fs::write(site.join(name), text).unwrap();
        }
        let found = static_files(root.path(), "site", &["draft*".into()]).unwrap();
        let shown: Vec<_> = found.iter().map(|file| (file.path.as_str(), file.md5.as_str(), file.size)).collect();
        let empty = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(shown[0], ("assets/app.js", empty, 0));
        assert_eq!(shown.len(), 2, "{shown:?}");
        for file in &found {
            let bytes = fs::read(&file.at).unwrap();
            assert_eq!(StaticFile { at: file.at.clone(), ..StaticFile::of(file.path.as_str(), &bytes) }, *file);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_or_leads_out_is_said_so() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("site")).unwrap();
        let why = |folder: &str| static_files(root.path(), folder, &[]).unwrap_err();
        assert!(why("absent").starts_with("the folder `absent` does not exist"), "{}", why("absent"));
        assert!(why("../x").contains("outside"), "{}", why("../x"));
        std::os::unix::fs::symlink("/", root.path().join("site/up")).unwrap();
        assert!(why("site").contains("`site/up` leads out of the folder"), "{}", why("site"));
    }

    #[test]
    fn a_pattern_without_a_slash_matches_at_any_depth() {
        let matches = |pattern: &str, path: &str| Pattern::new(pattern).unwrap().matches(path);
        assert!(matches("*.html", "a/b/index.html") && matches("assets/**", "assets/x/y.js"));
        assert!(!matches("/*.html", "a/index.html") && !matches("assets/*", "assets/x/y.js"));
        assert!(Pattern::new("a[").is_err() && Pattern::new("!a").is_err() && Pattern::new("/").is_err());
    }
}
