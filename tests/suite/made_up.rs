//! What AWS makes up and the manifest refers to, through its whole life: an API's id, a firewall's, a stream's ARN.

use serde_json::Value;

use crate::support::emulator::MAKES;
use crate::support::project::{Project, changes};

const MANIFEST: &str = r#"
[app]
name = "shop"
region = "us-west-2"

[table.orders]
hash_key = { name = "id", type = "S" }
stream = "new-and-old-images"

[api.front]
routes = [{ method = "GET", path = "/", function = "answers" }]

[firewall.guard]
rate_limit = 1000

[function.answers]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"

[function.knows]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
environment = { STREAM = "${table.orders.stream_arn}", URL = "${api.front.url}", GUARD = "${firewall.guard.id}" }

[workflow.knows]
definition = "knows.json"

[outputs]
stream = "${table.orders.stream_arn}"
url = "${api.front.url}"
guard = "${firewall.guard.id}"
"#;

const DEFINITION: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": true,
    "Result": ["${table.orders.stream_arn}", "${api.front.url}", "${firewall.guard.id}"]}}}"#;

/// The three values as everybody who names them has them now: the function, the state machine, the outputs.
async fn told(project: &Project) -> [Vec<String>; 3] {
    let aws = project.aws().await;
    let function = aws.read.lambda.get_function_configuration().function_name("shop--production-knows").send().await;
    let function = function.expect("the function");
    let variables = function.environment().and_then(|environment| environment.variables()).expect("variables");
    let variables = ["STREAM", "URL", "GUARD"].map(|name| variables[name].clone());
    let arn = format!("arn:aws:states:us-west-2:{}:stateMachine:shop--production-knows", project.account());
    let machine = aws.read.sfn.describe_state_machine().state_machine_arn(arn).send().await.expect("the state machine");
    let definition: Value = serde_json::from_str(machine.definition()).expect("a definition");
    let result: Vec<String> = serde_json::from_value(definition["States"]["Done"]["Result"].clone()).expect("texts");
    let outputs = project.run(&["outputs", "--format", "json"], 0).stdout;
    let outputs: Value = serde_json::from_str(&outputs).expect("outputs");
    let outputs = ["stream", "url", "guard"].map(|name| outputs[name].as_str().expect("a text").to_owned());
    [variables.to_vec(), result, outputs.to_vec()]
}

#[tokio::test]
async fn whoever_refers_to_what_aws_makes_up_has_it_whatever_changes() {
    for make in MAKES {
        let project = Project::new(make, MANIFEST).await;
        std::fs::write(project.folder().join("knows.json"), DEFINITION).expect("a definition");
        project.deploy(&[]);
        let [function, machine, outputs] = told(&project).await;
        assert_eq!((&function, &machine), (&outputs, &outputs), "{make:?}");
        assert!(outputs[0].contains(":table/shop--production-orders/stream/"), "{make:?}: {outputs:?}");

        // What does not concern them leaves them alone.
        project.write(&MANIFEST.replace(
            "handler = \"main.handler\"\nenvironment",
            "timeout = 9\nhandler = \"main.handler\"\nenvironment",
        ));
        assert_eq!(changes(&project.deploy(&[])), ["update lambda.function/knows Timeout"], "{make:?}");

        // Another stream has another ARN, which everybody gets by the same plan.
        project.write(&MANIFEST.replace("new-and-old-images", "new-image"));
        let lines = changes(&project.deploy(&[]));
        let of = |address: &str| lines.iter().filter(|line| line.contains(address)).count();
        assert_eq!(
            [of("dynamodb.table/orders"), of("lambda.function/knows"), of("machine/knows")],
            [1, 2, 1],
            "{lines:?}"
        );
        let [function, machine, now] = told(&project).await;
        assert_eq!((&function, &machine), (&now, &now), "{make:?}");
        assert_eq!((&now[1..], now[0] == outputs[0]), (&outputs[1..], false), "{make:?}");
    }
}

#[tokio::test]
async fn what_is_deleted_may_be_named_by_what_changes_and_goes_with_it() {
    for make in MAKES {
        let project = Project::new(make, MANIFEST).await;
        std::fs::write(project.folder().join("knows.json"), DEFINITION).expect("a definition");
        project.deploy(&[]);
        // The API leaves the manifest with the one who names it.
        let start = MANIFEST.find("[api.front]").expect("the section");
        let end = MANIFEST.find("[firewall.guard]").expect("the section");
        let without = format!("{}{}", &MANIFEST[..start], &MANIFEST[end..]).replace("${api.front.url}", "none");
        project.write(&without);
        std::fs::write(project.folder().join("knows.json"), DEFINITION.replace("${api.front.url}", "none")).unwrap();
        let lines = changes(&project.deploy(&[]));
        assert!(lines.contains(&"delete apigateway.rest-api/front".to_owned()), "{make:?}: {lines:?}");
        project.write(MANIFEST);
        std::fs::write(project.folder().join("knows.json"), DEFINITION).expect("a definition");
        project.deploy(&[]);
        // Everything goes at once, in one apply.
        project.plan(&["--destroy", "--delete-data"]);
        project.apply(0);
        assert_eq!(changes(&project.plan(&["--destroy", "--delete-data"])), [""; 0], "{make:?}");
    }
}
