//! Functions.
//!
//! Code and configuration are updated by calls of their own, each with a wait. An update carries only what differs:
//! what it leaves out is kept, so what shall go is cleared explicitly. Updates carry the revision that the guard has
//! just read, so that an edit in between is refused by AWS.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::aws::error::AwsError;
use crate::aws::kit::tags::tagged;
use crate::aws::rate::Limit;
use crate::aws::settle::Rule;
use crate::aws::tags::{self, Tags};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::{Address, Owner};
use crate::text::{OutputRef, Text};
use std::time::Duration;

mod call;
mod need;
mod observe;
mod send;

pub use call::*;

/// A function.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    /// Base64 of the SHA-256 of its zip.
    pub code_sha256: String,
    /// Such as `python3.11`.
    pub runtime: String,
    /// Such as `main.handler`.
    pub handler: String,
    /// The ARN of the role that it runs with.
    pub role: String,
    /// What it is for.
    pub description: String,
    /// Memory in MB.
    pub memory_size: i32,
    /// Seconds.
    pub timeout: i32,
    /// `x86_64` or `arm64`.
    pub architecture: String,
    /// Environment variables. Live values never show.
    pub environment: BTreeMap<String, Text>,
    /// `Active` or `PassThrough`.
    pub tracing_mode: String,
    /// ARNs of layer versions, in order.
    pub layers: Vec<String>,
    /// Where failed asynchronous invocations go.
    pub dead_letter_target_arn: Option<String>,
    /// Size of `/tmp` in MB.
    pub ephemeral_storage_size: i32,
    /// Executions that are kept for it, and its ceiling.
    pub reserved_concurrent_executions: Option<i32>,
    /// Tags.
    pub tags: Tags,
}

impl Resource for Function {
    type Call = Call;
    type Seed = ();
    const PATIENCE: Duration = Duration::from_secs(900);
    const HEALS: &'static [Rule] = super::HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;
    const HIDES: bool = true;
    const USED_BY: &'static [Kind] = &[Kind::Permission, Kind::RestApi, Kind::StateMachine];

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let function_name = id.name.clone();
        match (want, live) {
            (None, None) => None,
            (None, Some(_)) => Some(Call::Delete(FunctionName { function_name })),
            (Some(want), None) => Some(create(id, want)),
            (Some(want), Some(live)) => next_code(id, want, live)
                .or_else(|| next_configuration(id, want, live))
                .or_else(|| next_concurrency(id, want, live))
                .or_else(|| tags::next(arn(id), &want.tags, &live.tags)),
        }
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        call::effect(call, state)
    }

    fn blob(call: &Call) -> Option<&Blob> {
        match call {
            Call::Create(input) => Some(&input.code.zip_file),
            Call::UpdateCode(input) => Some(&input.zip_file),
            _ => None,
        }
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.environment.values_mut().for_each(visit);
    }

    tagged!();

    fn hidden(path: &str) -> bool {
        path.starts_with("Environment.")
    }

    fn veil(&mut self, goal: Option<&Self>) {
        let shown = |name: &str, value: &Text| goal.and_then(|goal| goal.environment.get(name)) == Some(value);
        for (name, value) in &mut self.environment {
            if !shown(name, value) {
                *value = hidden_value();
            }
        }
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        super::candidates(aws, owner).await
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        match seed.is_none() && super::absent::is_absent(aws, &id.name).await? {
            true => Ok(None),
            false => observe::observe(aws, id, seed.is_some()).await,
        }
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        send::send(aws, call).await
    }
}

/// What stands for a value that must not show. A reference that no manifest can write, so that it equals no value.
fn hidden_value() -> Text {
    let address = Address { kind: Kind::Function, name: "hidden".parse().expect("the literal is valid") };
    OutputRef::new(&address, "@value").into()
}

/// The revision that was read last: a call with it fails if somebody has changed the function since.
fn revision(id: &Id) -> Text {
    OutputRef::new(&id.address, "@revision").into()
}

fn create(id: &Id, want: &Function) -> Call {
    let code = Code { zip_file: Blob::of_code(&want.code_sha256) };
    let architectures = vec![want.architecture.clone()];
    Call::Create(Box::new(CreateFunction::of(want, id.name.clone(), code, architectures, want.tags.clone())))
}

fn next_code(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let moved = want.architecture != live.architecture;
    (moved || want.code_sha256 != live.code_sha256).then(|| {
        Call::UpdateCode(UpdateFunctionCode {
            function_name: id.name.clone(),
            zip_file: Blob::of_code(&want.code_sha256),
            architectures: vec![want.architecture.clone()],
            revision_id: revision(id),
        })
    })
}

