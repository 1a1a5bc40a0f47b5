//! Where a checkout comes from, as its repository's own configuration says.

use std::path::{Path, PathBuf};

use super::{CheckoutError, committed, repository};

/// What is called `origin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A repository on github.com: `owner/name`.
    Github(String),
    /// A repository of another host, by the host's name.
    Elsewhere(String),
}

/// What the checkout around a folder calls `origin`; `None` where there is no checkout, no git, or no such remote.
pub async fn origin(folder: &Path) -> Option<Origin> {
    let repository = repository(folder).ok()?;
    parse(&ask(&repository, &["remote", "get-url", "origin"]).await?)
}

/// The default branch of `origin`, as far as it has been fetched.
pub async fn default_branch(folder: &Path) -> Option<String> {
    let repository = repository(folder).ok()?;
    let head = ask(&repository, &["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"]).await?;
    head.strip_prefix("refs/remotes/origin/").map(str::to_owned)
}

/// The branch that is checked out, which need not have a commit yet.
pub async fn current_branch(folder: &Path) -> Option<String> {
    let repository = repository(folder).ok()?;
    let head = ask(&repository, &["symbolic-ref", "--quiet", "HEAD"]).await?;
    head.strip_prefix("refs/heads/").map(str::to_owned)
}

/// The top folder of the checkout around a folder.
pub fn top(folder: &Path) -> Result<PathBuf, CheckoutError> {
    let repository = repository(folder)?;
    Ok(repository.parent().unwrap_or(Path::new("/")).to_owned())
}

async fn ask(repository: &Path, arguments: &[&str]) -> Option<String> {
    let out = committed::run(repository, arguments, Vec::new()).await.ok()?;
    Some(String::from_utf8_lossy(&out).trim().to_owned())
}

/// Reads an address as git takes it: a URL, or `user@host:path`. What may be a password in it is not looked at.
fn parse(address: &str) -> Option<Origin> {
    let (authority, path) = match address.split_once("://") {
        Some(("http" | "https" | "ssh" | "git" | "git+ssh" | "ssh+git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        None => address.split_once(':').filter(|(host, _)| !host.contains('/'))?,
    };
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
    if !matches!(host.as_str(), "github.com" | "www.github.com" | "ssh.github.com") {
        return Some(Origin::Elsewhere(host));
    }
    let path = path.trim_matches('/');
    let (owner, name) = path.strip_suffix(".git").unwrap_or(path).split_once('/')?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (plain(owner) && plain(name)).then(|| Origin::Github(format!("{owner}/{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_an_address_on_github_names_the_same_repository() {
        for address in [
            "https://github.com/octo-org/shop.js.git",
            "https://github.com/octo-org/shop.js",
            "https://github.com/octo-org/shop.js/",
            "https://somebody:secret@GitHub.com/octo-org/shop.js.git",
            "git@github.com:octo-org/shop.js.git",
            "org-1234@github.com:octo-org/shop.js.git",
            "ssh://git@github.com/octo-org/shop.js.git",
            "ssh://git@ssh.github.com:443/octo-org/shop.js.git",
            "git://github.com/octo-org/shop.js.git",
        ] {
            assert_eq!(parse(address), Some(Origin::Github("octo-org/shop.js".into())), "{address}");
        }
    }

    #[test]
    fn what_is_elsewhere_is_named_by_its_host_alone_and_a_path_is_nothing() {
        for address in ["https://somebody:secret@git.example.org/octo/shop.git", "git@git.example.org:octo/shop.git"] {
            assert_eq!(parse(address), Some(Origin::Elsewhere("git.example.org".into())), "{address}");
        }
        for address in [
            "",
            "/srv/git/shop.git",
            "../shop",
            "./a:b/c",
            "file:///srv/shop.git",
            "https://github.com/shop",
            "git@github.com:a/b/c",
            "https://github.com/octo/a%20b",
        ] {
            assert_eq!(parse(address), None, "{address}");
        }
    }

    #[tokio::test]
    async fn a_checkout_says_where_it_comes_from_and_a_folder_alone_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!((origin(folder.path()).await, default_branch(folder.path()).await), (None, None));
        let script = "git init -q -b master . && git remote add origin git@github.com:octo/shop.git && \
                      git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/trunk && mkdir deep";
        let status =
            std::process::Command::new("sh").args(["-ec", script]).current_dir(folder.path()).status().unwrap();
        assert!(status.success());
        let deep = folder.path().join("deep");
        assert_eq!(origin(&deep).await, Some(Origin::Github("octo/shop".into())));
        assert_eq!(default_branch(&deep).await.as_deref(), Some("trunk"));
        assert_eq!(current_branch(&deep).await.as_deref(), Some("master"));
        assert_eq!(top(&deep).unwrap(), folder.path().canonicalize().unwrap());
    }
}
