//! Workflows from the manifest to the states of their resources.

use serde_json::{Value, json};

use crate::manifest::function::tests::{lowered, needs, problems, state};

const MANIFEST: &str = r#"[app]
name = "shop"
region = "us-west-2"
[function.api]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
[workflow.flow]
definition = "flow.json"
invokes = ["api"]
"#;

const FLOW: &str = r#"{
  "StartAt": "Call",
  "States": {"Call": {"Type": "Task", "Resource": "${function.api.arn}", "End": true}}
}"#;

const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-api";

#[test]
fn a_workflow_may_invoke_what_it_names_and_nothing_else() {
    let all = lowered(MANIFEST, &[("flow.json", FLOW)]).unwrap();
    let machine = state(&all, "stepfunctions.state-machine/flow");
    assert_eq!(machine["type"], "STANDARD");
    assert_eq!((&machine["logging"], &machine["tracing"]), (&Value::Null, &json!(false)));
    let definition: Value = serde_json::from_str(machine["definition"].as_str().unwrap()).unwrap();
    assert_eq!(definition["States"]["Call"]["Resource"], FUNCTION);
    let role = state(&all, "iam.role/flow-workflow");
    assert_eq!(machine["roleArn"], "arn:aws:iam::123456789012:role/shop/test/shop--test-flow-workflow");
    let invoke = json!({"Sid": "Invoke", "Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": [FUNCTION, format!("{FUNCTION}:*")]});
    assert_eq!(role["InlinePolicies"]["workflow"]["Statement"], json!([invoke]));
    assert_eq!(role["ManagedPolicyArns"], json!([]));
    assert_eq!(needs(&all, "stepfunctions.state-machine/flow"), ["iam.role/flow-workflow", "lambda.function/api"]);
}

#[test]
fn logging_and_tracing_bring_their_rights_and_their_group() {
    let more = "type = \"EXPRESS\"\ntracing = true\nlogging = { level = \"ALL\", include_execution_data = true }\n";
    let all = lowered(&format!("{MANIFEST}{more}"), &[("flow.json", FLOW)]).unwrap();
    let machine = state(&all, "stepfunctions.state-machine/flow");
    let group = "arn:aws:logs:us-west-2:123456789012:log-group:/aws/vendedlogs/states/shop--test-flow:*";
    assert_eq!(machine["logging"], json!({"level": "ALL", "includeExecutionData": true, "logGroupArn": group}));
    assert_eq!((&machine["type"], &machine["tracing"]), (&json!("EXPRESS"), &json!(true)));
    let role = state(&all, "iam.role/flow-workflow");
    let statements = role["InlinePolicies"]["workflow"]["Statement"].as_array().unwrap();
    let sids: Vec<_> = statements.iter().map(|s| (s["Sid"].as_str().unwrap(), s["Resource"][0] == "*")).collect();
    assert_eq!(sids, [("Invoke", false), ("LogDelivery", true), ("Tracing", true)]);
    assert!(needs(&all, "stepfunctions.state-machine/flow").contains(&"logs.log-group/flow-workflow".to_owned()));
}

#[test]
fn a_function_that_is_named_but_not_invoked_is_pointed_out() {
    let without = MANIFEST.replace("invokes = [\"api\"]", "");
    let flow =
        r#"{"StartAt": "Say", "States": {"Say": {"Type": "Pass", "Result": "${function.api.arn}", "End": true}}}"#;
    let all = lowered(&without, &[("flow.json", flow)]).unwrap();
    assert!(all.notes[0].message.contains("invokes lambda.function/api"), "{:?}", all.notes);
    let problem =
        "3:51: /States/Call/Resource: it needs lambda:InvokeFunction on [function.api], which `invokes` does not grant";
    assert_eq!(problems(&without, &[("flow.json", FLOW)]), [problem]);
    assert_eq!(state(&all, "iam.role/flow-workflow")["InlinePolicies"], json!({}));
}

