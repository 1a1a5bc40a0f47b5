//! The commit that a job has checked out, as git reports it.
//!
//! The files of a checkout are the pull request's, and a folder among them may look like a repository. So git is given
//! the repository to look at: the nearest `.git` upwards, which no commit can contain. It is asked for one object as it
//! is stored, reads no configuration but that repository's own, runs no hook and no file system monitor, and fetches
//! nothing.

#![expect(clippy::disallowed_methods, reason = "it looks at the checkout")]

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::child;

mod committed;
mod remote;

pub use committed::committed;
pub use remote::{Origin, current_branch, default_branch, origin, top};

/// Why git cannot say.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// The folder is in no checkout.
    #[error("{0} is not in a checkout: there is no .git in it or above it. Check out with git before this")]
    None(PathBuf),
    /// git could not be run, or failed.
    #[error("git cannot read HEAD of {path}: {why}")]
    Git {
        /// The repository.
        path: PathBuf,
        /// In git's words.
        why: String,
    },
}

/// The parents of the commit that is checked out around a folder, in their order. A merge has two, also in a checkout
/// that is one commit deep.
pub async fn parents(folder: &Path) -> Result<Vec<String>, CheckoutError> {
    let repository = repository(folder)?;
    let failed = |why: String| CheckoutError::Git { path: repository.clone(), why };
    let ran = Command::from(git(&repository)).args(["cat-file", "commit", "HEAD"]).kill_on_drop(true).output().await;
    let ran = ran.map_err(|error| failed(error.to_string()))?;
    if !ran.status.success() {
        return Err(failed(String::from_utf8_lossy(&ran.stderr).trim().to_owned()));
    }
    Ok(parents_in(&String::from_utf8_lossy(&ran.stdout)))
}

/// The parents that a commit names. What is below the first empty line is its author's message.
fn parents_in(commit: &str) -> Vec<String> {
    let header = commit.lines().take_while(|line| !line.is_empty());
    header.filter_map(|line| line.strip_prefix("parent ")).map(str::to_owned).collect()
}

/// The `.git` of the checkout: a folder, or the file of a further worktree or of a submodule.
fn repository(folder: &Path) -> Result<PathBuf, CheckoutError> {
    let none = || CheckoutError::None(folder.to_owned());
    let from = folder.canonicalize().map_err(|_| none())?;
    // A link could lead anywhere, and git makes none.
    let is_one = |path: &PathBuf| path.symlink_metadata().is_ok_and(|found| found.is_dir() || found.is_file());
    from.ancestors().map(|above| above.join(".git")).find(is_one).ok_or_else(none)
}

/// git, for this repository. Variables say the same as options where an older git would not know the option.
fn git(repository: &Path) -> std::process::Command {
    let mut git = child::local("git");
    git.arg("--git-dir").arg(repository).arg("--no-replace-objects");
    for setting in ["safe.bareRepository=explicit", "core.hooksPath=/dev/null", "core.fsmonitor=false"] {
        git.args(["-c", setting]);
    }
    git.envs([
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_NO_LAZY_FETCH", "1"),
        // An older git knows no lazy fetch to be turned off, but this: no transport is allowed.
        ("GIT_ALLOW_PROTOCOL", "none"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_OPTIONAL_LOCKS", "0"),
    ]);
    git.stdin(std::process::Stdio::null());
    if let Some(checkout) = repository.parent() {
        git.current_dir(checkout);
    }
    git
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_no_parent() {
        let commit = "tree aa\nparent bb\nparent cc\nauthor a <a@b> 0 +0000\n\nWords\n\nparent dd\n";
        assert_eq!(parents_in(commit), ["bb", "cc"]);
        assert_eq!(parents_in("tree aa\n\nparent bb\n"), Vec::<String>::new());
    }

    #[test]
    fn the_nearest_repository_upwards_is_the_checkouts() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("source/app/deep")).unwrap();
        std::fs::create_dir(root.join("source/.git")).unwrap();
        assert_eq!(repository(&root.join("source/app/deep")).unwrap(), root.join("source/.git"));
        // Of a worktree it is a file.
        std::fs::write(root.join("source/app/.git"), "gitdir: ../elsewhere\n").unwrap();
        assert_eq!(repository(&root.join("source/app/deep")).unwrap(), root.join("source/app/.git"));
        std::os::unix::fs::symlink("/tmp", root.join("source/app/deep/.git")).unwrap();
        assert_eq!(repository(&root.join("source/app/deep")).unwrap(), root.join("source/app/.git"), "no link");
        assert!(matches!(repository(&root.join("absent")), Err(CheckoutError::None(_))));
    }
}
