//! Text to [`Manifest`], with all problems at once.
//!
//! 1. Parse TOML with recovery, so that every syntax error is reported.
//! 2. Merge the stage's overrides into the tree; spans survive, so problems still point into the file.
//! 3. Deserialise. Serde stops at the first problem: it is noted, its node is taken out of the tree or stood in for, and the
//!    rest is read again until nothing is left to complain about (`rest`).

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use crate::manifest::names::{self, Called};
use crate::manifest::problem::{KeyPath, Places, Problems, unknown};
use crate::manifest::{Deny, Manifest};
use crate::name::{AppName, Owner, Stage};

mod function_keys;
mod rest;
pub(super) mod words;

/// A manifest and where its values stand.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it says.
    pub manifest: Manifest,
    /// Where it says it.
    pub places: Places,
    /// True if it says which stages there are, so that no other one is planned.
    pub declares_stages: bool,
    /// If it has several stages: the paths of names that this stage sets itself; other names would be used by every
    /// stage.
    pub own_names: Option<BTreeSet<String>>,
}

/// A manifest with problems, and what could be read of it nevertheless.
#[derive(Debug, Clone)]
pub struct Broken {
    /// What is wrong.
    pub problems: Problems,
    /// The rest, so that everything that is wrong in it can be found at once; its places know what is in doubt. `None` where
    /// the text is no TOML.
    pub rest: Option<Box<Source>>,
}

/// The stages that a manifest declares, in its order; none means that any will do.
pub fn stages(text: &str) -> Vec<String> {
    let (root, _) = DeTable::parse_recoverable(text);
    let Some(DeValue::Table(stages)) = root.get_ref().get("stage").map(Spanned::get_ref) else { return Vec::new() };
    let mut keys: Vec<_> = stages.keys().collect();
    keys.sort_by_key(|key| key.span().start);
    keys.into_iter().map(|key| key.get_ref().to_string()).collect()
}

/// The app's name, as far as a manifest with problems contains it.
pub fn app_name(text: &str) -> Option<AppName> {
    let (root, _) = DeTable::parse_recoverable(text);
    match root.get_ref().get("app")?.get_ref() {
        DeValue::Table(app) => app.get("name")?.get_ref().as_str()?.parse().ok(),
        _ => None,
    }
}

/// What a manifest denies at a stage, whatever is wrong with the rest of it, or if it does not have that stage.
pub fn deny(file: &str, text: &str, stage: &Stage) -> Result<Deny, Problems> {
    #[derive(Deserialize)]
    struct Rules {
        #[serde(default)]
        deny: Deny,
    }
    let (mut root, errors) = DeTable::parse_recoverable(text);
    let places = Places::new(file, text, root.get_ref());
    let at = |e: &toml::de::Error| places.problem_at(&span(e), e.message().into(), None);
    if !errors.is_empty() {
        return Err(Problems(errors.iter().map(at).collect()));
    }
    // A stage that it does not have overrides nothing.
    if stages(text).iter().any(|known| known == stage.as_str()) {
        merge_stage(root.get_mut(), stage)
            .map_err(|(path, message)| Problems(vec![places.problem(&path, message, None)]))?;
    }
    let rules = Rules::deserialize(Deserializer::from(root)).map_err(|error| Problems(vec![at(&error)]))?;
    Ok(rules.deny)
}

/// What a manifest calls its resources by a `name`, at a stage. One that cannot be read, or does not have that stage, has called
/// nothing that is found by it.
pub fn called(file: &str, text: &str, owner: &Owner) -> Called {
    let source = read(file, text, &owner.stage).ok();
    source.map(|source| names::called(&source.manifest, owner)).unwrap_or_default()
}

/// Reads a manifest for one stage.
pub fn read(file: &str, text: &str, stage: &Stage) -> Result<Source, Problems> {
    examine(file, text, stage).map_err(|broken| broken.problems)
}

/// Reads a manifest for one stage; of one with problems, what can be read.
pub fn examine(file: &str, text: &str, stage: &Stage) -> Result<Source, Broken> {
    let (mut root, errors) = DeTable::parse_recoverable(text);
    let written = Places::new(file, text, root.get_ref());
    if !errors.is_empty() {
        let problem = |e: &toml::de::Error| {
            let (span, message) = (span(e), e.message());
            let help = words::about_syntax(message, text.get(span.start..).unwrap_or_default());
            written.problem_at(&span, message.into(), help.map(str::to_owned))
        };
        return Err(Broken { problems: Problems(errors.iter().map(problem).collect()), rest: None });
    }
    let declares_stages = root.get_ref().contains_key("stage");
    let own_names = own_names(root.get_ref(), stage);
    let stages = merge_stage(root.get_mut(), stage);
    let problems = stages.err().map(|(path, message)| written.problem(&path, message, None));
    let places = Places::new(file, text, root.get_ref());
    let source = rest::read(root, places, problems.into_iter().collect())?;
    Ok(Source { declares_stages, own_names, ..source })
}

/// See [`Source::own_names`].
fn own_names(root: &DeTable<'_>, stage: &Stage) -> Option<BTreeSet<String>> {
    let DeValue::Table(stages) = root.get("stage")?.get_ref() else { return None };
    let mut found = BTreeSet::new();
    if let Some(DeValue::Table(own)) = stages.get(stage.as_str()).map(Spanned::get_ref) {
        names_below(own, &KeyPath::default(), &mut found);
    }
    (stages.len() > 1).then_some(found)
}

