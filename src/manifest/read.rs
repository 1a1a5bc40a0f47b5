//! Text to [`Manifest`], with all problems at once.
//!
//! 1. Parse TOML with recovery, so that every syntax error is reported.
//! 2. Merge the stage's overrides into the tree; spans survive, so problems still point into the file.
//! 3. Deserialise. Serde stops at the first problem: it is noted, its node is taken out of the tree, and the
//!    rest is read again until nothing is left to complain about.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use crate::manifest::problem::{KeyPath, Places, Problem, Problems, nearest, unknown};
use crate::manifest::{Deny, Manifest};
use crate::name::{AppName, Stage};

/// A manifest and where its values stand.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it says.
    pub manifest: Manifest,
    /// Where it says it.
    pub places: Places,
}

/// The stages that a manifest declares; none means that any will do.
pub fn stages(text: &str) -> Vec<String> {
    let (root, _) = DeTable::parse_recoverable(text);
    match root.get_ref().get("stage").map(Spanned::get_ref) {
        Some(DeValue::Table(stages)) => stages.keys().map(|key| key.get_ref().to_string()).collect(),
        _ => Vec::new(),
    }
}

/// The app's name, as far as it can be told of a manifest with problems.
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
    let at = |e: &toml::de::Error| places.problem_at(e.span().map_or(0, |span| span.start), e.message().into(), None);
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

/// Reads a manifest for one stage.
pub fn read(file: &str, text: &str, stage: &Stage) -> Result<Source, Problems> {
    let (mut root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let places = Places::new(file, text, root.get_ref());
        let at = |e: &toml::de::Error| e.span().map_or(0, |span| span.start);
        return Err(Problems(errors.iter().map(|e| places.problem_at(at(e), e.message().into(), None)).collect()));
    }
    let written = Places::new(file, text, root.get_ref());
    merge_stage(root.get_mut(), stage)
        .map_err(|(path, message)| Problems(vec![written.problem(&path, message, None)]))?;
    let places = Places::new(file, text, root.get_ref());
    deserialise(root, &places).map(|manifest| Source { manifest, places })
}

fn deserialise(mut root: Spanned<DeTable<'_>>, places: &Places) -> Result<Manifest, Problems> {
    let (mut problems, mut meant) = (Vec::<Problem>::new(), Vec::<String>::new());
    loop {
        match Manifest::deserialize(Deserializer::from(root.clone())) {
            Ok(manifest) if problems.is_empty() => return Ok(manifest),
            Ok(_) => break,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let told = reword(error.message());
                meant.extend(told.meant.clone());
                // A key that was only misspelt, or whose value has been taken out, is not missing too.
                if !missing(error.message()).is_some_and(|field| meant.iter().any(|meant| meant == field)) {
                    problems.push(places.problem_at(span.start, told.message, told.help));
                }
                if !remove(root.get_mut(), &span, &mut meant) {
                    break;
                }
            }
        }
    }
    problems.sort();
    problems.dedup();
    Err(Problems(problems))
}

/// Takes the innermost entry that `span` stands in out of the tree, and notes its key. False if there is none.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>, removed: &mut Vec<String>) -> bool {
    let within = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let deeper = table.iter_mut().any(|(_, value)| remove_inside(value, span, removed));
    if deeper {
        return true;
    }
    let hit = table.iter().find(|(key, value)| within(key.span()) || within(value.span()));
    let Some(key) = hit.map(|(key, _)| key.get_ref().to_string()) else { return false };
    let found = table.remove(key.as_str()).is_some();
    removed.push(key);
    found
}

fn remove_inside(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>, removed: &mut Vec<String>) -> bool {
    match value.get_mut() {
        DeValue::Table(table) => remove(table, span, removed),
        DeValue::Array(items) => {
            if items.iter_mut().any(|item| remove_inside(item, span, removed)) {
                return true;
            }
            let at = items.iter().position(|item| item.span().start <= span.start && span.end <= item.span().end);
            let Some(at) = at else { return false };
            *items = items.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, item)| item.clone()).collect();
            true
        }
        _ => false,
    }
}

/// A problem in our words.
struct Told {
    message: String,
    help: Option<String>,
    /// The key that was meant by an unknown one.
    meant: Option<String>,
}

/// Serde's words, in ours.
fn reword(message: &str) -> Told {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match (message.starts_with("unknown field"), quoted.as_slice()) {
        (true, [given, known @ ..]) => {
            let meant = nearest(given, known).map(str::to_owned);
            let help = meant.as_ref().map(|near| format!("write {near}"));
            Told { message: unknown("key", given, known.iter().copied()), help, meant }
        }
        _ => {
            let help = missing(message).map(|field| format!("add {field}"));
            Told { message: plain_types(message), help, meant: None }
        }
    }
}

/// The field that serde misses.
fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// Rust's names of types, in words.
fn plain_types(message: &str) -> String {
    let words = [
        ("expected i32", "expected a whole number"),
        ("expected i64", "expected a whole number"),
        ("expected u32", "expected a whole number from 0"),
        ("expected f64", "expected a number"),
        ("expected a boolean", "expected true or false"),
        ("expected a sequence", "expected a list, [ ... ]"),
        ("expected a map", "expected a table"),
    ];
    let text = words.iter().fold(message.to_owned(), |text, (rust, plain)| text.replace(rust, plain));
    // Numbers that no field could hold come with a type.
    let text = text.replace(" as i128,", ",").replace(" as u128,", ",");
    match text.split_once("expected struct ") {
        // A list is read as a struct's fields in their order, as far as it goes.
        Some((before, _)) if before.starts_with("invalid length") => "expected a table, { ... }, not a list".into(),
        Some((before, _)) => format!("{before}expected a table, {{ ... }}"),
        None => text,
    }
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
                        choose another name";
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
