use serde_json::{Value, json};

use super::*;
use crate::canonical::Fingerprint;
use crate::plan::{FORMAT, Mode, Shown};

const ARN: &str = "arn:aws:dynamodb:us-west-2:123456789012:table/shop--production-orders";

fn plan(changes: Vec<Change>) -> Plan {
    let site = serde_json::from_value(
        json!({"account": "123456789012", "region": "us-west-2", "partition": "aws", "endpoint": "aws"}),
    );
    Plan {
        format: FORMAT,
        app: "shop".parse().unwrap(),
        stage: "production".parse().unwrap(),
        site: site.unwrap(),
        mode: Mode::Deploy,
        changes,
        unchanged: 0,
        known: BTreeMap::new(),
        blobs: BTreeMap::new(),
        outputs: BTreeMap::new(),
        notes: Vec::new(),
    }
}

/// A change with these attributes: path, old value, new value; `null` stands for none. What exists besides, in `was`.
fn change(address: &str, action: Action, diff: &[(&str, Value, Value)], was: &[(&str, Value)]) -> Change {
    let shown = |value: &Value| match value {
        Value::Null => Shown::Absent,
        Value::String(text) if text == "(hidden)" => Shown::Hidden,
        value => Shown::Value(value.clone()),
    };
    let live = diff.iter().map(|(path, old, _)| (*path, old)).chain(was.iter().map(|(path, old)| (*path, old)));
    Change {
        address: address.parse().unwrap(),
        name: "shop--production-it".into(),
        action,
        lane: "l".into(),
        waits_for: Default::default(),
        tags: Default::default(),
        before: Fingerprint::Absent,
        identity: None,
        was: live.filter(|(_, old)| !old.is_null()).map(|(path, old)| (path.to_owned(), shown(old))).collect(),
        diff: diff
            .iter()
            .map(|(path, old, new)| AttributeDiff { path: (*path).to_owned(), old: shown(old), new: shown(new) })
            .collect(),
        steps: Vec::new(),
    }
}

fn said(change: Change) -> Vec<String> {
    let plan = plan(vec![change]);
    let text = |what: What| {
        let mark = if what.forces_replacement { " (!)" } else { "" };
        what.sentence.render(|value| format!("`{value}`")) + mark
    };
    what(&plan, &plan.changes[0]).into_iter().map(text).collect()
}

fn updated(address: &str, diff: &[(&str, Value, Value)], was: &[(&str, Value)]) -> Vec<String> {
    said(change(address, Action::Update, diff, was))
}

fn none() -> Value {
    Value::Null
}

#[test]
fn a_functions_fields_are_the_manifests() {
    let diff = [
        ("CodeSha256", json!("jdGIRr46TSjb2wQVcs6XxP7qk4i8OxonPM+hNWW2ywA="), json!("other")),
        ("DeadLetterTargetArn", none(), json!("arn:aws:sns:us-west-2:123456789012:shop--production-alerts")),
        ("Environment.LOG_LEVEL", none(), json!("debug")),
        ("Environment.OLD", json!("(hidden)"), none()),
        ("Environment.TABLE", json!("(hidden)"), json!("t")),
        ("Layers", json!(["arn:aws:lambda:us-west-2:1:layer:a:1"]), json!(["arn:aws:lambda:us-west-2:1:layer:a:2"])),
        ("MemorySize", json!(256), json!(512)),
        ("Tags.Team", json!("a"), json!("b")),
        ("Tags.serverless-app:app", json!("x"), json!("shop")),
        ("Timeout", json!(10), json!(30)),
        ("TracingMode", json!("Active"), json!("PassThrough")),
        ("Unheard", none(), json!({"a": [1]})),
    ];
    assert_eq!(
        updated("lambda.function/orders", &diff, &[]),
        [
            "code changed",
            "memory 256 → 512",
            "timeout 10 → 30",
            "environment + `LOG_LEVEL`, − `OLD`, ~ `TABLE`",
            "tracing active → pass-through",
            "layers + `arn:aws:lambda:us-west-2:1:layer:a:2`, − `arn:aws:lambda:us-west-2:1:layer:a:1`",
            "dead_letter none → `alerts`",
            "tags ~ `Team`",
            "`Unheard` none → `{\"a\":[1]}`",
        ]
    );
}

