//! Rules of a web ACL, in AWS's own JSON: the same in states and in calls.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::aws::wafv2::json::{Json, Object};
use crate::aws::wafv2::normal::normalise;
use crate::aws::wafv2::shape::unknown;
use crate::text::Text;

/// A rule without its name, normalised.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Rule(Object);

/// What is shown of matching requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct VisibilityConfig {
    /// Samples of them, for three hours.
    pub sampled_requests_enabled: bool,
    /// Their count.
    pub cloud_watch_metrics_enabled: bool,
    /// The name of the count.
    pub metric_name: String,
}

impl VisibilityConfig {
    /// All that there is to see, under this name.
    pub fn full(metric_name: impl Into<String>) -> Self {
        Self { sampled_requests_enabled: true, cloud_watch_metrics_enabled: true, metric_name: metric_name.into() }
    }
}

impl Rule {
    /// A rule as AWS describes it, with its name; `None` for what has none. Where it does not say what is shown of it, all is.
    pub fn of(rule: Json) -> Option<(String, Self)> {
        let Json::Object(mut fields) = rule else { return None };
        let name = fields.remove("Name")?.text()?.literal()?.to_owned();
        let shown = || json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": name});
        fields.entry("VisibilityConfig".to_owned()).or_insert_with(|| Json::of(&shown()));
        let mut rule = Json::Object(fields);
        normalise("Rule", &mut rule);
        match rule {
            Json::Object(fields) => Some((name, Self(fields))),
            _ => None,
        }
    }

    /// A rule of this name with these members.
    pub fn named<const N: usize>(name: &str, members: [(&str, Json); N]) -> Self {
        let members = members.into_iter().map(|(member, value)| (member.to_owned(), value));
        let named = ("Name".to_owned(), Text::from(name).into());
        let fields: Object = members.chain([named]).collect();
        Self::of(Json::Object(fields)).map_or_else(|| Self(Object::new()), |(_, rule)| rule)
    }

    /// A rule of this name whose statement and action are plain JSON.
    pub fn plain(name: &str, priority: i32, statement: &Value, action: &Value) -> Self {
        let (priority, statement) = (Json::of(&json!(priority)), Json::of(statement));
        Self::named(name, [("Priority", priority), ("Statement", statement), ("Action", Json::of(action))])
    }

    /// A rule group of this name, whose rules decide.
    pub fn group(name: &str, priority: i32, group: &Value) -> Self {
        let statement = Json::one("ManagedRuleGroupStatement", Json::of(group));
        let none = Json::of(&json!({"None": {}}));
        let priority = Json::of(&json!(priority));
        Self::named(name, [("Priority", priority), ("Statement", statement), ("OverrideAction", none)])
    }

    /// Rules are asked in ascending order of it.
    pub fn priority(&self) -> i64 {
        self.0.get("Priority").and_then(Json::number).unwrap_or_default()
    }

    /// A member.
    pub fn get(&self, member: &str) -> Option<&Json> {
        self.0.get(member)
    }

    /// The rule with its name.
    pub fn listed(&self, name: &str) -> Json {
        let mut fields = self.0.clone();
        fields.insert("Name".into(), Text::from(name).into());
        Json::Object(fields)
    }

    /// Visits every text in it.
    pub fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.0.values_mut().for_each(|field| field.texts(visit));
    }

    /// The ARNs of the sets and groups that its statements refer to.
    pub fn references(&self) -> Vec<&Text> {
        let mut found = Vec::new();
        let mut visit = |name: &str, value| found.extend(arn_in(name, value));
        self.0.values().for_each(|field| field.members(&mut visit));
        found
    }

    /// True if it holds one of the vendors' groups.
    pub fn is_managed(&self) -> bool {
        self.0.get("Statement").is_some_and(|statement| statement.get("ManagedRuleGroupStatement").is_some())
    }
}

/// True if a value has nothing that its shape has not.
fn is_known(of: &str, value: &Json) -> bool {
    let plain = value.plain();
    let mut known = plain.clone();
    unknown(of, &mut known, "", &mut Vec::new());
    plain == known
}

fn arn_in<'j>(name: &str, value: &'j Json) -> Option<&'j Text> {
    let refers = ["IPSetReferenceStatement", "RegexPatternSetReferenceStatement", "RuleGroupReferenceStatement"];
    if refers.contains(&name) { value.get("ARN")?.text() } else { None }
}

/// Rules in a call's input: a list, in the order in which they are asked. For `#[serde(with = "rules")]`.
pub(super) mod rules {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::Rule;
    use crate::aws::wafv2::json::Json;

    /// Writes the list.
    pub fn serialize<S: Serializer>(rules: &BTreeMap<String, Rule>, output: S) -> Result<S::Ok, S::Error> {
        let mut sorted: Vec<_> = rules.iter().collect();
        sorted.sort_by_key(|(_, rule)| rule.priority());
        output.collect_seq(sorted.into_iter().map(|(name, rule)| rule.listed(name)))
    }

    /// Reads the list; a name that comes twice is an error, and so is what no rule has.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, Rule>, D::Error> {
        let mut rules = BTreeMap::new();
        for listed in Vec::<Json>::deserialize(input)? {
            if !super::is_known("Rule", &listed) {
                return Err(de::Error::custom("a rule has an unknown member"));
            }
            if listed.get("Priority").and_then(Json::number).is_none() {
                return Err(de::Error::custom("a rule has no priority"));
            }
            if listed.get("Statement").and_then(Json::object).is_none_or(|statement| statement.len() != 1) {
                return Err(de::Error::custom("a rule has no statement, or more than one"));
            }
            let (name, rule) = Rule::of(listed).ok_or_else(|| de::Error::custom("a rule has no name"))?;
            if rules.contains_key(&name) {
                return Err(de::Error::custom(format!("the rule {name:?} is listed twice")));
            }
            rules.insert(name, rule);
        }
        Ok(rules)
    }
}

/// Values of one shape that a plan holds: what the shape does not have is an error.
pub(super) mod known {
    use serde::{Deserialize, Deserializer, de};

    use crate::aws::wafv2::json::Json;

    /// Reads a web ACL's default action.
    pub fn default_action<'de, D: Deserializer<'de>>(input: D) -> Result<Json, D::Error> {
        let action = Json::deserialize(input)?;
        match super::is_known("DefaultAction", &action) && action.object().is_some_and(|action| action.len() == 1) {
            true => Ok(action),
            false => Err(de::Error::custom("a web ACL has a single default action, allow or block")),
        }
    }
}
