//! An app's life in phases that together take nearly every action that its policies have.

use std::collections::BTreeSet;

use aws_sdk_apigateway::types::{Op, PatchOperation};
use aws_sdk_cloudwatch::types::Tag as AlarmTag;
use aws_sdk_eventbridge::types::Tag as BusTag;
use aws_sdk_scheduler::types::Tag as ScheduleTag;
use aws_sdk_sfn::types::Tag as MachineTag;
use aws_sdk_sns::types::Tag as TopicTag;
use serverless_app::apply::receipt::Receipt;
use serverless_app::apply::report::{Answered, Sent};
use serverless_app::aws::RequiredAction;
use serverless_app::aws::document::Document;
use serverless_app::name::tag;
use serverless_app::plan::Plan;

use crate::support::permissions::policies;
use crate::support::project::{EXAMPLE, Project};

/// What is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The example, on an empty account.
    Create,
    /// An attribute of everything, and much that the example leaves out.
    Enrich,
    /// Back to little more than the example, over edits by hand.
    Reduce,
    /// The same again: what leaves by two plans.
    Settle,
    /// The end, with all data.
    Destroy,
}

pub const PHASES: [Phase; 5] = [Phase::Create, Phase::Enrich, Phase::Reduce, Phase::Settle, Phase::Destroy];

