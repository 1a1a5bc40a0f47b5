//! `doctor`: is everything there that a deployment needs? It changes nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cli;
use crate::commands::{print, print_json, setup};
use crate::error::Error;
use crate::name::Stage;
use crate::planning::Project;
use crate::reason::Exit;

mod aws;
mod github;
mod local;
mod roles;
mod workflow;
mod yaml;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// As it is to be.
    Ok,
    /// It is not there.
    Missing,
    /// It is there, and otherwise than it is to be.
    Wrong,
    /// Nobody could look.
    NotSeen,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Wrong => "wrong",
            Self::NotSeen => "not seen",
        }
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    /// What was looked at.
    subject: String,
    state: State,
    /// What was found.
    says: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// Everything that was found, in the order in which it was looked at.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, subject: impl Into<String>, says: impl Into<String>) {
        self.add(State::Ok, subject, says, None);
    }

    fn missing(&mut self, subject: impl Into<String>, says: impl Into<String>, advice: impl Into<String>) {
        self.add(State::Missing, subject, says, Some(advice.into()));
    }

    fn wrong(&mut self, subject: impl Into<String>, says: impl Into<String>, advice: impl Into<String>) {
        self.add(State::Wrong, subject, says, Some(advice.into()));
    }

    fn not_seen(&mut self, subject: impl Into<String>, says: impl Into<String>, advice: impl Into<String>) {
        self.add(State::NotSeen, subject, says, Some(advice.into()));
    }

    fn add(&mut self, state: State, subject: impl Into<String>, says: impl Into<String>, advice: Option<String>) {
        let one_line =
            |text: String| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let (subject, says) = (one_line(subject.into()), one_line(says.into()));
        self.0.push(Finding { subject, state, says, advice: advice.map(one_line) });
    }

    fn is_well(&self) -> bool {
        self.0.iter().all(|finding| finding.state == State::Ok)
    }

    /// A line each.
    fn text(&self) -> String {
        let line = |finding: &Finding| {
            let advice = finding.advice.as_ref().map_or_else(String::new, |advice| format!("; {advice}"));
            format!("{:<9} {}: {}{advice}\n", finding.state.word(), finding.subject, finding.says)
        };
        let lines: String = self.0.iter().map(line).collect();
        let count = |state| self.0.iter().filter(|finding| finding.state == state).count();
        let words = [State::Ok, State::Missing, State::Wrong, State::NotSeen];
        let counts: Vec<String> = words.iter().map(|state| format!("{} {}", count(*state), state.word())).collect();
        format!("{lines}\n{}\n", counts.join(", "))
    }
}

/// The app, as far as its manifest can be read.
struct App {
    order: Vec<Stage>,
    projects: BTreeMap<Stage, Project>,
}

/// Looks at everything.
pub async fn doctor(args: &cli::Doctor) -> Result<u8, Error> {
    let mut found = Findings::default();
    let order = setup::stages(&args.setup)?;
    let app = match setup::projects(&args.setup, &order) {
        Ok(projects) => Some(App { order: order.clone(), projects }),
        Err(_) if local::lacks_manifest(args) => {
            let manifest = args.setup.manifest.display().to_string();
            found.missing(manifest, "there is no manifest", "serverless-app init, or name it with --manifest");
            None
        }
        Err(error) => {
            let manifest = args.setup.manifest.display().to_string();
            found.wrong(manifest, error.to_string(), "correct it; `serverless-app check --offline` shows each place");
            None
        }
    };
    if let Some(app) = &app {
        local::manifest(args, app, &mut found);
    }
    let variables = local::workflows(args, &order, app.as_ref(), &mut found).await;
    let known = github::look(args, &order, &variables, &mut found).await;
    match &app {
        Some(app) => aws::look(args, app, known.as_ref(), &mut found).await,
        None => found.not_seen("AWS", "the manifest says what to look for", "see the finding about the manifest"),
    }
    match args.json {
        true => print_json(&format!("{:#}\n", serde_json::json!(found.0)))?,
        false => print(&found.text())?,
    }
    Ok(if found.is_well() { Exit::Done } else { Exit::Unready }.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_and_anything_but_ok_is_not_well() {
        let mut found = Findings::default();
        found.ok("the account", "123456789012");
        assert!(found.is_well());
        found.missing("the role", "there is none\n   of it", "make it");
        assert!(!found.is_well());
        let expected = "ok        the account: 123456789012\nmissing   the role: there is none of it; make it\n\n\
                        1 ok, 1 missing, 0 wrong, 0 not seen\n";
        assert_eq!(found.text(), expected);
        let mut blind = Findings::default();
        blind.not_seen("GitHub", "no token", "set one");
        assert!(!blind.is_well(), "what nobody has seen is not well");
    }
}
