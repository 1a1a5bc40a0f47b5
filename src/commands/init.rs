//! `init`: something to start from, which plans and rehearses as it is.

#![expect(clippy::disallowed_methods, reason = "it writes the workflows")]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::cli;
use crate::commands::{next, print};
use crate::error::Error;

/// A file that is written: its path and its text.
pub type File = (&'static str, &'static str);

/// The project's own example, so that it is always one that works.
const EXAMPLE: [File; 6] = [
    ("serverless-app.toml", include_str!("../../serverless-app.toml")),
    ("lambda/main.py", include_str!("../../lambda/main.py")),
    ("lambda/test_main.py", include_str!("../../lambda/test_main.py")),
    ("lambda/requirements.txt", include_str!("../../lambda/requirements.txt")),
    ("lambda/pylock.toml", include_str!("../../lambda/pylock.toml")),
    ("lambda/workflow.asl.json", include_str!("../../lambda/workflow.asl.json")),
];

macro_rules! workflows {
    ($folder:literal: $($name:literal),*) => {
        [$((concat!(".github/workflows/", $name), include_str!(concat!("init/", $folder, "/", $name)))),*]
    };
}

/// For the stage `production`.
pub const ONE_STAGE: [File; 4] = workflows!("one-stage":
    "serverless-app-plan.yml", "serverless-app-apply.yml", "serverless-app-manual-apply.yml", "serverless-app-check.yml");

/// For the stages `staging` and then `production`.
pub const TWO_STAGES: [File; 4] = workflows!("two-stages":
    "serverless-app-plan.yml", "serverless-app-apply.yml", "serverless-app-manual-apply.yml", "serverless-app-check.yml");

/// What `init` adds to the example's manifest: with its stages declared, a misspelt one makes no second app.
const DECLARED: &str = "
# The stages that there are; another one is not planned. What stands below a stage's header overrides what stands above,
# such as another account.
";

/// The example's manifest, which declares these stages.
fn manifest(stages: &[&str]) -> String {
    let headers: Vec<String> = stages.iter().map(|stage| format!("[stage.{stage}]\n")).collect();
    format!("{}{DECLARED}{}", EXAMPLE[0].1, headers.join("\n"))
}

/// Writes the files; an existing one is never touched, and nothing is written if there is any.
pub fn init(args: &cli::Init) -> Result<u8, Error> {
    let (workflows, stages): (_, &[&str]) =
        if args.two_stages { (TWO_STAGES, &["staging", "production"]) } else { (ONE_STAGE, &["production"]) };
    let manifest = manifest(stages);
    let files = std::iter::once((EXAMPLE[0].0, manifest.as_str())).chain(EXAMPLE.into_iter().skip(1)).chain(workflows);
    let files: Vec<(&str, &str)> = files.collect();
    let folder = &args.folder;
    if let Some((name, _)) = files.iter().find(|(name, _)| folder.join(name).exists()) {
        let path = folder.join(name);
        return Err(Error::Usage(format!("{} exists: give another folder, or move it away", path.display())));
    }
    for (name, text) in files {
        let path = folder.join(name);
        write(&path, text).map_err(|error| Error::Io { path: path.clone(), error })?;
        print(&format!("wrote {}\n", path.display()))?;
    }
    next::say(&next::rehearse(folder));
    Ok(0)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    #[test]
    fn the_stages_of_the_workflows_are_declared_and_no_other_is_planned() {
        for stages in [["production"].as_slice(), &["staging", "production"]] {
            let text = manifest(stages);
            let mut declared = read::stages(&text);
            declared.sort_by_key(|name| stages.iter().position(|stage| stage == name));
            assert_eq!(declared, stages);
            for stage in stages {
                read::read("m.toml", &text, &stage.parse().unwrap()).expect("a manifest");
            }
            let error = read::read("m.toml", &text, &"prod".parse().unwrap()).unwrap_err().to_string();
            assert!(error.contains("there is no stage \"prod\"; did you mean \"production\"?"), "{error}");
        }
    }

    #[test]
    fn the_readme_shows_the_workflows_as_they_are_written() {
        let readme = include_str!("../../README.md");
        for (name, text) in ONE_STAGE {
            assert!(readme.contains(&format!("```yaml\n# {name}\n{text}```\n")), "the README has another {name}");
        }
        let (_, apply) = TWO_STAGES[1];
        assert!(readme.contains(&format!("```yaml\n{apply}```\n")), "the README has another apply of two stages");
    }

    /// A tag that moves would let whoever moves it run another program; the release's own is never moved.
    #[test]
    fn workflows_name_the_exact_release_of_the_action_that_this_program_comes_with() {
        let exact = concat!("uses: org/serverless-app-action@v", env!("CARGO_PKG_VERSION"), "\n");
        for (name, text) in ONE_STAGE.iter().chain(&TWO_STAGES) {
            let count = |part: &str| text.matches(part).count();
            assert!(count(exact) > 0, "{name}");
            assert_eq!(count("serverless-app-action@"), count(exact), "{name} names another release than {exact}");
        }
        assert!(!include_str!("../../README.md").contains("serverless-app-action@v1\n"));
    }

    #[test]
    fn every_job_of_a_workflow_has_its_own_permissions_and_none_leaves_credentials_behind() {
        for (name, text) in ONE_STAGE.iter().chain(&TWO_STAGES) {
            let count = |part: &str| text.matches(part).count();
            assert_eq!(count("\npermissions: {}\n"), 1, "{name}");
            assert_eq!(count("\n    permissions:\n"), count("\n    runs-on: "), "{name}");
            assert_eq!(count("uses: actions/checkout@"), count("persist-credentials: false"), "{name}");
            assert_eq!(count("\n    paths:"), 0, "{name}");
        }
    }

    #[test]
    fn apply_and_manual_apply_of_a_stage_exclude_each_other_and_drop_nothing() {
        let waiting =
            |group: &str| format!("concurrency:\n  group: {group}\n  cancel-in-progress: false\n  queue: max\n");
        assert!(ONE_STAGE[1].1.contains(&waiting("serverless-app-production")));
        assert!(ONE_STAGE[2].1.contains(&waiting("serverless-app-${{ inputs.stage }}")));
        assert!(TWO_STAGES[1].1.contains(&waiting("serverless-app")));
        assert!(TWO_STAGES[2].1.contains(&waiting("serverless-app")));
    }
}
