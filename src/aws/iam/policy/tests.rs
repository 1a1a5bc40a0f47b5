use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Call as AnyCall, State};
use crate::canonical::Fingerprint;
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
    (document(), others, btree_map("[a-c]", "[x-z]", 0..3)).prop_map(|(policy_document, mut other_versions, tags)| {
        other_versions.sort_by_key(Document::to_string);
        Policy { policy_document, other_versions, tags }.into()
    })
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
    let document = |action: &str| Document::new(vec![json!({"Effect": "Allow", "Action": action, "Resource": "*"})]);
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
