//! The rules of a web ACL, in AWS's own form.

use aws_sdk_wafv2::error::BuildError;
use aws_sdk_wafv2::types;
use serde::{Deserialize, Serialize};

use crate::text::Text;

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Rule {
    /// Its name, unique in the web ACL.
    pub name: String,
    /// The least comes first.
    pub priority: i32,
    /// What it looks for.
    pub statement: Statement,
    /// What it does; none for a rule group, whose rules act themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// `None` for a rule group: its rules act as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_action: Option<OverrideAction>,
    /// Metrics and samples.
    pub visibility_config: Visibility,
}

/// What a rule looks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Statement {
    /// More requests from one address than a limit.
    RateBasedStatement(RateBased),
    /// What AWS's own rules look for.
    ManagedRuleGroupStatement(ManagedRuleGroup),
    /// An address of a set.
    #[serde(rename = "IPSetReferenceStatement")]
    IpSetReferenceStatement(IpSetReference),
    /// Something that this program never writes; never sent.
    Foreign(String),
}

/// `RateBasedStatement`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RateBased {
    /// Requests in the window.
    pub limit: i64,
    /// The window in seconds.
    pub evaluation_window_sec: i64,
    /// `IP`.
    pub aggregate_key_type: String,
}

/// `ManagedRuleGroupStatement`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ManagedRuleGroup {
    /// `AWS`.
    pub vendor_name: String,
    /// Such as `AWSManagedRulesCommonRuleSet`.
    pub name: String,
    /// Rules of the group that only count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_action_overrides: Vec<ActionOverride>,
}

/// One of `RuleActionOverrides`: a rule that only counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ActionOverride {
    /// The rule.
    pub name: String,
    /// What it does instead.
    pub action_to_use: Action,
}

/// `IPSetReferenceStatement`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IpSetReference {
    /// The set's ARN.
    #[serde(rename = "ARN")]
    pub arn: Text,
}

/// An empty object, AWS's way to choose an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// Lets the request in.
    Allow(Empty),
    /// Turns it away.
    Block(Empty),
    /// Counts it.
    Count(Empty),
    /// Something else; never sent.
    Foreign(Empty),
}

/// What a rule group's findings do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OverrideAction {
    /// What each rule says.
    None(Empty),
    /// They only count.
    Count(Empty),
}

/// `VisibilityConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Visibility {
    /// Keeps samples of requests.
    pub sampled_requests_enabled: bool,
    /// Sends metrics.
    pub cloud_watch_metrics_enabled: bool,
    /// The metric's name.
    pub metric_name: String,
}

impl Visibility {
    /// Everything on, under this name.
    pub fn on(name: &str) -> Self {
        Self { sampled_requests_enabled: true, cloud_watch_metrics_enabled: true, metric_name: name.into() }
    }

    /// As the SDK has it.
    pub fn read(config: Option<&types::VisibilityConfig>) -> Self {
        config.map_or(
            Self { sampled_requests_enabled: false, cloud_watch_metrics_enabled: false, metric_name: String::new() },
            |config| Self {
                sampled_requests_enabled: config.sampled_requests_enabled(),
                cloud_watch_metrics_enabled: config.cloud_watch_metrics_enabled(),
                metric_name: config.metric_name().to_owned(),
            },
        )
    }

    /// As the SDK wants it.
    pub fn sdk(&self) -> Result<types::VisibilityConfig, BuildError> {
        types::VisibilityConfig::builder()
            .sampled_requests_enabled(self.sampled_requests_enabled)
            .cloud_watch_metrics_enabled(self.cloud_watch_metrics_enabled)
            .metric_name(&self.metric_name)
            .build()
    }
}

/// A rule as the SDK has it.
pub fn read(rule: &types::Rule) -> Rule {
    let override_action = rule.override_action().map(|over| match over.count() {
        Some(_) => OverrideAction::Count(Empty {}),
        None => OverrideAction::None(Empty {}),
    });
    Rule {
        name: rule.name().to_owned(),
        priority: rule.priority(),
        statement: rule.statement().map_or_else(|| Statement::Foreign(String::new()), read_statement),
        action: rule.action().map(read_action),
        override_action,
        visibility_config: Visibility::read(rule.visibility_config()),
    }
}

fn read_action(action: &types::RuleAction) -> Action {
    match (action.allow(), action.block(), action.count()) {
        (Some(allow), ..) if allow.custom_request_handling().is_none() => Action::Allow(Empty {}),
        (_, Some(block), _) if block.custom_response().is_none() => Action::Block(Empty {}),
        (_, _, Some(count)) if count.custom_request_handling().is_none() => Action::Count(Empty {}),
        _ => Action::Foreign(Empty {}),
    }
}

