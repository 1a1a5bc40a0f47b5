//! Roles.
//!
//! A role of the right name under another path was not made by this program, and a path cannot be changed: it
//! shows as a difference, and the way to the wanted role leads through deleting that one.
//!
//! New permissions come before old ones go, so that a function never runs without any between two calls; except
//! where a quota leaves no room for both.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::Owner;

mod call;
mod need;
mod observe;
mod send;

pub use call::*;
pub use need::is_bare;

/// The policies that can be attached to a role, where the account's quota has not been raised.
const ATTACHMENTS: usize = 10;

/// The characters that a role's inline policies can have together.
const INLINE_CHARACTERS: usize = 10_240;

/// The longest session that AWS allows where nobody asked for another, in seconds.
pub const DEFAULT_SESSION: i32 = 3600;

/// A role, with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// Its path where that is not `/<app>/<stage>/`. Never wanted.
    pub path: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session_duration: i32,
    /// Who may assume it.
    pub assume_role_policy_document: Document,
    /// The managed policies that are attached to it, by ARN.
    pub managed_policy_arns: BTreeSet<String>,
    /// The policies that it holds itself, by name.
    pub inline_policies: BTreeMap<String, Document>,
    /// The ARN of the policy that bounds what it can be allowed.
    pub permissions_boundary: Option<String>,
    /// Tags.
    pub tags: Tags,
}

impl Role {
    /// A role that a service (`lambda.amazonaws.com`) may assume, with managed policies by ARN and inline
    /// policies by name.
    pub fn for_service(
        service: &str,
        managed: BTreeSet<String>,
        inline: BTreeMap<String, Document>,
        tags: Tags,
    ) -> Self {
        let trust = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
        Self {
            path: None,
            description: Some(format!("Assumed by {service}")),
            max_session_duration: DEFAULT_SESSION,
            assume_role_policy_document: Document::new(vec![trust]),
            managed_policy_arns: managed,
            inline_policies: inline,
            permissions_boundary: None,
            tags,
        }
    }
}

impl Resource for Role {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = super::HEALS;
    const USED_BY: &'static [Kind] = &[Kind::Function, Kind::StateMachine, Kind::Recorder];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(live)) => Some(next_to_absence(id, live)),
            (Some(want), None) => Some(Call::Create(create(id, want))),
            (Some(want), Some(live)) if want.path != live.path => Some(next_to_absence(id, live)),
            (Some(want), Some(live)) => next_trust(id, want, live)
                .or_else(|| UpdateRole::between(want, live, id.name.clone()).map(Call::Update))
                .or_else(|| next_boundary(id, want, live))
                .or_else(|| next_attachment(id, want, live))
                .or_else(|| next_inline(id, want, live))
                .or_else(|| tags::next(id.name.clone(), &want.tags, &live.tags)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(created(input)),
            Call::Delete(_) => None,
            other => changed(state, |role| role.apply(other)),
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        let mut found = Vec::new();
        let mut roles = aws.read.iam.list_roles().path_prefix(owner.path()).into_paginator().items().send();
        while let Some(role) = roles.next().await {
            found.push(Found { name: role.answer("iam:ListRoles")?.role_name, seed: () });
        }
        Ok(found)
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        match aws.is_unlikely(seed) && !observe::exists(aws, id).await? {
            true => Ok(None),
            false => observe::role(aws, id).await,
        }
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.iam, call).await
    }
}

impl Role {
    /// The effect of a call on a role that exists.
    fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::UpdateTrust(input) => self.assume_role_policy_document = input.policy_document.clone(),
            Call::Update(input) => input.parts().apply(self),
            Call::PutBoundary(input) => self.permissions_boundary = Some(input.permissions_boundary.clone()),
            Call::DeleteBoundary(_) => self.permissions_boundary = None,
            Call::Attach(input) => drop(self.managed_policy_arns.insert(input.policy_arn.clone())),
            Call::Detach(input) => drop(self.managed_policy_arns.remove(&input.policy_arn)),
            Call::PutInline(input) => {
                self.inline_policies.insert(input.policy_name.clone(), input.policy_document.clone());
            }
            Call::DeleteInline(input) => drop(self.inline_policies.remove(&input.policy_name)),
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }
}

