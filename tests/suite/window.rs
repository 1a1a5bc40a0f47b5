//! What others do between the read right before a call and the call itself.

use std::time::Duration;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::operation::get_web_acl::GetWebAclOutput;
use aws_sdk_wafv2::types::Scope;
use tokio::runtime::Handle;

use crate::support::command::Ran;
use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project};
use crate::support::proxy::{Exchange, Proxy};

const PREFIX: &str = "serverless-app--production-";

/// The example, deployed, with an edit of its manifest planned, before a proxy.
async fn planned(make: Make, old: &str, new: &str) -> (Project, Proxy) {
    let mut project = Project::new(make, EXAMPLE).await;
    project.deploy(&[]);
    project.write(&EXAMPLE.replacen(old, new, 1));
    let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    let plan = project.plan(&[]);
    assert!(!plan["changes"].as_array().unwrap().is_empty(), "{plan:#}");
    proxy.clear();
    (project, proxy)
}

/// Applies; what the state becomes is waited for in seconds, since here AWS never gets there.
fn apply(project: &Project) -> Ran {
    let id = project.plan_id();
    project.cli(&["apply", "serverless-app-plan", "--expect", &id, "--timeout-factor", "0.01"]).run()
}

fn sent<'a>(log: &'a [Exchange], operation: &str) -> Vec<&'a Exchange> {
    log.iter().filter(|exchange| exchange.operation == operation).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lambda_refuses_a_function_that_was_changed_in_between() {
    for make in MAKES {
        let old = "[function.api-handler]\n";
        let (project, proxy) = planned(make, old, &format!("{old}memory = 256\n")).await;
        let (lambda, handle) = (project.aws().await.write.lambda, Handle::current());
        proxy.before("UpdateFunctionConfiguration", move || {
            let theirs = lambda.update_function_configuration().function_name(format!("{PREFIX}api-handler"));
            handle.block_on(theirs.description("theirs").send()).expect("an edit");
        });
        let ran = apply(&project);
        assert_eq!(ran.code, Some(1), "{make:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("PreconditionFailed"), "{make:?}: {}", ran.stderr);
        let ours = project.aws().await.read.lambda;
        let live = ours.get_function_configuration().function_name(format!("{PREFIX}api-handler"));
        let live = live.send().await.expect("the function");
        assert_eq!((live.description(), live.memory_size()), (Some("theirs"), Some(128)), "{make:?}: ours did nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waf_refuses_a_web_acl_that_was_changed_in_between() {
    for make in MAKES {
        let (project, proxy) = planned(make, "rate_limit = 1000", "rate_limit = 3000").await;
        let (waf, handle) = (project.aws().await.write.wafv2, Handle::current());
        proxy.before("UpdateWebACL", move || handle.block_on(empty(&waf)));
        let ran = apply(&project);
        assert_eq!(ran.code, Some(1), "{make:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("WAFOptimisticLock"), "{make:?}: {}", ran.stderr);
        let acl = web_acl(&project.aws().await.read.wafv2).await;
        assert_eq!(acl.web_acl().unwrap().rules().len(), 0, "{make:?}: ours did nothing");
    }
}

async fn web_acl(waf: &Client) -> GetWebAclOutput {
    let name = format!("{PREFIX}api-waf");
    let acls = waf.list_web_acls().scope(Scope::Regional).send().await.expect("a listing");
    let id =
        acls.web_acls().iter().find(|acl| acl.name() == Some(&name)).and_then(|acl| acl.id()).expect("the web ACL");
    waf.get_web_acl().name(&name).scope(Scope::Regional).id(id).send().await.expect("the web ACL")
}

/// Takes all rules out of the web ACL.
async fn empty(waf: &Client) {
    let got = web_acl(waf).await;
    let acl = got.web_acl().expect("the web ACL");
    let update = waf.update_web_acl().name(acl.name()).scope(Scope::Regional).id(acl.id());
    let update = update
        .set_lock_token(got.lock_token.clone())
        .set_default_action(acl.default_action().cloned())
        .set_rules(Some(Vec::new()));
    update.set_visibility_config(acl.visibility_config().cloned()).send().await.expect("an edit");
}

/// The window: nothing but the call itself lies between the last read and the call. An edit that falls into it and
/// that the call leaves alone is found by the read after the call.
#[tokio::test(flavor = "multi_thread")]
async fn elsewhere_the_window_is_short_and_what_is_found_after_the_call_is_told() {
    for make in MAKES {
        let old = "[topic.critical-alerts]\n";
        let (project, proxy) = planned(make, old, &format!("{old}display_name = \"Ours\"\n")).await;
        let topic = format!("arn:aws:sns:us-west-2:{}:{PREFIX}critical-alerts", project.account());
        let (sns, handle) = (project.aws().await.write.sns, Handle::current());
        proxy.before("SetTopicAttributes", move || {
            let theirs = sns.set_topic_attributes().topic_arn(topic).attribute_name("KmsMasterKeyId");
            handle.block_on(theirs.attribute_value("alias/aws/sns").send()).expect("an edit");
        });
        let ran = apply(&project);
        assert_eq!(ran.code, Some(1), "{make:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("KmsMasterKeyId"), "{make:?}: {}", ran.stderr);
        let log = proxy.log();
        let write = sent(&log, "SetTopicAttributes")[0];
        let window = log.iter().filter(|read| read.ended <= write.started).map(|read| write.started - read.ended).min();
        assert!(window.expect("a read") < Duration::from_millis(500), "{make:?}: {window:?}");
    }
}

/// Another apply of the same plan has gone on while a call of ours was on its way: what it has done is done.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_apply_of_the_plan_has_done_meanwhile_is_not_waited_for() {
    for make in MAKES {
        let (project, proxy) = planned(make, "actions = \"read-write\"", "actions = \"read\"").await;
        let name = format!("{PREFIX}api-handler-function");
        let arn = format!("arn:aws:iam::{}:policy/serverless-app/production/{name}", project.account());
        let (iam, handle) = (project.aws().await.write.iam, Handle::current());
        proxy.before("SetDefaultPolicyVersion", move || {
            handle.block_on(async {
                let theirs = iam.set_default_policy_version().policy_arn(&arn).version_id("v2");
                theirs.send().await.expect("their call");
                iam.delete_policy_version().policy_arn(&arn).version_id("v1").send().await.expect("their last call");
            });
        });
        let ran = apply(&project);
        assert_eq!(ran.code, Some(0), "{make:?}: {}", ran.stderr);
        let log = proxy.log();
        // Theirs went through the proxy too.
        let (set, deleted) = (sent(&log, "SetDefaultPolicyVersion").len(), sent(&log, "DeletePolicyVersion").len());
        assert_eq!((set, deleted), (2, 1), "{make:?}: ours deletes nothing");
        project.run(&["show", "serverless-app-plan", "--receipt", "serverless-app-plan/receipt.json"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_definition_that_was_changed_while_it_was_made_is_not_deployed() {
    for make in MAKES {
        let added = "routes = [\n    { method = \"GET\", path = \"/a\", function = \"api-handler\" },\n    \
                     { method = \"GET\", path = \"/b\", function = \"api-handler\" },";
        let (project, proxy) = planned(make, "routes = [", added).await;
        let (client, handle) = (project.aws().await.write.apigateway, Handle::current());
        proxy.before("PutIntegration", move || handle.block_on(add_a_path(&client)));
        let ran = apply(&project);
        assert_eq!(ran.code, Some(1), "{make:?}: {}", ran.stderr);
        let log = proxy.log();
        assert_eq!(sent(&log, "PutIntegration").len(), 2, "{make:?}");
        assert_eq!(sent(&log, "CreateDeployment").len(), 0, "{make:?}: theirs would have been deployed");
    }
}

/// A path of somebody else's, in the only API.
async fn add_a_path(client: &aws_sdk_apigateway::Client) {
    let apis = client.get_rest_apis().send().await.expect("the APIs");
    let api = apis.items().iter().find(|api| api.name().is_some_and(|name| name.starts_with(PREFIX)));
    let id = api.and_then(|api| api.id()).expect("the API");
    let resources = client.get_resources().rest_api_id(id).send().await.expect("its paths");
    let root = resources.items().iter().find(|resource| resource.path() == Some("/")).and_then(|root| root.id());
    let theirs = client.create_resource().rest_api_id(id).parent_id(root.expect("the root")).path_part("theirs");
    theirs.send().await.expect("a path");
}
