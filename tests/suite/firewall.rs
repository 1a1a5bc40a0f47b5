//! Firewalls with rules of one's own, logs and resources that are named by ARN, through the built binary.

use std::time::Duration;

use aws_sdk_wafv2::types::{AllowAction, DefaultAction, Scope, VisibilityConfig};

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n";

/// A rule that looks for this expression in paths.
fn rule(name: &str, priority: u32, expression: &str) -> String {
    format!(
        "{{\"Name\": \"{name}\", \"Priority\": {priority}, \"Action\": {{\"Block\": {{}}}},\n \"Statement\": \
         {{\"RegexMatchStatement\": {{\"RegexString\": \"{expression}\", \"FieldToMatch\": {{\"UriPath\": {{}}}},\n  \
         \"TextTransformations\": [{{\"Priority\": 0, \"Type\": \"NONE\"}}]}}}}}}"
    )
}

fn rules(rules: &[String]) -> String {
    format!("[\n{}\n]\n", rules.join(",\n"))
}

fn manifest(section: &str) -> String {
    format!("{APP}[firewall.waf]\n{section}")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waf_refuses_of_rules_stops_a_plan_at_its_line_and_what_costs_more_is_a_warning() {
    for make in MAKES {
        let project = Project::new(make, &manifest("rules = \"waf.json\"\n")).await;
        let file = project.folder().join("waf.json");
        std::fs::write(&file, rules(&[rule("good", 1, "^/a"), rule("bad", 2, "^/(a"), rule("worse", 3, "[")])).unwrap();
        let ran = project.run(&["plan"], 64);
        for said in
            ["waf.json:5:1: WAF refuses the rule \"bad\": WAFInvalidParameterException: ", "waf.json:8:1: WAF refuses"]
        {
            assert!(ran.stderr.contains(said), "{make:?}: {said}\n{}", ran.stderr);
        }
        assert!(!ran.stderr.contains("\"good\":"), "{make:?}: {}", ran.stderr);
        assert!(!project.folder().join("serverless-app-plan/plan.json").exists(), "there is no plan");
        let groups = ["Common", "KnownBadInputs", "Linux", "SQLi", "Windows", "AdminProtection", "PHP"];
        let groups = groups.map(|group| format!("\"AWSManagedRules{group}RuleSet\"")).join(", ");
        std::fs::write(&file, rules(&[rule("good", 10, "^/a")])).unwrap();
        project.write(&manifest(&format!("rules = \"waf.json\"\nmanaged_rules = [{groups}]\n")));
        let ran = project.run(&["plan"], 0);
        let said = "the rules of this firewall take 1703 WCU, of which a request's price covers 1500";
        assert!(ran.stderr.contains(said), "{make:?}: {}", ran.stderr);
        let theirs = "managed_rules = [{ name = \"Theirs\", vendor = \"Acme\" }]\n";
        project.write(&manifest(theirs));
        let ran = project.run(&["plan"], 64);
        assert!(ran.stderr.contains("WAF refuses the rule \"Theirs\": WAFSubscriptionNotFound"), "{}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waf_is_asked_about_rules_that_change_and_where_it_may_not_be_the_plan_is_the_same() {
    for make in MAKES {
        let mut project = Project::new(make, &manifest("rules = \"waf.json\"\nblock_ips = [\"192.0.2.0/24\"]\n")).await;
        std::fs::write(project.folder().join("waf.json"), rules(&[rule("paths", 5, "^/a")])).unwrap();
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        proxy.arm_at("CheckCapacity", Fault::Denied("wafv2:CheckCapacity", "*"));
        let ran = project.run(&["plan"], 0);
        assert!(proxy.fired());
        let note = "WAF was not asked about the rules of this firewall: wafv2:CheckCapacity: ";
        assert!(ran.stderr.contains(note) && ran.stderr.contains("does not allow"), "{make:?}: {}", ran.stderr);
        let id = project.plan_id();
        let asked = |proxy: &Proxy| proxy.log().iter().filter(|call| call.operation == "CheckCapacity").count();
        proxy.clear();
        project.run(&["plan"], 0);
        assert_eq!((project.plan_id(), asked(&proxy)), (id, 1), "{make:?}");
        project.apply(0);
        proxy.clear();
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        assert_eq!(asked(&proxy), 0, "{make:?}: nothing has changed");
        project.write(&manifest("rate_limit = 100\nblock_ips = [\"192.0.2.0/24\"]\n"));
        assert_ne!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        assert_eq!(asked(&proxy), 0, "{make:?}: what every firewall has nobody asks about");
    }
}

/// The bodies are the web ACL's, and WAF refuses a key that it does not know.
#[tokio::test(flavor = "multi_thread")]
async fn waf_is_asked_about_rules_without_the_bodies_that_they_answer() {
    for make in MAKES {
        let answer = "{ CustomResponse = { ResponseCode = 429, CustomResponseBodyKey = \"busy\" } }";
        let geo = "Statement = { GeoMatchStatement = { CountryCodes = [\"AQ\"] } }";
        let text = manifest(&format!(
            "custom_response = {{ code = 429, body = \"busy\" }}\nrate_limit = 100\n\
             rules = [{{ Name = \"far\", Priority = 9, Action = {{ Block = {answer} }}, {geo} }}]\n\
             [firewall.waf.custom_response_bodies.busy]\ncontent_type = \"text/plain\"\ncontent = \"busy\"\n"
        ));
        let mut project = Project::new(make, &text).await;
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        let plan = project.deploy(&[]);
        assert_eq!(proxy.log().iter().filter(|call| call.operation == "CheckCapacity").count(), 1, "{make:?}");
        assert_eq!(
            plan.to_string().matches("CustomResponseBodyKey\":\"busy\"").count(),
            2,
            "{make:?}: what is sent has it"
        );
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
    }
}

/// Everything that a firewall may have.
const ALL: &str = r#"default = "block"
custom_response = { code = 429, body = "busy", headers = { Retry-After = "60" } }
resource_arns = [
    "arn:aws:cognito-idp:${region}:${account}:userpool/us-west-2_AbCdEf",
    "arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/web/0123456789abcdef",
]
rate_limit = 100
rate_keys = ["ip", { header = "x-api-key" }]
allow_ips = ["192.0.2.0/24"]
managed_rules = [{ name = "AWSManagedRulesCommonRuleSet", version = "Version_1.18", actions = { A = "captcha" } }]
rules = "waf.json"
logging = { on_delete = "delete", redact = ["method", { header = "Authorization" }] }
[firewall.waf.custom_response_bodies.busy]
content_type = "text/plain"
content = "busy"
"#;

const LESS: &str = "rules = \"waf.json\"\n";

async fn only_acl(project: &Project) -> (String, String) {
    let waf = project.aws().await.read.wafv2;
    let listed = waf.list_web_acls().scope(Scope::Regional).send().await.unwrap().web_acls.unwrap_or_default();
    let acl = listed.into_iter().find(|acl| acl.name() == Some("shop--production-waf")).expect("the web ACL");
    (acl.id.unwrap(), acl.arn.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firewall_with_everything_is_made_repaired_reduced_and_destroyed() {
    for make in MAKES {
        let mut project = Project::new(make, &manifest(ALL)).await;
        std::fs::write(project.folder().join("waf.json"), rules(&[rule("paths", 50, "^/a")])).unwrap();
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        let made = changes(&project.deploy(&[]));
        let expected = [
            "create logs.log-group/waf-firewall",
            "create wafv2.association/waf-loadbalancer-app-web-0123456789abcdef",
            "create wafv2.association/waf-userpool-us-west-2-abcdef",
            "create wafv2.ip-set/waf-allow-v4",
            "create wafv2.web-acl/waf",
        ];
        let short: Vec<String> =
            made.iter().map(|change| change.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(short, expected, "{make:?}");
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        edit_by_hand(&project).await;
        let drifted = changes(&project.deploy(&[]));
        assert!(
            drifted.iter().any(|change| change.starts_with("update wafv2.web-acl/waf ")
                && change.contains("LoggingConfiguration.RedactedFields")),
            "{make:?}: {drifted:?}"
        );
        assert!(
            drifted.iter().any(|change| change.starts_with("create wafv2.association/waf-userpool")),
            "{drifted:?}"
        );
        project.write(&manifest(LESS));
        let fewer = changes(&project.deploy(&[]));
        for gone in [
            "delete logs.log-group/waf-firewall",
            "delete wafv2.association/loadbalancer-app-web-0123456789abcdef-",
            "delete wafv2.association/userpool-us-west-2-abcdef-",
            "delete wafv2.ip-set/waf-allow-v4",
        ] {
            // What has no tags has a digest in its name.
            let is_so = |change: &String| change == gone || gone.ends_with('-') && change.starts_with(gone);
            assert!(fewer.iter().any(is_so), "{make:?}: {gone} in {fewer:?}");
        }
        proxy.clear();
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        let asked = |operation: &str| proxy.log().iter().filter(|call| call.operation == operation).count();
        assert_eq!(asked("GetLoggingConfiguration"), 0, "{make:?}: no tag says that there is a log");
        project.deploy(&["--destroy"]);
        assert_eq!(changes(&project.plan(&["--destroy"])), [""; 0], "{make:?}");
    }
}

/// Somebody else ends the firewall of the user pool, and logs what was redacted.
async fn edit_by_hand(project: &Project) {
    let waf = project.aws().await.write.wafv2;
    let (_, arn) = only_acl(project).await;
    let pool = format!("arn:aws:cognito-idp:us-west-2:{}:userpool/us-west-2_AbCdEf", project.account());
    waf.disassociate_web_acl().resource_arn(pool).send().await.unwrap();
    let log = waf.get_logging_configuration().resource_arn(&arn).send().await.unwrap();
    let mut log = log.logging_configuration.expect("the log");
    log.redacted_fields = None;
    waf.put_logging_configuration().logging_configuration(log).send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_acl_or_log_of_somebody_else_is_not_replaced() {
    for make in MAKES {
        let pool = "resource_arns = [\"arn:aws:cognito-idp:${region}:${account}:userpool/us-west-2_AbCdEf\"]\n";
        let project = Project::new(make, &manifest(pool)).await;
        let waf = project.aws().await.write.wafv2;
        let view = VisibilityConfig::builder().metric_name("m").sampled_requests_enabled(false);
        let view = view.cloud_watch_metrics_enabled(false).build().unwrap();
        let allow = DefaultAction::builder().allow(AllowAction::builder().build()).build();
        let theirs = waf.create_web_acl().name("theirs").scope(Scope::Regional).visibility_config(view);
        let theirs = theirs.default_action(allow).send().await.unwrap().summary.and_then(|acl| acl.arn).unwrap();
        let resource = format!("arn:aws:cognito-idp:us-west-2:{}:userpool/us-west-2_AbCdEf", project.account());
        let associate = || waf.associate_web_acl().web_acl_arn(&theirs).resource_arn(&resource).send();
        // WAF does not know the resource at first.
        if associate().await.is_err() {
            associate().await.unwrap();
        }
        let refused = project.run(&["plan"], 1);
        assert!(refused.stderr.contains("a web ACL of another owner"), "{make:?}: {}", refused.stderr);
        project.write(&manifest(""));
        project.deploy(&[]);
        let (_, arn) = only_acl(&project).await;
        let log = aws_sdk_wafv2::types::LoggingConfiguration::builder().resource_arn(arn);
        let log = log.log_destination_configs("arn:aws:firehose:us-west-2:123456789012:deliverystream/aws-waf-logs-x");
        waf.put_logging_configuration().logging_configuration(log.build().unwrap()).send().await.unwrap();
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}: no log is asked for");
        project.write(&manifest("logging = {}\n"));
        let refused = project.run(&["plan"], 1);
        assert!(refused.stderr.contains("LoggingConfiguration"), "{make:?}: {}", refused.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_that_was_stopped_before_a_log_was_ended_ends_it() {
    let mut project = Project::new(Make::Ministack, &manifest("logging = { on_delete = \"delete\" }\n")).await;
    project.deploy(&[]);
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    project.reach(&proxy.endpoint());
    project.write(&manifest(""));
    project.plan(&[]);
    proxy.arm_at("DeleteLoggingConfiguration", Fault::Denied("wafv2:DeleteLoggingConfiguration", "*"));
    project.apply(1);
    assert!(proxy.fired());
    project.deploy(&[]);
    let (_, arn) = only_acl(&project).await;
    let waf = project.aws().await.read.wafv2;
    assert!(waf.get_logging_configuration().resource_arn(arn).send().await.is_err(), "there is no log");
    assert_eq!(changes(&project.plan(&[])), [""; 0]);
}
