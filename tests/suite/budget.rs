//! How much planning asks: calls, and how many of them wait for one another.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::support::emulator::{MAKES, Make, endpoint};
use crate::support::project::{EXAMPLE, Project, changes};
use crate::support::proxy::{Exchange, Proxy, waves};

/// Long enough that the calls of one wave begin before the first of them ends, on a busy machine too.
const LATENCY: Duration = Duration::from_millis(1500);

/// What a plan of the example asks AWS, with so many changes.
fn asked(project: &Project, proxy: &Proxy, count: usize) -> Vec<Exchange> {
    proxy.clear();
    assert_eq!(changes(&project.plan(&[])).is_empty(), count == 0);
    proxy.log()
}

/// Names what was asked, so that a call too many can be found.
fn assert_within(log: &[Exchange], calls: usize, round_trips: usize) {
    let names: Vec<String> = log.iter().map(|call| format!("{} {}", call.service, call.operation)).collect();
    println!("{} calls in {} dependent round trips", log.len(), waves(log));
    assert!(log.len() <= calls, "{} calls: {names:#?}", log.len());
    assert!(waves(log) <= round_trips, "{} dependent round trips: {names:#?}", waves(log));
    // A function's code is nothing that a plan reads, nor a link to it.
    assert!(!names.iter().any(|name| name == "lambda GetFunction"), "a link to the code was asked for: {names:#?}");
    // What is in a bucket is counted where a plan would delete it, and else not looked at.
    assert!(!names.iter().any(|name| name.contains("ListObject")), "object keys were listed: {names:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn planning_the_example_asks_little_and_asks_it_together() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let mut project = Project::at(&proxy.endpoint(), EXAMPLE);
    assert_within(&asked(&project, &proxy, 1), 54, 3);
    project.reach(&emulator);
    project.deploy(&[]);
    // Until the tagging index has followed, tags are read one by one.
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    assert_within(&asked(&project, &proxy, 0), 60, 3);
}

/// An app of so many functions: each has a log group, a route and an alarm, and ten share a role and a table.
fn many(functions: usize) -> String {
    let mut text = String::from("[app]\nname = \"many\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n");
    for group in 0..functions.div_ceil(10) {
        text += &format!(
            "[table.t{group}]\nhash_key = {{ name = \"id\", type = \"S\" }}\n\
             [role.r{group}]\naccess = [{{ table = \"t{group}\", actions = \"read-write\" }}]\n"
        );
    }
    for number in 0..functions {
        text += &format!(
            "[function.f{number}]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             role = \"r{}\"\n\
             [alarm.a{number}]\nmetric = {{ namespace = \"AWS/Lambda\", name = \"Errors\", function = \"f{number}\" }}\n\
             statistic = \"Sum\"\nthreshold = 1\nnotify = [\"alerts\"]\n",
            number / 10
        );
    }
    let route = |number| format!("{{ method = \"GET\", path = \"/p{number}\", function = \"f{number}\" }}");
    let routes: Vec<String> = (0..functions).map(route).collect();
    text + &format!("[api.all]\nroutes = [{}]\n", routes.join(", "))
}

/// How often each operation was asked.
fn counts(log: &[Exchange]) -> BTreeMap<String, usize> {
    log.iter().fold(BTreeMap::new(), |mut counts, call| {
        *counts.entry(format!("{}:{}", call.service, call.operation)).or_default() += 1;
        counts
    })
}

/// What grows with a new app of sixty functions is one read a table, a role and a policy. That there are no functions,
/// permissions, log groups and alarms yet, their listings tell.
#[tokio::test(flavor = "multi_thread")]
async fn planning_many_new_functions_asks_for_none_of_them() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, Duration::ZERO);
    let project = Project::at(&proxy.endpoint(), &many(60));
    let log = asked(&project, &proxy, 1);
    let counts = counts(&log);
    let of = |operation: &str| counts.get(operation).copied().unwrap_or_default();
    for (operation, count) in [
        ("lambda:ListFunctions", 1),
        ("lambda:GetFunction", 0),
        ("lambda:GetFunctionConfiguration", 0),
        ("lambda:GetPolicy", 0),
        ("iam:GetPolicy", 6),
        ("iam:GetRole", 6),
        ("dynamodb:DescribeTable", 6),
        ("iam:ListRolePolicies", 0),
        ("monitoring:DescribeAlarms", 1),
        ("logs:DescribeLogGroups", 1),
    ] {
        assert_eq!(of(operation), count, "{operation}: {counts:#?}");
    }
    assert!(log.len() <= 43, "{} calls: {counts:#?}", log.len());
}

