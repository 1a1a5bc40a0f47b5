//! Web ACLs.

use std::collections::BTreeMap;

use aws_sdk_wafv2::types;
use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::tags::{self, TagChange, Tags};
use crate::aws::wafv2::rule::{self, Rule, Statement, Visibility};
use crate::aws::wafv2::{ABSENT, Action, Empty, Listed, arn, list_tags, lock_token, made_up, sdk_tags, tag, untag};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource, Unmodelled, literal};
use crate::name::Owner;
use crate::text::Text;

/// The rule that AWS Shield adds by itself.
const SHIELD: &str = "ShieldMitigationRuleGroup_";

/// A web ACL.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebAcl {
    /// What it is for.
    pub description: Option<String>,
    /// What happens to requests that no rule speaks of.
    pub default_action: Action,
    /// The rules by name.
    pub rules: BTreeMap<String, Rule>,
    /// Metrics and samples.
    pub visibility_config: Visibility,
    /// Tags.
    pub tags: Tags,
}

/// The calls on a web ACL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "api", content = "input")]
pub enum Call {
    /// Makes it.
    #[serde(rename = "wafv2:CreateWebACL")]
    Create(CreateWebAcl),
    /// Replaces all of it.
    #[serde(rename = "wafv2:UpdateWebACL")]
    Update(UpdateWebAcl),
    /// Adds or changes tags.
    #[serde(rename = "wafv2:TagResource")]
    Tag(TagResource),
    /// Removes tags.
    #[serde(rename = "wafv2:UntagResource")]
    Untag(UntagResource),
    /// Deletes it.
    #[serde(rename = "wafv2:DeleteWebACL")]
    Delete(Delete),
}

/// Everything that an update replaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Content {
    /// The physical name.
    pub name: String,
    /// `REGIONAL`.
    pub scope: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What happens to requests that no rule speaks of.
    pub default_action: Action,
    /// The rules, by priority.
    pub rules: Vec<Rule>,
    /// Metrics and samples.
    pub visibility_config: Visibility,
}

/// Input of `CreateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateWebAcl {
    /// All of it.
    #[serde(flatten)]
    pub content: Content,
    /// Tags.
    #[serde(with = "tags::listed")]
    pub tags: Tags,
}

/// Input of `UpdateWebACL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateWebAcl {
    /// All of it.
    #[serde(flatten)]
    pub content: Content,
    /// The id that AWS made up.
    pub id: Text,
    /// Of the read that was compared with the plan.
    pub lock_token: Text,
}

/// Input of `DeleteWebACL` and `DeleteIPSet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Delete {
    /// The physical name.
    pub name: String,
    /// `REGIONAL`.
    pub scope: String,
    /// The id that AWS made up.
    pub id: Text,
    /// Of the read that was compared with the plan.
    pub lock_token: Text,
}

impl Delete {
    /// Deletes the web ACL or IP set.
    pub fn of(id: &Id) -> Self {
        Self { name: id.name.clone(), scope: "REGIONAL".into(), id: made_up(id), lock_token: lock_token(id) }
    }
}

/// Input of `TagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TagResource {
    /// The ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: Text,
    /// Tags to set.
    #[serde(rename = "Tags", with = "tags::listed")]
    pub tags: Tags,
}

/// Input of `UntagResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UntagResource {
    /// The ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: Text,
    /// Keys to remove.
    #[serde(rename = "TagKeys")]
    pub tag_keys: Vec<String>,
}

impl Content {
    fn of(id: &Id, want: &WebAcl) -> Self {
        let mut rules: Vec<Rule> = want.rules.values().cloned().collect();
        rules.sort_by_key(|rule| rule.priority);
        Self {
            name: id.name.clone(),
            scope: "REGIONAL".into(),
            description: want.description.clone(),
            default_action: want.default_action,
            rules,
            visibility_config: want.visibility_config.clone(),
        }
    }

    fn state(&self, tags: Tags) -> WebAcl {
        WebAcl {
            description: self.description.clone(),
            default_action: self.default_action,
            rules: self.rules.iter().map(|rule| (rule.name.clone(), rule.clone())).collect(),
            visibility_config: self.visibility_config.clone(),
            tags,
        }
    }
}

