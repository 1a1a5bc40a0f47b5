//! What a manifest names lies in its folder: a function's code, a state machine's definition, a bucket's policy.

#![expect(clippy::disallowed_methods, reason = "it finds out what lies in a folder")]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

/// Why a path in a manifest is refused.
#[derive(Debug, thiserror::Error)]
pub enum Outside {
    /// It leads out of the manifest's folder.
    #[error("it is outside the manifest's folder: name something inside it, without a link that leads out")]
    Leaves,
    /// There is nothing.
    #[error("it does not exist")]
    Missing,
    /// It is there, but no file.
    #[error("it is not a file")]
    NotAFile,
    /// It cannot be looked at.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The text of a file that a manifest in the folder `root` names.
pub fn text(root: &Path, name: &str) -> Result<String, Outside> {
    let path = inside(root, name)?;
    if !path.is_file() {
        return Err(Outside::NotAFile);
    }
    Ok(fs::read_to_string(path)?)
}

/// Where a relative path leads, without links. It exists and lies in `root`.
pub(super) fn inside(root: &Path, name: &str) -> Result<PathBuf, Outside> {
    let relative = Path::new(name);
    if !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(Outside::Leaves);
    }
    let root = fs::canonicalize(root)?;
    let path = fs::canonicalize(root.join(relative)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Outside::Missing,
        _ => Outside::Io(error),
    })?;
    if path.starts_with(&root) { Ok(path) } else { Err(Outside::Leaves) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_only_from_inside_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("deep")).unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        fs::write(root.join("deep/a.json"), "{}").unwrap();
        assert_eq!(text(&root, "deep/a.json").unwrap(), "{}");
        assert_eq!(text(&root, "./deep/./a.json").unwrap(), "{}");
        let absolute = folder.path().join("secret").display().to_string();
        for name in ["../secret", "deep/../../secret", "deep/../deep/a.json", &absolute] {
            assert!(matches!(text(&root, name), Err(Outside::Leaves)), "{name}");
        }
        assert!(matches!(text(&root, "deep/absent"), Err(Outside::Missing)));
        assert!(matches!(text(&root, "deep"), Err(Outside::NotAFile)));
        std::os::unix::fs::symlink("a.json", root.join("deep/within")).unwrap();
        assert_eq!(text(&root, "deep/within").unwrap(), "{}");
        std::os::unix::fs::symlink("../../secret", root.join("deep/out")).unwrap();
        std::os::unix::fs::symlink("..", root.join("up")).unwrap();
        for name in ["deep/out", "up/secret"] {
            assert!(matches!(text(&root, name), Err(Outside::Leaves)), "{name}");
        }
    }
}