/// An app of ten buses, each with an archive and a rule, and ten rules on the default bus.
fn events() -> String {
    let mut text = String::from("[app]\nname = \"events\"\nregion = \"us-west-2\"\n\n[topic.news]\n");
    for number in 0..10 {
        text += &format!(
            "[bus.b{number}]\narchive = {{ days = 1 }}\n\
             [rule.r{number}]\nbus = \"b{number}\"\npattern = {{ source = [\"shop\"] }}\n\
             targets = [{{ topic = \"news\" }}]\n\
             [rule.d{number}]\npattern = {{ source = [\"aws.s3\"] }}\ntargets = [{{ topic = \"news\" }}]\n"
        );
    }
    text
}

/// What grows with buses and rules is at most two reads each, in four round trips.
#[tokio::test(flavor = "multi_thread")]
async fn planning_many_buses_and_rules_asks_for_each_of_them_twice_at_most() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let mut project = Project::at(&proxy.endpoint(), &events());
    project.reach(&emulator);
    project.deploy(&[]);
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    let log = asked(&project, &proxy, 0);
    let counts = counts(&log);
    let of_events: usize = counts.iter().filter(|(name, _)| name.starts_with("events:")).map(|(_, count)| count).sum();
    // Forty resources: a read each; the listings of buses, of rules on eleven of them, and of archives.
    assert!(of_events <= 40 + 13, "{of_events}: {counts:#?}");
    assert!(waves(&log) <= 4, "{} dependent round trips: {counts:#?}", waves(&log));
}

/// An app of so many of everything that brings events, each to a queue or from one to a function.
fn some_of_each(count: usize) -> String {
    let mut text = String::from("[app]\nname = \"tens\"\nregion = \"us-west-2\"\n\n");
    for number in 0..count {
        text += &format!(
            "[queue.q{number}]\nvisibility_timeout = 60\n\
             [topic.t{number}]\nsubscriptions = [{{ queue = \"q{number}\" }}]\n\
             [bucket.b{number}]\nnotify = [{{ events = [\"object-created\"], queue = \"q{number}\" }}]\n\
             [bus.b{number}]\narchive = {{ days = 1 }}\n\
             [rule.r{number}]\nbus = \"b{number}\"\npattern = {{ source = [\"shop\"] }}\n\
             targets = [{{ queue = \"q{number}\" }}]\n\
             [schedule.s{number}]\nrate = \"1 hour\"\nqueue = \"q{number}\"\n\
             [function.f{number}]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             on_queue = [{{ queue = \"q{number}\" }}]\nmax_retries = 1\nurl = {{ auth = \"iam\" }}\n"
        );
    }
    text
}

/// Kinds that bring events, and what is asked about them.
const OF_EVENTS: [&str; 4] = ["events.", "lambda.event-source-mapping", "scheduler.", "sqs."];
const ASKED: [&str; 4] = ["events:", "lambda:ListEventSourceMappings", "scheduler:", "sqs:"];

