//! Customer-managed policies.
//!
//! A policy has up to five versions, one of them in force. It is changed in three calls: add a version, put it in
//! force, delete the old one; adding and putting in force at once is known to deny access for some seconds. So a
//! settled policy has one version, and there is always room for the next.
//!
//! AWS numbers the versions. Here a version is called by what it says: `version:<digest>`, and among versions that
//! say the same `version:<digest>:1` and so on, counted from the one in force and then by age. Versions go from the
//! last of their digest on, and twins of the version in force go before another is put in force: so a name never
//! passes from one version to another while a plan is under way.

use serde::Serialize;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::iam::policy_arn;
use crate::aws::kit::changed;
use crate::aws::kit::tags::tagged;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::canonical::Sha;
use crate::name::Owner;
use crate::text::{OutputRef, Text};

mod call;
mod need;
mod observe;
mod send;

pub use call::*;

/// A customer-managed policy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// What the version in force says.
    pub policy_document: Document,
    /// What the other versions say, sorted. None is ever wanted.
    pub other_versions: Vec<Document>,
    /// Tags.
    pub tags: Tags,
}

impl Policy {
    /// A customer-managed policy with this document.
    pub fn new(document: Document, tags: Tags) -> Self {
        Self { policy_document: document, other_versions: Vec::new(), tags }
    }
}

impl Resource for Policy {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = super::HEALS;
    const MAKES_ANOTHER: &'static [&'static str] = &["iam:CreatePolicyVersion"];
    const USED_BY: &'static [Kind] = &[Kind::Role];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        match (want, live) {
            (None, None) => None,
            (None, Some(live)) => {
                let delete = || Call::Delete(PolicyArn { policy_arn: arn(id) });
                Some(live.other_versions.last().map_or_else(delete, |surplus| delete_version(id, live, surplus)))
            }
            (Some(want), None) => Some(Call::Create(CreatePolicy {
                policy_name: id.name.clone(),
                path: id.owner.path(),
                policy_document: want.policy_document.clone(),
                tags: want.tags.clone(),
            })),
            (Some(want), Some(live)) => {
                next_version(id, want, live).or_else(|| tags::next(arn(id), &want.tags, &live.tags))
            }
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        match call {
            Call::Create(input) => Some(Self::new(input.policy_document.clone(), input.tags.clone())),
            Call::Delete(_) => None,
            other => changed(state, |policy| policy.apply(other)),
        }
    }

    tagged!();

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        let request = aws.read.iam.list_policies().path_prefix(owner.path());
        let request = request.scope(aws_sdk_iam::types::PolicyScopeType::Local);
        let (mut found, mut policies) = (Vec::new(), request.into_paginator().items().send());
        while let Some(policy) = policies.next().await {
            let name = policy.answer("iam:ListPolicies")?.policy_name;
            found.extend(name.map(|name| Found { name, seed: () }));
        }
        Ok(found)
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        let arn = arn(id);
        match aws.is_unlikely(seed) && !observe::exists(&aws.read.iam, &arn).await? {
            true => Ok(None),
            false => observe::policy(aws, arn).await,
        }
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(&aws.write.iam, call).await
    }
}

impl Policy {
    /// The effect of a call on a policy that exists.
    fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::CreateVersion(input) => self.other_versions.push(input.policy_document.clone()),
            Call::SetDefault(input) => {
                if let Some(at) = self.position(&input.version_id) {
                    std::mem::swap(&mut self.policy_document, &mut self.other_versions[at]);
                }
            }
            Call::DeleteVersion(input) => {
                if let Some(at) = self.position(&input.version_id) {
                    self.other_versions.remove(at);
                }
            }
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
        self.other_versions.sort_by_key(Document::to_string);
    }

    /// Where among the other versions one of this name is. All that say the same are equal here.
    fn position(&self, version: &Text) -> Option<usize> {
        let name = &version.references().next()?.attribute;
        self.other_versions.iter().position(|document| {
            let plain = version_name(document, 0);
            name.strip_prefix(&plain).is_some_and(|index| index.is_empty() || index.starts_with(':'))
        })
    }
}

fn arn(id: &Id) -> String {
    policy_arn(&id.site, &id.owner, &id.name)
}

/// What a version is called, by its document and how many that say the same come before it.
fn version_name(document: &Document, index: usize) -> String {
    let digest = Sha::of(document.to_string().as_bytes()).hex();
    let plain = format!("version:{}", &digest[..16]);
    if index == 0 { plain } else { format!("{plain}:{index}") }
}

/// 1. Delete every version that is in the way, so that there is room and no twins are left.
/// 2. Add the wanted version, unless it is there already.
/// 3. Put it in force; what was in force is then in the way.
fn next_version(id: &Id, want: &Policy, live: &Policy) -> Option<Call> {
    let wanted = &want.policy_document;
    let in_force = live.policy_document == *wanted;
    let mut ready = false;
    for other in &live.other_versions {
        let is_next = !in_force && !ready && other == wanted;
        if !is_next {
            return Some(delete_version(id, live, other));
        }
        ready = true;
    }
    match (in_force, ready) {
        (true, _) => None,
        (false, true) => Some(Call::SetDefault(version(id, wanted, 0))),
        (false, false) => Some(Call::CreateVersion(CreateVersion {
            policy_arn: arn(id),
            policy_document: wanted.clone(),
            set_as_default: false,
        })),
    }
}

