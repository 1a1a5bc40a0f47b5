//! When files were changed last, which shows that something else may be made of them, without reading them.
//!
//! The files are those that packaging reads: exclusions count, and so do the inputs and the result of a build.

#![expect(clippy::disallowed_methods, reason = "it asks when files were changed")]

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::folder::{Exclude, Folder};
use super::recipe::is_taken;
use super::{FunctionSource, PackageError};

/// When a file was changed last, and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    changed: Option<SystemTime>,
    size: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { changed: metadata.modified().ok(), size: metadata.len() }
    }
}

/// Stamps by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamps(BTreeMap<PathBuf, Stamp>);

impl Stamps {
    /// How many files they are of.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The same files, those that were there before as they were then: what has changed since shows.
    pub fn as_before(mut self, before: &Self) -> Self {
        for (path, stamp) in &mut self.0 {
            *stamp = before.0.get(path).copied().unwrap_or(*stamp);
        }
        self
    }

    /// The file, unless it is not there.
    pub fn add_file(&mut self, path: &Path) {
        if let Ok(metadata) = fs::metadata(path) {
            self.0.insert(path.to_owned(), Stamp::of(&metadata));
        }
    }

    /// The files that become a function's package. What cannot be walked is reported by whoever packages it; as long as
    /// it cannot, nothing behind it counts.
    pub fn add_function(&mut self, source: &FunctionSource) {
        // There is nothing to do about what cannot be walked: see above.
        let _ = self.walk_function(source);
    }

    /// The files of a folder in `root` but for those that are excluded, likewise.
    pub fn add_folder(&mut self, root: &Path, folder: &str, exclude: &[String]) {
        let source = FunctionSource { root: root.into(), folder: folder.into(), ..FunctionSource::default() };
        let walked = Exclude::new(exclude, false).and_then(|exclude| self.walk(&source, &exclude, |_| true));
        // As for a function.
        let _ = walked;
    }

    fn walk_function(&mut self, source: &FunctionSource) -> Result<(), PackageError> {
        match &source.build {
            Some(recipe) => {
                let set = recipe.takes()?;
                self.walk(source, &recipe.leaves_out()?, |path| is_taken(&set, path))
            }
            // The lock is no part of the code and says what is.
            None => self.walk(source, &Exclude::new(&source.exclude, false)?, |_| true),
        }
    }

    fn walk(
        &mut self,
        source: &FunctionSource,
        exclude: &Exclude,
        takes: impl Fn(&Path) -> bool,
    ) -> Result<(), PackageError> {
        Folder::open(source)?.each(exclude, takes, &mut |entry, _| {
            if let Ok(metadata) = entry.metadata() {
                self.0.insert(entry.path().to_owned(), Stamp::of(&metadata));
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::Recipe;

    /// Whether a change of each of these files shows.
    fn seen(source: &FunctionSource, files: &[&str]) -> Vec<bool> {
        let stamps = || {
            let mut stamps = Stamps::default();
            stamps.add_function(source);
            stamps
        };
        let changed = |file: &&str| {
            let before = stamps();
            let path = source.root.join(&source.folder).join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, fs::read_to_string(&path).unwrap_or_default() + "x").unwrap();
            stamps() != before
        };
        files.iter().map(changed).collect()
    }

    #[test]
    fn what_becomes_a_package_is_looked_at_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("app")).unwrap();
        let exclude = vec!["*.md".to_owned()];
        let source = FunctionSource { root: root.path().into(), folder: "app".into(), exclude, ..Default::default() };
        let files = ["main.py", "main.py", "in/er.py", "pylock.toml", "notes.md", "__pycache__/main.pyc", ".git/HEAD"];
        assert_eq!(seen(&source, &files), [true, true, true, true, false, false, false]);
    }

    #[test]
    fn of_a_build_its_inputs_count_and_what_it_makes_does_not() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("app")).unwrap();
        let recipe =
            Recipe { command: "make".into(), output: "dist".into(), inputs: vec!["src".into(), "go.mod".into()] };
        let source = FunctionSource {
            root: root.path().into(),
            folder: "app".into(),
            build: Some(recipe),
            ..Default::default()
        };
        assert_eq!(
            seen(&source, &["src/a.go", "go.mod", "README", "dist/src/made", "node_modules/src/x"]),
            [true, true, false, false, false]
        );
    }

    #[test]
    fn files_and_folders_count_by_themselves_and_one_that_is_missing_is_none() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("site/css")).unwrap();
        for path in ["site/index.html", "site/css/a.css", "site/a.map", "flow.json"] {
            fs::write(root.path().join(path), path).unwrap();
        }
        let mut stamps = Stamps::default();
        stamps.add_folder(root.path(), "site", &["*.map".to_owned()]);
        assert_eq!(stamps.count(), 2);
        stamps.add_file(&root.path().join("flow.json"));
        stamps.add_file(&root.path().join("missing.json"));
        stamps.add_folder(root.path(), "missing", &[]);
        assert_eq!(stamps.count(), 3);
    }

    #[test]
    fn what_has_changed_since_the_last_look_shows_and_other_files_do_not() {
        let root = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| root.path().join(name));
        let of = |paths: &[&PathBuf]| {
            let mut stamps = Stamps::default();
            paths.iter().for_each(|path| stamps.add_file(path));
            stamps
        };
        fs::write(&one, "a").unwrap();
        let before = of(&[&one]);
        fs::write(&other, "a").unwrap();
        assert_eq!(of(&[&one, &other]).as_before(&before), of(&[&one, &other]), "another file counts from now on");
        fs::write(&one, "longer").unwrap();
        assert_ne!(of(&[&one, &other]).as_before(&before), of(&[&one, &other]));
        assert_eq!(of(&[&other]).as_before(&before), of(&[&other]), "one that is not named any more is gone");
    }
}