/// Three calls for two resources, listings included, in four round trips.
#[tokio::test(flavor = "multi_thread")]
async fn planning_ten_of_each_kind_of_events_asks_little_for_each_and_together() {
    let emulator = endpoint(Make::Ministack).await;
    // Hundreds of calls leave in one wave.
    let proxy = Proxy::start(&emulator, 4 * LATENCY);
    let mut project = Project::at(&proxy.endpoint(), "");
    project.reach(&emulator);
    let mut resources = 0;
    // An apply of all of them takes a loaded machine more time than a run has.
    for count in [4, 7, 10] {
        project.write(&some_of_each(count));
        let made = changes(&project.deploy(&[]));
        let made = made.iter().filter_map(|line| line.strip_prefix("create "));
        resources += made.filter(|line| OF_EVENTS.iter().any(|kind| line.starts_with(kind))).count();
    }
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    let log = asked(&project, &proxy, 0);
    let counts = counts(&log);
    let of_events = counts.iter().filter(|(name, _)| ASKED.iter().any(|asked| name.starts_with(asked)));
    let calls: usize = of_events.map(|(_, count)| count).sum();
    assert_eq!(resources, 61, "buses, archives, rules, mappings, queues, schedules and their group");
    assert!(2 * calls <= 3 * resources, "{calls} calls for {resources} resources: {counts:#?}");
    assert!(waves(&log) <= 4, "{} dependent round trips: {counts:#?}", waves(&log));
}

/// An app of two layers, which ten functions share.
fn layered(description: &str) -> String {
    let layer = |name: &str, more: &str| {
        format!("[layer.{name}]\nsource = \"lambda\"\nruntimes = [\"python3.11\"]\ndescription = \"{more}\"\n")
    };
    let mut text = format!(
        "[app]\nname = \"layered\"\nregion = \"us-west-2\"\n\n{}{}",
        layer("one", description),
        layer("two", "Two")
    );
    for number in 0..10 {
        text += &format!(
            "[function.f{number}]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n\
             layers = [\"one\", \"two\"]\n"
        );
    }
    text
}

/// A listing of layers, one of each layer's versions, and a read of each version; the account's functions are listed where a version
/// would be deleted.
#[tokio::test(flavor = "multi_thread")]
async fn planning_layers_asks_twice_for_each_and_for_their_users_where_a_version_goes() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let mut project = Project::at(&proxy.endpoint(), &layered("One"));
    project.reach(&emulator);
    project.deploy(&[]);
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    let operations = ["ListLayers", "ListLayerVersions", "GetLayerVersion", "ListFunctions"];
    for (text, count, expected) in [(layered("One"), 0, [1, 2, 2, 0]), (layered("Another"), 1, [1, 2, 2, 1])] {
        project.write(&text);
        let log = asked(&project, &proxy, count);
        let counts = counts(&log);
        let of = |operation: &str| counts.get(&format!("lambda:{operation}")).copied().unwrap_or_default();
        assert_eq!(operations.map(of), expected, "{counts:#?}");
        assert!(waves(&log) <= 4, "{} dependent round trips: {counts:#?}", waves(&log));
    }
}

/// An app of ten usage plans, each with two keys.
fn plans() -> String {
    let mut text = String::from(
        "[app]\nname = \"plans\"\nregion = \"us-west-2\"\n\n[function.f]\nsource = \"lambda\"\n\
         runtime = \"python3.11\"\nhandler = \"main.handler\"\n[api.all]\n\
         routes = [{ method = \"GET\", path = \"/\", function = \"f\", api_key = true }]\n",
    );
    for number in 0..10 {
        text += &format!("[usage_plan.p{number}]\napis = [\"all\"]\nkeys = [\"a{number}\", \"b{number}\"]\n");
    }
    text
}

/// A listing each; of a key nothing more where the tagging index says what is wanted, and of a plan its keys.
#[tokio::test(flavor = "multi_thread")]
async fn planning_usage_plans_and_keys_asks_once_for_each_plan_and_for_no_key() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let mut project = Project::at(&proxy.endpoint(), &plans());
    project.reach(&emulator);
    project.deploy(&[]);
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    let log = asked(&project, &proxy, 0);
    let counts = counts(&log);
    let of = |operation: &str| counts.get(&format!("apigateway:{operation}")).copied().unwrap_or_default();
    let found = ["GetApiKeys", "GetApiKey", "GetUsagePlans", "GetUsagePlan", "GetUsagePlanKeys"].map(of);
    assert_eq!(found, [1, 0, 1, 0, 10], "{counts:#?}");
    assert!(waves(&log) <= 4, "{} dependent round trips: {counts:#?}", waves(&log));
}