fn names_below(table: &DeTable<'_>, path: &KeyPath, found: &mut BTreeSet<String>) {
    for (key, value) in table.iter() {
        let at = path.at(key.get_ref());
        match value.get_ref() {
            DeValue::Table(below) => names_below(below, &at, found),
            _ if key.get_ref() == "name" => drop(found.insert(at.as_str().to_owned())),
            _ => {}
        }
    }
}

/// Where an error stands.
fn span(error: &toml::de::Error) -> Range<usize> {
    error.span().unwrap_or(0..0)
}

/// Lays `[stage.<name>]` over the rest: `account`, `region` and `tags` over `[app]`, everything else over the
/// section of the same name. Other stages' overrides are dropped.
fn merge_stage(root: &mut DeTable<'_>, stage: &Stage) -> Result<(), (KeyPath, String)> {
    let Some(stages) = root.remove("stage") else { return Ok(()) };
    let path = KeyPath::default().at("stage");
    let DeValue::Table(mut stages) = stages.into_inner() else {
        return Err((path, "expected a table of stages, such as [stage.production]".into()));
    };
    let known: Vec<String> = stages.keys().map(|key| key.get_ref().to_string()).collect();
    let Some(overrides) = stages.remove(stage.as_str()) else {
        return Err((path, unknown("stage", stage.as_str(), known.iter().map(String::as_str))));
    };
    let DeValue::Table(overrides) = overrides.into_inner() else {
        return Err((path.at(stage), "expected a table".into()));
    };
    for (key, value) in overrides {
        match key.get_ref().as_ref() {
            "account" | "region" | "tags" => {
                if let Some(DeValue::Table(app)) = root.get_mut("app").map(Spanned::get_mut) {
                    lay_over(app, key, value);
                }
            }
            _ => lay_over(root, key, value),
        }
    }
    Ok(())
}

fn lay_over<'i>(under: &mut DeTable<'i>, key: Spanned<std::borrow::Cow<'i, str>>, over: Spanned<DeValue<'i>>) {
    match (under.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut), over.get_ref()) {
        (Some(DeValue::Table(under)), DeValue::Table(_)) => {
            if let DeValue::Table(over) = over.into_inner() {
                over.into_iter().for_each(|(key, value)| lay_over(under, key, value));
            }
        }
        _ => {
            under.remove(key.get_ref().as_ref());
            under.insert(key, over);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_is_read_beside_any_other_problem_and_with_the_stages_own_rules() {
        let text = "[nonsense]\nx = 1\n[deny]\ndelete = [\"sns.topic\"]\nreplace = [\"dynamodb.table\"]\n\
                    [stage.staging.deny]\ndelete = []\n";
        let rules = |stage: &str| deny("m.toml", text, &stage.parse().unwrap()).unwrap();
        let names = |kinds: &[crate::manifest::KindName]| kinds.iter().map(|kind| kind.0.name()).collect::<Vec<_>>();
        assert_eq!(names(&rules("other").delete), ["sns.topic"]);
        assert_eq!(names(&rules("staging").delete), [""; 0]);
        assert_eq!(names(&rules("staging").replace), ["dynamodb.table"]);
        assert!(deny("m.toml", "", &"other".parse().unwrap()).unwrap().delete.is_empty());
    }

    #[test]
    fn an_app_that_is_called_what_s3_reserves_is_a_problem_at_its_name() {
        let text = "[app]\nname = \"xn\"\nregion = \"us-west-2\"\n";
        let problem = read("m.toml", text, &"test".parse().unwrap()).unwrap_err().to_string();
        let expected = "m.toml:2:8: \"xn\" is not a valid app name: S3 reserves bucket names that begin with xn--; \
                        choose another name\n    2 | name = \"xn\"\n      |        ^^^^";
        assert_eq!(problem, expected);
    }

    #[test]
    fn a_value_of_another_type_is_told_without_the_names_of_ours() {
        let told = |value: &str| {
            let text = format!("[app]\nname = \"a\"\nregion = \"us-west-2\"\n[table.t]\nhash_key = {value}\n");
            let problem = read("m.toml", &text, &"test".parse().unwrap()).unwrap_err().0.remove(0);
            format!("{}:{} {}", problem.line, problem.column, problem.message)
        };
        assert_eq!(told("true"), "5:12 invalid type: boolean `true`, expected a table, { ... }");
        assert_eq!(told("[]"), "5:12 expected a table, { ... }, not a list");
        let huge = "99999999999999999999999999";
        assert_eq!(told(huge), format!("5:12 invalid type: integer `{huge}`, expected a table, {{ ... }}"));
    }

    #[test]
    fn a_rule_that_cannot_be_read_is_a_problem_with_its_place_and_the_nearest_kind() {
        let stage = "other".parse().unwrap();
        let problem = |text: &str| {
            let found = deny("m.toml", text, &stage).unwrap_err().0.remove(0);
            format!("{}:{} {}", found.line, found.column, found.message)
        };
        assert_eq!(
            problem("[deny]\ndelete = [\"sns.topc\"]\n"),
            "2:10 there is no kind \"sns.topc\"; did you mean \"sns.topic\"?"
        );
        assert!(problem("[deny]\nremove = []\n").contains("remove"));
    }
}