fn read_statement(statement: &types::Statement) -> Statement {
    let foreign = || Statement::Foreign(format!("{statement:?}"));
    if let Some(rate) = statement.rate_based_statement() {
        let plain = rate.scope_down_statement().is_none() && rate.custom_keys().is_empty();
        let window = Some(rate.evaluation_window_sec()).filter(|window| *window != 0).unwrap_or(300);
        let aggregate_key_type = rate.aggregate_key_type().as_str().to_owned();
        let rate = RateBased { limit: rate.limit(), evaluation_window_sec: window, aggregate_key_type };
        return if plain { Statement::RateBasedStatement(rate) } else { foreign() };
    }
    if let Some(group) = statement.managed_rule_group_statement() {
        let plain = group.scope_down_statement().is_none() && group.version().is_none();
        let overrides = group.rule_action_overrides().iter().map(|over| ActionOverride {
            name: over.name().to_owned(),
            action_to_use: over.action_to_use().map_or(Action::Foreign(Empty {}), read_action),
        });
        let mut rule_action_overrides: Vec<_> = overrides.collect();
        rule_action_overrides.sort();
        let (vendor_name, name) = (group.vendor_name().to_owned(), group.name().to_owned());
        let group = ManagedRuleGroup { vendor_name, name, rule_action_overrides };
        return if plain { Statement::ManagedRuleGroupStatement(group) } else { foreign() };
    }
    match statement.ip_set_reference_statement() {
        Some(set) if set.ip_set_forwarded_ip_config().is_none() => {
            Statement::IpSetReferenceStatement(IpSetReference { arn: set.arn().into() })
        }
        _ => foreign(),
    }
}

/// A rule as the SDK wants it.
pub fn sdk(rule: &Rule) -> Result<types::Rule, String> {
    let failed = |error: BuildError| error.to_string();
    let override_action = rule.override_action.map(|over| match over {
        OverrideAction::None(_) => types::OverrideAction::builder().none(types::NoneAction::builder().build()).build(),
        OverrideAction::Count(_) => {
            types::OverrideAction::builder().count(types::CountAction::builder().build()).build()
        }
    });
    types::Rule::builder()
        .name(&rule.name)
        .priority(rule.priority)
        .statement(sdk_statement(&rule.statement)?)
        .set_action(rule.action.map(sdk_action).transpose()?)
        .set_override_action(override_action)
        .visibility_config(rule.visibility_config.sdk().map_err(failed)?)
        .build()
        .map_err(failed)
}

fn sdk_action(action: Action) -> Result<types::RuleAction, String> {
    let builder = types::RuleAction::builder();
    Ok(match action {
        Action::Allow(_) => builder.allow(types::AllowAction::builder().build()),
        Action::Block(_) => builder.block(types::BlockAction::builder().build()),
        Action::Count(_) => builder.count(types::CountAction::builder().build()),
        Action::Foreign(_) => return Err("an action that this version does not know".into()),
    }
    .build())
}

fn sdk_statement(statement: &Statement) -> Result<types::Statement, String> {
    let failed = |error: BuildError| error.to_string();
    let builder = types::Statement::builder();
    Ok(match statement {
        Statement::RateBasedStatement(rate) => {
            let rate = types::RateBasedStatement::builder()
                .limit(rate.limit)
                .evaluation_window_sec(rate.evaluation_window_sec)
                .aggregate_key_type(rate.aggregate_key_type.as_str().into());
            builder.rate_based_statement(rate.build().map_err(failed)?)
        }
        Statement::ManagedRuleGroupStatement(group) => {
            let one = |over: &ActionOverride| {
                let builder = types::RuleActionOverride::builder().name(&over.name);
                builder.action_to_use(sdk_action(over.action_to_use)?).build().map_err(failed)
            };
            let overrides = group.rule_action_overrides.iter().map(one).collect::<Result<Vec<_>, String>>()?;
            let group = types::ManagedRuleGroupStatement::builder()
                .vendor_name(&group.vendor_name)
                .name(&group.name)
                .set_rule_action_overrides((!overrides.is_empty()).then_some(overrides));
            builder.managed_rule_group_statement(group.build().map_err(failed)?)
        }
        Statement::IpSetReferenceStatement(set) => {
            let arn = set.arn.literal().ok_or_else(|| format!("{} is not known", set.arn))?;
            let set = types::IpSetReferenceStatement::builder().arn(arn);
            builder.ip_set_reference_statement(set.build().map_err(failed)?)
        }
        Statement::Foreign(_) => return Err("a statement that this version does not know".into()),
    }
    .build())
}
