//! The files of a bucket: those of a folder, each with the digests that S3 and the plan know it by.
//!
//! They are found as a function's files are: symbolic links are followed inside the folder, caches stay out, and so does what
//! `exclude` names. Contents are read for their digests alone; who sends them reads them again, and checks. What a rule has
//! compressed is compressed each time, to the same bytes: nothing of when, where and from which file is in them.

#![expect(clippy::disallowed_methods, reason = "it reads the files of a bucket")]

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use flate2::{Compression, GzBuilder};
use globset::GlobMatcher;
use md5::{Digest, Md5};
use sha2::Sha256;

use super::folder::{Exclude, Folder, glob};
use super::parallel::parallel;
use super::{FunctionSource, PackageError};
use crate::canonical::Sha;

/// The operating system that a gzip file was made on: one that nobody knows.
const UNKNOWN: u8 = 255;

/// A folder whose files are a bucket's.
#[derive(Debug, Clone, Default)]
pub struct StaticFolder {
    /// Relative to the manifest.
    pub folder: String,
    /// Patterns of files that stay out.
    pub exclude: Vec<String>,
    /// Patterns of files that are compressed.
    pub gzip: Vec<String>,
}

/// A file of a bucket, as it is put there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticFile {
    /// Relative to the folder, with slashes.
    pub path: String,
    pub sha256: Sha,
    /// In hex.
    pub md5: String,
    /// In bytes.
    pub size: u64,
    /// Where its bytes come from.
    pub at: Origin,
}

/// Where the bytes of a file come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Where it lies.
    pub path: PathBuf,
    /// True if it is put compressed.
    pub is_gzipped: bool,
}

impl Origin {
    /// The bytes that are put.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.write(&mut bytes)?;
        Ok(bytes)
    }

    fn write(&self, into: &mut impl Write) -> io::Result<()> {
        let mut file = fs::File::open(&self.path)?;
        if !self.is_gzipped {
            return pour(&mut file, into);
        }
        let mut gzip = GzBuilder::new().mtime(0).operating_system(UNKNOWN).write(into, Compression::best());
        pour(&mut file, &mut gzip)?;
        gzip.finish().map(drop)
    }
}

fn pour(from: &mut impl Read, into: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            read => into.write_all(&buffer[..read])?,
        }
    }
}

/// What a file is known by, of bytes that are written here.
#[derive(Default)]
struct Digests {
    sha256: Sha256,
    md5: Md5,
    size: u64,
}