impl Resource for WebAcl {
    type Call = Call;
    type Seed = Listed;
    const USED_BY: &'static [Kind] = &[Kind::Association];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(Delete::of(id))),
            (Some(want), None) => {
                Some(Call::Create(CreateWebAcl { content: Content::of(id, want), tags: want.tags.clone() }))
            }
            (Some(want), Some(live)) if Content::of(id, want) != Content::of(id, live) => {
                let (content, lock_token) = (Content::of(id, want), lock_token(id));
                Some(Call::Update(UpdateWebAcl { content, id: made_up(id), lock_token }))
            }
            (Some(want), Some(live)) => tags::next(&want.tags, &live.tags).map(|change| {
                let resource_arn = arn(&id.site, "webacl", &id.address, &id.name);
                match change {
                    TagChange::Set(tags) => Call::Tag(TagResource { resource_arn, tags }),
                    TagChange::Remove(tag_keys) => Call::Untag(UntagResource { resource_arn, tag_keys }),
                }
            }),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(input.content.state(input.tags.clone())),
            Call::Update(input) => state.map(|acl| input.content.state(acl.tags)),
            Call::Delete(_) => None,
            Call::Tag(input) => state.map(|mut acl| {
                tags::set(&mut acl.tags, &input.tags);
                acl
            }),
            Call::Untag(input) => state.map(|mut acl| {
                tags::remove(&mut acl.tags, &input.tag_keys);
                acl
            }),
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        for rule in self.rules.values_mut() {
            if let Statement::IpSetReferenceStatement(set) = &mut rule.statement {
                visit(&mut set.arn);
            }
        }
    }

    fn tags(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Listed>>, AwsError> {
        let (mut found, mut marker) = (Vec::new(), None);
        loop {
            let request = aws.read.wafv2.list_web_acls().scope(types::Scope::Regional).limit(100);
            let page = request.set_next_marker(marker).send().await.answer("wafv2:ListWebACLs")?;
            let all = page.web_acls.unwrap_or_default();
            let ours = all.iter().filter(|acl| acl.name().is_some_and(|name| name.starts_with(&owner.prefix())));
            found.extend(ours.filter_map(|acl| {
                let seed = Listed { id: acl.id()?.to_owned(), arn: acl.arn()?.to_owned() };
                Some(Found { name: acl.name()?.to_owned(), seed })
            }));
            marker = page.next_marker.filter(|_| !all.is_empty());
            if marker.is_none() {
                return Ok(found);
            }
        }
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&Listed>) -> Result<Option<Observed<Self>>, AwsError> {
        let seed = match seed {
            Some(seed) => Some(seed.clone()),
            None => Self::list(aws, &id.owner).await?.into_iter().find(|found| found.name == id.name).map(|f| f.seed),
        };
        let Some(listed) = seed else { return Ok(None) };
        let get = aws.read.wafv2.get_web_acl().name(&id.name).scope(types::Scope::Regional).id(&listed.id);
        let (answer, tags) = tokio::join!(get.send(), list_tags(aws, &listed.arn));
        let Some(answer) = answer.found("wafv2:GetWebACL", ABSENT)? else { return Ok(None) };
        let token = answer.lock_token.map(|token| ("@lock-token".to_owned(), token));
        let Some(acl) = answer.web_acl else { return Ok(None) };
        let mut outputs = BTreeMap::from([("id".to_owned(), listed.id.clone())]);
        outputs.extend(token);
        let (state, unmodelled) = (read(&acl, tags?), unmodelled(&acl));
        Ok(Some(Observed { identity: Some(listed.id), outputs, unmodelled, ..Observed::of(state) }))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Create(input) => {
                let api = "wafv2:CreateWebACL";
                let (content, waf) = (&input.content, &aws.write.wafv2);
                let request = waf.create_web_acl().name(&content.name).scope(content.scope.as_str().into());
                let request = request
                    .set_description(content.description.clone())
                    .default_action(default_action(api, content.default_action)?)
                    .set_rules(Some(rules(api, &content.rules)?))
                    .visibility_config(
                        content.visibility_config.sdk().map_err(|e| AwsError::not_sent(api, e.to_string()))?,
                    )
                    .set_tags(Some(sdk_tags(api, &input.tags)?));
                request.send().await.answer(api).map(drop)
            }
            Call::Update(input) => {
                let api = "wafv2:UpdateWebACL";
                let (content, waf) = (&input.content, &aws.write.wafv2);
                let request = waf.update_web_acl().name(&content.name).scope(content.scope.as_str().into());
                let request = request
                    .id(literal(api, &input.id)?)
                    .lock_token(literal(api, &input.lock_token)?)
                    .set_description(content.description.clone())
                    .default_action(default_action(api, content.default_action)?)
                    .set_rules(Some(rules(api, &content.rules)?))
                    .visibility_config(
                        content.visibility_config.sdk().map_err(|e| AwsError::not_sent(api, e.to_string()))?,
                    );
                request.send().await.answer(api).map(drop)
            }
            Call::Tag(input) => tag(aws, &input.resource_arn, &input.tags).await,
            Call::Untag(input) => untag(aws, &input.resource_arn, &input.tag_keys).await,
            Call::Delete(input) => {
                let api = "wafv2:DeleteWebACL";
                let request = aws.write.wafv2.delete_web_acl().name(&input.name).scope(input.scope.as_str().into());
                let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
                request.send().await.answer(api).map(drop)
            }
        }
    }
}