/// IAM does not tell an empty text from none.
fn some_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn create(id: &Id, want: &Role) -> CreateRole {
    let (name, trust) = (id.name.clone(), want.assume_role_policy_document.clone());
    CreateRole::of(want, name, id.owner.path(), trust, want.permissions_boundary.clone(), want.tags.clone())
}

fn created(input: &CreateRole) -> Role {
    let mut role = Role {
        path: None,
        description: None,
        max_session_duration: DEFAULT_SESSION,
        assume_role_policy_document: input.assume_role_policy_document.clone(),
        managed_policy_arns: BTreeSet::new(),
        inline_policies: BTreeMap::new(),
        permissions_boundary: input.permissions_boundary.clone(),
        tags: input.tags.clone(),
    };
    input.parts().apply(&mut role);
    role
}

/// AWS deletes only a role on which nothing hangs.
fn next_to_absence(id: &Id, live: &Role) -> Call {
    let role_name = id.name.clone();
    if let Some(policy_arn) = live.managed_policy_arns.first().cloned() {
        return Call::Detach(Attachment { role_name, policy_arn });
    }
    match live.inline_policies.keys().next().cloned() {
        Some(policy_name) => Call::DeleteInline(InlinePolicy { role_name, policy_name }),
        None => Call::Delete(RoleName { role_name }),
    }
}

fn next_trust(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let document = &want.assume_role_policy_document;
    (*document != live.assume_role_policy_document).then(|| {
        Call::UpdateTrust(UpdateAssumeRolePolicy { role_name: id.name.clone(), policy_document: document.clone() })
    })
}

fn next_boundary(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let role_name = id.name.clone();
    match &want.permissions_boundary {
        boundary if *boundary == live.permissions_boundary => None,
        Some(arn) => Some(Call::PutBoundary(PutBoundary { role_name, permissions_boundary: arn.clone() })),
        None => Some(Call::DeleteBoundary(RoleName { role_name })),
    }
}

fn next_attachment(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let missing = want.managed_policy_arns.difference(&live.managed_policy_arns).next();
    let extra = live.managed_policy_arns.difference(&want.managed_policy_arns).next();
    let input = |arn: &String| Attachment { role_name: id.name.clone(), policy_arn: arn.clone() };
    let full = live.managed_policy_arns.len() >= ATTACHMENTS;
    match (missing, extra) {
        (Some(missing), None) => Some(Call::Attach(input(missing))),
        (Some(missing), Some(_)) if !full => Some(Call::Attach(input(missing))),
        (_, Some(extra)) => Some(Call::Detach(input(extra))),
        (None, None) => None,
    }
}

fn next_inline(id: &Id, want: &Role, live: &Role) -> Option<Call> {
    let put = want.inline_policies.iter().find(|(name, document)| live.inline_policies.get(*name) != Some(*document));
    let extra = live.inline_policies.keys().find(|name| !want.inline_policies.contains_key(*name));
    let role_name = id.name.clone();
    let fits = put.is_none_or(|(name, document)| fits_with(&live.inline_policies, name, document));
    match (put, extra) {
        (Some((name, document)), extra) if fits || extra.is_none() => {
            let (policy_name, policy_document) = (name.clone(), document.clone());
            Some(Call::PutInline(PutRolePolicy { role_name, policy_name, policy_document }))
        }
        (_, Some(name)) => Some(Call::DeleteInline(InlinePolicy { role_name, policy_name: name.clone() })),
        _ => None,
    }
}

