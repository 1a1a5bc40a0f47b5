//! State machines on both emulators.

use serverless_app::aws::stepfunctions::{Logging, StateMachine, canonical};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::name::Owner;
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe, see};

fn definition(result: &str) -> String {
    let state = format!(r#"{{ "Type": "Pass", "Result": "{result}", "End": true }}"#);
    format!("{{\n  \"StartAt\": \"Only\",\n  \"States\": {{ \"Only\": {state} }}\n}}")
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
}

/// A state machine with nothing but what it must have.
fn plain(id: &Id, result: &str) -> StateMachine {
    StateMachine {
        definition: canonical(&definition(result)).unwrap().into(),
        role_arn: id.site.global_arn("iam", "role/one"),
        machine_type: "STANDARD".into(),
        logging: None,
        tracing: false,
        tags: Tags::new(),
    }
}

/// A group that a state machine may log to.
async fn group(aws: &Aws, id: &Id, name: &str) -> String {
    let name = format!("/aws/vendedlogs/states/{name}");
    aws.write.logs.create_log_group().log_group_name(&name).send().await.expect("a group");
    id.site.arn("logs", &format!("log-group:{name}:*"))
}

#[tokio::test]
async fn a_state_machine_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::StateMachine, "life", "suite--test-life").await;
        let groups = [group(&aws, &id, "one").await, group(&aws, &id, "two").await];
        let logging = |level: &str, include_execution_data, group: &str| {
            Some(Logging { level: level.into(), include_execution_data, log_group_arn: group.into() })
        };
        let full = StateMachine {
            logging: logging("ERROR", false, &groups[0]),
            tracing: true,
            tags: tags(&[("a", "1"), ("b", "2")]),
            ..plain(&id, "first")
        };
        let other = StateMachine {
            role_arn: id.site.global_arn("iam", "role/two"),
            logging: logging("ALL", true, &groups[1]),
            tags: tags(&[("b", "3"), ("c", "4")]),
            ..plain(&id, "second")
        };
        let bare = plain(&id, "second");
        let express = StateMachine { machine_type: "EXPRESS".into(), ..plain(&id, "second") };
        let replaced = ["states:DeleteStateMachine", "states:CreateStateMachine"].as_slice();
        let mut known = Outputs::new();
        for (want, calls) in [
            (Some(full), ["states:CreateStateMachine"].as_slice()),
            (Some(other), &["states:UpdateStateMachine", "states:TagResource", "states:UntagResource"]),
            (Some(bare), &["states:UpdateStateMachine", "states:UntagResource"]),
            (Some(express), replaced),
            (None, &["states:DeleteStateMachine"]),
        ] {
            let sent = lead(&aws, &id, want.map(State::from).as_ref(), &mut known).await;
            assert_eq!(sent, calls, "{emulator}");
        }
        assert_eq!(observe(&aws, &id, &mut known).await, None, "{emulator}");
    }
}

#[tokio::test]
async fn an_edit_of_a_state_machine_by_hand_is_seen_and_repaired() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::StateMachine, "edit", "suite--test-edit").await;
        let mut known = Outputs::new();
        let want = State::from(plain(&id, "ours"));
        lead(&aws, &id, Some(&want), &mut known).await;
        let arn = id.site.arn("states", "stateMachine:suite--test-edit");
        let update =
            |text: String| aws.write.sfn.update_state_machine().state_machine_arn(&arn).definition(text).send();
        update(definition("ours")).await.expect("an update that moves nothing but space");
        assert_eq!(observe(&aws, &id, &mut known).await.map(|o| o.state).as_ref(), Some(&want), "{emulator}");
        update(definition("theirs")).await.expect("an update");
        let seen = see(&aws, &id, &mut known, |observed| observed.state != want).await;
        let Some(State::StateMachine(live)) = seen.map(|o| o.state) else { panic!("{emulator}: it is gone") };
        assert!(live.definition.to_string().contains("theirs"), "{emulator}: {}", live.definition);
        assert_eq!(lead(&aws, &id, Some(&want), &mut known).await, ["states:UpdateStateMachine"], "{emulator}");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn state_machines_are_found_by_their_prefix() {
    for (emulator, aws) in emulators().await {
        let owner = Owner { app: "suite".parse().unwrap(), stage: "test".parse().unwrap() };
        let mut known = Outputs::new();
        for physical in ["suite--test-found", "suite--other-found"] {
            let id = id(&aws, Kind::StateMachine, "found", physical).await;
            lead(&aws, &id, Some(&plain(&id, "x").into()), &mut known).await;
        }
        let found = Kind::StateMachine.find(&PlanReader::new(&aws), &owner).await.expect("a listing");
        let names: Vec<_> = found.into_iter().map(|found| found.name).collect();
        assert_eq!(names, ["suite--test-found"], "{emulator}");
    }
}
