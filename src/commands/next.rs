//! What to type next, word for word. In a job nobody types anything.

use std::path::Path;

use crate::canonical::Sha;
use crate::cli;
use crate::github::runner;
use crate::github::runner::print;

pub mod after_apply;

/// Says it on stderr, last.
pub fn say(line: &str) {
    if !runner::is_here() {
        print::say(format_args!("\nNext: {line}"));
    }
}

/// Applies a bundle.
pub fn apply(folder: &Path, id: &Sha) -> String {
    format!("serverless-app apply {} --expect {id}", quoted(&folder.display().to_string()))
}

/// Plans a project.
pub fn plan(project: &cli::Project) -> String {
    format!("serverless-app plan{}", options(project))
}

/// Plans a project of what was built.
pub fn plan_built(project: &cli::Project, builds: &Path) -> String {
    format!("{} --builds {}", plan(project), quoted(&builds.display().to_string()))
}

/// Asks whether everything is still as the manifest says.
pub fn check(project: &cli::Project) -> String {
    format!("serverless-app check{}", options(project))
}

/// Tries what `init` has written.
pub fn rehearse(folder: &Path) -> String {
    match folder == Path::new(".") {
        true => "serverless-app rehearse".into(),
        false => format!("cd {} && serverless-app rehearse", quoted(&folder.display().to_string())),
    }
}

/// What can be done with an emulator that keeps running; a function of the app, if it has one.
pub fn kept(manifest: &Path, function: Option<&str>) -> String {
    let manifest = manifest_option(manifest);
    let function = function.unwrap_or("NAME");
    [
        format!("eval \"$(serverless-app rehearse --exports{manifest})\"   # for the AWS CLI"),
        format!("serverless-app invoke {function} --rehearsal{manifest}   # --event FILE, if it needs more than {{}}"),
        format!("serverless-app logs {function} --rehearsal --follow{manifest}"),
        format!("serverless-app rehearse --stop{manifest}"),
    ]
    .join("\n      ")
}

/// Makes a policy of a file that has been written.
pub fn create_policy(name: &str, file: &Path) -> String {
    let file = quoted(&format!("file://{}", file.display()));
    format!("aws iam create-policy --policy-name {} --policy-document {file}", quoted(name))
}

/// What differs from what is taken where nothing is given.
fn options(project: &cli::Project) -> String {
    let stage = (project.stage.as_str() != cli::STAGE).then(|| format!(" --stage {}", project.stage));
    manifest_option(&project.manifest) + &stage.unwrap_or_default()
}

fn manifest_option(manifest: &Path) -> String {
    match manifest == Path::new(cli::MANIFEST) {
        true => String::new(),
        false => format!(" --manifest {}", quoted(&manifest.display().to_string())),
    }
}

/// An argument as a POSIX shell takes it.
pub fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    match !argument.is_empty() && argument.chars().all(is_plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(manifest: &str, stage: &str) -> cli::Project {
        cli::Project { manifest: manifest.into(), stage: stage.parse().unwrap() }
    }

    #[test]
    fn only_what_is_not_taken_anyway_is_typed() {
        assert_eq!(plan(&project("serverless-app.toml", "production")), "serverless-app plan");
        assert_eq!(
            plan(&project("my shop/a.toml", "test")),
            "serverless-app plan --manifest 'my shop/a.toml' --stage test"
        );
        assert_eq!(check(&project("serverless-app.toml", "test")), "serverless-app check --stage test");
        assert_eq!(rehearse(Path::new(".")), "serverless-app rehearse");
        assert_eq!(rehearse(Path::new("shop")), "cd shop && serverless-app rehearse");
    }

    #[test]
    fn what_can_be_done_with_a_kept_emulator_is_a_line_each() {
        let lines = kept(Path::new("my shop/a.toml"), None);
        assert_eq!(lines.lines().count(), 4);
        assert!(lines.ends_with("\n      serverless-app rehearse --stop --manifest 'my shop/a.toml'"), "{lines}");
        assert!(
            kept(Path::new("serverless-app.toml"), Some("api"))
                .contains("\n      serverless-app invoke api --rehearsal   # --event FILE")
        );
    }

    #[test]
    fn a_shell_takes_every_argument_as_it_is() {
        let id = Sha::of(b"plan");
        assert_eq!(apply(Path::new("a b"), &id), format!("serverless-app apply 'a b' --expect {id}"));
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
