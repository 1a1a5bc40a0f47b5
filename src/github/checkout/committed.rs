//! A folder's files as the repository has them, written out beside it.
//!
//! Each file's bytes are those that git stores: nothing is checked out, so no filter and no hook runs.

#![expect(clippy::disallowed_methods, reason = "it writes what git has")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::{CheckoutError, git, repository};

/// More than this is no app's folder.
const LIMITS: (usize, u64) = (50_000, 512 * 1024 * 1024);

/// A file of a commit.
struct Entry {
    mode: String,
    id: String,
    size: u64,
    /// From the repository's top.
    path: PathBuf,
}

/// Writes `root`, a folder below `here`, as the default branch of `origin` has it (as far as it has been fetched; the
/// last commit where there is none) to the same place below `into`. Gives the commit, as people call it.
pub async fn committed(here: &Path, root: &Path, into: &Path) -> Result<String, CheckoutError> {
    let repository = repository(here)?;
    let failed = |why: String| CheckoutError::Git { path: repository.clone(), why };
    let top = repository.parent().unwrap_or(Path::new("/")).to_owned();
    let here = here.canonicalize().map_err(|error| failed(error.to_string()))?;
    let below = here.strip_prefix(&top).map_err(|error| failed(error.to_string()))?.to_owned();
    let (name, commit) = match resolve(&repository, "refs/remotes/origin/HEAD").await {
        Ok(commit) => ("the default branch", commit),
        Err(_) => ("the last commit", resolve(&repository, "HEAD").await?),
    };
    let folder = below.join(root);
    let spec: PathBuf = folder.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let entries = list(&repository, &commit, &spec).await?;
    let bytes: u64 = entries.iter().map(|entry| entry.size).sum();
    if entries.len() > LIMITS.0 || bytes > LIMITS.1 {
        return Err(failed(format!("{} is too large to be compared", spec.display())));
    }
    let contents = read(&repository, &entries).await?;
    for (entry, content) in entries.iter().zip(contents) {
        let path = entry.path.strip_prefix(&below).map_err(|error| failed(error.to_string()))?;
        write(entry, &into.join(path), &content).map_err(|error| failed(error.to_string()))?;
    }
    Ok(format!("{name} ({})", commit.get(..10).unwrap_or(&commit)))
}

async fn resolve(repository: &Path, name: &str) -> Result<String, CheckoutError> {
    let name = format!("{name}^{{commit}}");
    let out = run(repository, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name], Vec::new()).await?;
    Ok(String::from_utf8_lossy(&out).trim().to_owned())
}

/// The files and links below a folder; submodules are none.
async fn list(repository: &Path, commit: &str, folder: &Path) -> Result<Vec<Entry>, CheckoutError> {
    let mut arguments = vec!["ls-tree", "-r", "-z", "-l", "--full-tree", commit];
    let folder = folder.to_str().unwrap_or_default();
    if !folder.is_empty() {
        arguments.extend(["--", folder]);
    }
    let out = run(repository, &arguments, Vec::new()).await?;
    let out = String::from_utf8_lossy(&out);
    Ok(out.split_terminator('\0').filter_map(entry).collect())
}

/// `100644 blob <id>    <size>\t<path>`
fn entry(line: &str) -> Option<Entry> {
    let (facts, path) = line.split_once('\t')?;
    let mut facts = facts.split_whitespace();
    let (mode, kind, id, size) = (facts.next()?, facts.next()?, facts.next()?, facts.next()?);
    let path = PathBuf::from(path);
    let is_inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let is_file = kind == "blob" && is_inside;
    is_file.then_some(())?;
    Some(Entry { mode: mode.to_owned(), id: id.to_owned(), size: size.parse().ok()?, path })
}

