//! Members of AWS's answers that no type knows: a note of the plan, and no plan that would erase them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use serverless_app::aws::Kind;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::replay::{Recorded, Replay};

/// How an answer is changed.
enum Answer {
    /// JSON: an object gets a member, and another member of it becomes another text.
    Json { object: &'static str, moved: &'static str },
    /// XML: an element gets another before its end, and a text becomes another.
    Xml { element: &'static str, from: &'static str, to: &'static str },
    /// CBOR: a member that nobody reads gets another name, and a text becomes another, each of the same length.
    Cbor { member: [&'static str; 2], from: &'static str, to: &'static str },
}

use Answer::{Cbor, Json, Xml};

/// The operation, its answer, where the plan says that the member is, and the call that would erase it: every call that replaces
/// something as a whole.
const ROWS: [(&str, Answer, &str, &str); 22] = [
    (
        "apigateway GetGatewayResponses",
        Json { object: "/item/6", moved: "/item/6/statusCode" },
        "NobodyKnows",
        "apigateway:PutGatewayResponse",
    ),
    (
        "lambda GetFunctionEventInvokeConfig",
        Json { object: "/DestinationConfig", moved: "/DestinationConfig/OnFailure/Destination" },
        "DestinationConfig.NobodyKnows",
        "lambda:PutFunctionEventInvokeConfig",
    ),
    (
        "lambda GetFunctionUrlConfig",
        Json { object: "/Cors", moved: "/InvokeMode" },
        "NobodyKnows",
        "lambda:UpdateFunctionUrlConfig",
    ),
    (
        "monitoring DescribeAlarms",
        Cbor { member: ["StateReason", "NobodyKnows"], from: "AWS/Lambda", to: "AWS/Lambdo" },
        "NobodyKnows",
        "cloudwatch:PutMetricAlarm",
    ),
    (
        "scheduler GetSchedule",
        Json { object: "/Target/RetryPolicy", moved: "/Description" },
        "Target.RetryPolicy.NobodyKnows",
        "scheduler:UpdateSchedule",
    ),
    (
        "wafv2 GetWebACL",
        Json { object: "/WebACL/AssociationConfig", moved: "/WebACL/Description" },
        "AssociationConfig.NobodyKnows",
        "wafv2:UpdateWebACL",
    ),
    (
        "wafv2 GetLoggingConfiguration",
        Json { object: "/LoggingConfiguration", moved: "/LoggingConfiguration/LoggingFilter/DefaultBehavior" },
        "LoggingConfiguration.NobodyKnows",
        "wafv2:PutLoggingConfiguration",
    ),
    ("wafv2 GetIPSet", Json { object: "/IPSet", moved: "/IPSet/Description" }, "NobodyKnows", "wafv2:UpdateIPSet"),
    (
        "config DescribeConfigRules",
        Json { object: "/ConfigRules/0/Source", moved: "/ConfigRules/0/Description" },
        "Source.NobodyKnows",
        "config:PutConfigRule",
    ),
    (
        "config DescribeConfigurationRecorders",
        Json { object: "/ConfigurationRecorders/0", moved: "/ConfigurationRecorders/0/roleARN" },
        "NobodyKnows",
        "config:PutConfigurationRecorder",
    ),
    (
        "config DescribeDeliveryChannels",
        Json { object: "/DeliveryChannels/0", moved: "/DeliveryChannels/0/s3BucketName" },
        "NobodyKnows",
        "config:PutDeliveryChannel",
    ),
    ("events DescribeEventBus", Json { object: "", moved: "/Description" }, "NobodyKnows", "events:UpdateEventBus"),
    ("events ListRules", Json { object: "/Rules/0", moved: "/Rules/0/Description" }, "NobodyKnows", "events:PutRule"),
    (
        "events ListTargetsByRule",
        Json { object: "/Targets/0", moved: "/Targets/0/InputPath" },
        "Targets.topic-critical-alerts.NobodyKnows",
        "events:PutTargets",
    ),
    (
        "s3 GetBucketVersioning",
        Xml { element: "VersioningConfiguration", from: "Enabled", to: "Suspended" },
        "NobodyKnows",
        "s3:PutBucketVersioning",
    ),
    (
        "s3 GetBucketEncryption",
        Xml { element: "Rule", from: "AES256", to: "aws:kms" },
        "Rule.NobodyKnows",
        "s3:PutBucketEncryption",
    ),
    (
        "s3 GetPublicAccessBlock",
        Xml { element: "PublicAccessBlockConfiguration", from: "true", to: "false" },
        "NobodyKnows",
        "s3:PutPublicAccessBlock",
    ),
    (
        "s3 GetBucketOwnershipControls",
        Xml { element: "Rule", from: "BucketOwnerEnforced", to: "ObjectWriter" },
        "Rule.NobodyKnows",
        "s3:PutBucketOwnershipControls",
    ),
    (
        "s3 GetBucketLifecycleConfiguration",
        Xml { element: "Rule", from: "Enabled", to: "Disabled" },
        "Rule.NobodyKnows",
        "s3:PutBucketLifecycleConfiguration",
    ),
    (
        "s3 GetBucketNotificationConfiguration",
        Xml { element: "CloudFunctionConfiguration", from: "s3:ObjectCreated:*", to: "s3:ObjectCreated:Put" },
        "CloudFunctionConfiguration.NobodyKnows",
        "s3:PutBucketNotificationConfiguration",
    ),
    (
        "s3 GetBucketCors",
        Xml { element: "CORSRule", from: "https://example.com", to: "https://example.net" },
        "CORSRule.NobodyKnows",
        "s3:PutBucketCors",
    ),
    ("iam GetRole", Xml { element: "Role", from: ">3600<", to: ">7200<" }, "NobodyKnows", "iam:UpdateRole"),
];

impl Answer {
    /// The body with a member that nobody knows; `moved`, so that a plan changes the resource.
    fn spoilt(&self, body: &[u8], is_moved: bool) -> Vec<u8> {
        match self {
            Self::Json { object, moved } => in_json(body, object, moved, is_moved),
            Self::Xml { element, from, to } => {
                let end = format!("</{element}>");
                let text = std::str::from_utf8(body).expect("text").replacen(
                    &end,
                    &format!("<NobodyKnows>1</NobodyKnows>{end}"),
                    1,
                );
                if is_moved { text.replace(from, to) } else { text }.into_bytes()
            }
            Self::Cbor { member: [known, unknown], from, to } => {
                let body = replaced(body, known, unknown);
                if is_moved { replaced(&body, from, to) } else { body }
            }
        }
    }

    /// True if that leads to anything: an answer of another resource of the kind may lack it.
    fn fits(&self, body: &[u8]) -> bool {
        self.spoilt(body, false) != body && self.spoilt(body, true) != self.spoilt(body, false)
    }
}

fn in_json(body: &[u8], object: &str, moved: &str, is_moved: bool) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(body).expect("JSON");
    let set = |value: &mut Value, path: &str, to: Value| {
        let (around, name) = path.rsplit_once('/').expect("a path");
        if let Some(fields) = value.pointer_mut(around).and_then(Value::as_object_mut) {
            fields.insert(name.into(), to);
        }
    };
    if value.pointer(object).is_none() {
        set(&mut value, object, json!({}));
    }
    set(&mut value, &format!("{object}/NobodyKnows"), json!({"A": 1}));
    if is_moved {
        set(&mut value, moved, json!("moved"));
    }
    serde_json::to_vec(&value).expect("JSON")
}

/// With each of these texts replaced by one of the same length.
fn replaced(body: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut body = body.to_vec();
    for at in 0..body.len().saturating_sub(from.len() - 1) {
        if &body[at..at + from.len()] == from.as_bytes() {
            body[at..at + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    body
}

/// The example with everything that a call replaces as a whole.
fn manifest() -> String {
    let bucket = "[bucket.static-assets]\n\
        lifecycle = [{ id = \"old\", prefix = \"logs/\", expiration_days = 30 }]\n\
        cors = [{ origins = [\"https://example.com\"], methods = [\"GET\"] }]\n\
        notify = [{ events = [\"object-created\"], function = \"api-handler\" }]\n";
    let events = "[bus.events]\n[rule.events]\nbus = \"events\"\npattern = { source = [\"shop\"] }\n\
        targets = [{ topic = \"critical-alerts\" }]\n\
        [schedule.events]\nrate = \"1 hour\"\ntopic = \"critical-alerts\"\n[bucket.static-assets]\n";
    let text = EXAMPLE.replace("[bucket.static-assets]\n", bucket);
    let function = "[function.api-handler]\non_failure = { topic = \"critical-alerts\" }\n\
        url = { auth = \"iam\", cors = { origins = [\"https://example.com\"] } }\n";
    let text = text.replace("[function.api-handler]\n", function);
    let text = text.replace("[api.api]\n", "[api.api]\ncors = { origin = \"https://example.com\" }\n");
    let text = text.replace("[bucket.static-assets]\n", events);
    let firewall = "rate_limit = 1000\nblock_ips = [\"203.0.113.0/24\"]\nlogging = { filter = { DefaultBehavior = \"DROP\", \
        Filters = [{ Behavior = \"KEEP\", Requirement = \"MEETS_ALL\", \
        Conditions = [{ ActionCondition = { Action = \"BLOCK\" } }] }] } }\n";
    text.replace("rate_limit = 1000\n", firewall)
}

/// What a plan says of members that this tool does not model.
fn unmodelled(plan: &Value) -> Vec<String> {
    let notes = plan["notes"].as_array().expect("notes").iter().filter_map(|note| note["message"].as_str());
    notes.filter(|note| note.contains("which this tool does not model")).map(str::to_owned).collect()
}

fn answer<'a>(recorded: &'a [Recorded], operation: &str, answer: &Answer) -> &'a Recorded {
    let of_it = recorded.iter().filter(|one| one.operation == operation);
    of_it.clone().find(|one| answer.fits(&one.body)).unwrap_or_else(|| {
        panic!("{operation}: {:?}", of_it.map(|one| String::from_utf8_lossy(&one.body)).collect::<Vec<_>>())
    })
}

/// Calls that put or update something and erase no member that nobody knows, and why.
const HARMLESS: &[(&str, &str)] = &[
    ("apigateway:PutIntegration", "sent where there is none"),
    ("apigateway:PutIntegrationResponse", "sent where there is none"),
    ("apigateway:PutMethod", "sent where there is none"),
    ("apigateway:PutMethodResponse", "sent where there is none"),
    ("apigateway:UpdateAccount", "it keeps what it does not name"),
    ("apigateway:UpdateApiKey", "it keeps what it does not name"),
    ("apigateway:UpdateAuthorizer", "it keeps what it does not name"),
    ("apigateway:UpdateBasePathMapping", "it sets an API and its stage"),
    ("apigateway:UpdateDomainName", "it keeps what it does not name"),
    ("apigateway:UpdateModel", "it keeps what it does not name"),
    ("apigateway:UpdateRequestValidator", "it keeps what it does not name"),
    ("apigateway:UpdateRestApi", "it keeps what it does not name"),
    ("apigateway:UpdateStage", "it keeps what it does not name"),
    ("apigateway:UpdateUsagePlan", "it keeps what it does not name"),
    ("apigatewayv2:UpdateApi", "it keeps what it does not name"),
    ("apigatewayv2:UpdateApiMapping", "it sets an API and its stage"),
    ("apigatewayv2:UpdateAuthorizer", "it keeps what it does not name"),
    ("apigatewayv2:UpdateIntegration", "it keeps what it does not name"),
    ("apigatewayv2:UpdateRoute", "it keeps what it does not name"),
    ("apigatewayv2:UpdateStage", "it keeps what it does not name"),
    ("dynamodb:UpdateContinuousBackups", "it keeps what it does not name"),
    ("dynamodb:UpdateTable", "it keeps what it does not name"),
    ("dynamodb:UpdateTimeToLive", "it sets one attribute"),
    ("events:PutPermission", "a document is compared as a whole"),
    ("events:UpdateArchive", "it keeps what it does not name"),
    ("iam:PutRolePermissionsBoundary", "it sets one ARN"),
    ("iam:PutRolePolicy", "a document is compared as a whole"),
    ("iam:UpdateAssumeRolePolicy", "a document is compared as a whole"),
    ("lambda:PutFunctionConcurrency", "it sets one number"),
    ("lambda:PutFunctionRecursionConfig", "it sets one word"),
    ("lambda:PutProvisionedConcurrencyConfig", "it sets one number"),
    ("lambda:PutRuntimeManagementConfig", "it sets a mode and its version"),
    ("lambda:UpdateAlias", "it keeps what it does not name"),
    ("lambda:UpdateEventSourceMapping", "it keeps what it does not name"),
    ("lambda:UpdateFunctionCode", "code is compared by its digest"),
    ("lambda:UpdateFunctionConfiguration", "it keeps what it does not name"),
    ("logs:PutRetentionPolicy", "it sets one number"),
    ("s3:PutBucketPolicy", "a document is compared as a whole"),
    ("s3:PutBucketTagging", "tags are pairs, and those of others are carried along"),
    ("s3:PutObject", "a file is compared by its digest, and all below its prefix belongs to its folder"),
    ("states:UpdateStateMachine", "it keeps what it does not name"),
];

#[test]
fn every_call_that_replaces_something_has_a_row() {
    let all: BTreeSet<&str> = Kind::ALL.iter().flat_map(|kind| kind.apis().iter().copied()).collect();
    let replaces = |api: &&str| [":Put", ":Update"].iter().any(|verb| api.contains(verb));
    let rows = ROWS.iter().map(|(_, _, _, call)| *call).chain(HARMLESS.iter().map(|(call, _)| *call));
    assert_eq!(rows.collect::<BTreeSet<_>>(), all.into_iter().filter(replaces).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_emulators_show_no_member_that_aws_has_not() {
    for make in MAKES {
        let project = Project::new(make, &manifest()).await;
        project.deploy(&[]);
        assert_eq!(unmodelled(&project.plan(&[])), Vec::<String>::new(), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_type_knows_is_noted_and_never_erased() {
    let upstream = endpoint(Make::Ministack).await;
    let mut project = Project::at(&upstream, &manifest());
    project.deploy(&[]);
    // Until the tagging index has followed, there are reads that no later plan makes.
    for _ in 0..2 {
        project.plan(&[]);
    }
    let replay = Replay::start(&upstream);
    project.reach(&replay.endpoint());
    assert_eq!(changes(&project.plan(&[])), Vec::<String>::new());
    let recorded = replay.recorded();
    for (operation, how, attribute, call) in &ROWS {
        let answer = answer(&recorded, operation, how);
        replay.change(answer, how.spoilt(&answer.body, false));
        let plan = project.plan(&[]);
        assert_eq!(changes(&plan), Vec::<String>::new(), "{operation}");
        let noted = unmodelled(&plan);
        let expected = format!(" has {attribute}, which");
        assert!(noted.iter().any(|note| note.contains(&expected)), "{operation}: {noted:?}");
        replay.change(answer, how.spoilt(&answer.body, true));
        let ran = project.run(&["plan"], 1);
        assert!(ran.stderr.contains(attribute) && ran.stderr.contains(call), "{operation}: {}", ran.stderr);
    }
}