const RICH: &[(&str, &str)] = &[
    ("tags = { Project = \"ServerlessApp\" }", "tags = { Project = \"Renamed\" }"),
    (
        "[table.serverless-table]\n",
        "[table.serverless-table]\non_delete = \"delete\"\ntime_to_live = \"expires\"\n\
         encryption = { kms_key = \"arn:aws:kms:us-west-2:ACCOUNT:key/00000000-0000-0000-0000-000000000001\" }\npoint_in_time_recovery = true\nstream = \"keys-only\"\n",
    ),
    (
        "[topic.critical-alerts]\n",
        "[queue.jobs]\nvisibility_timeout = 60\n\
         [topic.critical-alerts]\ndisplay_name = \"Alerts\"\n\
         delivery_status.sqs = { role = \"arn:aws:iam::ACCOUNT:role/feedback\" }\n\
         subscriptions = [{ email = \"ops@example.org\" }, { sqs = \"arn:aws:sqs:us-west-2:ACCOUNT:alerts\", raw = true }, { queue = \"jobs\" }]\n",
    ),
    (
        "[bucket.static-assets]\n",
        "[bucket.static-assets]\non_delete = \"delete\"\nversioning = false\nownership = \"bucket-owner-preferred\"\n\
         encryption = { kms_key = \"arn:aws:kms:us-west-2:123456789012:key/00000000-0000-0000-0000-000000000001\" }\n\
         public_access_block = { block_public_acls = false }\nlifecycle = [{ id = \"old\", expiration_days = 30 }]\n\
         cors = [{ origins = [\"*\"], methods = [\"GET\"] }]\nenforce_tls = false\n\
         notify = [{ events = [\"object-created\"], prefix = \"in/\", function = \"api-handler\" }]\n",
    ),
    (
        "[function.api-handler]\n",
        "[function.api-handler]\non_delete = \"delete\"\nmemory = 256\nlayers = [\"arn:aws:lambda:us-west-2:999999999999:layer:shared:1\", \"own\"]\nlog_retention_days = 30\nreserved_concurrency = 5\n\
         url = { auth = \"none\" }\non_failure = { topic = \"critical-alerts\" }\n\
         on_stream = [{ table = \"serverless-table\", starting_position = \"latest\" }]\n\
         permissions_boundary = \"arn:aws:iam::aws:policy/PowerUserAccess\"\n",
    ),
    ("exclude = [\"test_*.py\", \"*.asl.json\"]", "exclude = [\"*.asl.json\"]"),
    ("tracing = \"active\"\n", ""),
    ("actions = \"read-write\"", "actions = \"read\""),
    (
        "[alarm.lambda-error-alarm]\n",
        "[usage_plan.free]\napis = [\"api\"]\nthrottle = { rate = 1, burst = 1 }\nkeys = [\"one\", \"two\"]\n\
         on_delete = \"delete\"\ntags = { Team = \"a\" }\n\
         [alarm.lambda-error-alarm]\ndescription = \"Too many errors\"\n",
    ),
    (
        "[api.api]\n",
        "[api.api]\non_delete = \"delete\"\naccess_logs = {}\n\
         domain = { name = \"api.example.org\", path = \"v1\", \
         zone = \"example.org\", mutual_tls = { truststore = \"s3://trust/clients.pem\" } }\n",
    ),
    ("description = \"Serverless API Gateway\"", "description = \"Another text\""),
    ("allow_ips = [\"192.0.2.0/24\", \"198.51.100.0/24\"]", "allow_ips = [\"192.0.2.0/24\"]"),
    ("path = \"/items\"", "path = \"/things\""),
    ("[workflow.workflow]\n", "[workflow.workflow]\ntracing = true\n"),
    (
        "[firewall.api-waf]\n",
        "[function.released]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nrelease = { provisioned = 1 }\n\
         [function.moving]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nrelease = {}\n\
         [layer.own]\nsource = \"lambda\"\nruntimes = [\"python3.11\"]\n[log_group.shared]\nclass = \"infrequent-access\"\non_delete = \"delete\"\n\
         [function.worker]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nurl = { auth = \"iam\" }\n\
         logging = { format = \"json\", group = \"shared\" }\nruntime_updates = \"function-update\"\nrecursive_loops = \"allow\"\n\
         kms_key = \"arn:aws:kms:us-west-2:ACCOUNT:key/00000000-0000-0000-0000-000000000002\"\n\
         vpc = { subnets = [\"subnet-0a\"], security_groups = [\"sg-0a\"] }\n\
         file_system = { access_point = \"arn:aws:elasticfilesystem:us-west-2:ACCOUNT:access-point/fsap-0123456789abcdef0\", path = \"/mnt/data\" }\n\
         [bus.events]\naccounts = [\"210987654321\"]\narchive = { days = 1 }\ntags = { Team = \"a\" }\n\
         [rule.events]\nbus = \"events\"\npattern = { source = [\"shop\"] }\ntags = { Team = \"a\" }\n\
         targets = [{ function = \"api-handler\" }, { workflow = \"workflow\" }]\n[schedule.nightly]\nrate = \"1 hour\"\nfunction = \"api-handler\"\n\
         [api.jobs]\nexecution_logs = { level = \"INFO\" }\nroutes = [{ method = \"POST\", path = \"/jobs\", send = \"jobs\" }]\n\
         [http_api.web]\n\
         domain = { name = \"api.example.org\", path = \"web\", \
         zone = \"example.org\", mutual_tls = { truststore = \"s3://trust/clients.pem\" } }\n\
         on_delete = \"delete\"\naccess_logs = {}\ncors = { origins = [\"https://shop.example\"] }\nroutes = [\n\
         { route = \"GET /items\", function = \"api-handler\", auth = \"users\", throttle = { rate = 1.0, burst = 1 } },\n\
         { route = \"GET /items/{id}\", function = \"api-handler\", auth = \"own\" },\n\
         { route = \"POST /jobs\", send = \"jobs\" }]\n\
         [http_api.web.authorizer.users]\nissuer = \"https://issuer.example\"\naudience = [\"shop\"]\n\
         [http_api.web.authorizer.own]\nfunction = \"worker\"\n[firewall.api-waf]\n",
    ),
    (
        "rate_limit = 1000",
        "rate_limit = 2000\nallow_ips = [\"192.0.2.0/24\"]\nlogging = { on_delete = \"delete\" }\n\
         resource_arns = [\"arn:aws:cognito-idp:us-west-2:ACCOUNT:userpool/us-west-2_a\"]\n\
         rules = [{ Name = \"far\", Priority = 9, Action = { Block = {} }, Statement = { GeoMatchStatement = { CountryCodes = [\"AQ\"] } } }]",
    ),
    ("[compliance]\n", "[compliance]\non_delete = \"delete\"\n"),
    ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole,", ""),
];

