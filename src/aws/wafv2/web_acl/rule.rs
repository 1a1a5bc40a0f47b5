//! Rules of a web ACL, in AWS's spelling: the same in states and in calls.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Rule {
    /// Rules are asked in ascending order.
    pub priority: i32,
    /// Which requests it matches.
    pub statement: Statement,
    /// What becomes of a request that it matches; `None` for a rule group, whose rules say so themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// What becomes of the actions of a rule group's rules; `None` for any other rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_action: Option<OverrideAction>,
    /// What it shows of the requests that it matched.
    pub visibility_config: VisibilityConfig,
}

/// Which requests a rule matches.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Statement {
    /// Those of an IP address that sends too many.
    RateBasedStatement(RateBased),
    /// Those that one of AWS's rule groups matches.
    ManagedRuleGroupStatement(ManagedRuleGroup),
    /// Those from the networks of an IP set.
    IPSetReferenceStatement(IpSetReference),
    /// Somebody else's rule that cannot be expressed here. No call holds one.
    #[serde(skip_deserializing)]
    Unmodelled,
}

/// A limit of requests for each IP address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RateBased {
    /// Requests within one window.
    pub limit: i64,
    /// In seconds.
    pub evaluation_window_sec: i64,
    /// What is counted apart.
    pub aggregate_key_type: AggregateKey,
}

/// What a rate rule counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AggregateKey {
    /// The address that a request comes from.
    #[default]
    #[serde(rename = "IP")]
    Ip,
}

/// A group of rules that a vendor maintains, in the version that the vendor recommends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ManagedRuleGroup {
    /// `AWS`.
    pub vendor_name: String,
    /// Such as `AWSManagedRulesCommonRuleSet`.
    pub name: String,
    /// Rules of the group that do something else than the vendor says, by name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub rule_action_overrides: BTreeSet<RuleActionOverride>,
}

/// What one rule of a group does instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RuleActionOverride {
    /// The rule.
    pub name: String,
    /// What it does.
    pub action_to_use: Action,
}

/// A reference to an IP set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IpSetReference {
    /// Its ARN, which ends in an id that AWS makes up.
    #[serde(rename = "ARN")]
    pub arn: Text,
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Action {
    /// It passes.
    Allow {},
    /// It is answered with 403.
    Block {},
    /// It is counted, and the next rules are asked.
    Count {},
}

/// What becomes of the actions of a rule group's rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum OverrideAction {
    /// They stand.
    None {},
    /// Matching requests are only counted.
    Count {},
}

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
    /// A rule that decides on what its statement matches.
    pub fn new(name: &str, priority: i32, statement: Statement, action: Action) -> Self {
        let visibility_config = VisibilityConfig::full(name);
        Self { priority, statement, action: Some(action), override_action: None, visibility_config }
    }

    /// A rule group whose rules decide.
    pub fn group(name: &str, priority: i32, group: ManagedRuleGroup) -> Self {
        let (action, override_action) = (None, Some(OverrideAction::None {}));
        let statement = Statement::ManagedRuleGroupStatement(group);
        Self { priority, statement, action, override_action, visibility_config: VisibilityConfig::full(name) }
    }

    /// The ARN of the IP set that it refers to.
    pub(super) fn ip_set_arn(&mut self) -> Option<&mut Text> {
        match &mut self.statement {
            Statement::IPSetReferenceStatement(reference) => Some(&mut reference.arn),
            _ => None,
        }
    }
}

impl ManagedRuleGroup {
    /// One of AWS's own groups; the `counted` rules of it only count.
    pub fn of_aws(name: &str, counted: impl IntoIterator<Item = String>) -> Self {
        let count = |name| RuleActionOverride { name, action_to_use: Action::Count {} };
        let rule_action_overrides = counted.into_iter().map(count).collect();
        Self { vendor_name: "AWS".into(), name: name.into(), rule_action_overrides }
    }
}

/// Rules in a call's input: a list, in the order in which they are asked. For `#[serde(with = "rules")]`.
pub(super) mod rules {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::{Action, OverrideAction, Rule, Statement, VisibilityConfig};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Listed {
        name: String,
        priority: i32,
        statement: Statement,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        action: Option<Action>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        override_action: Option<OverrideAction>,
        visibility_config: VisibilityConfig,
    }

    /// Writes the list.
    pub fn serialize<S: Serializer>(rules: &BTreeMap<String, Rule>, output: S) -> Result<S::Ok, S::Error> {
        let mut sorted: Vec<_> = rules.iter().collect();
        sorted.sort_by_key(|(_, rule)| rule.priority);
        output.collect_seq(sorted.into_iter().map(|(name, rule)| {
            let Rule { priority, statement, action, override_action, visibility_config } = rule.clone();
            Listed { name: name.clone(), priority, statement, action, override_action, visibility_config }
        }))
    }

    /// Reads the list; a name that comes twice is an error.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<BTreeMap<String, Rule>, D::Error> {
        let mut rules = BTreeMap::new();
        for listed in Vec::<Listed>::deserialize(input)? {
            let Listed { name, priority, statement, action, override_action, visibility_config } = listed;
            let rule = Rule { priority, statement, action, override_action, visibility_config };
            if rules.insert(name.clone(), rule).is_some() {
                return Err(de::Error::custom(format!("the rule {name:?} comes twice")));
            }
        }
        Ok(rules)
    }
}
