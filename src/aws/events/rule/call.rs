//! The calls on a rule and its targets.

use super::*;

calls! {
    /// The calls on a rule and its targets.
    pub enum Call {
        /// Makes the rule, or replaces all of it but targets and tags.
        "events:PutRule" => Put(PutRule),
        /// Adds a target, or replaces it.
        "events:PutTargets" => PutTargets(PutTargets),
        /// Removes a target.
        "events:RemoveTargets" => RemoveTargets(RemoveTargets),
        /// Adds or changes tags.
        "events:TagResource" => Tag(TagResource),
        /// Removes tags.
        "events:UntagResource" => Untag(UntagResource),
        /// Deletes the rule, which must have no targets.
        "events:DeleteRule" => Delete(DeleteRule),
    }
}

tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

/// Input of `PutRule`. What it leaves out becomes empty, but for targets and tags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutRule {
    pub(super) name: String,
    pub(super) event_bus_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    /// JSON in a text.
    pub(super) event_pattern: Text,
    pub(super) state: String,
    /// For a new rule alone: AWS ignores those of one that exists.
    #[serde(default, skip_serializing_if = "Tags::is_empty", with = "tags::listed")]
    pub(super) tags: Tags,
}

/// Input of `PutTargets`: one target, so that AWS takes all or nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutTargets {
    pub(super) rule: String,
    pub(super) event_bus_name: String,
    #[serde(with = "listed")]
    pub(super) targets: BTreeMap<String, Target>,
}

/// Input of `RemoveTargets`: one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemoveTargets {
    pub(super) rule: String,
    pub(super) event_bus_name: String,
    pub(super) ids: Vec<String>,
}

/// Input of `DeleteRule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteRule {
    pub(super) name: String,
    pub(super) event_bus_name: String,
}

impl Call {
    /// The pattern that it sends, if it sends one.
    pub fn pattern(&self) -> Option<&Text> {
        match self {
            Self::Put(input) => Some(&input.event_pattern),
            Self::PutTargets(_) | Self::RemoveTargets(_) | Self::Tag(_) | Self::Untag(_) | Self::Delete(_) => None,
        }
    }
}

impl PutRule {
    /// The rule after this call.
    pub(super) fn rule(&self, before: Option<Rule>) -> Rule {
        let (targets, tags) = before.map_or_else(|| (BTreeMap::new(), self.tags.clone()), |b| (b.targets, b.tags));
        Rule {
            description: self.description.clone(),
            event_pattern: self.event_pattern.clone(),
            state: self.state.clone(),
            targets,
            tags,
        }
    }
}

/// Targets as AWS lists them: each with its id.
mod listed {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer, de, ser};
    use serde_json::{Map, Value};

    use super::Target;

    const ID: &str = "Id";

    pub fn serialize<S: Serializer>(targets: &BTreeMap<String, Target>, output: S) -> Result<S::Ok, S::Error> {
        let entry = |(id, target): (&String, &Target)| {
            let mut entry = serde_json::to_value(target)?;
            entry[ID] = Value::from(id.as_str());
            Ok(entry)
        };
        let entries: Result<Vec<Value>, serde_json::Error> = targets.iter().map(entry).collect();
        output.collect_seq(entries.map_err(ser::Error::custom)?)
    }

    /// An id that comes twice is an error.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, Target>, D::Error> {
        let mut targets = BTreeMap::new();
        for mut entry in Vec::<Map<String, Value>>::deserialize(input)? {
            let Some(Value::String(id)) = entry.remove(ID) else { return Err(de::Error::missing_field(ID)) };
            let target = serde_json::from_value(Value::Object(entry)).map_err(de::Error::custom)?;
            if targets.insert(id.clone(), target).is_some() {
                return Err(de::Error::custom(format!("the target {id:?} is listed twice")));
            }
        }
        Ok(targets)
    }
}
