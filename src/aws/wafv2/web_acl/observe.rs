//! What AWS reports of a web ACL: web ACL and tags at once, after a listing where nothing has listed it yet; and its log, where
//! the tags say that there is one.

use aws_sdk_wafv2::operation::get_web_acl::GetWebAclOutput;
use aws_sdk_wafv2::types;
use serde_json::{Map, Value};

use super::members::{ERASED_BY, SHAPE};
use super::*;
use crate::aws::kit::members::{Unread, unread};
use crate::aws::kit::text::some_text;
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::wafv2::normal::normalise;
use crate::aws::wafv2::raw::Answered;
use crate::aws::wafv2::shape::unknown;

/// How the rules begin that AWS Shield itself puts in while it mitigates an attack.
const SHIELD_RULE: &str = "ShieldMitigationRuleGroup_";

/// The call that describes one.
const API: &str = "wafv2:GetWebACL";

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
    let marked = async {
        let tags = reader.tags_or(&seed.arn, live_tags(waf, &seed.arn)).await?;
        let log = logging::read(reader, name, &seed.arn, &tags).await?;
        Ok((tags, log))
    };
    let (answer, (tags, log)) = tokio::try_join!(get(waf, name, &seed.id), marked)?;
    let Some(Got { answer, described, unread }) = answer else { return Ok(None) };
    let acl = answer.web_acl.ok_or_else(|| AwsError::malformed(API, "the answer contains no web ACL"))?;
    let (identity, outputs) = (Some(seed.id.clone()), outputs(seed.id, answer.lock_token));
    let (state, strangers) = state(described, tags);
    let unmodelled = [others(&acl), strangers, unread.all(), log.unmodelled].concat();
    let state = WebAcl { logging_configuration: log.logging, ..state };
    Ok(Some(Observed { identity, outputs, unmodelled, ..Observed::of(state) }))
}

/// What `GetWebACL` answers: as the SDK's types have it, and as it came.
struct Got {
    answer: GetWebAclOutput,
    described: Value,
    unread: Unread,
}

async fn get(waf: &Client, name: &str, id: &str) -> Result<Option<Got>, AwsError> {
    let answered = Answered::default();
    let request = waf.get_web_acl().name(name).scope(Scope::Regional).id(id);
    let request = request.customize().interceptor(answered.clone()).send();
    let (answer, unread) = unread(&SHAPE, request).await;
    let Some(answer) = answer.found(API, ABSENT)? else { return Ok(None) };
    let mut described = answered.take().ok_or_else(|| AwsError::malformed(API, "the answer is not JSON"))?;
    Ok(Some(Got { answer, described: described.get_mut("WebACL").map(Value::take).unwrap_or_default(), unread }))
}

/// The web ACL as WAF describes it, normalised, and what it has that no release knows.
pub(super) fn state(mut described: Value, tags: Tags) -> (WebAcl, Vec<Unmodelled>) {
    let mut strangers = Vec::new();
    let mut part = |of: &str, mut value: Value, path: &str| {
        unknown(of, &mut value, path, &mut strangers);
        let mut value = Json::of(&value);
        normalise(of, &mut value);
        value
    };
    let mut take = |name: &str| described.get_mut(name).map(Value::take).unwrap_or_default();
    let default_action = part("DefaultAction", take("DefaultAction"), "DefaultAction");
    let bodies = match take("CustomResponseBodies") {
        Value::Object(bodies) => bodies,
        _ => Map::new(),
    };
    let bodies = bodies.into_iter().map(|(key, body)| {
        let path = format!("CustomResponseBodies.{key}");
        (key, part("CustomResponseBody", body, &path))
    });
    let custom_response_bodies = bodies.collect();
    let rules = match take("Rules") {
        Value::Array(rules) => rules,
        _ => Vec::new(),
    };
    let rules = rules.into_iter().map(|rule| {
        let path = format!("Rules.{}", rule["Name"].as_str().unwrap_or_default());
        part("Rule", rule, &path)
    });
    let rules: Vec<Json> = rules.collect();
    let theirs = rules.into_iter().filter_map(Rule::of).filter(|(name, _)| !name.starts_with(SHIELD_RULE));
    let state = WebAcl {
        description: some_text(described["Description"].as_str()),
        default_action,
        rules: theirs.collect(),
        visibility_config: visibility(&described["VisibilityConfig"]),
        custom_response_bodies,
        logging_configuration: None,
        tags,
    };
    (state, strangers.into_iter().map(|path| Unmodelled::erased(path, ERASED_BY)).collect())
}

/// What an update would erase, and what it cannot reach.
pub(super) fn others(acl: &types::WebAcl) -> Vec<Unmodelled> {
    let mut all = unmodelled::erased(
        ERASED_BY,
        [
            ("CaptchaConfig", acl.captcha_config().is_some()),
            ("ChallengeConfig", acl.challenge_config().is_some()),
            ("TokenDomains", !acl.token_domains().is_empty()),
            ("AssociationConfig", has_association_config(acl)),
            ("DataProtectionConfig", acl.data_protection_config().is_some()),
            ("OnSourceDDoSProtectionConfig", has_ddos_protection(acl)),
            ("ApplicationConfig", acl.application_config().is_some()),
            ("MonetizationConfig", acl.monetization_config().is_some()),
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

fn visibility(config: &Value) -> VisibilityConfig {
    VisibilityConfig {
        sampled_requests_enabled: config["SampledRequestsEnabled"] == true,
        cloud_watch_metrics_enabled: config["CloudWatchMetricsEnabled"] == true,
        metric_name: config["MetricName"].as_str().unwrap_or_default().to_owned(),
    }
}