/// An app of ten APIs of both sorts below one domain name.
fn below_a_domain(more: &str) -> String {
    let function = "[function.f]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";
    let mut text = format!("[app]\nname = \"named\"\nregion = \"us-west-2\"\n\n{function}");
    for number in 0..10 {
        let (section, route) = match number % 2 {
            0 => ("api", "{ method = \"GET\", path = \"/\", function = \"f\" }"),
            _ => ("http_api", "{ route = \"GET /\", function = \"f\" }"),
        };
        let domain = format!("name = \"api.example.org\", path = \"p{number}\", zone = \"example.org\"{more}");
        text += &format!("[{section}.a{number}]\nroutes = [{route}]\ndomain = {{ {domain} }}\n");
    }
    text
}

/// What planning such an app asks once it is there: each operation and how often, in so many round trips one after the other.
async fn asked_below_a_domain(more: &str) -> (BTreeMap<String, usize>, usize) {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let mut project = Project::at(&proxy.endpoint(), &below_a_domain(more));
    project.reach(&emulator);
    let zone = project.aws().await.write.route53.create_hosted_zone();
    zone.name("example.org").caller_reference("budget").send().await.expect("a zone");
    project.deploy(&[]);
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    let log = asked(&project, &proxy, 0);
    (counts(&log), waves(&log))
}

/// A listing of certificates, the tags and the description of the one that is the app's, and its record.
#[tokio::test(flavor = "multi_thread")]
async fn planning_a_certificate_that_was_requested_asks_four_times_more() {
    let (counts, waves) = asked_below_a_domain("").await;
    for (operation, count) in [
        ("acm:ListCertificates", 1),
        ("acm:ListTagsForCertificate", 1),
        ("acm:DescribeCertificate", 1),
        ("route53:ListHostedZones", 1),
        ("route53:ListResourceRecordSets", 2),
    ] {
        assert_eq!(counts.get(operation), Some(&count), "{operation}: {counts:#?}");
    }
    assert!(waves <= 6, "{waves} dependent round trips: {counts:#?}");
}

/// A listing each of domain names and zones, two of what is mapped, and one of the records: however many APIs there are.
#[tokio::test(flavor = "multi_thread")]
async fn planning_a_domain_name_and_its_alias_asks_five_times() {
    let certificate = ", certificate = \"arn:aws:acm:us-west-2:${account}:certificate/one\"";
    let (counts, waves) = asked_below_a_domain(certificate).await;
    let of = |operation: &str| counts.get(operation).copied().unwrap_or_default();
    for (operation, count) in [
        ("acm:ListCertificates", 0),
        ("apigateway:GetDomainNames", 1),
        ("apigateway:GetDomainName", 0),
        ("apigateway:GetBasePathMappings", 1),
        ("apigateway:GetApiMappings", 1),
        ("route53:ListHostedZones", 1),
        ("route53:ListResourceRecordSets", 1),
    ] {
        assert_eq!(of(operation), count, "{operation}: {counts:#?}");
    }
    assert!(waves <= 5, "{waves} dependent round trips: {counts:#?}");
}

/// An HTTP API of 250 routes on two functions, with an authorizer and a stage.
fn routes() -> String {
    let route =
        |number| format!("{{ route = \"GET /p{number}/{{id}}\", function = \"f{}\", auth = \"users\" }}", number % 2);
    let routes: Vec<String> = (0..250).map(route).collect();
    let function = |number| {
        format!("[function.f{number}]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n")
    };
    format!(
        "[app]\nname = \"routes\"\nregion = \"us-west-2\"\n\n{}{}[http_api.all]\nroutes = [{}]\n\
         [http_api.all.authorizer.users]\nissuer = \"https://issuer.example\"\naudience = [\"shop\"]\n",
        function(0),
        function(1),
        routes.join(", ")
    )
}