impl Write for Digests {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sha256.update(bytes);
        self.md5.update(bytes);
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StaticFile {
    /// A file with these bytes, which lies nowhere.
    pub fn of(path: impl Into<String>, bytes: &[u8]) -> Self {
        let md5 = crate::name::hex(&Md5::digest(bytes));
        Self { path: path.into(), sha256: Sha::of(bytes), md5, size: bytes.len() as u64, at: Origin::default() }
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
pub fn static_files(root: &Path, of: &StaticFolder) -> Result<Vec<StaticFile>, String> {
    if Path::new(&of.folder).components().all(|part| part == Component::CurDir) {
        let help = "put the files into a folder below it, and name that";
        return Err(format!(
            "`{}` is the manifest's own folder, with workflows, code and plans in it; {help}",
            of.folder
        ));
    }
    let source = FunctionSource { root: root.into(), folder: of.folder.clone(), ..FunctionSource::default() };
    // What is no pattern is reported where the manifest is lowered.
    let gzip: Vec<Pattern> = of.gzip.iter().filter_map(|text| Pattern::new(text).ok()).collect();
    let mut found = Vec::new();
    let walked = Folder::open(&source).and_then(|folder| {
        folder.each(&Exclude::new(&of.exclude, false)?, |_| true, &mut |entry, name| {
            found.push((name.to_owned(), entry.path().to_owned()));
            Ok(())
        })
    });
    walked.map_err(|error| reason(&error))?;
    parallel(&found, |(name, at)| read(&of.folder, name, at, &gzip)).into_iter().collect()
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

fn read(folder: &str, name: &Path, at: &Path, gzip: &[Pattern]) -> Result<StaticFile, String> {
    let shown = || Path::new(folder).join(name).display().to_string();
    let path = name.to_str().ok_or_else(|| format!("`{}` has a name that is not UTF-8; rename it", shown()))?;
    let is_gzipped = gzip.iter().any(|pattern| pattern.matches(path));
    let (at, mut of) = (Origin { path: at.to_owned(), is_gzipped }, Digests::default());
    at.write(&mut of).map_err(|error| format!("cannot read `{}`: {error}", shown()))?;
    let (sha256, md5) = (Sha::from(<[u8; 32]>::from(of.sha256.finalize())), crate::name::hex(&of.md5.finalize()));
    Ok(StaticFile { path: path.to_owned(), sha256, md5, size: of.size, at })
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
        let of = StaticFolder { folder: "site".into(), exclude: vec!["draft*".into()], gzip: Vec::new() };
        let found = static_files(root.path(), &of).unwrap();
        let shown: Vec<_> = found.iter().map(|file| (file.path.as_str(), file.md5.as_str(), file.size)).collect();
        let empty = "d41d8cd98f00b204e9800998ecf8427e";
        assert_eq!(shown[0], ("assets/app.js", empty, 0));
        assert_eq!(shown.len(), 2, "{shown:?}");
        for file in &found {
            let bytes = fs::read(&file.at.path).unwrap();
            assert_eq!(file.at.read().unwrap(), bytes);
            assert_eq!(StaticFile { at: file.at.clone(), ..StaticFile::of(file.path.as_str(), &bytes) }, *file);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_or_leads_out_is_said_so() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("site")).unwrap();
        let of = |folder: &str| StaticFolder { folder: folder.into(), ..StaticFolder::default() };
        let why = |folder: &str| static_files(root.path(), &of(folder)).unwrap_err();
        assert!(why("absent").starts_with("the folder `absent` does not exist"), "{}", why("absent"));
        assert!(why("../x").contains("outside"), "{}", why("../x"));
        for own in ["", ".", "./", "./."] {
            assert!(why(own).contains("the manifest's own folder"), "{}", why(own));
        }
        std::os::unix::fs::symlink("/", root.path().join("site/up")).unwrap();
        assert!(why("site").contains("`site/up` leads out of the folder"), "{}", why("site"));
    }

    /// Names are keys, byte for byte: nothing is decoded, and a folder without files is nothing.
    #[test]
    fn links_within_the_folder_are_followed_and_names_are_taken_as_they_are() {
        let root = tempfile::tempdir().unwrap();
        let site = root.path().join("site");
        fs::create_dir_all(site.join("empty/folder")).unwrap();
        fs::create_dir(site.join("d")).unwrap();
        for name in ["a%2Fb+c.txt", "d/\u{e9} (1).txt", "e\\f"] {
            fs::write(site.join(name), name).unwrap();
        }
        std::os::unix::fs::symlink("d", site.join("l")).unwrap();
        std::os::unix::fs::symlink("e\\f", site.join("m")).unwrap();
        let of = StaticFolder { folder: "site".into(), ..StaticFolder::default() };
        let found = static_files(root.path(), &of).unwrap();
        let paths: Vec<_> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a%2Fb+c.txt", "d/\u{e9} (1).txt", "e\\f", "l/\u{e9} (1).txt", "m"]);
        assert_eq!((&found[1].sha256, &found[2].sha256), (&found[3].sha256, &found[4].sha256));
        std::os::unix::fs::symlink(".", site.join("d/loop")).unwrap();
        assert!(static_files(root.path(), &of).unwrap_err().contains("site/d/loop"));
    }

    #[test]
    fn what_is_compressed_is_the_same_wherever_and_whenever_it_lies() {
        let (mut seen, text) = (Vec::new(), "p { color: red }\n".repeat(50));
        for name in ["a.css", "b.css"] {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir(root.path().join("site")).unwrap();
            fs::write(root.path().join("site").join(name), &text).unwrap();
            fs::write(root.path().join("site/c.txt"), &text).unwrap();
            let of = StaticFolder { folder: "site".into(), exclude: Vec::new(), gzip: vec!["*.css".into()] };
            let found = static_files(root.path(), &of).unwrap();
            assert_eq!((found[1].size, found[1].at.is_gzipped), (text.len() as u64, false));
            let bytes = found[0].at.read().unwrap();
            assert_eq!(StaticFile { at: found[0].at.clone(), ..StaticFile::of(name, &bytes) }, found[0]);
            let mut back = String::new();
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut back).unwrap();
            assert_eq!(back, text);
            assert_eq!((&bytes[3..8], bytes[9]), (&[0; 5][..], UNKNOWN), "no name, no time, no system");
            seen.push(bytes);
        }
        assert_eq!(seen[0], seen[1]);
    }

    #[test]
    fn a_pattern_without_a_slash_matches_at_any_depth() {
        let matches = |pattern: &str, path: &str| Pattern::new(pattern).unwrap().matches(path);
        assert!(matches("*.html", "a/b/index.html") && matches("assets/**", "assets/x/y.js"));
        assert!(!matches("/*.html", "a/index.html") && !matches("assets/*", "assets/x/y.js"));
        assert!(Pattern::new("a[").is_err() && Pattern::new("!a").is_err() && Pattern::new("/").is_err());
    }
}
