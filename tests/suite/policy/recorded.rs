//! What a whole life of the example asks AWS, recorded before an emulator: its policies hold each action.

use std::collections::BTreeSet;
use std::time::Duration;

use serverless_app::policy::{Features, documents, of_plan, to_plan};

use super::evaluator::actions;
use crate::planner::site;
use crate::support::emulator::{Make, endpoint};
use crate::support::project::{EXAMPLE, Project};
use crate::support::proxy::{Exchange, Proxy};

/// Operations of S3 whose actions bear other names.
const S3: &[(&str, &str)] = &[
    ("ListBuckets", "ListAllMyBuckets"),
    ("GetBucketEncryption", "GetEncryptionConfiguration"),
    ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
    ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
    ("GetBucketCors", "GetBucketCORS"),
    ("GetBucketNotificationConfiguration", "GetBucketNotification"),
    ("PutBucketNotificationConfiguration", "PutBucketNotification"),
    ("ListObjectVersions", "ListBucketVersions"),
    ("ListMultipartUploads", "ListBucketMultipartUploads"),
    ("DeleteObjects", "DeleteObject"),
];

/// How operations of API Gateway begin, and their verbs.
const VERBS: &[(&str, &str)] = &[
    ("Get", "GET"),
    ("Create", "POST"),
    ("Put", "PUT"),
    ("Tag", "PUT"),
    ("Update", "PATCH"),
    ("Delete", "DELETE"),
    ("Untag", "DELETE"),
];

/// The action behind a request; none for the one that everybody may send.
fn action(exchange: &Exchange) -> Option<String> {
    action_of(&exchange.service, &exchange.operation)
}

/// The same, by the service and the operation.
pub fn action_of(service: &str, operation: &str) -> Option<String> {
    let (service, name) = match service {
        "sts" => return None,
        "monitoring" => ("cloudwatch", operation),
        "tagging" => ("tag", operation),
        "s3" => ("s3", S3.iter().find(|(name, _)| *name == operation).map_or(operation, |(_, action)| action)),
        "apigateway" | "apigatewayv2" => {
            let verb = VERBS.iter().find(|(start, _)| operation.starts_with(start));
            ("apigateway", verb.unwrap_or_else(|| panic!("{operation}")).1)
        }
        other => (other, operation),
    };
    Some(format!("{service}:{name}"))
}

fn asked(proxy: &Proxy) -> BTreeSet<String> {
    let asked = proxy.log().iter().filter_map(action).collect();
    proxy.clear();
    asked
}

/// Plans with these arguments and applies; what each asked must be in its policy.
fn live(project: &Project, proxy: &Proxy, arguments: &[&str]) -> BTreeSet<String> {
    let plan = project.plan(arguments);
    let planning = asked(proxy);
    let bytes = std::fs::read(project.folder().join("serverless-app-plan/plan.json")).unwrap();
    let read = serverless_app::plan::file::read(&bytes).unwrap();
    assert!(!read.is_empty(), "{plan}");
    let allowed = actions(
        &documents(
            to_plan(
                &read.owner(),
                &site(),
                &Features { access_logs: true, patterns: true, workflows: true, ..Features::default() },
            ),
            6144,
        )
        .unwrap(),
    );
    // Where the whole app goes, certificates are looked for by a role that may list them, and left out by any other.
    let unasked = |action: &&String| arguments.is_empty() || *action != "acm:ListCertificates";
    let denied: Vec<_> = planning.difference(&allowed).filter(unasked).collect();
    assert_eq!(denied, Vec::<&String>::new(), "planning {arguments:?}");
    project.apply(0);
    let applying = asked(proxy);
    let allowed = actions(&documents(of_plan(&read), 6144).unwrap());
    assert_eq!(applying.difference(&allowed).collect::<Vec<_>>(), Vec::<&String>::new(), "applying {arguments:?}");
    planning.into_iter().chain(applying).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_examples_life_asks_is_in_its_policies() {
    let proxy = Proxy::start(&endpoint(Make::Moto).await, Duration::ZERO);
    let project = Project::at(&proxy.endpoint(), EXAMPLE);
    let made = live(&project, &proxy, &[]);
    let removed = live(&project, &proxy, &["--destroy", "--delete-data"]);
    let all: BTreeSet<_> = made.union(&removed).collect();
    assert!(all.len() > 90, "{}: {all:?}", all.len());
}
