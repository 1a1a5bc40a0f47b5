//! What AWS reports of a web ACL: web ACL and tags at once, after a listing where nothing has listed it yet.

use std::collections::BTreeSet;

use aws_sdk_wafv2::operation::get_web_acl::GetWebAclOutput;
use aws_sdk_wafv2::types;

use super::members::{ERASED_BY, SHAPE};
use super::*;
use crate::aws::kit::members::{Unread, unread};
use crate::aws::kit::unmodelled::{self, Unmodelled};

/// How the rules begin that AWS Shield itself puts in while it mitigates an attack.
const SHIELD_RULE: &str = "ShieldMitigationRuleGroup_";

/// The window of a rate rule that names none.
const DEFAULT_WINDOW: i64 = 300;

/// Name, id and ARN of every web ACL.
pub async fn list(waf: &Client) -> Result<Vec<Summary>, AwsError> {
    let (mut all, mut marker) = (Vec::new(), None);
    loop {
        let request = waf.list_web_acls().scope(Scope::Regional).limit(100).set_next_marker(marker);
        let page = request.send().await.answer("wafv2:ListWebACLs")?;
        let acls = page.web_acls.unwrap_or_default();
        marker = page.next_marker.filter(|marker| !marker.is_empty() && !acls.is_empty());
        all.extend(acls.into_iter().map(|acl| (acl.name, acl.id, acl.arn)));
        if marker.is_none() {
            return Ok(all);
        }
    }
}

/// Reads a web ACL.
pub async fn observe(
    reader: Reader<'_>,
    name: &str,
    seed: Option<&Seed>,
) -> Result<Option<Observed<WebAcl>>, AwsError> {
    let waf = &reader.aws().read.wafv2;
    let seed = match seed {
        Some(seed) => Some(seed.clone()),
        None => named(list(waf).await?, name),
    };
    let Some(seed) = seed else { return Ok(None) };
    let tags = reader.tags_or(&seed.arn, live_tags(waf, &seed.arn));
    let (answer, tags) = tokio::try_join!(get(waf, name, &seed.id), tags)?;
    let (Some(GetWebAclOutput { web_acl, lock_token, .. }), unread) = answer else { return Ok(None) };
    let acl = web_acl.ok_or_else(|| AwsError::malformed("wafv2:GetWebACL", "the answer holds no web ACL"))?;
    let (identity, outputs) = (Some(seed.id.clone()), outputs(seed.id, lock_token));
    let unmodelled = [others(&acl), unread.all()].concat();
    Ok(Some(Observed { identity, outputs, unmodelled, ..Observed::of(state(&acl, tags)) }))
}

async fn get(waf: &Client, name: &str, id: &str) -> Result<(Option<GetWebAclOutput>, Unread), AwsError> {
    let request = waf.get_web_acl().name(name).scope(Scope::Regional).id(id).send();
    let (answer, unread) = unread(&SHAPE, request).await;
    Ok((answer.found("wafv2:GetWebACL", ABSENT)?, unread))
}

/// The web ACL as WAF describes it, normalised.
pub(super) fn state(acl: &types::WebAcl, tags: Tags) -> WebAcl {
    let is_block = acl.default_action().is_some_and(|action| action.block().is_some());
    let theirs = acl.rules().iter().filter(|rule| !rule.name().starts_with(SHIELD_RULE));
    WebAcl {
        description: some_text(acl.description()),
        default_action: if is_block { Action::Block {} } else { Action::Allow {} },
        rules: theirs.map(|rule| (rule.name().to_owned(), self::rule(rule))).collect(),
        visibility_config: visibility(acl.visibility_config()),
        tags,
    }
}

/// What an update would erase, and what it cannot reach.
pub(super) fn others(acl: &types::WebAcl) -> Vec<Unmodelled> {
    let default = acl.default_action();
    let response = default.and_then(|action| action.block()).is_some_and(|block| block.custom_response().is_some());
    let request =
        default.and_then(|action| action.allow()).is_some_and(|allow| allow.custom_request_handling().is_some());
    let mut all = unmodelled::erased(
        ERASED_BY,
        [
            ("CustomResponseBodies", acl.custom_response_bodies().is_some_and(|bodies| !bodies.is_empty())),
            ("CaptchaConfig", acl.captcha_config().is_some()),
            ("ChallengeConfig", acl.challenge_config().is_some()),
            ("TokenDomains", !acl.token_domains().is_empty()),
            ("AssociationConfig", has_association_config(acl)),
            ("DataProtectionConfig", acl.data_protection_config().is_some()),
            ("OnSourceDDoSProtectionConfig", has_ddos_protection(acl)),
            ("ApplicationConfig", acl.application_config().is_some()),
            ("MonetizationConfig", acl.monetization_config().is_some()),
            ("DefaultAction.Block.CustomResponse", response),
            ("DefaultAction.Allow.CustomRequestHandling", request),
        ],
    );
    let shield = acl.rules().iter().map(types::Rule::name).filter(|name| name.starts_with(SHIELD_RULE));
    all.extend(shield.map(|name| Unmodelled::erased(format!("Rules.{name}"), ERASED_BY)));
    let groups =
        [acl.pre_process_firewall_manager_rule_groups(), acl.post_process_firewall_manager_rule_groups()].concat();
    all.extend(groups.iter().map(|group| Unmodelled::kept(format!("FirewallManagerRuleGroups.{}", group.name()))));
    all
}