/// What the files hold, in their order.
async fn read(repository: &Path, entries: &[Entry]) -> Result<Vec<Vec<u8>>, CheckoutError> {
    let asked = entries.iter().flat_map(|entry| [entry.id.as_bytes(), b"\n"].concat()).collect();
    let out = run(repository, &["cat-file", "--batch"], asked).await?;
    let broken = || CheckoutError::Git { path: repository.to_owned(), why: "cat-file gives something else".into() };
    let (mut rest, mut contents) = (out.as_slice(), Vec::new());
    for entry in entries {
        // `<id> blob <size>`, the content, and a line's end each.
        let head = rest.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
        let size = usize::try_from(entry.size).map_err(|_| broken())?;
        let is_whole = rest[..head].ends_with(format!("blob {size}").as_bytes()) && rest.len() > head + 1 + size;
        if !is_whole {
            return Err(broken());
        }
        contents.push(rest[head + 1..head + 1 + size].to_vec());
        rest = &rest[head + 2 + size..];
    }
    Ok(contents)
}

pub(super) async fn run(repository: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, CheckoutError> {
    let failed = |why: String| CheckoutError::Git { path: repository.to_owned(), why };
    let mut git = Command::from(git(repository));
    let git =
        git.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = git.spawn().map_err(|error| failed(error.to_string()))?;
    let stdin = child.stdin.take();
    let write = async {
        if let Some(mut stdin) = stdin {
            // A git that does not read says why on its other end.
            let _ = stdin.write_all(&input).await;
        }
    };
    let ((), ran) = tokio::join!(write, child.wait_with_output());
    let ran = ran.map_err(|error| failed(error.to_string()))?;
    match ran.status.success() {
        true => Ok(ran.stdout),
        false => Err(failed(String::from_utf8_lossy(&ran.stderr).trim().to_owned())),
    }
}

fn write(entry: &Entry, path: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    if entry.mode == "120000" {
        let target = String::from_utf8_lossy(content);
        return std::os::unix::fs::symlink(target.as_ref(), path);
    }
    std::fs::write(path, content)?;
    let mode = if entry.mode == "100755" { 0o755 } else { 0o644 };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(folder: &Path, script: &str) {
        let status = std::process::Command::new("sh").args(["-ec", script]).current_dir(folder).status().unwrap();
        assert!(status.success(), "{script}");
    }

    #[tokio::test]
    async fn a_folder_is_written_as_the_last_commit_has_it_or_as_the_default_branch_does() {
        let (folder, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let commit = "git add -A && git -c user.name=a -c user.email=a@b commit -qm x";
        shell(
            folder.path(),
            &format!(
                "git init -q -b main . && mkdir -p app/deep other && echo one >app/a && printf '\\0\\n' >app/deep/b && \
                 chmod +x app/deep/b && ln -s a app/link && echo x >other/c && {commit} && echo two >app/a"
            ),
        );
        let here = folder.path().join("app");
        let name = committed(&here, Path::new(""), into.path()).await.unwrap();
        assert!(name.starts_with("the last commit ("), "{name}");
        let text = |name: &str| std::fs::read_to_string(into.path().join(name)).unwrap();
        assert_eq!((text("a").as_str(), text("deep/b").as_str(), text("link").as_str()), ("one\n", "\0\n", "one\n"));
        assert!(!into.path().join("c").exists() && !into.path().join("other").exists());
        let mode = std::fs::metadata(into.path().join("deep/b")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
        let head = "git update-ref refs/remotes/origin/main HEAD && \
                    git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main";
        shell(folder.path(), &format!("{head} && {commit}"));
        let again = tempfile::tempdir().unwrap();
        let name = committed(folder.path(), Path::new("app"), again.path()).await.unwrap();
        assert!(name.starts_with("the default branch ("), "{name}");
        assert_eq!(std::fs::read_to_string(again.path().join("app/a")).unwrap(), "one\n");
    }

    #[tokio::test]
    async fn a_folder_without_a_commit_is_an_error() {
        let (folder, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(committed(folder.path(), Path::new(""), into.path()).await.is_err());
        shell(folder.path(), "git init -q .");
        assert!(committed(folder.path(), Path::new(""), into.path()).await.is_err());
    }

    #[test]
    fn nothing_is_written_elsewhere() {
        assert!(entry("100644 blob aa       3\ta/b").is_some());
        for line in ["100644 blob aa 3\t../b", "100644 blob aa 3\t/b", "160000 commit aa -\tsub", "", "\t"] {
            assert!(entry(line).is_none(), "{line}");
        }
    }
}