fn read(acl: &types::WebAcl, tags: Tags) -> WebAcl {
    let rules = acl.rules().iter().filter(|rule| !rule.name().starts_with(SHIELD));
    let default_action = match acl.default_action() {
        Some(action) if action.block().is_some() => Action::Block(Empty {}),
        _ => Action::Allow(Empty {}),
    };
    WebAcl {
        description: acl.description().filter(|text| !text.is_empty()).map(str::to_owned),
        default_action,
        rules: rules.map(|rule| (rule.name().to_owned(), rule::read(rule))).collect(),
        visibility_config: Visibility::read(acl.visibility_config()),
        tags,
    }
}

fn unmodelled(acl: &types::WebAcl) -> Vec<Unmodelled> {
    let set = [
        ("CustomResponseBodies", acl.custom_response_bodies().is_some_and(|bodies| !bodies.is_empty())),
        ("CaptchaConfig", acl.captcha_config().is_some()),
        ("ChallengeConfig", acl.challenge_config().is_some()),
        ("TokenDomains", !acl.token_domains().is_empty()),
        ("AssociationConfig", acl.association_config().is_some()),
        ("Rules (one of AWS Shield)", acl.rules().iter().any(|rule| rule.name().starts_with(SHIELD))),
    ];
    let named = set.into_iter().filter(|(_, set)| *set);
    named.map(|(name, _)| Unmodelled { attribute: name.into(), erased_by: Some("wafv2:UpdateWebACL") }).collect()
}

fn default_action(api: &'static str, action: Action) -> Result<types::DefaultAction, AwsError> {
    let builder = types::DefaultAction::builder();
    match action {
        Action::Allow(_) => Ok(builder.allow(types::AllowAction::builder().build()).build()),
        Action::Block(_) => Ok(builder.block(types::BlockAction::builder().build()).build()),
        other => Err(AwsError::not_sent(api, format!("{other:?} is no default action"))),
    }
}

fn rules(api: &'static str, rules: &[Rule]) -> Result<Vec<types::Rule>, AwsError> {
    rules.iter().map(rule::sdk).collect::<Result<_, _>>().map_err(|error| AwsError::not_sent(api, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::aws::wafv2::{IpSetReference, ManagedRuleGroup, OverrideAction, RateBased};
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    fn statement() -> impl Strategy<Value = Statement> {
        prop_oneof![
            (10..12i64, 300..302i64).prop_map(|(limit, evaluation_window_sec)| {
                Statement::RateBasedStatement(RateBased {
                    limit,
                    evaluation_window_sec,
                    aggregate_key_type: "IP".into(),
                })
            }),
            "[a-b]".prop_map(|name| Statement::ManagedRuleGroupStatement(ManagedRuleGroup {
                vendor_name: "AWS".into(),
                name,
                rule_action_overrides: Vec::new(),
            })),
            "[a-b]".prop_map(|arn| Statement::IpSetReferenceStatement(IpSetReference { arn: arn.into() })),
        ]
    }

    prop_compose! {
        fn acl()(
            description in proptest::option::of("[a-b]"),
            block in any::<bool>(),
            statements in proptest::collection::btree_map("[a-c]", statement(), 0..3),
            tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        ) -> State {
            let rule = |(place, (name, statement)): (usize, (String, Statement))| {
                let group = matches!(statement, Statement::ManagedRuleGroupStatement(_));
                let rule = Rule {
                    priority: i32::try_from(place).unwrap_or(0),
                    action: (!group).then_some(Action::Block(Empty {})),
                    override_action: group.then_some(OverrideAction::None(Empty {})),
                    visibility_config: Visibility::on(&name),
                    statement, name: name.clone(),
                };
                (name, rule)
            };
            WebAcl {
                description,
                default_action: if block { Action::Block(Empty {}) } else { Action::Allow(Empty {}) },
                rules: statements.into_iter().enumerate().map(rule).collect(),
                visibility_config: Visibility::on("x"),
                tags,
            }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(acl()), live in proptest::option::of(acl())) {
            assert_properties(&test_id(Kind::WebAcl, "shop-test-thing"), want.as_ref(), live.as_ref());
        }
    }
}
