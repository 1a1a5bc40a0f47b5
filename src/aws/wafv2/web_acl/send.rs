//! One request for each call on a web ACL.

use aws_sdk_wafv2::error::BuildError;
use aws_sdk_wafv2::types;

use super::*;

/// Sends a call, once.
pub async fn send(waf: &Client, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Create(input) => {
            let api = "wafv2:CreateWebACL";
            let request = waf.create_web_acl().name(&input.name).scope(scope(&input.scope));
            let request = request.default_action(default_action(api, &input.default_action)?);
            let request = request.set_description(input.description.clone());
            let request = request.set_rules(Some(rules(api, &input.rules)?));
            let request = request.visibility_config(built(api, visibility(&input.visibility_config))?);
            let tags = Some(tags::sdk(api, &input.tags)?).filter(|tags| !tags.is_empty());
            request.set_tags(tags).send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let api = "wafv2:UpdateWebACL";
            let request = waf.update_web_acl().name(&input.name).scope(scope(&input.scope));
            let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
            let request = request.default_action(default_action(api, &input.default_action)?);
            let request = request.set_description(input.description.clone());
            let request = request.set_rules(Some(rules(api, &input.rules)?));
            let request = request.visibility_config(built(api, visibility(&input.visibility_config))?);
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => send_tags(waf, input).await,
        Call::Untag(input) => send_untag(waf, input).await,
        Call::Delete(input) => {
            let api = "wafv2:DeleteWebACL";
            let request = waf.delete_web_acl().name(&input.name).scope(scope(&input.scope));
            let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
            request.send().await.answer(api).map(drop)
        }
    }
}

fn built<T>(api: &'static str, part: Result<T, BuildError>) -> Result<T, AwsError> {
    part.map_err(|error| AwsError::not_sent(api, error.to_string()))
}

fn rules(api: &'static str, rules: &BTreeMap<String, Rule>) -> Result<Vec<types::Rule>, AwsError> {
    rules.iter().map(|(name, rule)| self::rule(api, name, rule)).collect()
}

fn rule(api: &'static str, name: &str, rule: &Rule) -> Result<types::Rule, AwsError> {
    let one = types::Rule::builder().name(name).priority(rule.priority);
    let one = one.statement(statement(api, &rule.statement)?);
    let one = one.set_action(rule.action.as_ref().map(action));
    let one = one.set_override_action(rule.override_action.as_ref().map(override_action));
    let one = one.visibility_config(built(api, visibility(&rule.visibility_config))?);
    built(api, one.build())
}

fn statement(api: &'static str, statement: &Statement) -> Result<types::Statement, AwsError> {
    let part = types::Statement::builder();
    let part = match statement {
        Statement::RateBasedStatement(rate) => part.rate_based_statement(built(api, rate_based(rate))?),
        Statement::ManagedRuleGroupStatement(group) => part.managed_rule_group_statement(managed(api, group)?),
        Statement::IPSetReferenceStatement(set) => {
            let reference = types::IpSetReferenceStatement::builder().arn(literal(api, &set.arn)?);
            part.ip_set_reference_statement(built(api, reference.build())?)
        }
        Statement::Unmodelled => return Err(AwsError::not_sent(api, "a rule that is not modelled cannot be sent")),
    };
    Ok(part.build())
}

fn rate_based(rate: &RateBased) -> Result<types::RateBasedStatement, BuildError> {
    let key = match rate.aggregate_key_type {
        AggregateKey::Ip => types::RateBasedStatementAggregateKeyType::Ip,
    };
    let statement = types::RateBasedStatement::builder().limit(rate.limit).aggregate_key_type(key);
    statement.evaluation_window_sec(rate.evaluation_window_sec).build()
}

fn managed(api: &'static str, group: &ManagedRuleGroup) -> Result<types::ManagedRuleGroupStatement, AwsError> {
    let overrides = group.rule_action_overrides.iter().map(|one| {
        let instead = types::RuleActionOverride::builder().name(&one.name).action_to_use(action(&one.action_to_use));
        built(api, instead.build())
    });
    let overrides = Some(overrides.collect::<Result<Vec<_>, _>>()?).filter(|overrides| !overrides.is_empty());
    let statement = types::ManagedRuleGroupStatement::builder().vendor_name(&group.vendor_name).name(&group.name);
    built(api, statement.set_rule_action_overrides(overrides).build())
}

fn action(action: &Action) -> types::RuleAction {
    let one = types::RuleAction::builder();
    match action {
        Action::Allow {} => one.allow(types::AllowAction::builder().build()),
        Action::Block {} => one.block(types::BlockAction::builder().build()),
        Action::Count {} => one.count(types::CountAction::builder().build()),
    }
    .build()
}

fn override_action(action: &OverrideAction) -> types::OverrideAction {
    let one = types::OverrideAction::builder();
    match action {
        OverrideAction::None {} => one.none(types::NoneAction::builder().build()),
        OverrideAction::Count {} => one.count(types::CountAction::builder().build()),
    }
    .build()
}

fn default_action(api: &'static str, action: &Action) -> Result<types::DefaultAction, AwsError> {
    let one = types::DefaultAction::builder();
    match action {
        Action::Allow {} => Ok(one.allow(types::AllowAction::builder().build()).build()),
        Action::Block {} => Ok(one.block(types::BlockAction::builder().build()).build()),
        Action::Count {} => Err(AwsError::not_sent(api, "a web ACL cannot count by default")),
    }
}

fn visibility(config: &VisibilityConfig) -> Result<types::VisibilityConfig, BuildError> {
    types::VisibilityConfig::builder()
        .sampled_requests_enabled(config.sampled_requests_enabled)
        .cloud_watch_metrics_enabled(config.cloud_watch_metrics_enabled)
        .metric_name(&config.metric_name)
        .build()
}
