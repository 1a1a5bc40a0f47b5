//! Values of environment variables that the manifest does not give: nothing of a plan tells one from another.

use serde_json::Value;

use crate::support::emulator::Make;
use crate::support::project::{Project, changes};

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.api]\nsource = \"app\"\n\
    runtime = \"nodejs22.x\"\nhandler = \"index.handler\"\nenvironment = { TABLE = \"orders\" }\n";
const ADDRESS: &str = "lambda.function/api";

/// A function that is deployed, and what somebody does to it by hand.
struct Live {
    project: Project,
    name: String,
}

impl Live {
    async fn new() -> Self {
        let project = Project::new(Make::Moto, MANIFEST).await;
        std::fs::create_dir(project.folder().join("app")).expect("a folder");
        std::fs::write(project.folder().join("app/index.js"), "exports.handler = async () => 1\n").expect("a file");
        let plan = project.deploy(&[]);
        let name = change(&plan)["name"].as_str().expect("a name").to_owned();
        Self { project, name }
    }

    /// Sets all variables, by hand.
    async fn set(&self, variables: &[(&str, &str)]) {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let environment = aws_sdk_lambda::types::Environment::builder().set_variables(Some(variables)).build();
        let aws = self.project.aws().await;
        let update = aws.write.lambda.update_function_configuration();
        update.function_name(&self.name).environment(environment).send().await.expect("an edit");
        // Lambda refuses another edit until this one has ended.
        let is_moving = async || {
            let read = aws.read.lambda.get_function_configuration().function_name(&self.name).send().await;
            read.expect("the function").last_update_status.is_some_and(|status| status.as_str() == "InProgress")
        };
        while is_moving().await {}
    }

    /// The plan's file with these variables set.
    async fn planned(&self, variables: &[(&str, &str)], more: &[&str]) -> String {
        self.set(variables).await;
        self.project.plan(more);
        std::fs::read_to_string(self.project.folder().join("serverless-app-plan/plan.json")).expect("a plan")
    }

    async fn variables(&self) -> Vec<String> {
        let request = self.project.aws().await.read.lambda.get_function_configuration();
        let live = request.function_name(&self.name).send().await.expect("the function");
        let variables = live.environment().and_then(|environment| environment.variables()).cloned();
        let mut variables: Vec<_> =
            variables.unwrap_or_default().into_iter().map(|(n, v)| format!("{n}={v}")).collect();
        variables.sort();
        variables
    }
}

fn change(plan: &Value) -> Value {
    let changes = changes(plan);
    let found = plan["changes"].as_array().into_iter().flatten().find(|change| change["address"] == ADDRESS);
    found.unwrap_or_else(|| panic!("no change of {ADDRESS}: {changes:?}")).clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_that_the_manifest_does_not_give_can_be_guessed_from_a_plan() {
    let live = Live::new().await;
    for more in [[].as_slice(), &["--destroy"]] {
        let one = live.planned(&[("API_KEY", "1234"), ("TABLE", "orders")], more).await;
        let other = live.planned(&[("API_KEY", "9876"), ("TABLE", "orders")], more).await;
        assert_eq!(one, other, "{more:?}");
        assert!(one.contains("API_KEY") && !one.contains("1234"), "names show, values do not: {one}");
        assert_ne!(live.planned(&[("API_KEYS", "1234"), ("TABLE", "orders")], more).await, one, "names count");
        // A value at a name of the manifest's is hidden just so, but for the manifest's own.
        let one = live.planned(&[("TABLE", "1234")], more).await;
        assert_eq!(one, live.planned(&[("TABLE", "9876")], more).await, "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_finds_its_checkpoints_whatever_the_hidden_values_are() {
    let live = Live::new().await;
    live.planned(&[("API_KEY", "1234"), ("TABLE", "orders")], &[]).await;
    // Nobody can tell this edit apart, and the plan says what becomes of the variable.
    live.set(&[("API_KEY", "5555"), ("TABLE", "orders")]).await;
    live.project.apply(0);
    assert_eq!(live.variables().await, ["TABLE=orders"]);
    // What the plan's own call sets is compared as ever: an edit after the apply is no done change.
    live.planned(&[("API_KEY", "1234"), ("TABLE", "orders")], &[]).await;
    live.set(&[("API_KEY", "1234"), ("TABLE", "others")]).await;
    let ran = live.project.apply(3);
    assert!(!ran.stderr.contains("others"), "{}", ran.stderr);
    // And so are names.
    live.planned(&[("API_KEY", "1234"), ("TABLE", "orders")], &[]).await;
    live.set(&[("OTHER_KEY", "1234"), ("TABLE", "orders")]).await;
    let ran = live.project.apply(3);
    assert!(ran.stderr.contains("OTHER_KEY"), "{}", ran.stderr);
    assert_eq!(live.variables().await, ["OTHER_KEY=1234", "TABLE=orders"], "nothing was sent");
}