/// Deletes the last of the versions that say the same as `surplus`, one of the other versions.
fn delete_version(id: &Id, live: &Policy, surplus: &Document) -> Call {
    let others = live.other_versions.iter().filter(|other| *other == surplus).count();
    let first = usize::from(live.policy_document == *surplus);
    Call::DeleteVersion(version(id, surplus, (first + others).saturating_sub(1)))
}

fn version(id: &Id, document: &Document, index: usize) -> Version {
    let version_id = Text::output(OutputRef::new(&id.address, version_name(document, index)));
    Version { policy_arn: arn(id), version_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Call as AnyCall, State};
    use crate::canonical::Fingerprint;
    use crate::plan::steps::{assert_properties, steps, test_id};
    use crate::text::Outputs;
    use aws_sdk_iam::types;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    fn document() -> impl Strategy<Value = Document> {
        "[a-c]".prop_map(|action| Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": "*"})]))
    }

    fn policy(others: impl Strategy<Value = Vec<Document>>) -> impl Strategy<Value = State> {
        (document(), others, btree_map("[a-c]", "[x-z]", 0..3)).prop_map(
            |(policy_document, mut other_versions, tags)| {
                other_versions.sort_by_key(Document::to_string);
                Policy { policy_document, other_versions, tags }.into()
            },
        )
    }

    fn wanted() -> impl Strategy<Value = State> {
        policy(Just(Vec::new()))
    }

    fn id() -> Id {
        test_id(Kind::Policy, "shop--test-thing")
    }

    /// The versions of one policy as AWS keeps them.
    #[derive(Debug)]
    struct Versions {
        documents: BTreeMap<u64, Document>,
        in_force: u64,
    }

    impl Versions {
        fn observe(&self) -> Observed<Policy> {
            let policy = types::Policy::builder().default_version_id(format!("v{}", self.in_force)).build();
            let read = self.documents.iter().map(|(number, document)| (format!("v{number}"), Some(document.clone())));
            observe::assemble(&policy, read.collect())
        }

        fn outputs(&self) -> Outputs {
            let outputs = self.observe().outputs.into_iter();
            outputs.map(|(attribute, value)| (OutputRef::new(&id().address, attribute), value)).collect()
        }

        fn send(&mut self, call: &AnyCall) {
            let AnyCall::Policy(call) = call else { panic!("{call:?}") };
            let number = |version: &Version| -> u64 {
                version.version_id.literal().expect("a known id").trim_start_matches('v').parse().expect("a number")
            };
            match call {
                Call::CreateVersion(input) => {
                    assert!(self.documents.len() < 5, "LimitExceeded");
                    let number = self.documents.keys().max().expect("a version") + 1;
                    self.documents.insert(number, input.policy_document.clone());
                }
                Call::SetDefault(input) => {
                    assert!(self.documents.contains_key(&number(input)), "NoSuchEntity");
                    self.in_force = number(input);
                }
                Call::DeleteVersion(input) => {
                    assert_ne!(number(input), self.in_force, "DeleteConflict");
                    self.documents.remove(&number(input)).expect("NoSuchEntity");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn versions() -> impl Strategy<Value = Versions> {
        (vec(document(), 1..6), any::<prop::sample::Index>()).prop_map(|(documents, in_force)| Versions {
            in_force: in_force.index(documents.len()) as u64 + 1,
            documents: (1..).zip(documents).collect(),
        })
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(
            want in proptest::option::of(wanted()),
            live in proptest::option::of(policy(vec(document(), 0..5))),
        ) {
            assert_properties(&id(), want.as_ref(), live.as_ref());
        }

        /// Ids that are known when a plan is made are written into it; others are filled in before the call.
        #[test]
        fn a_name_means_the_same_version_all_along_a_plan(want in document(), mut aws in versions()) {
            let (want, live): (State, State) = (Policy::new(want, Tags::new()).into(), aws.observe().state.into());
            let planned = steps(&id(), Some(&want), Some(&live)).unwrap();
            let known = aws.outputs();
            for step in &planned {
                let call = step.call.resolve(Kind::Policy, &known).unwrap();
                let now = step.call.resolve(Kind::Policy, &aws.outputs()).unwrap();
                let call = call.resolve(Kind::Policy, &aws.outputs()).unwrap();
                prop_assert_eq!(&call, &now, "planned and fresh name");
                aws.send(&call);
                prop_assert_eq!(Fingerprint::of(Some(&aws.observe().state)).expect("a state is JSON"), step.leads_to);
            }
            prop_assert_eq!(State::from(aws.observe().state), want);
        }
    }

    #[test]
    fn a_new_document_is_added_put_in_force_and_the_old_one_deleted() {
        let document =
            |action: &str| Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": "*"})]);
        let state = |action: &str| State::from(Policy::new(document(action), Tags::new()));
        let planned = steps(&id(), Some(&state("s3:Get")), Some(&state("s3:Put"))).unwrap();
        let calls: Vec<_> = planned.iter().map(|step| step.call.api()).collect();
        assert_eq!(calls, ["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicyVersion"]);
    }

    #[test]
    fn a_version_that_cannot_be_read_yet_makes_the_state_pending() {
        let policy = types::Policy::builder().policy_id("ANPAX").default_version_id("v2").description("x").build();
        let observed = observe::assemble(&policy, BTreeMap::from([("v2".to_owned(), None)]));
        assert_eq!(observed.pending.as_deref(), Some("PROPAGATING"));
        assert_eq!(observed.identity.as_deref(), Some("ANPAX"));
        assert_eq!(observed.unmodelled.len(), 1);
        assert!(observe::assemble(&policy, BTreeMap::new()).pending.is_some());
    }
}
