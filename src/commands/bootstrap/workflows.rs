//! What a repository has to know about the roles.

#![expect(clippy::disallowed_methods, reason = "it writes the workflows")]

use std::fmt::Write;
use std::path::Path;

use crate::bootstrap::github_names::Branch;
use crate::bootstrap::{Setup, role_arn};
use crate::commands::init::workflows;
use crate::commands::print;
use crate::error::Error;
use crate::name::Stage;

/// A variable that the workflows read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The environment that it is of; `None`: of the repository.
    pub environment: Option<String>,
    pub name: String,
    /// A role's ARN.
    pub value: String,
}

/// All that the workflows of `init` read, of these stages; `has_several`: whether the manifest has more than one.
pub fn wanted(setup: &Setup, has_several: bool) -> Vec<Variable> {
    let plan = |name: String| Variable { environment: None, name, value: role_arn(setup, "plan") };
    let mut all: Vec<Variable> = match has_several {
        false => vec![plan("SERVERLESS_APP_PLAN_ROLE".into())],
        true => {
            let name = |stage: &Stage| format!("SERVERLESS_APP_PLAN_ROLE_{}", stage.as_str().to_uppercase());
            setup.stages.keys().map(|stage| plan(name(stage))).collect()
        }
    };
    for (stage, parts) in &setup.stages {
        let value = role_arn(setup, &format!("apply-{stage}"));
        all.extend(parts.environments.iter().map(|environment| Variable {
            environment: Some(environment.clone()),
            name: "SERVERLESS_APP_APPLY_ROLE".into(),
            value: value.clone(),
        }));
    }
    all
}

/// How the workflows of `init` find out which roles to assume.
pub fn variables(setup: &Setup, has_several: bool) -> String {
    let repository = &setup.trust.repository;
    let mut text =
        String::from("\nThe workflows read these variables; `serverless-app bootstrap --github` sets them:\n");
    for Variable { environment, name, value } in wanted(setup, has_several) {
        let to = environment.map_or_else(String::new, |name| format!(" --env '{}'", name.replace('\'', r"'\''")));
        // Writing to a text never fails.
        let _ = writeln!(text, "  gh variable set {name} --repo {repository}{to} --body {value}");
    }
    text + "or write the workflows with the roles in them: serverless-app bootstrap --format workflows --out .github/workflows\n"
}

/// The workflows that `init` writes, with these roles in the place of variables.
pub fn filled(setup: &Setup, order: &[Stage]) -> Result<Vec<(&'static str, String)>, Error> {
    let branch = Branch(setup.trust.default_branch.clone());
    let files = workflows::of(order, &branch).ok_or_else(|| {
        let names: Vec<&str> = order.iter().map(|stage| stage.as_str()).collect();
        Error::Usage(format!(
            "there are workflows for one stage and for two that follow each other, but none for {}; set the variables \
             that `bootstrap` names, and write the workflows after the model of those that `init` writes",
            names.join(", ")
        ))
    })?;
    Ok(files.into_iter().map(|(path, text)| (path, fill(&text, setup, order))).collect())
}

/// Writes them to a folder. What is there already and is another text stays, and is an error.
pub fn write(folder: &Path, files: &[(&str, String)]) -> Result<(), Error> {
    let at = |name: &str| folder.join(name.rsplit('/').next().unwrap_or(name));
    let differs = |path: &Path, text: &str| match std::fs::read(path) {
        Ok(bytes) => Ok(bytes != text.as_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::Io { path: path.to_owned(), error }),
    };
    for (name, text) in files {
        let path = at(name);
        if differs(&path, text)? {
            return Err(Error::Usage(format!(
                "{} exists with other content: move it away, or print the workflows without --out and compare",
                path.display()
            )));
        }
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::Io { path: folder.to_owned(), error })?;
    for (name, text) in files {
        let path = at(name);
        std::fs::write(&path, text).map_err(|error| Error::Io { path: path.clone(), error })?;
        print(&format!("wrote {}\n", path.display()))?;
    }
    Ok(())
}

fn fill(text: &str, setup: &Setup, order: &[Stage]) -> String {
    let mut environment = "";
    let mut filled = String::new();
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix("environment: ") {
            environment = name;
        }
        filled.push_str(&fill_line(line, environment, setup, order));
        filled.push('\n');
    }
    filled
}

/// The line with a role in the place of the expression that names its variable.
fn fill_line(line: &str, environment: &str, setup: &Setup, order: &[Stage]) -> String {
    let role = if line.contains("vars.SERVERLESS_APP_PLAN_ROLE") {
        role_arn(setup, "plan")
    } else if line.contains("vars.SERVERLESS_APP_APPLY_ROLE") {
        apply_role(environment, setup, order)
    } else {
        return line.to_owned();
    };
    match (line.find("${{"), line.rfind("}}")) {
        (Some(start), Some(end)) => format!("{}{role}{}", &line[..start], &line[end + 2..]),
        _ => line.to_owned(),
    }
}

/// The role of the job's environment; of the stage that is asked for where only the run knows that.
fn apply_role(environment: &str, setup: &Setup, order: &[Stage]) -> String {
    let arn = |stage: &Stage| role_arn(setup, &format!("apply-{stage}"));
    match order {
        [only] => arn(only),
        [first, last] => match order.iter().find(|stage| stage.as_str() == environment) {
            Some(stage) => arn(stage),
            None => format!("${{{{ inputs.stage == '{first}' && '{}' || '{}' }}}}", arn(first), arn(last)),
        },
        _ => String::new(),
    }
}