#[test]
fn what_cannot_be_changed_in_place_is_marked_and_first() {
    let key = |name: &str, of: &str| json!([{"AttributeName": name, "AttributeType": of, "KeyType": "HASH"}]);
    let diff =
        [("DeletionProtectionEnabled", json!(true), json!(false)), ("KeySchema", key("id", "S"), key("order_id", "S"))];
    let replaced = said(change("dynamodb.table/orders", Action::Replace, &diff, &[]));
    assert_eq!(replaced, ["hash_key `id` → `order_id` (!)", "deletion_protection true → false"]);
    let typed = [("KeySchema", key("id", "S"), key("id", "N"))];
    let replaced = said(change("dynamodb.table/orders", Action::Replace, &typed, &[]));
    assert_eq!(replaced, ["hash_key `id` of type `S` → `id` of type `N` (!)"]);
    let queue = said(change("sqs.queue/jobs", Action::Replace, &[("FifoQueue", json!(false), json!(true))], &[]));
    assert_eq!(queue, ["fifo false → true (!)"]);
}

fn method(key: &str, auth: &str) -> [(String, Value); 3] {
    let path = |rest: &str| format!("methods.{key}.{rest}");
    let function = "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-west-2:123456789012:function:shop--production-web/invocations";
    [
        (path("authorizationType"), json!(auth)),
        (path("integration.type"), json!("AWS_PROXY")),
        (path("integration.uri"), json!(function)),
    ]
}

#[test]
fn routes_are_counted_where_the_same_happens_to_several() {
    let methods: Vec<_> = ["GET /a", "GET /b.c", "POST /a"].iter().flat_map(|key| method(key, "AWS_IAM")).collect();
    let was: Vec<(&str, Value)> = methods.iter().map(|(path, value)| (path.as_str(), value.clone())).collect();
    let open = |path| (path, json!("AWS_IAM"), json!("NONE"));
    let new = method("PUT /d", "NONE");
    let mut diff = vec![open("methods.GET /a.authorizationType"), open("methods.GET /b.c.authorizationType")];
    diff.extend(new.iter().map(|(path, value)| (path.as_str(), none(), value.clone())));
    diff.extend(
        was.iter().filter(|(path, _)| path.contains("POST")).map(|(path, value)| (*path, value.clone(), none())),
    );
    diff.push(("deployments", json!(["sha256:a"]), json!(["sha256:b"])));
    diff.push(("stages.v1.deployment", json!("sha256:a"), json!("sha256:b")));
    assert_eq!(
        updated("apigateway.rest-api/web", &diff, &was),
        ["routes + `PUT /d`, − `POST /a`", "2 routes auth iam → none"]
    );
    let moved = [
        diff[0].clone(),
        ("methods.GET /a.integration.uri", was[2].1.clone(), json!("arn:aws:lambda:eu-west-1:1:function:x")),
    ];
    assert_eq!(
        updated("apigateway.rest-api/web", &moved, &was),
        ["routes `GET /a` auth iam → none", "routes `GET /a` function `web` → `arn:aws:lambda:eu-west-1:1:function:x`"]
    );
}

#[test]
fn a_setting_that_comes_to_a_part_that_stays_is_no_new_part() {
    let was = [("LifecycleRules.logs.Status", json!("Enabled")), ("LifecycleRules.logs.Filter.Prefix", json!("a"))];
    let diff = [
        ("LifecycleRules.logs.Expiration.Days", none(), json!(30)),
        ("LifecycleRules.new.Status", none(), json!("Enabled")),
    ];
    assert_eq!(
        updated("s3.bucket/files", &diff, &was),
        ["lifecycle + `new`", "lifecycle `logs` expiration_days none → 30"]
    );
}

#[test]
fn preflights_are_about_who_may_call() {
    let preflight = |path: &str, rest: &str| format!("methods.OPTIONS {path}.{rest}");
    let header = "integrationResponses.200.method.response.header.Access-Control-Allow-Origin";
    let (kind, origin) = (preflight("/a", "integration.type"), preflight("/a", header));
    let was = [(kind.as_str(), json!("MOCK")), (origin.as_str(), json!("'https://a.example'"))];
    let wider = [(origin.as_str(), json!("'https://a.example'"), json!("'*'"))];
    assert_eq!(updated("apigateway.rest-api/web", &wider, &was), ["cors origin `https://a.example` → origin `*`"]);
    let (kind, other) = (preflight("/b", "integration.type"), preflight("/b", header));
    let more = [(kind.as_str(), none(), json!("MOCK")), (other.as_str(), none(), json!("'https://a.example'"))];
    assert_eq!(updated("apigateway.rest-api/web", &more, &was), [""; 0]);
    assert_eq!(updated("apigateway.rest-api/web", &more, &[]), ["cors none → origin `https://a.example`"]);
}