const POOR: &[(&str, &str)] = &[
    ("stage = \"v1\"", "stage = \"v2\""),
    (
        "[topic.critical-alerts]\n",
        "[queue.jobs]\n[topic.critical-alerts]\nsubscriptions = [{ sqs = \"arn:aws:sqs:us-west-2:ACCOUNT:alerts\" }]\n",
    ),
    (
        "[function.api-handler]\n",
        "[function.api-handler]\nlog_retention_days = 0\nurl = { auth = \"iam\" }\n\
         on_stream = [{ table = \"serverless-table\", starting_position = \"latest\", batch = 5 }]\n",
    ),
    (
        "[firewall.api-waf]\n",
        "[function.released]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nmemory = 256\nrelease = {}\n\
         [function.moving]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
         [function.worker]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
         [bus.events]\ndescription = \"Events\"\narchive = { days = 2 }\n\
         [rule.events]\nbus = \"events\"\nenabled = false\npattern = { source = [\"shop\"] }\n\
         targets = [{ workflow = \"workflow\" }]\n[schedule.nightly]\nrate = \"2 hours\"\nfunction = \"api-handler\"\n\
         [http_api.web]\n\
         domain = { name = \"api.example.org\", path = \"web\", \
         zone = \"example.org\", ipv6 = true, mutual_tls = { truststore = \"s3://trust/others.pem\" } }\n\
         description = \"Web\"\nroutes = [\n\
         { route = \"GET /items\", function = \"worker\", auth = \"users\" },\n\
         { route = \"GET /items/{key}\", function = \"api-handler\", timeout_ms = 5000 }]\n\
         [http_api.web.authorizer.users]\nissuer = \"https://other.example\"\naudience = [\"shop\"]\n[firewall.api-waf]\n",
    ),
    ("[table.serverless-table]\n", "[table.serverless-table]\nstream = \"keys-only\"\n"),
    (
        "[alarm.lambda-error-alarm]\n",
        "[usage_plan.free]\napis = [\"api\"]\non_delete = \"delete\"\n\
         [usage_plan.free.key.one]\nenabled = false\n[alarm.lambda-error-alarm]\n",
    ),
    (
        "rate_limit = 1000",
        "rate_limit = 1000\nallow_ips = [\"198.51.100.0/24\"]\n\
         resource_arns = [\"arn:aws:cognito-idp:us-west-2:ACCOUNT:userpool/us-west-2_a\"]",
    ),
];

fn manifest(account: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(EXAMPLE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is in the example");
        text.replacen(from, &to.replace("ACCOUNT", account), 1)
    })
}

/// The richest manifest.
pub fn rich(account: &str) -> String {
    manifest(account, RICH)
}

/// All that the apply role's policies of every phase's manifest allow.
pub fn documents(project: &Project) -> Vec<Document> {
    let now = std::fs::read_to_string(project.folder().join("serverless-app.toml")).expect("the manifest");
    let print = |text: &str| {
        project.write(text);
        policies(project, "apply")
    };
    let account = project.account();
    let all = [print(EXAMPLE), print(&rich(account)), print(&manifest(account, POOR))].concat();
    project.write(&now);
    all
}

/// Plans a phase, as the account's root, from where the phases before it have led.
pub async fn next(project: &Project, phase: Phase) -> Plan {
    let account = project.account();
    let (text, more): (String, &[&str]) = match phase {
        Phase::Create => (EXAMPLE.to_owned(), &[]),
        Phase::Enrich => (rich(account), &[]),
        Phase::Reduce => {
            edit_by_hand(project).await;
            (manifest(account, POOR), &[])
        }
        Phase::Settle => (manifest(account, POOR), &[]),
        Phase::Destroy => {
            fill(project).await;
            (manifest(account, POOR), &["--destroy", "--delete-data"])
        }
    };
    project.write(&text);
    project.plan(more);
    let bytes = std::fs::read(project.folder().join("serverless-app-plan/plan.json")).expect("a plan");
    serverless_app::plan::file::read(&bytes).expect("a plan")
}

