//! Where in the repository a file of a checkout is.
//!
//! A checkout's root holds `.git`, which no commit can bring along. Links are not followed: where one leads is up to
//! each commit, so a path through one would be another file at another commit.

#![expect(clippy::disallowed_methods, reason = "it looks at the checkout")]

use std::path::{Component, Path, PathBuf};

/// A file whose path in the repository is not known.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotInRepository {
    /// The runner has no workspace.
    #[error("GITHUB_WORKSPACE is not set")]
    NoWorkspace,
    /// It lies elsewhere.
    #[error("{} is not below the workspace, {}", .0.display(), .1.display())]
    Outside(PathBuf, PathBuf),
    /// It leads up, or its name is no UTF-8.
    #[error("{} is not a plain path", .0.display())]
    NotPlain(PathBuf),
    /// A folder on the way is a link.
    #[error("{} is a symbolic link", .0.display())]
    Link(PathBuf),
    /// No folder on the way is a checkout.
    #[error("no folder from the workspace, {}, down to it has a `.git`", .0.display())]
    NoCheckout(PathBuf),
    /// More than one folder on the way is a checkout.
    #[error("it is in a checkout within another, {} and {}", .0.display(), .1.display())]
    SeveralCheckouts(PathBuf, PathBuf),
}

/// The path of a file below the root of the one checkout that it lies in, with `/` between its parts. A relative path
/// is relative to where the process works.
pub fn path_in_repository(workspace: Option<&Path>, file: &Path) -> Result<String, NotInRepository> {
    let workspace = workspace.ok_or(NotInRepository::NoWorkspace)?;
    let absolute = std::path::absolute(file).map_err(|_| NotInRepository::NotPlain(file.into()))?;
    // The process sees where it works without links, but the runner may name the workspace by one.
    let real = workspace.canonicalize().unwrap_or_else(|_| workspace.into());
    let outside = || NotInRepository::Outside(absolute.clone(), workspace.into());
    let below = absolute.strip_prefix(&real).or_else(|_| absolute.strip_prefix(workspace)).map_err(|_| outside())?;
    let parts = plain(below).ok_or_else(|| NotInRepository::NotPlain(absolute.clone()))?;
    let (mut folder, mut root) = (real, None);
    for (depth, part) in parts.iter().enumerate() {
        if folder.join(".git").symlink_metadata().is_ok() {
            if let Some((outer, _)) = root {
                return Err(NotInRepository::SeveralCheckouts(outer, folder));
            }
            root = Some((folder.clone(), depth));
        }
        folder.push(part);
        if depth + 1 < parts.len() && folder.is_symlink() {
            return Err(NotInRepository::Link(folder));
        }
    }
    match root {
        Some((_, depth)) => Ok(parts[depth..].join("/")),
        None => Err(NotInRepository::NoCheckout(workspace.into())),
    }
}

/// The parts of a relative path; `None` if one of them is not a plain name.
fn plain(path: &Path) -> Option<Vec<&str>> {
    let parts = path.components().map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace with these checkouts and the folders `app/deep` in each.
    fn workspace(checkouts: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for checkout in checkouts {
            for made in [".git", "app/deep"] {
                std::fs::create_dir_all(folder.path().join(checkout).join(made)).expect("a folder");
            }
        }
        folder
    }

    fn found(of: &tempfile::TempDir, file: &str) -> Result<String, NotInRepository> {
        path_in_repository(Some(of.path()), &of.path().join(file))
    }

    #[test]
    fn a_checkout_in_the_workspace_or_below_it_is_the_root() {
        assert_eq!(found(&workspace(&[""]), "app.toml").unwrap(), "app.toml");
        assert_eq!(found(&workspace(&[""]), "./app/./deep/app.toml").unwrap(), "app/deep/app.toml");
        assert_eq!(found(&workspace(&["source", "base"]), "source/app/app.toml").unwrap(), "app/app.toml");
    }

    #[test]
    fn a_path_that_could_be_another_file_at_another_commit_is_refused() {
        let here = workspace(&["", "app"]);
        assert!(matches!(found(&here, "app/app.toml"), Err(NotInRepository::SeveralCheckouts(..))));
        assert!(matches!(found(&here, "app/../app.toml"), Err(NotInRepository::NotPlain(_))));
        std::os::unix::fs::symlink("app", here.path().join("link")).expect("a link");
        assert!(matches!(found(&here, "link/deep/app.toml"), Err(NotInRepository::Link(_))));
        assert!(matches!(found(&workspace(&[]), "app.toml"), Err(NotInRepository::NoCheckout(_))));
        let elsewhere = path_in_repository(Some(here.path()), Path::new("/etc/app.toml"));
        assert!(matches!(elsewhere, Err(NotInRepository::Outside(..))));
        assert_eq!(path_in_repository(None, Path::new("app.toml")), Err(NotInRepository::NoWorkspace));
    }

    #[test]
    fn a_workspace_that_is_named_by_a_link_is_the_folder_that_it_leads_to() {
        let (here, other) = (workspace(&[""]), tempfile::tempdir().expect("a folder"));
        let link = other.path().join("link");
        std::os::unix::fs::symlink(here.path(), &link).expect("a link");
        for file in [link.join("app/app.toml"), here.path().canonicalize().unwrap().join("app/app.toml")] {
            assert_eq!(path_in_repository(Some(&link), &file).unwrap(), "app/app.toml");
        }
    }
}