fn statement(actions: &[&str], resources: &[&str]) -> Value {
    json!({"Sid": "S", "Effect": "Allow", "Action": actions, "Resource": resources})
}

#[test]
fn policies_are_said_as_rights_gained_and_lost() {
    let items = format!("{ARN}/index/*");
    let read: Vec<&str> = rights::NAMED[0].1.to_vec();
    let customers = ARN.replace("orders", "customers");
    let old = json!([statement(&read, &[&customers]), statement(&["dynamodb:GetItem"], &[ARN])]);
    let new = json!([
        statement(&["dynamodb:GetItem", "dynamodb:A", "dynamodb:B", "dynamodb:C"], &[ARN, &items]),
        statement(&["iam:*"], &["*"]),
        {"Effect": "Allow", "NotAction": ["s3:*"], "Resource": ["*"]},
    ]);
    assert_eq!(
        updated("iam.policy/orders-function", &[("PolicyDocument.Statement", old, new)], &[]),
        [
            "access + statement `{\"Effect\":\"Allow\",\"NotAction\":[\"s3:*\"],\"Resource\":[\"*\"]}`, + `iam:*` on `*`, + 4 actions on `orders`, − read on `customers`"
        ]
    );
    let twice =
        (json!([statement(&["a:b"], &["*"])]), json!([statement(&["a:b"], &["*"]), statement(&["a:b"], &["*"])]));
    assert_eq!(
        updated("iam.policy/orders-function", &[("PolicyDocument.Statement", twice.0, twice.1)], &[]),
        ["access written differently, with the same rights"]
    );
}

#[test]
fn a_bucket_that_everybody_may_read_says_so() {
    let tls = json!({"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": ["a"],
        "Condition": {"Bool": {"aws:SecureTransport": ["false"]}}});
    let all = json!({"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::shop--production-files-123456789012-us-west-2/*"]});
    let mut diff = vec![("Policy.Statement", json!([tls]), json!([all]))];
    assert_eq!(
        updated("s3.bucket/files", &diff, &[]),
        ["enforce_tls true → false, policy + `s3:GetObject` on `files` for `*`"]
    );
    let block = |name: &str| format!("PublicAccessBlockConfiguration.{name}");
    let names = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"].map(block);
    let off: Vec<_> = names.iter().map(|path| (path.as_str(), json!(true), json!(false))).collect();
    assert_eq!(updated("s3.bucket/files", &off, &[]), ["public_access_block true → false"]);
    let born: Vec<_> = off[..2].iter().map(|(path, _, new)| (*path, none(), new.clone())).collect();
    assert_eq!(
        said(change("s3.bucket/files", Action::Create, &born, &[])),
        ["public_access_block `block_public_acls`, `block_public_policy` false"]
    );
    diff.push(("PublicAccessBlockConfiguration.BlockPublicPolicy", json!(true), json!(false)));
    assert!(
        updated("s3.bucket/files", &diff, &[])
            .contains(&"public_access_block `block_public_policy` true → false".to_owned())
    );
}

