//! What `init` finds out by itself: from the command line, git, the environment, the AWS profile, and at last by asking.

#![expect(clippy::disallowed_methods, reason = "it looks at the folder")]

use std::path::{Path, PathBuf};

use crate::aws::profile;
use crate::bootstrap::github_names::{Branch, RepositoryName};
use crate::cli;
use crate::commands::ask;
use crate::environment;
use crate::error::Error;
use crate::github::checkout::{self, Origin};
use crate::name::{AppName, Region, Stage};

/// What the files that are written depend on.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The app's name.
    pub name: AppName,
    pub region: Region,
    /// Where it is on GitHub, where that is known.
    pub repository: Option<RepositoryName>,
    /// The branch that is deployed.
    pub branch: Branch,
    /// One stage or two, the first one first.
    pub stages: Vec<Stage>,
    /// The top of the checkout around the folder, where that is another folder.
    pub above: Option<PathBuf>,
}

/// Finds it out.
pub async fn facts(args: &cli::Init) -> Result<Facts, Error> {
    let here = existing(&args.folder);
    let top = checkout::top(here).ok();
    let own = args.folder.canonicalize().ok();
    let above = top.filter(|top| Some(top) != own.as_ref());
    let repository = repository(args, here).await?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => name(repository.as_ref().filter(|_| above.is_none()), own.as_deref().unwrap_or(&args.folder))?,
    };
    let branch = branch(here).await;
    Ok(Facts { name, region: region(args).await?, repository, branch, stages: stages(args)?, above })
}

/// The folder, or the nearest one above it that is there.
fn existing(folder: &Path) -> &Path {
    let found = folder.ancestors().find(|above| above.is_dir());
    found.unwrap_or(Path::new("."))
}

/// The default branch of `origin`; where nothing has been fetched, the usual one of those that is checked out.
async fn branch(here: &Path) -> Branch {
    let found = match checkout::default_branch(here).await {
        Some(name) => Some(name),
        None => checkout::current_branch(here).await.filter(|name| name == "master"),
    };
    found.and_then(|name| name.parse().ok()).unwrap_or_else(|| Branch("main".into()))
}

/// What is not known yet can come later: no file depends on it.
async fn repository(args: &cli::Init, here: &Path) -> Result<Option<RepositoryName>, Error> {
    if args.repository.is_some() {
        return Ok(args.repository.clone());
    }
    let given = match checkout::origin(here).await {
        Some(Origin::Github(name)) => Some(name),
        Some(Origin::Elsewhere(_)) => None,
        None => ask::line("The repository on GitHub, OWNER/NAME (empty if there is none yet)"),
    };
    let wrong = |error| Error::Usage(format!("the repository: {error}; or give --repository"));
    given.map(|name| name.parse().map_err(wrong)).transpose()
}

fn name(repository: Option<&RepositoryName>, folder: &Path) -> Result<AppName, Error> {
    let folder = folder.file_name().and_then(|name| name.to_str());
    let from = repository.map(|repository| repository.name.as_str()).into_iter().chain(folder);
    if let Some(name) = from.filter_map(as_name).next() {
        return Ok(name);
    }
    let given = ask::line("The app's name, lower-case letters, digits and hyphens").ok_or_else(|| {
        Error::Usage("neither the repository nor the folder has a name that can be the app's; give --name NAME".into())
    })?;
    given.parse().map_err(|error| Error::Usage(format!("{error}; or give --name")))
}

/// The name that an app can have which comes nearest to this one.
fn as_name(text: &str) -> Option<AppName> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let text: String = text.chars().map(plain).collect();
    let text = text.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let text = text.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    text.get(..32.min(text.len()))?.trim_end_matches('-').parse().ok()
}

async fn region(args: &cli::Init) -> Result<Region, Error> {
    if let Some(region) = &args.region {
        return Ok(region.clone());
    }
    let set =
        ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| Some((name, environment::variable(name)?)));
    let (from, given) = match set {
        Some(set) => set,
        None => match profile::region().await {
            Some(region) => ("the AWS profile", region),
            None => (
                "the answer",
                ask::line("The AWS region, such as eu-central-1").ok_or_else(|| {
                    Error::Usage(
                        "no AWS region is set: give --region, such as --region eu-central-1, or set AWS_REGION".into(),
                    )
                })?,
            ),
        },
    };
    given.parse().map_err(|error| Error::Usage(format!("{from}: {error}; or give --region")))
}

fn stages(args: &cli::Init) -> Result<Vec<Stage>, Error> {
    let plain = |names: &[&str]| -> Result<Vec<Stage>, Error> {
        names
            .iter()
            .map(|name| name.parse().map_err(|e: crate::name::NameError| Error::Internal(e.to_string())))
            .collect()
    };
    match args.stages.as_slice() {
        [] if args.two_stages => plain(&["staging", "production"]),
        [] => plain(&["production"]),
        [one, other] if one == other => Err(Error::Usage(format!("--stage {one} is given twice"))),
        given @ ([_] | [_, _]) => Ok(given.to_vec()),
        given => Err(Error::Usage(format!(
            "{} stages: there are workflows for one stage and for two; give the first two, and add the others by hand \
             afterwards",
            given.len()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_that_an_app_can_have_is_taken() {
        for (text, name) in [
            ("shop", Some("shop")),
            ("My_Shop.js", Some("my-shop-js")),
            ("2024--shop-", Some("shop")),
            ("name-of-an-app-that-has-far-too-many-characters", Some("name-of-an-app-that-has-far-too")),
            ("2024", None),
            ("xn", None),
            ("", None),
        ] {
            assert_eq!(as_name(text).as_ref().map(AppName::as_str), name, "{text}");
        }
    }

    #[test]
    fn the_repository_s_name_goes_before_the_folder_s() {
        let repository: RepositoryName = "octo/Shop".parse().unwrap();
        let of = |repository, folder: &str| name(repository, Path::new(folder)).map(|name| name.to_string());
        assert_eq!(of(Some(&repository), "/home/me/checkout").unwrap(), "shop");
        assert_eq!(of(None, "/home/me/checkout").unwrap(), "checkout");
        let number: RepositoryName = "octo/42".parse().unwrap();
        assert_eq!(of(Some(&number), "/home/me/checkout").unwrap(), "checkout");
        assert!(of(None, "/").unwrap_err().to_string().contains("give --name"));
    }
}