/// True if a policy can be put beside, or in the place of, those that are there.
fn fits_with(live: &BTreeMap<String, Document>, name: &str, document: &Document) -> bool {
    let others = live.iter().filter(|(other, _)| *other != name).map(|(_, document)| document);
    let characters = others.chain([document]).map(|document| document.to_string().chars().count());
    characters.sum::<usize>() <= INLINE_CHARACTERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, steps, test_id};
    use aws_sdk_iam::types;
    use proptest::collection::{btree_map, btree_set};
    use proptest::prelude::*;

    fn document() -> impl Strategy<Value = Document> {
        ("[a-c]", prop_oneof![9 => 0..2_usize, 1 => Just(4000)]).prop_map(|(action, size)| {
            let action = format!("s3:{action}{}", "x".repeat(size));
            Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": "*"})])
        })
    }

    fn role() -> impl Strategy<Value = State> {
        let settings = (proptest::option::of("/other/"), proptest::option::of("[a-b]"), 3600..3602);
        let managed = prop_oneof![btree_set("[a-c]", 0..3), btree_set("[a-p]", 8..12)];
        let tags = btree_map("[a-c]", "[x-z]", 0..3);
        let permissions = (managed, btree_map("[a-e]", document(), 0..4), proptest::option::of("[a-b]"));
        (settings, document(), permissions, tags).prop_map(|(settings, trust, permissions, tags)| {
            let role = Role {
                path: settings.0,
                description: settings.1,
                max_session_duration: settings.2,
                assume_role_policy_document: trust,
                managed_policy_arns: permissions.0,
                inline_policies: permissions.1,
                permissions_boundary: permissions.2,
                tags,
            };
            role.into()
        })
    }

    fn wanted() -> impl Strategy<Value = State> {
        role().prop_map(|state| match state {
            State::Role(role) => Role { path: None, ..role }.into(),
            other => other,
        })
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(want in proptest::option::of(wanted()), live in proptest::option::of(role())) {
            assert_properties(&test_id(Kind::Role, "shop--test-thing"), want.as_ref(), live.as_ref());
        }
    }

    fn some_role(managed: &[&str]) -> Role {
        let managed = managed.iter().map(|arn| arn.to_string()).collect();
        Role::for_service("lambda.amazonaws.com", managed, BTreeMap::new(), Tags::new())
    }

    fn apis(want: Option<Role>, live: Option<Role>) -> Vec<&'static str> {
        let (want, live) = (want.map(State::from), live.map(State::from));
        let steps = steps(&test_id(Kind::Role, "shop--test-thing"), want.as_ref(), live.as_ref()).unwrap();
        steps.iter().map(|step| step.call.api()).collect()
    }

    #[test]
    fn a_policy_is_attached_before_another_goes_while_there_is_room() {
        let full: Vec<_> = ('a'..='j').map(String::from).collect();
        let full: Vec<_> = full.iter().map(String::as_str).collect();
        let attach_detach = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"];
        assert_eq!(apis(Some(some_role(&["b"])), Some(some_role(&["a"]))), attach_detach);
        let mut other = full.clone();
        other[0] = "z";
        assert_eq!(apis(Some(some_role(&other)), Some(some_role(&full))), [attach_detach[1], attach_detach[0]]);
    }

    #[test]
    fn a_role_under_another_path_is_emptied_deleted_and_made_again() {
        let live = Role { path: Some("/".into()), ..some_role(&["a"]) };
        let calls = ["iam:DetachRolePolicy", "iam:DeleteRole", "iam:CreateRole", "iam:AttachRolePolicy"];
        assert_eq!(apis(Some(some_role(&["a"])), Some(live)), calls);
    }

    #[test]
    fn what_aws_fills_in_by_itself_is_no_difference() {
        let want = Role { description: None, ..some_role(&[]) };
        let trust =
            want.assume_role_policy_document.to_string().replace(r#"["sts:AssumeRole"]"#, r#""sts:AssumeRole""#);
        let encoded = percent_encoding::utf8_percent_encode(&trust, percent_encoding::NON_ALPHANUMERIC).to_string();
        let live =
            types::Role::builder().path("/shop/test/").role_name("r").role_id("AROAX").arn("arn:aws:iam::1:role/r");
        let live = live.create_date(aws_smithy_types::DateTime::from_secs(0)).assume_role_policy_document(encoded);
        let live = live.description("").build().unwrap();
        let id = test_id(Kind::Role, "r");
        assert_eq!(observe::state(&id, &live, BTreeSet::new(), BTreeMap::new()).unwrap(), want);
    }
}