fn next_configuration(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let update = UpdateFunctionConfiguration::between(want, live, id.name.clone(), revision(id))?;
    Some(Call::UpdateConfiguration(Box::new(update)))
}

fn next_concurrency(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let function_name = id.name.clone();
    match want.reserved_concurrent_executions {
        same if same == live.reserved_concurrent_executions => None,
        Some(reserved_concurrent_executions) => {
            Some(Call::PutConcurrency(PutFunctionConcurrency { function_name, reserved_concurrent_executions }))
        }
        None => Some(Call::DeleteConcurrency(FunctionName { function_name })),
    }
}

/// The function's ARN.
fn arn(id: &Id) -> String {
    id.site.arn("lambda", &format!("function:{}", id.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;

    prop_compose! {
        fn function()(
            code in "[a-b]",
            text in ("[a-b]", "[a-b]", "[a-b]", "[a-b]?"),
            sizes in (128..130i32, 1..3i32, 512..514i32),
            architecture in prop_oneof![Just("x86_64"), Just("arm64")],
            environment in proptest::collection::btree_map("[A-B]", "[x-y]", 0..3),
            tracing in prop_oneof![Just("Active"), Just("PassThrough")],
            layers in proptest::collection::vec("[a-b]", 0..3),
            target in proptest::option::of("[a-b]"),
            reserved in proptest::option::of(0..2i32),
            tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        ) -> State {
            Function {
                code_sha256: Blob::of(&crate::canonical::Sha::of(code.as_bytes())).code_sha256(),
                runtime: text.0, handler: text.1, role: text.2, description: text.3,
                memory_size: sizes.0, timeout: sizes.1, ephemeral_storage_size: sizes.2,
                architecture: architecture.into(),
                environment: environment.into_iter().map(|(k, v)| (k, v.into())).collect(),
                tracing_mode: tracing.into(), layers, dead_letter_target_arn: target,
                reserved_concurrent_executions: reserved, tags,
            }.into()
        }
    }

    /// A function with these variables, to be told from others by nothing else.
    fn with(variables: &[(&str, &str)]) -> Function {
        Function {
            code_sha256: Blob::of(&crate::canonical::Sha::of(b"code")).code_sha256(),
            runtime: "python3.11".into(),
            handler: "main.handler".into(),
            role: "role".into(),
            description: String::new(),
            memory_size: 128,
            timeout: 3,
            architecture: "x86_64".into(),
            environment: variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            tracing_mode: "PassThrough".into(),
            layers: Vec::new(),
            dead_letter_target_arn: None,
            ephemeral_storage_size: 512,
            reserved_concurrent_executions: None,
            tags: Tags::new(),
        }
    }

    fn veiled(live: &[(&str, &str)], goal: Option<&[(&str, &str)]>) -> State {
        let (mut state, goal) = (State::from(with(live)), goal.map(|goal| State::from(with(goal))));
        state.veil(goal.as_ref());
        state
    }

    #[test]
    fn a_hidden_value_leaves_no_trace_and_its_name_stays() {
        let goal: &[(&str, &str)] = &[("TABLE", "orders")];
        let one = veiled(&[("API_KEY", "1234"), ("TABLE", "orders")], Some(goal));
        assert_eq!(one, veiled(&[("API_KEY", "9876"), ("TABLE", "orders")], Some(goal)));
        assert_ne!(one, veiled(&[("API_KEYS", "1234"), ("TABLE", "orders")], Some(goal)), "names count");
        assert_ne!(one, veiled(&[("API_KEY", "1234"), ("TABLE", "others")], Some(goal)), "so does what the plan shows");
        assert_eq!(veiled(goal, Some(goal)), with(goal).into());
        assert_eq!(veiled(&[("A", "1")], None), veiled(&[("A", "2")], None), "of what is deleted nothing is shown");
        // No manifest can write what stands for a hidden value.
        let text = serde_json::to_string(&hidden_value()).expect("a text is JSON");
        assert_eq!(text, r#"{"$output":"lambda.function/hidden.@value"}"#);
    }

    proptest! {
        #[test]
        fn the_three_properties_hold_with_hidden_values(want in function(), live in function()) {
            let mut live = live;
            live.veil(Some(&want));
            assert_properties(&test_id(Kind::Function, "shop-test-thing"), Some(&want), Some(&live));
        }

        #[test]
        fn the_three_properties_hold(want in proptest::option::of(function()), live in proptest::option::of(function())) {
            assert_properties(&test_id(Kind::Function, "shop--test-thing"), want.as_ref(), live.as_ref());
        }
    }
}
