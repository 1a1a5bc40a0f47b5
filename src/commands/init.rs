//! `init`: something to start from, which plans and rehearses as it is.

#![expect(clippy::disallowed_methods, reason = "it writes the files")]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::cli;
use crate::commands::{next, print};
use crate::error::Error;
use crate::github::runner::print::say;
use crate::manifest::read;
use crate::name::Stage;

mod inferred;
mod template;
pub mod workflows;

use inferred::Facts;

/// What git is not to keep: bundles, and what Python leaves behind.
const IGNORED: [&str; 4] =
    ["/serverless-app-plan/", "/serverless-app-bootstrap/", "/serverless-app-builds/", "__pycache__/"];

/// Writes the files; an existing one is never touched, and nothing is written if there is any.
pub async fn init(args: &cli::Init) -> Result<u8, Error> {
    let folder = &args.folder;
    refuse_existing(args)?;
    let facts = inferred::facts(args).await?;
    let files = files(args, &facts)?;
    for (name, text) in &files {
        let path = folder.join(name);
        write(&path, text).map_err(|error| Error::Io { path: path.clone(), error })?;
        print(&format!("wrote {}\n", path.display()))?;
    }
    ignore(folder)?;
    say_what(&facts, folder);
    next::say(&steps(&facts, folder));
    Ok(0)
}

/// Before anybody is asked anything: what is there stays as it is.
fn refuse_existing(args: &cli::Init) -> Result<(), Error> {
    let workflows = workflows::ONE_STAGE.iter().map(|(name, _)| *name);
    let names = template::files(args.example).iter().map(|(name, _)| *name).chain(workflows);
    let paths = std::iter::once(cli::MANIFEST).chain(names).map(|name| args.folder.join(name));
    let there = paths.filter(|path| path.symlink_metadata().is_ok()).map(|path| path.display().to_string());
    let there: Vec<String> = there.collect();
    match there.as_slice() {
        [] => Ok(()),
        [one] => Err(Error::Usage(format!("{one} exists: give another folder, or move it away"))),
        all => Err(Error::Usage(format!("{} exist: give another folder, or move them away", all.join(", ")))),
    }
}

/// All that is written, by its path in the folder. A manifest that is no good, with a region that there is not, is written nowhere.
fn files(args: &cli::Init, facts: &Facts) -> Result<Vec<(&'static str, String)>, Error> {
    let manifest = template::manifest(args.example, facts);
    if facts.stages.contains(&Stage::bootstrap()) {
        return Err(Error::Usage(
            "--stage bootstrap: this name is reserved for the roles that an app is deployed with; choose another"
                .into(),
        ));
    }
    for stage in &facts.stages {
        read::read(cli::MANIFEST, &manifest, stage)?;
    }
    let workflows = workflows::of(&facts.stages, &facts.branch)
        .ok_or_else(|| Error::Internal("there are no workflows for this number of stages".into()))?;
    let fixed = template::files(args.example).iter().map(|(name, text)| (*name, (*text).to_owned()));
    Ok([(cli::MANIFEST, manifest)].into_iter().chain(fixed).chain(workflows).collect())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Adds the lines that are not there yet to what git ignores.
fn ignore(folder: &Path) -> Result<(), Error> {
    let path = folder.join(".gitignore");
    let failed = |error| Error::Io { path: path.clone(), error };
    let there = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed(error)),
    };
    let added = lacking(&there);
    if added.is_empty() {
        return Ok(());
    }
    let opened = OpenOptions::new().append(true).create(true).open(&path);
    opened.and_then(|mut file| file.write_all(added.as_bytes())).map_err(failed)?;
    print(&format!("{} {}\n", if there.is_empty() { "wrote" } else { "added to" }, path.display()))
}

/// The lines to add behind a text.
fn lacking(there: &str) -> String {
    let is_there = |wanted: &str| {
        let bare = |line: &str| line.trim().trim_matches('/').to_owned();
        there.lines().any(|line| bare(line) == bare(wanted))
    };
    let lines: String = IGNORED.iter().filter(|line| !is_there(line)).map(|line| format!("{line}\n")).collect();
    let is_open = !there.is_empty() && !there.ends_with('\n') && !lines.is_empty();
    if is_open { format!("\n{lines}") } else { lines }
}

fn say_what(facts: &Facts, folder: &Path) {
    let stages: Vec<&str> = facts.stages.iter().map(|stage| stage.as_str()).collect();
    say(format_args!("The app is {} in {}, with the stages {}.", facts.name, facts.region, stages.join(", ")));
    if let Some(above) = &facts.above {
        say(format_args!(
            "GitHub runs only the workflows in the repository's top folder: move {} to {}, and in each step that uses \
             the action set the input `working-directory` to the folder of the manifest.",
            folder.join(".github").display(),
            above.display()
        ));
    }
}

/// What comes next, in lines to be pasted, up to the first reviewed deployment.
fn steps(facts: &Facts, folder: &Path) -> String {
    let create = [
        "git init -b main && git commit --allow-empty -m \"First commit\"   # if there is no repository yet",
        "gh repo create --private --source . --push            # on GitHub",
    ];
    let repository = create.into_iter().filter(|_| facts.repository.is_none()).map(str::to_owned);
    let start = std::iter::once(next::rehearse(folder)).chain(repository);
    let lines = [
        "serverless-app bootstrap                              # in AWS: the roles that jobs assume",
        "serverless-app bootstrap --github --reviewer LOGIN    # on GitHub: environments, variables, the check",
        "serverless-app doctor                                 # is anything missing?",
        "then open a pull request with these files: its comment is the plan, and merging it deploys",
    ];
    start.chain(lines.map(str::to_owned)).collect::<Vec<_>>().join("\n      ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_to_what_git_ignores_and_none_twice() {
        let all = "/serverless-app-plan/\n/serverless-app-bootstrap/\n/serverless-app-builds/\n__pycache__/\n";
        assert_eq!(lacking(""), all);
        assert_eq!(lacking(all), "");
        let some = "target\nserverless-app-plan\nserverless-app-builds/\n__pycache__";
        assert_eq!(lacking(some), "\n/serverless-app-bootstrap/\n");
        assert_eq!(lacking("target"), format!("\n{all}"));
    }
}