/// A new project, on an account whose APIs may write logs.
pub async fn start(endpoint: &str) -> Project {
    let project = Project::at(endpoint, EXAMPLE);
    let role = format!("arn:aws:iam::{}:role/logs", project.account());
    let patch = PatchOperation::builder().op(Op::Replace).path("/cloudwatchRoleArn").value(role).build();
    let clients = project.aws().await.write;
    clients.apigateway.update_account().patch_operations(patch).send().await.expect("an account");
    let zone = clients.route53.create_hosted_zone().name("example.org").caller_reference("life");
    zone.send().await.expect("a zone");
    project
}

/// A new project where the phase begins, and the phase's plan; nothing takes more than the phase needs.
pub async fn begin(endpoint: &str, phase: Phase) -> (Project, Plan) {
    let project = start(endpoint).await;
    let (rich, poor) = (rich(project.account()), manifest(project.account(), POOR));
    let before = match phase {
        Phase::Create => vec![],
        Phase::Enrich => vec![EXAMPLE.to_owned()],
        Phase::Reduce => vec![rich],
        Phase::Settle => vec![rich, poor],
        Phase::Destroy => vec![poor],
    };
    for before in before {
        project.write(&before);
        project.plan(&[]);
        project.apply(0);
    }
    let plan = next(&project, phase).await;
    (project, plan)
}

