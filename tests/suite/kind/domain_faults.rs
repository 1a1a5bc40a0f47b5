//! Domain names whose calls are disturbed: each is done once, and the apply that it happens to finishes the job.

use std::time::Duration;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;

/// Two APIs of both sorts below a domain name with an alias.
const APP: &str = r#"
[app]
name = "shop"
region = "us-west-2"
[function.web]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
[api.orders]
routes = [{ method = "GET", path = "/", function = "web" }]
domain = { name = "api.example.org", certificate = "arn:aws:acm:us-west-2:${account}:certificate/one", path = "orders", zone = "example.org" }
[http_api.site]
routes = [{ route = "GET /", function = "web" }]
domain = { name = "api.example.org", certificate = "arn:aws:acm:us-west-2:${account}:certificate/one", path = "site/v1", zone = "example.org" }
"#;

const CALLS: [&str; 4] = ["CreateDomainName", "CreateBasePathMapping", "CreateApiMapping", "ChangeResourceRecordSets"];
const CERTIFICATE: [&str; 4] =
    ["RequestCertificate", "RequestCertificate", "AddTagsToCertificate", "ChangeResourceRecordSets"];
const FAULTS: [Fault; 4] = [Fault::AnswerLost, Fault::Truncated, Fault::InternalError, Fault::BodyLost];

/// Makes the app with one call disturbed, which is finished all the same; gives the app.
async fn disturbed(make: Make, app: &str, call: &str, fault: Fault) -> Project {
    let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
    let mut project = Project::new(make, app).await;
    let zone = project.aws().await.write.route53.create_hosted_zone();
    zone.name("example.org").caller_reference("faults").send().await.expect("a zone");
    project.reach(&proxy.endpoint());
    proxy.arm_at(call, fault);
    project.deploy(&[]);
    assert!(proxy.fired(), "{make:?} {call} {fault:?}");
    assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?} {call} {fault:?}");
    project.reach(&endpoint(make).await);
    project
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_on_a_domain_name_whose_answer_is_lost_is_looked_for_and_not_sent_again() {
    for (at, (call, fault)) in CALLS.into_iter().zip(FAULTS).enumerate() {
        disturbed(MAKES[at % 2], APP, call, fault).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_whose_request_is_lost_is_not_requested_twice() {
    let app = APP.replace(" certificate = \"arn:aws:acm:us-west-2:${account}:certificate/one\",", "");
    for (at, (call, fault)) in CERTIFICATE.into_iter().zip(FAULTS).enumerate() {
        let project = disturbed(MAKES[at % 2], &app, call, fault).await;
        let listed = project.aws().await.read.acm.list_certificates().send().await.expect("certificates");
        assert_eq!(listed.certificate_summary_list().len(), 1, "{call} {fault:?}");
    }
}

/// The slow lane: what goes is asked for again until AWS takes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_domain_name_is_deleted_although_aws_says_not_yet() {
    for make in MAKES {
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        let mut project = Project::new(make, APP).await;
        let zone = project.aws().await.write.route53.create_hosted_zone();
        zone.name("example.org").caller_reference("faults").send().await.expect("a zone");
        project.deploy(&[]);
        project.reach(&proxy.endpoint());
        proxy.arm_at("DeleteDomainName", Fault::Throttled);
        project.run(&["plan", "--destroy", "--delete-data"], 0);
        project.apply(0);
        assert!(proxy.fired(), "{make:?}");
        assert!(changes(&project.plan(&["--destroy"])).is_empty(), "{make:?}");
    }
}
