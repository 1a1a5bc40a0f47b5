//! What is sent to a target instead of the event.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::aws::events;
use crate::manifest::{Cursor, json};
use crate::text::Text;

/// How an event is transformed before it is sent.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Parts of the event, such as `$.detail.id`, by the names that stand for them in the template.
    #[serde(default)]
    pub paths: BTreeMap<String, String>,
    /// What is sent: JSON, or a text in quotes, in which `<name>` stands for a part of the event.
    pub template: String,
}

/// The longest input, and the longest template, in characters.
const INPUT: usize = 8192;
/// The most paths of a template.
const PATHS: usize = 100;

/// The JSON of a value of the manifest, with references filled in.
pub(super) fn lower(input: &Value, here: &Cursor) -> Text {
    json::report_what_is_no_json(input, here);
    let text = here.text(&input.to_string());
    check_length(&text, here);
    text
}

fn check_length(text: &Text, here: &Cursor) {
    let length = text.shortest().chars().count();
    if length > INPUT {
        here.problem(format!("it has {length} characters; AWS allows {INPUT}"), Some("shorten it"));
    }
}

pub(super) const PATH_HELP: &str = "write a path such as $.detail";

/// JSON path in dot notation, as EventBridge has it.
pub(super) fn is_path(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('$') else { return false };
    rest.is_empty() || rest.starts_with('.') && !rest[1..].is_empty() && !rest.contains("..") && !rest.ends_with('.')
}

impl Template {
    pub(super) fn lower(&self, here: &Cursor) -> events::InputTransformer {
        if self.paths.len() > PATHS {
            here.at("paths").problem(format!("a template can have at most {PATHS} paths"), Some("remove some of them"));
        }
        for (name, path) in &self.paths {
            let here = here.at("paths").at(name);
            if !is_path(path) {
                here.problem(format!("{path:?} is not a path"), Some(PATH_HELP));
            }
            let fits = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
            if name.is_empty() || !name.chars().all(fits) || name.to_ascii_lowercase().starts_with("aws") {
                let help = "use letters, digits, _ and -; names that begin with AWS are reserved";
                here.problem(format!("{name:?} cannot be the name of a part"), Some(help));
            }
        }
        let here = here.at("template");
        for part in placeholders(&self.template).filter(|part| !is_of_aws(part) && !self.paths.contains_key(*part)) {
            here.advise(
                format!("<{part}> is not one of the template's paths"),
                "add it to paths if it stands for a part of the event",
            );
        }
        let input_template = here.text(&self.template);
        if self.template.is_empty() {
            here.problem("the template is empty", Some("write JSON, or a text in quotes"));
        }
        check_length(&input_template, &here);
        events::InputTransformer { input_paths_map: self.paths.clone(), input_template }
    }
}

/// What a template asks AWS itself for, such as `aws.events.rule-name`.
fn is_of_aws(part: &str) -> bool {
    part.starts_with("aws.events.")
}

/// The names between `<` and `>`.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let names = template.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(name, _)| name));
    names.filter(move |name| !name.is_empty() && name.chars().all(fits))
}