/// Where a manifest has no attribute that takes the call: a tag that is only ours to set, and half a role.
async fn edit_by_hand(project: &Project) {
    let clients = project.aws().await.write;
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:us-west-2:{}:{rest}", project.account());
    let (key, value) = (tag::ON_DELETE, "delete");
    let alarm = arn("cloudwatch", "alarm:serverless-app--production-lambda-error-alarm");
    let tag = AlarmTag::builder().key(key).value(value).build();
    clients.cloudwatch.tag_resource().resource_arn(alarm).tags(tag).send().await.expect("a tag");
    let topic = arn("sns", "serverless-app--production-critical-alerts");
    let tag = TopicTag::builder().key(key).value(value).build().expect("a tag");
    clients.sns.tag_resource().resource_arn(topic).tags(tag).send().await.expect("a tag");
    let queue = clients.sqs.get_queue_url().queue_name("serverless-app--production-jobs");
    let queue = queue.send().await.expect("a queue").queue_url.expect("a URL");
    clients.sqs.tag_queue().queue_url(queue).tags(key, value).send().await.expect("a tag");
    let machine = arn("states", "stateMachine:serverless-app--production-workflow");
    let tag = MachineTag::builder().key(key).value(value).build();
    clients.sfn.tag_resource().resource_arn(machine).tags(tag).send().await.expect("a tag");
    let group = arn("scheduler", "schedule-group/serverless-app--production-schedules");
    let tag = ScheduleTag::builder().key(key).value(value).build().expect("a tag");
    clients.scheduler.tag_resource().resource_arn(group).tags(tag).send().await.expect("a tag");
    let bus = arn("events", "event-bus/serverless-app--production-events");
    let tag = BusTag::builder().key(key).value(value).build().expect("a tag");
    clients.events.tag_resource().resource_arn(bus).tags(tag).send().await.expect("a tag");
    let acls = clients.wafv2.list_web_acls().scope("REGIONAL".into()).send().await.expect("web ACLs");
    let acl = acls.web_acls()[0].arn().expect("an ARN");
    let tag = aws_sdk_wafv2::types::Tag::builder().key(key).value(value).build().expect("a tag");
    clients.wafv2.tag_resource().resource_arn(acl).tags(tag).send().await.expect("a tag");
    let apis = clients.apigateway.get_rest_apis().send().await.expect("APIs");
    let api = format!("arn:aws:apigateway:us-west-2::/restapis/{}", apis.items()[0].id().expect("an id"));
    clients.apigateway.tag_resource().resource_arn(api).tags(key, value).send().await.expect("a tag");
    let apis = clients.apigatewayv2.get_apis().send().await.expect("HTTP APIs");
    let api = format!("arn:aws:apigateway:us-west-2::/apis/{}", apis.items()[0].api_id().expect("an id"));
    clients.apigatewayv2.tag_resource().resource_arn(api).tags(key, value).send().await.expect("a tag");
    let domain = "arn:aws:apigateway:us-west-2::/domainnames/api.example.org";
    clients.apigateway.tag_resource().resource_arn(domain).tags(key, value).send().await.expect("a tag");
    let certificates = clients.acm.list_certificates().send().await.expect("certificates");
    let certificate = certificates.certificate_summary_list()[0].certificate_arn().expect("an ARN");
    let tag = aws_sdk_acm::types::Tag::builder().key(key).value(value).build().expect("a tag");
    clients.acm.add_tags_to_certificate().certificate_arn(certificate).tags(tag).send().await.expect("a tag");
    let function = arn("lambda", "function:serverless-app--production-api-handler");
    clients.lambda.tag_resource().resource(function).tags(key, value).send().await.expect("a tag");
    let rules = clients.config.describe_config_rules().send().await.expect("rules");
    let rule = rules.config_rules()[0].config_rule_arn().expect("an ARN");
    let tag = aws_sdk_config::types::Tag::builder().key(key).value(value).build();
    clients.config.tag_resource().resource_arn(rule).tags(tag).send().await.expect("a tag");
    let role = "serverless-app--production-api-handler-function";
    let tag = aws_sdk_iam::types::Tag::builder().key(key).value(value).build().expect("a tag");
    clients.iam.tag_role().role_name(role).tags(tag.clone()).send().await.expect("a tag");
    let policy = format!("arn:aws:iam::{}:policy/serverless-app/production/{role}", project.account());
    clients.iam.tag_policy().policy_arn(policy).tags(tag).send().await.expect("a tag");
    clients.iam.update_role().role_name(role).description("by hand").send().await.expect("a role");
    let nobody = r#"{"Version": "2012-10-17", "Statement": []}"#;
    let trust = clients.iam.update_assume_role_policy().role_name(role).policy_document(nobody);
    trust.send().await.expect("a trust policy");
}

/// Data of every sort that a bucket has to be emptied of.
async fn fill(project: &Project) {
    let s3 = project.aws().await.write.s3;
    let bucket = format!("serverless-app--production-static-assets-{}-us-west-2", project.account());
    for text in ["one", "two"] {
        let body = aws_sdk_s3::primitives::ByteStream::from_static(text.as_bytes());
        s3.put_object().bucket(&bucket).key("data").body(body).send().await.expect("an object");
    }
    s3.create_multipart_upload().bucket(&bucket).key("part").send().await.expect("an upload");
}

/// What the plan's calls need, each with the call that needs it.
pub fn needed(plan: &Plan) -> BTreeSet<(RequiredAction, String)> {
    let steps = plan.changes.iter().flat_map(|change| change.steps.iter().map(move |step| (plan.id(change), step)));
    let actions = |(id, step): (_, &serverless_app::plan::Step)| {
        let api = step.call.api().to_owned();
        step.call.required_actions(&id).into_iter().map(move |required| (required, api.clone())).collect::<Vec<_>>()
    };
    steps.flat_map(actions).collect()
}

/// What the last apply did.
pub fn receipt(project: &Project) -> Receipt {
    Receipt::read(&project.folder().join("serverless-app-plan/receipt.json")).expect("a receipt")
}

/// True for a call that was refused for lack of permission.
pub fn is_denied(call: &Sent) -> bool {
    let said = call.error.as_deref().unwrap_or_default();
    call.answer == Answered::Refused && said.contains("is not authorized to perform: ")
}