#[test]
fn addresses_that_an_api_lets_in_are_listed() {
    let policy = |addresses: &[&str]| {
        let of = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": ["execute-api:Invoke"], "Resource": ["execute-api:/*"]});
        let mut deny = of("Deny");
        deny["Condition"] = json!({"NotIpAddress": {"aws:SourceIp": addresses}});
        json!([of("Allow"), deny])
    };
    let api = "apigateway.rest-api/web";
    let wider = [("policy.Statement", policy(&["192.0.2.0/24"]), policy(&["0.0.0.0/0", "192.0.2.0/24"]))];
    assert_eq!(updated(api, &wider, &[]), ["allow_ips + `0.0.0.0/0`"]);
    let gone =
        [("policy.Statement", policy(&["192.0.2.0/24"]), none()), ("policy.Version", json!("2012-10-17"), none())];
    assert_eq!(updated(api, &gone, &[]), ["allow_ips − `192.0.2.0/24`: anybody may call"]);
    let foreign = json!([{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::999999999999:root"]}, "Action": ["execute-api:Invoke"], "Resource": ["execute-api:/*"]}]);
    let other = [("policy.Statement", policy(&["192.0.2.0/24"]), foreign)];
    assert!(
        updated(api, &other, &[])[0]
            .starts_with("policy + `execute-api:Invoke` on `execute-api:/*` for `arn:aws:iam::999999999999:root`")
    );
}

#[test]
fn what_follows_from_nothing_else_is_said_as_aws_calls_it() {
    let only = [("deployments", json!(["sha256:a"]), json!(["sha256:b"]))];
    assert_eq!(updated("apigateway.rest-api/web", &only, &[]), ["`deployments` `[\"sha256:a\"]` → `[\"sha256:b\"]`"]);
    let ours = [("Tags.serverless-app:stage", none(), json!("production"))];
    assert_eq!(said(change("dynamodb.table/orders", Action::Adopt, &ours, &[])), [""; 0]);
    let alias =
        [("tags.serverless-app:app", none(), json!("shop")), ("tags.serverless-app:parts", json!("alias Z1"), none())];
    assert_eq!(updated("apigateway.domain-name/web", &alias, &[]), ["zone `alias Z1` → none"]);
}

#[test]
fn a_name_of_another_account_is_never_taken_for_our_own() {
    let foreign = "arn:aws:sns:us-west-2:999999999999:shop--production-alerts";
    let own = "arn:aws:sns:us-west-2:123456789012:shop--production-alerts";
    let diff = |old: &str, new: &str| [("AlarmActions", json!([old]), json!([new]))];
    assert_eq!(
        updated("cloudwatch.alarm/errors", &diff(own, foreign), &[]),
        [format!("notify + `{foreign}`, − `alerts`")]
    );
    // Two things of one name are told apart.
    let queue = "arn:aws:sqs:us-west-2:123456789012:shop--production-alerts";
    assert_eq!(updated("cloudwatch.alarm/errors", &diff(own, queue), &[]), [format!("notify + `{queue}`, − `{own}`")]);
    let target = [("DeadLetterTargetArn", json!(own), json!(queue))];
    assert_eq!(updated("lambda.function/f", &target, &[]), [format!("dead_letter `{own}` → `{queue}`")]);
}

#[test]
fn encryption_is_said_as_the_manifest_says_it() {
    let enabled = |old: bool, new: bool| ("SSESpecification.Enabled", json!(old), json!(new));
    let key = |old, new| ("SSESpecification.KMSMasterKeyId", old, new);
    let arn = || json!("arn:aws:kms:us-west-2:123456789012:key/k");
    let table = "dynamodb.table/orders";
    let said = |diff: &[(&str, Value, Value)], was: &[(&str, Value)]| updated(table, diff, was);
    let kms = "`arn:aws:kms:us-west-2:123456789012:key/k`";
    assert_eq!(said(&[enabled(true, false)], &[]), ["encryption aws-managed → aws-owned"]);
    assert_eq!(said(&[enabled(false, true), key(none(), arn())], &[]), [format!("encryption aws-owned → {kms}")]);
    let was = [("SSESpecification.Enabled", json!(true))];
    assert_eq!(said(&[key(arn(), none())], &was), [format!("encryption {kms} → aws-managed")]);
    let bucket = [
        ("ServerSideEncryptionConfiguration.SSEAlgorithm", json!("aws:kms"), json!("AES256")),
        ("ServerSideEncryptionConfiguration.KMSMasterKeyID", arn(), none()),
    ];
    assert_eq!(updated("s3.bucket/files", &bucket, &[]), [format!("encryption {kms} → aes256")]);
    let queue = [("KmsMasterKeyId", none(), arn()), ("SqsManagedSseEnabled", json!(true), json!(false))];
    assert_eq!(updated("sqs.queue/jobs", &queue, &[]), [format!("encryption sqs-owned → {kms}")]);
    let off = [("SqsManagedSseEnabled", json!(true), json!(false))];
    assert_eq!(updated("sqs.queue/jobs", &off, &[]), ["encryption sqs-owned → none"]);
}

#[test]
fn a_definition_is_said_by_its_states() {
    let definition = |states: Value| json!(json!({"StartAt": "A", "States": states}).to_string());
    let diff = [(
        "definition",
        definition(json!({"A": {"Type": "Pass"}, "B": {}})),
        definition(json!({"A": {"Type": "Wait"}, "C": {}})),
    )];
    assert_eq!(updated("stepfunctions.state-machine/w", &diff, &[]), ["definition + `C`, − `B`, ~ `A`"]);
}

#[test]
fn what_a_firewall_does_is_said_by_its_fields() {
    let choice = |name: &str| json!(name);
    let group = |name: &str| format!("Rules.{name}.Statement.ManagedRuleGroupStatement.Name");
    let (new, old) = (group("New"), group("Old"));
    let diff = [
        ("DefaultAction", choice("Block"), choice("Allow")),
        (&*new, none(), json!("New")),
        ("Rules.New.OverrideAction", none(), choice("None")),
        ("Rules.New.Priority", none(), json!(3)),
        (&*old, json!("Old"), none()),
        ("Rules.rate-limit.Action", choice("Block"), choice("Count")),
        ("Rules.rate-limit.Statement.RateBasedStatement.Limit", json!(1000), json!(2000)),
    ];
    assert_eq!(
        updated("wafv2.web-acl/waf", &diff, &[]),
        [
            "default block → allow",
            "rate_limit 1000 → 2000",
            "managed_rules + `New`, − `Old`",
            "rules' actions ~ `rate-limit`"
        ]
    );
    let new: Vec<(&str, Value, Value)> = diff.into_iter().map(|(path, _, new)| (path, none(), new)).collect();
    let born = said(change("wafv2.web-acl/waf", Action::Create, &new[..4], &[]));
    assert_eq!(born, ["managed_rules `New`"]);
}

#[test]
fn what_a_route_of_an_http_api_calls_is_said_by_what_differs_of_its_integration() {
    let function =
        |name: &str| json!(format!("arn:aws:lambda:us-west-2:123456789012:function:shop--production-{name}"));
    let at = |key: &str, attribute: &str| format!("integrations.{key}.{attribute}");
    let (f, slow, g) = ("f 1", "f 2", "g 3");
    let (uri, time, more) =
        (at(f, "integrationUri"), at(f, "timeoutInMillis"), at(f, "requestParameters.append:header.x"));
    let was =
        [("routes.GET /c.integration", json!(f)), (&*uri, function("f")), (&*time, json!(30000)), (&*more, json!("1"))];
    let (new_uri, new_time) = (at(slow, "integrationUri"), at(slow, "timeoutInMillis"));
    let (other_uri, other_time) = (at(g, "integrationUri"), at(g, "timeoutInMillis"));
    let other_more = at(g, "requestParameters.append:header.x");
    let diff = [
        ("routes.GET /a.authorizationType", json!("JWT"), json!("NONE")),
        ("routes.GET /a.authorizer", json!("users"), none()),
        ("routes.GET /a.integration", json!(f), json!(slow)),
        ("routes.GET /b.integration", json!(f), json!(g)),
        (&*new_uri, none(), function("f")),
        (&*new_time, none(), json!(5000)),
        (&*other_uri, none(), function("g")),
        (&*other_time, none(), json!(30000)),
        (&*other_more, none(), json!("1")),
    ];
    assert_eq!(
        updated("apigatewayv2.api/web", &diff, &was),
        [
            "routes `GET /a` auth a token → none",
            "routes `GET /a` authorizer `users` → none",
            "routes `GET /a` integration timeout_ms 30000 → 5000, parameters changed",
            "routes `GET /b` integration calls `f` → `g`",
        ]
    );
}

#[test]
fn nothing_is_listed_of_what_is_deleted() {
    assert_eq!(said(change("sns.topic/t", Action::Delete, &[("DisplayName", json!("x"), none())], &[])), [""; 0]);
}

#[test]
fn every_kind_of_resource_is_called_in_the_manifests_words() {
    let called = |address: &str, name: &str| {
        let mut change = change(address, Action::Update, &[], &[]);
        change.name = name.into();
        subject(&change).render(|value| format!("`{value}`"))
    };
    for (address, words) in [
        ("lambda.function/orders", "function `orders`"),
        ("iam.role/orders-function", "role of function `orders`"),
        ("iam.policy/orders-function", "policy of function `orders`"),
        ("iam.role/orders", "role `orders`"),
        ("iam.role/pay-workflow", "role of workflow `pay`"),
        ("logs.log-group/web-api", "access logs of api `web`"),
        ("logs.log-group/web-http", "access logs of http_api `web`"),
        ("iam.role/web-http", "role of http_api `web`"),
        ("logs.log-group/other", "log_group `other`"),
        ("lambda.permission/orders", "permission to invoke function `orders`"),
        ("wafv2.ip-set/waf-block-v6", "block_ips (IPv6) of firewall `waf`"),
        ("wafv2.association/waf-web", "firewall association `waf-web`"),
        ("config.rule/keys", "compliance rule `keys`"),
        ("config.recorder/compliance", "compliance recorder"),
        ("s3.bucket/compliance-records", "compliance records' bucket"),
    ] {
        assert_eq!(called(address, "shop--production-x"), words);
    }
    assert_eq!(
        called("iam.policy/apply-production-1", "shop--bootstrap-apply-production-1"),
        "policy `apply-production-1`"
    );
}
