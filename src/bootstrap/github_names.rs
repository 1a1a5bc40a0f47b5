//! What `bootstrap` is given about GitHub. It goes into trust policies, where a wildcard would let others in, so it is
//! held against the forms that GitHub itself has.

use std::fmt;
use std::str::FromStr;

use crate::name::Stage;

/// A text that does not have the form that its type asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GithubNameError(String);

/// `OWNER/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryName {
    /// The account or organisation.
    pub owner: String,
    pub name: String,
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

impl FromStr for RepositoryName {
    type Err = GithubNameError;
    fn from_str(text: &str) -> Result<Self, GithubNameError> {
        let plain =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        match text.split_once('/') {
            Some((owner, name)) if plain(owner) && plain(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(GithubNameError("write OWNER/NAME".into())),
        }
    }
}

/// A branch, `main`, by the rules that git has for names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch(pub String);

impl FromStr for Branch {
    type Err = GithubNameError;
    fn from_str(text: &str) -> Result<Self, GithubNameError> {
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "*?[~^:\\".contains(c);
        let empty_part = text.split('/').any(str::is_empty);
        if empty_part || text.contains(forbidden) || text.contains("..") || text.starts_with("refs/") {
            return Err(GithubNameError("give a branch by its name, such as main".into()));
        }
        Ok(Self(text.to_owned()))
    }
}

/// `OWNER/NAME/.github/workflows/FILE@REF`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobWorkflowRef(pub String);

impl FromStr for JobWorkflowRef {
    type Err = GithubNameError;
    fn from_str(text: &str) -> Result<Self, GithubNameError> {
        let parsed = text.split_once("/.github/workflows/").and_then(|(repository, rest)| {
            let (file, reference) = rest.split_once('@')?;
            let known = reference.starts_with("refs/heads/") || reference.starts_with("refs/tags/");
            (repository.parse::<RepositoryName>().is_ok() && !file.is_empty() && known).then_some(())
        });
        let form = "write OWNER/NAME/.github/workflows/FILE@refs/heads/BRANCH";
        parsed.map(|()| Self(text.to_owned())).ok_or_else(|| GithubNameError(form.into()))
    }
}

/// A stage's environment, `STAGE=NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// The stage.
    pub stage: Stage,
    /// What the environment is called.
    pub name: String,
}

impl FromStr for Environment {
    type Err = GithubNameError;
    fn from_str(text: &str) -> Result<Self, GithubNameError> {
        let form = || GithubNameError("write STAGE=NAME".into());
        let (stage, name) = text.split_once('=').filter(|(_, name)| !name.trim().is_empty()).ok_or_else(form)?;
        let stage = stage.parse().map_err(|error: crate::name::NameError| GithubNameError(error.to_string()))?;
        Ok(Self { stage, name: name.to_owned() })
    }
}

/// Who is asked before an apply: an account, `NAME`, or a team, `ORGANISATION/TEAM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewer {
    /// The organisation of a team.
    pub organisation: Option<String>,
    pub name: String,
}

impl FromStr for Reviewer {
    type Err = GithubNameError;
    fn from_str(text: &str) -> Result<Self, GithubNameError> {
        let parts: Vec<&str> = text.split('/').collect();
        let plain =
            |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        match parts.as_slice() {
            [name] if plain(name) => Ok(Self { organisation: None, name: (*name).to_owned() }),
            [of, name] if plain(of) && plain(name) => {
                Ok(Self { organisation: Some((*of).to_owned()), name: (*name).to_owned() })
            }
            _ => Err(GithubNameError("write an account's name, or ORGANISATION/TEAM".into())),
        }
    }
}

impl fmt::Display for Reviewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.organisation {
            Some(organisation) => write!(f, "{organisation}/{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_given_can_be_a_wildcard_or_nothing() {
        for branch in ["", "*", "release/*", "a?", "a b", "a:b", "a..b", "refs/heads/main", "a//b", "/a"] {
            assert!(branch.parse::<Branch>().is_err(), "{branch:?}");
        }
        for branch in ["main", "release/1.x", "$odd-{branch}"] {
            assert_eq!(branch.parse(), Ok(Branch(branch.into())));
        }
        for name in ["shop", "/shop", "octo/", "octo/*", "octo/shop/x", "octo:x/shop"] {
            assert!(name.parse::<RepositoryName>().is_err(), "{name:?}");
        }
        assert_eq!("octo-org/shop.js".parse::<RepositoryName>().unwrap().to_string(), "octo-org/shop.js");
        let good = "octo/shop/.github/workflows/apply.yml@refs/heads/main";
        assert_eq!(good.parse(), Ok(JobWorkflowRef(good.into())));
        for bad in [
            "nonsense",
            "octo/shop/.github/workflows/apply.yml",
            "shop/.github/workflows/a.yml@refs/heads/main",
            "octo/shop/.github/workflows/a.yml@main",
        ] {
            assert!(bad.parse::<JobWorkflowRef>().is_err(), "{bad:?}");
        }
        for reviewer in ["octocat", "octo-org/shop-owners"] {
            assert_eq!(reviewer.parse::<Reviewer>().unwrap().to_string(), reviewer);
        }
        for bad in ["", "@octocat", "a/b/c", "octo-org/", "octo cat"] {
            assert!(bad.parse::<Reviewer>().is_err(), "{bad:?}");
        }
        for bad in ["production", "production=", "=x", "Bad=x"] {
            assert!(bad.parse::<Environment>().is_err(), "{bad:?}");
        }
    }
}