/// A listing of APIs, and of one API five listings at once, however many routes it has: what grows is AWS's pages. While it
/// is made it is read by its sorts of parts, and right before it is deployed.
#[tokio::test(flavor = "multi_thread")]
async fn planning_an_http_api_of_250_routes_asks_six_times_in_three_round_trips() {
    let emulator = endpoint(Make::Ministack).await;
    let proxy = Proxy::start(&emulator, LATENCY);
    let making = Proxy::start(&emulator, Duration::ZERO);
    let mut project = Project::at(&proxy.endpoint(), &routes());
    project.reach(&making.endpoint());
    project.plan(&[]);
    making.clear();
    project.apply(0);
    let made = making.log();
    let reads = made.iter().filter(|call| call.operation == "GetRoutes").count();
    let routes = made.iter().filter(|call| call.operation == "CreateRoute").count();
    // One is refused at first, since AWS changes an API once at a time.
    assert_eq!(routes, 251, "{:#?}", counts(&made));
    assert!(reads <= 12, "{:#?}", counts(&made));
    let first = |operation: &str| made.iter().position(|call| call.operation == operation);
    let last = |operation: &str| made.iter().rposition(|call| call.operation == operation);
    let (built, deployed) = (last("CreateRoute").unwrap(), first("CreateDeployment").unwrap());
    assert!(made[built..deployed].iter().any(|call| call.operation == "GetRoutes"));
    for _ in 0..2 {
        project.plan(&[]);
    }
    project.reach(&proxy.endpoint());
    let log = asked(&project, &proxy, 0);
    let counts = counts(&log);
    let of = |operation: &str| counts.get(&format!("apigateway:{operation}")).copied().unwrap_or_default();
    let parts = ["GetApis", "GetRoutes", "GetIntegrations", "GetAuthorizers", "GetDeployments", "GetStages"];
    assert_eq!(parts.map(of), [1; 6], "{counts:#?}");
    assert!(waves(&log) <= 3, "{} dependent round trips: {counts:#?}", waves(&log));
}

/// An API of one function, with two methods at each of fifteen paths on three levels.
fn paths() -> String {
    let paths = (0..5).flat_map(|n| [format!("/p{n}"), format!("/p{n}/{{id}}"), format!("/p{n}/{{id}}/parts")]);
    let route = |method, path: &str| format!("{{ method = \"{method}\", path = \"{path}\", function = \"f\" }}");
    let routes: Vec<String> = paths.flat_map(|path| [route("GET", &path), route("POST", &path)]).collect();
    format!(
        "[app]\nname = \"paths\"\nregion = \"us-west-2\"\n\n[function.f]\nsource = \"lambda\"\n\
         runtime = \"python3.11\"\nhandler = \"main.handler\"\n\n[api.all]\nroutes = [{}]\n",
        routes.join(", ")
    )
}

/// What is read of an API while it is made follows from its levels and not from its size, and nothing is deployed that
/// was not read.
#[tokio::test(flavor = "multi_thread")]
async fn an_api_is_read_by_the_level_and_right_before_it_is_deployed() {
    for make in MAKES {
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        let project = Project::at(&proxy.endpoint(), &paths());
        project.plan(&[]);
        proxy.clear();
        project.apply(0);
        let log = proxy.log();
        let counts = counts(&log);
        assert_eq!(counts["apigateway:PutIntegration"], 30, "{make:?}");
        assert!(counts["apigateway:GetResources"] <= 9, "{make:?}: {counts:#?}");
        let first = |operation: &str| log.iter().position(|call| call.operation == operation);
        let last = |operation: &str| log.iter().rposition(|call| call.operation == operation);
        let (built, deployed) = (last("PutIntegration").unwrap(), first("CreateDeployment").unwrap());
        assert!(log[built..deployed].iter().any(|call| call.operation == "GetResources"), "{make:?}");
        assert!(changes(&project.plan(&[])).is_empty(), "{make:?}");
    }
}