fn has_association_config(acl: &types::WebAcl) -> bool {
    let bodies = acl.association_config().and_then(|config| config.request_body());
    bodies.is_some_and(|bodies| !bodies.is_empty())
}

fn has_ddos_protection(acl: &types::WebAcl) -> bool {
    let config = acl.on_source_d_do_s_protection_config();
    config.is_some_and(|config| *config.alb_low_reputation_mode() != types::LowReputationMode::ActiveUnderDdos)
}

/// A rule; anything about it that cannot be expressed here makes all of it unmodelled.
fn rule(rule: &types::Rule) -> Rule {
    let plain = rule.rule_labels().is_empty() && rule.captcha_config().is_none() && rule.challenge_config().is_none();
    let known = plain.then(|| known(rule)).flatten();
    let (statement, action, override_action) = known.unwrap_or((Statement::Unmodelled, None, None));
    let visibility_config = visibility(rule.visibility_config());
    Rule { priority: rule.priority(), statement, action, override_action, visibility_config }
}

type Known = (Statement, Option<Action>, Option<OverrideAction>);

fn known(rule: &types::Rule) -> Option<Known> {
    let statement = statement(rule.statement()?)?;
    let action = match rule.action() {
        Some(action) => Some(self::action(action)?),
        None => None,
    };
    let override_action = match rule.override_action() {
        Some(action) => Some(self::override_action(action)?),
        None => None,
    };
    Some((statement, action, override_action))
}

/// A statement that AWS reports holds exactly one of its parts.
fn statement(statement: &types::Statement) -> Option<Statement> {
    if let Some(rate) = statement.rate_based_statement() {
        return rate_based(rate).map(Statement::RateBasedStatement);
    }
    if let Some(group) = statement.managed_rule_group_statement() {
        return managed_rule_group(group).map(Statement::ManagedRuleGroupStatement);
    }
    let set = statement.ip_set_reference_statement()?;
    let arn = Text::from(set.arn());
    set.ip_set_forwarded_ip_config().is_none().then_some(Statement::IPSetReferenceStatement(IpSetReference { arn }))
}

fn rate_based(rate: &types::RateBasedStatement) -> Option<RateBased> {
    let by_address = *rate.aggregate_key_type() == types::RateBasedStatementAggregateKeyType::Ip;
    let narrowed = rate.scope_down_statement().is_some() || rate.forwarded_ip_config().is_some();
    let plain = by_address && !narrowed && rate.custom_keys().is_empty();
    let window = Some(rate.evaluation_window_sec()).filter(|seconds| *seconds > 0);
    plain.then(|| RateBased {
        limit: rate.limit(),
        evaluation_window_sec: window.unwrap_or(DEFAULT_WINDOW),
        aggregate_key_type: AggregateKey::Ip,
    })
}

fn managed_rule_group(group: &types::ManagedRuleGroupStatement) -> Option<ManagedRuleGroup> {
    let versioned = group.version().is_some_and(|version| !version.is_empty());
    if versioned || group.scope_down_statement().is_some() || !group.managed_rule_group_configs().is_empty() {
        return None;
    }
    let overrides = group.rule_action_overrides().iter().map(|one| {
        let action_to_use = action(one.action_to_use()?)?;
        Some(RuleActionOverride { name: one.name().to_owned(), action_to_use })
    });
    let mut rule_action_overrides: BTreeSet<_> = overrides.collect::<Option<_>>()?;
    let excluded = group.excluded_rules().iter().map(|rule| rule.name().to_owned());
    rule_action_overrides.extend(excluded.map(|name| RuleActionOverride { name, action_to_use: Action::Count {} }));
    let (vendor_name, name) = (group.vendor_name().to_owned(), group.name().to_owned());
    Some(ManagedRuleGroup { vendor_name, name, rule_action_overrides })
}

/// An action that answers and counts as AWS does by itself.
fn action(action: &types::RuleAction) -> Option<Action> {
    if let Some(block) = action.block() {
        return block.custom_response().is_none().then_some(Action::Block {});
    }
    if let Some(allow) = action.allow() {
        return allow.custom_request_handling().is_none().then_some(Action::Allow {});
    }
    let count = action.count()?;
    count.custom_request_handling().is_none().then_some(Action::Count {})
}

fn override_action(action: &types::OverrideAction) -> Option<OverrideAction> {
    if action.none().is_some() {
        return Some(OverrideAction::None {});
    }
    let count = action.count()?;
    count.custom_request_handling().is_none().then_some(OverrideAction::Count {})
}

fn visibility(config: Option<&types::VisibilityConfig>) -> VisibilityConfig {
    VisibilityConfig {
        sampled_requests_enabled: config.is_some_and(types::VisibilityConfig::sampled_requests_enabled),
        cloud_watch_metrics_enabled: config.is_some_and(types::VisibilityConfig::cloud_watch_metrics_enabled),
        metric_name: config.map(types::VisibilityConfig::metric_name).unwrap_or_default().to_owned(),
    }
}