#[test]
fn faults_of_the_definition_stand_in_its_own_file() {
    let flow = FLOW.replace("\"Call\",", "\"Cal\",");
    let Err(found) = lowered(MANIFEST, &[("flow.json", &flow)]) else { panic!("there is a fault") };
    let found = found.0[0].clone();
    assert!(found.to_string().contains("\n    2 |   \"StartAt\": \"Cal\","), "{found}");
    let found = found.without_excerpt().to_string();
    assert!(found.starts_with("flow.json:2:14: /StartAt: there is no state \"Cal\"\n  help: "), "{found}");
    assert_eq!(problems(MANIFEST, &[]), ["9:14: flow.json has not been read"]);
}

#[test]
fn a_reference_to_nothing_is_reported_where_it_stands_in_the_definition() {
    let unknown = FLOW.replace("function.api", "function.apu");
    assert_eq!(
        problems(&MANIFEST.replace("[\"api\"]", "[\"apo\"]"), &[("flow.json", &unknown)]),
        [
            "3:52: ${function.apu.arn}: there is no function section \"apu\"; did you mean \"api\"?",
            "10:12: there is no function section \"apo\"; did you mean \"api\"?",
        ]
    );
    let flow = r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "Parameters": {"s.$": "States.Format('cost: ${}', $.x)", "t": "${stage"}, "End": true}
  }
}"#;
    let Err(found) = lowered(MANIFEST, &[("flow.json", flow)]) else { panic!("two references refer to nothing") };
    let found: String = found.0.into_iter().map(|problem| problem.without_excerpt().to_string() + "\n").collect();
    assert!(found.contains("flow.json:4:71: ${} refers to nothing\n  help: write ${stage}, "), "{found}");
    assert!(found.contains("flow.json:4:90: \"${stage\" is not closed\n  help: write ${...}, "), "{found}");
    assert_eq!(found.matches("flow.json:").count(), 2, "{found}");
}

#[test]
fn a_reference_whose_sign_is_escaped_is_judged_too() {
    let flow = FLOW.replace("${function.api.arn}", "\\u0024{function.api.arn}");
    assert!(lowered(MANIFEST, &[("flow.json", &flow)]).is_ok());
    let flow = FLOW.replace("${function.api.arn}", "\\u0024{function.apu.arn}");
    assert_eq!(problems(MANIFEST, &[("flow.json", &flow)]).len(), 1);
}

#[test]
fn an_express_workflow_waits_for_nothing() {
    let flow = FLOW.replace("${function.api.arn}", "arn:aws:states:::sqs:sendMessage.waitForTaskToken");
    let queue = r#"access = [{ actions = ["sqs:SendMessage"], resources = ["arn:aws:sqs:${region}:${account}:*"] }]"#;
    let manifest = format!("{MANIFEST}{queue}\n");
    assert!(lowered(&manifest, &[("flow.json", &flow)]).is_ok());
    let express = format!("{manifest}type = \"EXPRESS\"\n");
    let found = problems(&express, &[("flow.json", &flow)]);
    assert_eq!(found, ["3:51: /States/Call/Resource: an express workflow does not support .waitForTaskToken"]);
}

#[test]
fn a_definition_is_taken_up_to_a_mebibyte_of_what_is_sent() {
    let flow = |comment: usize| {
        let comment = "x".repeat(comment);
        format!(
            "{{\n  \"Comment\": \"{comment}\",\n  \"StartAt\": \"A\",\n  \"States\": {{\"A\": {{\"Type\": \"Succeed\"}}}}\n}}\n"
        )
    };
    let without = crate::aws::stepfunctions::canonical(&flow(0)).unwrap().len();
    let manifest = MANIFEST.replace("invokes = [\"api\"]\n", "");
    assert!(lowered(&manifest, &[("flow.json", &flow((1 << 20) - without))]).is_ok());
    let told = problems(&manifest, &[("flow.json", &flow((1 << 20) + 1 - without))]);
    assert_eq!(told, ["9:14: the definition has 1048577 bytes; AWS allows 1048576"]);
}
