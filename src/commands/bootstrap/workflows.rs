//! What a repository has to know of the roles.

use std::fmt::Write;

use crate::bootstrap::{Setup, role_arn};
use crate::commands::init::{File, ONE_STAGE, TWO_STAGES};
use crate::error::Error;

/// How to tell the workflows of `init` which roles to assume.
pub fn variables(setup: &Setup) -> String {
    let repository = &setup.trust.repository;
    let mut text = String::from("\nThen set these variables for the workflows:\n");
    let mut set = |name: &str, to: &str, role: &str| {
        let arn = role_arn(setup, role);
        // Writing to a text never fails.
        let _ = writeln!(text, "  gh variable set {name} --repo {repository}{to} --body {arn}");
    };
    match setup.stages.len() {
        1 => set("SERVERLESS_APP_PLAN_ROLE", "", "plan"),
        _ => setup.stages.keys().for_each(|stage| {
            set(&format!("SERVERLESS_APP_PLAN_ROLE_{}", stage.as_str().to_uppercase()), "", "plan");
        }),
    }
    for (stage, parts) in &setup.stages {
        for environment in &parts.environments {
            let to = format!(" --env '{}'", environment.replace('\'', r"'\''"));
            set("SERVERLESS_APP_APPLY_ROLE", &to, &format!("apply-{stage}"));
        }
    }
    text + "or print the workflows with the roles in them: serverless-app bootstrap --format workflows ...\n"
}

/// The workflows that `init` writes, with these roles in the place of variables.
pub fn filled(setup: &Setup) -> Result<String, Error> {
    let stages: Vec<&str> = setup.stages.keys().map(|stage| stage.as_str()).collect();
    let files: [File; 4] = match stages.as_slice() {
        ["production"] => ONE_STAGE,
        ["production", "staging"] => TWO_STAGES,
        other => {
            return Err(Error::Usage(format!(
                "there are workflows for the stage production, and for staging and production, but none for {}; set the \
                 variables that `bootstrap` names, and write the workflows after those of `init`",
                other.join(", ")
            )));
        }
    };
    Ok(files.iter().map(|(path, text)| format!("# {path}\n{}\n", fill(text, setup))).collect())
}

fn fill(text: &str, setup: &Setup) -> String {
    let mut environment = "";
    let mut filled = String::new();
    for line in text.lines() {
        if let Some(name) = line.trim().strip_prefix("environment: ") {
            environment = name;
        }
        filled.push_str(&fill_line(line, environment, setup));
        filled.push('\n');
    }
    filled
}

/// The line with a role in the place of the expression that names its variable.
fn fill_line(line: &str, environment: &str, setup: &Setup) -> String {
    let role = if line.contains("vars.SERVERLESS_APP_PLAN_ROLE") {
        role_arn(setup, "plan")
    } else if line.contains("vars.SERVERLESS_APP_APPLY_ROLE") {
        apply_role(environment, setup)
    } else {
        return line.to_owned();
    };
    match (line.find("${{"), line.rfind("}}")) {
        (Some(start), Some(end)) => format!("{}{role}{}", &line[..start], &line[end + 2..]),
        _ => line.to_owned(),
    }
}

/// The role of the job's environment; of the stage that is asked for where only the run knows that.
fn apply_role(environment: &str, setup: &Setup) -> String {
    let arn = |stage: &str| role_arn(setup, &format!("apply-{stage}"));
    let stages: Vec<&str> = setup.stages.keys().map(|stage| stage.as_str()).collect();
    match stages.as_slice() {
        [only] => arn(only),
        stages if stages.contains(&environment) => arn(environment),
        _ => format!("${{{{ inputs.stage == 'staging' && '{}' || '{}' }}}}", arn("staging"), arn("production")),
    }
}
