//! HTTP APIs on both emulators.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::types::{self, AuthorizationType, AuthorizerType, ProtocolType};
use serverless_app::aws::apigatewayv2::{
    AccessLog, Authorizer, Cors, HttpApi, Integration, Jwt, Route, RouteSettings, Stage, Throttle,
};
use serverless_app::aws::{Aws, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::{OutputRef, Outputs};

use crate::lifecycle::{emulators, id, lead, observe};

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    tags(pairs)
}

fn function(id: &Id, name: &str) -> Integration {
    Integration::function(&id.site.arn("lambda", &format!("function:{name}")))
}

fn queue(parameters: &[(&str, &str)]) -> Integration {
    Integration::service("SQS-SendMessage", "arn:aws:iam::123456789012:role/suite/test/it", map(parameters))
}

fn jwt(issuer: &str) -> Authorizer {
    Authorizer {
        authorizer_type: "JWT".into(),
        identity_source: vec!["$request.header.Authorization".into()],
        jwt_configuration: Some(Jwt { issuer: issuer.into(), audience: ["shop".to_owned(), "app".to_owned()].into() }),
        authorizer_uri: None,
        authorizer_credentials_arn: None,
        authorizer_payload_format_version: None,
        authorizer_result_ttl_in_seconds: 0,
        enable_simple_responses: false,
    }
}

fn request(id: &Id) -> Authorizer {
    let function = id.site.arn("lambda", "function:suite--test-auth");
    let region = &id.site.region;
    Authorizer {
        authorizer_type: "REQUEST".into(),
        identity_source: vec!["$request.header.A".into(), "$request.querystring.b".into()],
        jwt_configuration: None,
        authorizer_uri: Some(format!(
            "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
        )),
        authorizer_credentials_arn: Some("arn:aws:iam::123456789012:role/suite/test/it".into()),
        authorizer_payload_format_version: Some("2.0".into()),
        authorizer_result_ttl_in_seconds: 300,
        enable_simple_responses: true,
    }
}

fn guarded(of: &str, authorizer: &str, scopes: &[&str]) -> Route {
    Route {
        authorization_type: of.into(),
        authorizer: Some(authorizer.into()),
        authorization_scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..Route::default()
    }
}

fn log(id: &Id, format: &str) -> AccessLog {
    let destination_arn = id.site.arn("logs", "log-group:/aws/vendedlogs/apigateway/suite");
    AccessLog { destination_arn, format: format.into() }
}

fn limited(rate: f64, burst: i32) -> RouteSettings {
    RouteSettings { throttling: Some(Throttle::of(rate, burst)), detailed_metrics_enabled: false }
}

/// Everything that can be set.
fn first(id: &Id) -> HttpApi {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut api = HttpApi {
        description: "For tests".into(),
        cors_configuration: Some(Cors {
            allow_credentials: true,
            allow_headers: set(&["authorization", "x-a"]),
            allow_methods: set(&["GET", "POST"]),
            allow_origins: set(&["https://a.example.org", "https://b.example.org"]),
            expose_headers: set(&["x-b"]),
            max_age: Some(600),
        }),
        authorizers: [("users".into(), jwt("https://a.example.org")), ("own".into(), request(id))].into(),
        tags: tags(&[("a", "1"), ("b", "2")]),
        ..HttpApi::default()
    };
    let named = Route { operation_name: "List".into(), ..guarded("JWT", "users", &["read", "write"]) };
    api.route("GET /items", named, function(id, "suite--test-items"));
    api.route("POST /items", guarded("CUSTOM", "own", &[]), function(id, "suite--test-items"));
    api.route(
        "GET /items/{id}",
        Route { authorization_type: "AWS_IAM".into(), ..Route::default() },
        function(id, "one"),
    );
    let message = [("QueueUrl", "https://queue/one"), ("MessageBody", "$request.body"), ("DelaySeconds", "1")];
    api.route("POST /jobs", Route::default(), queue(&message));
    let mut elsewhere = Integration::http("ANY", "https://example.org/{proxy}");
    elsewhere.request_parameters = map(&[("append:header.x-a", "$context.requestId")]);
    elsewhere.response_parameters = [
        ("200".into(), map(&[("overwrite:statuscode", "201")])),
        ("500".into(), map(&[("append:header.x-b", "none")])),
    ]
    .into();
    api.route("ANY /{proxy+}", Route::default(), elsewhere);
    let stage = Stage {
        default_route_settings: RouteSettings { detailed_metrics_enabled: true, ..limited(100.0, 50) },
        route_settings: [("GET /items".into(), limited(1.5, 2)), ("POST /jobs".into(), limited(5.0, 5))].into(),
        access_log_settings: Some(log(id, "$context.requestId")),
        stage_variables: map(&[("one", "1"), ("two", "2")]),
        ..Stage::default()
    };
    api.deployed("$default", stage)
}

/// Everything changed.
fn second(id: &Id) -> HttpApi {
    let mut api = HttpApi {
        description: "Changed".into(),
        cors_configuration: Some(Cors { allow_origins: ["*".to_owned()].into(), ..Cors::default() }),
        disable_execute_api_endpoint: true,
        authorizers: [
            ("users".into(), jwt("https://b.example.org")),
            (
                "own".into(),
                Authorizer {
                    identity_source: Vec::new(),
                    authorizer_credentials_arn: None,
                    authorizer_payload_format_version: Some("1.0".into()),
                    authorizer_result_ttl_in_seconds: 0,
                    enable_simple_responses: false,
                    ..request(id)
                },
            ),
        ]
        .into(),
        tags: tags(&[("b", "3"), ("c", "4")]),
        ..HttpApi::default()
    };
    api.route("GET /items", Route::default(), function(id, "suite--test-items"));
    api.route("POST /items", guarded("JWT", "users", &["write"]), function(id, "suite--test-items"));
    api.route("GET /items/{key}", Route::default(), function(id, "one"));
    api.route(
        "POST /jobs",
        Route::default(),
        queue(&[("QueueUrl", "https://queue/two"), ("MessageBody", "$request.body")]),
    );
    let mut elsewhere = Integration::http("GET", "https://example.org/{proxy}");
    elsewhere.timeout_in_millis = 5000;
    elsewhere.response_parameters = [("200".into(), map(&[("overwrite:statuscode", "202")]))].into();
    api.route("ANY /{proxy+}", Route::default(), elsewhere);
    api.route("$default", Route::default(), function(id, "one"));
    let stage = Stage {
        default_route_settings: limited(2.5, 5),
        route_settings: [("GET /items".into(), limited(3.0, 3))].into(),
        access_log_settings: Some(log(id, "$context.requestId $context.status")),
        stage_variables: map(&[("two", "3")]),
        ..Stage::default()
    };
    api.deployed("$default", stage)
}

/// With what a plan keeps of what is there.
async fn to(aws: &Aws, id: &Id, want: Option<HttpApi>) -> Vec<String> {
    let mut want = want.map(State::from);
    if let (Some(want), Some(live)) = (&mut want, observe(aws, id, &mut Outputs::new()).await) {
        want.keep(&live.state);
    }
    let sent = lead(aws, id, want.as_ref(), &mut Outputs::new()).await;
    sent.into_iter().map(|api| api.replace("apigatewayv2:", "")).collect()
}

fn plain(id: &Id) -> HttpApi {
    let mut api = HttpApi::default();
    api.route("GET /items", Route::default(), function(id, "suite--test-items"));
    api
}

#[tokio::test]
async fn an_http_api_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "life", "suite--test-life").await;
        let sent = to(&aws, &id, Some(first(&id))).await;
        let count = |sent: &[String], name: &str| sent.iter().filter(|api| *api == name).count();
        assert_eq!(
            (sent[0].as_str(), count(&sent, "CreateIntegration"), sent.len()),
            ("CreateApi", 4, 14),
            "{emulator}"
        );
        assert_eq!(&sent[12..], ["CreateDeployment", "CreateStage"], "{emulator}");
        let sent = to(&aws, &id, Some(second(&id))).await;
        assert_eq!(
            (count(&sent, "CreateDeployment"), count(&sent, "UpdateIntegration")),
            (1, 2),
            "{emulator} {sent:?}"
        );
        let bare = plain(&id);
        to(&aws, &id, Some(bare.clone().deployed("$default", Stage::default()))).await;
        let sent = to(&aws, &id, Some(bare.deployed("v2", Stage::default()))).await;
        assert_eq!(sent, ["CreateStage", "DeleteStage"], "{emulator}");
        assert_eq!(to(&aws, &id, None).await, ["DeleteApi"], "{emulator}");
    }
}

#[tokio::test]
async fn limits_of_a_route_hold_until_the_stage_no_longer_serves_it_and_limits_of_a_stage_are_what_they_are() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "limited", "suite--test-limited").await;
        let with = |routes: &[&str], limits: &[&str], all: Option<Throttle>| {
            let mut api = HttpApi::default();
            routes.iter().for_each(|key| api.route(key, Route::default(), function(&id, "one")));
            let stage = Stage {
                default_route_settings: RouteSettings { throttling: all, ..RouteSettings::default() },
                route_settings: limits.iter().map(|key| ((*key).to_owned(), limited(1.0, 1))).collect(),
                ..Stage::default()
            };
            api.deployed("$default", stage)
        };
        let both = |new: &'static str, all| with(&["GET /a", new], &[new], all);
        to(&aws, &id, Some(both("GET /old", None))).await;
        let sent = to(&aws, &id, Some(both("GET /new", None))).await.join(" ");
        let definition = "DeleteRoute CreateRoute CreateDeployment";
        let stage = "UpdateStage DeleteRouteSettings UpdateStage DeleteDeployment";
        assert_eq!(sent, format!("{definition} {stage}"), "{emulator}");
        let limits = async |all| to(&aws, &id, Some(both("GET /new", all))).await.join(" ");
        assert_eq!(limits(Some(Throttle::OF_A_NEW_ACCOUNT)).await, "UpdateStage", "{emulator}: asked for, and so sent");
        assert_eq!(limits(None).await, "", "{emulator}: AWS takes none away, and these come in their place");
        assert_eq!(limits(Some(Throttle::of(5.0, 5))).await, "UpdateStage", "{emulator}");
        assert_eq!(limits(None).await, "UpdateStage", "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn an_http_api_returns_to_an_earlier_definition() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "back", "suite--test-back").await;
        for want in [first(&id), second(&id), first(&id)] {
            to(&aws, &id, Some(want)).await;
        }
        let live = observe(&aws, &id, &mut Outputs::new()).await.expect("the API");
        assert_eq!((live.state, live.unmodelled), (first(&id).into(), vec![]), "{emulator}");
        to(&aws, &id, None).await;
    }
}

/// What AWS made up for the API and its parts.
struct Ids<'a> {
    known: Outputs,
    id: &'a Id,
}

impl<'a> Ids<'a> {
    async fn read(aws: &Aws, id: &'a Id) -> Self {
        let mut known = Outputs::new();
        observe(aws, id, &mut known).await.expect("the API");
        Self { known, id }
    }

    fn of(&self, attribute: &str) -> String {
        self.known[&OutputRef::new(&self.id.address, attribute)].clone()
    }
}

#[tokio::test]
async fn what_others_do_to_routes_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "drift", "suite--test-drift").await;
        let (want, client) = (first(&id), &aws.write.apigatewayv2);
        to(&aws, &id, Some(want.clone())).await;
        let ids = Ids::read(&aws, &id).await;
        let api = ids.of("id");
        let route = |key: &str| client.update_route().api_id(&api).route_id(ids.of(&format!("route:{key}")));

        route("GET /items").authorization_type(AuthorizationType::None).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateRoute"], "{emulator}: open");
        route("GET /items").authorization_scopes("admin").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateRoute"], "{emulator}: another scope");
        route("GET /items").operation_name("").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateRoute"], "{emulator}: no name");
        route("POST /jobs").target(format!("integrations/{}", ids.of(&integration(&id, "one")))).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateRoute"], "{emulator}: another target");
        route("POST /jobs").api_key_required(true).send().await.unwrap();
        let again = ["DeleteRoute", "CreateRoute"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, again, "{emulator}: a setting that is not ours");

        let target = format!("integrations/{}", ids.of(&integration(&id, "one")));
        let other = client.create_route().api_id(&api).route_key("DELETE /items").target(target);
        other.send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["DeleteRoute"], "{emulator}: one route more");
        let deleted = ids.of("route:ANY /{proxy+}");
        client.delete_route().api_id(&api).route_id(deleted).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want)).await, ["CreateRoute"], "{emulator}: one route less");
        to(&aws, &id, None).await;
    }
}

/// The output of a function's integration.
fn integration(id: &Id, name: &str) -> String {
    format!("integration:{}", function(id, name).key())
}

#[tokio::test]
async fn what_others_do_to_integrations_is_seen_and_undone_in_their_place() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "calls", "suite--test-calls").await;
        let (want, client) = (first(&id), &aws.write.apigatewayv2);
        to(&aws, &id, Some(want.clone())).await;
        let ids = Ids::read(&aws, &id).await;
        let api = ids.of("id");
        let items = ids.of(&integration(&id, "suite--test-items"));
        let update = || {
            let request = client.update_integration().api_id(&api).integration_id(&items);
            request.integration_type(types::IntegrationType::AwsProxy)
        };
        update().timeout_in_millis(1000).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateIntegration"], "{emulator}: time");
        update().payload_format_version("1.0").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateIntegration"], "{emulator}: version");
        update().request_parameters("append:header.x", "y").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateIntegration"], "{emulator}: a parameter");
        update().integration_uri("arn:aws:lambda:us-west-2:1:function:theirs").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateIntegration"], "{emulator}: a function");
        update().credentials_arn("arn:aws:iam::1:role/theirs").send().await.unwrap();
        let moved = ["CreateIntegration", "UpdateRoute", "UpdateRoute", "DeleteIntegration"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, moved, "{emulator}: a role, which AWS may not take away");

        // As after a create whose answer was lost: one of two that are the same goes, and one that nothing calls is taken.
        let make = || {
            let request = client.create_integration().api_id(&api).integration_type(types::IntegrationType::AwsProxy);
            let uri = id.site.arn("lambda", "function:one");
            request.integration_uri(uri).payload_format_version("2.0").send()
        };
        make().await.unwrap();
        let sent = to(&aws, &id, Some(want.clone())).await;
        let expected: [&[&str]; 2] = [&["DeleteIntegration"], &["UpdateRoute", "DeleteIntegration"]];
        assert!(expected.iter().any(|expected| sent == *expected), "{emulator}: {sent:?}");
        to(&aws, &id, Some(plain(&id).deployed("$default", Stage::default()))).await;
        make().await.unwrap();
        let mut more = plain(&id);
        more.route("GET /one", Route::default(), function(&id, "one"));
        let sent = to(&aws, &id, Some(more.deployed("$default", Stage::default()))).await;
        assert_eq!(sent, ["CreateRoute", "CreateDeployment", "UpdateStage", "DeleteDeployment"], "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn what_others_do_to_authorizers_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "auth", "suite--test-auth").await;
        let (want, client) = (first(&id), &aws.write.apigatewayv2);
        to(&aws, &id, Some(want.clone())).await;
        let ids = Ids::read(&aws, &id).await;
        let api = ids.of("id");
        let update =
            |name: &str| client.update_authorizer().api_id(&api).authorizer_id(ids.of(&format!("authorizer:{name}")));
        let jwt = types::JwtConfiguration::builder().issuer("https://theirs.example.org").audience("shop").build();
        let edits = [
            update("users").jwt_configuration(jwt),
            update("users").identity_source("$request.querystring.token"),
            update("own").identity_source("$request.header.B"),
            update("own").authorizer_uri("theirs"),
            update("own").authorizer_credentials_arn(""),
            update("own").authorizer_payload_format_version("1.0"),
            update("own").authorizer_result_ttl_in_seconds(1),
            update("own").enable_simple_responses(false),
        ];
        for (number, edit) in edits.into_iter().enumerate() {
            edit.send().await.unwrap();
            assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateAuthorizer"], "{emulator} {number}");
        }
        let other = client.create_authorizer().api_id(&api).name("theirs").authorizer_type(AuthorizerType::Request);
        let other = other.authorizer_uri("uri").authorizer_payload_format_version("2.0").send().await.unwrap();
        let items = client.update_route().api_id(&api).route_id(ids.of("route:POST /items"));
        items.authorizer_id(other.authorizer_id().unwrap()).send().await.unwrap();
        let expected = ["UpdateRoute", "DeleteAuthorizer"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, expected, "{emulator}: one more, which a route names");

        // Another type under the same name.
        let mut changed = want.clone();
        changed.authorizers.insert("users".into(), request(&id));
        changed.routes.insert(
            "GET /items".into(),
            Route { integration: want.routes["GET /items"].integration.clone(), ..guarded("CUSTOM", "users", &[]) },
        );
        let changed = changed.deployed("$default", want.stages["$default"].clone());
        let sent = to(&aws, &id, Some(changed)).await;
        let start = ["DeleteRoute", "DeleteAuthorizer", "CreateAuthorizer", "CreateRoute"];
        assert_eq!(sent[..4], start, "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn what_others_do_to_the_api_and_its_stages_is_seen_and_undone() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "served", "suite--test-served").await;
        let (want, client) = (first(&id), &aws.write.apigatewayv2);
        to(&aws, &id, Some(want.clone())).await;
        let ids = Ids::read(&aws, &id).await;
        let api = ids.of("id");
        let stage = || client.update_stage().api_id(&api).stage_name("$default");
        let limits = || types::RouteSettings::builder().throttling_rate_limit(9.0).throttling_burst_limit(9).build();
        for (number, edit) in [
            stage().default_route_settings(limits()),
            stage().route_settings("GET /items", limits()),
            stage().stage_variables("two", "other"),
            stage().access_log_settings(types::AccessLogSettings::builder().destination_arn("a").format("b").build()),
        ]
        .into_iter()
        .enumerate()
        {
            edit.send().await.unwrap();
            assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateStage"], "{emulator} {number}");
        }
        stage().route_settings("POST /items", limits()).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["DeleteRouteSettings"], "{emulator}");
        let settings = client.delete_route_settings().api_id(&api).stage_name("$default").route_key("GET /items");
        settings.send().await.unwrap();
        client.delete_access_log_settings().api_id(&api).stage_name("$default").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateStage"], "{emulator}: settings that are gone");

        // AWS deploys by itself, and has.
        stage().auto_deploy(true).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateStage"], "{emulator}");
        for description in ["", "by hand"] {
            let made = client.create_deployment().api_id(&api).description(description).send().await.unwrap();
            stage().deployment_id(made.deployment_id().unwrap()).send().await.unwrap();
        }
        let expected = ["UpdateStage", "DeleteDeployment", "DeleteDeployment"];
        assert_eq!(to(&aws, &id, Some(want.clone())).await, expected, "{emulator}");

        let update = || client.update_api().api_id(&api);
        let cors = |origin: &str| types::Cors::builder().allow_origins(origin).allow_headers("X-Other").build();
        for (edit, calls) in [
            (update().description("Theirs"), &["UpdateApi"][..]),
            (update().description(""), &["UpdateApi"]),
            (update().disable_execute_api_endpoint(true), &["UpdateApi"]),
            (update().cors_configuration(cors("https://theirs.example.org")), &["UpdateApi"]),
        ] {
            edit.send().await.unwrap();
            assert_eq!(to(&aws, &id, Some(want.clone())).await, calls, "{emulator}");
        }
        client.delete_cors_configuration().api_id(&api).send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["UpdateApi"], "{emulator}");
        let arn = format!("arn:aws:apigateway:us-west-2::/apis/{api}");
        client.tag_resource().resource_arn(&arn).tags("a", "other").tags("new", "1").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want.clone())).await, ["TagResource", "UntagResource"], "{emulator}");
        client.delete_stage().api_id(&api).stage_name("$default").send().await.unwrap();
        assert_eq!(to(&aws, &id, Some(want)).await, ["CreateStage"], "{emulator}");
        to(&aws, &id, None).await;
    }
}

#[tokio::test]
async fn an_http_api_of_our_name_is_ours_only_by_its_tags() {
    for (emulator, aws) in emulators().await {
        let id = id(&aws, Kind::HttpApi, "same", "suite--test-same").await;
        let client = &aws.write.apigatewayv2;
        let make = |protocol: ProtocolType, tags: Tags| {
            let request = client.create_api().name(&id.name).protocol_type(protocol);
            request.set_tags(Some(tags.into_iter().collect())).send()
        };
        make(ProtocolType::Websocket, id.owner.tags(&id.address)).await.unwrap();
        assert!(observe(&aws, &id, &mut Outputs::new()).await.is_none(), "{emulator}: one for WebSockets is none");
        make(ProtocolType::Http, tags(&[("team", "other")])).await.unwrap();
        let foreign = observe(&aws, &id, &mut Outputs::new()).await.expect("somebody else's").state;
        assert_eq!(foreign.tags(), Some(&tags(&[("team", "other")])), "{emulator}");

        let ours = make(ProtocolType::Http, id.owner.tags(&id.address)).await.unwrap().api_id.unwrap();
        let found = observe(&aws, &id, &mut Outputs::new()).await.expect("ours");
        assert_eq!((found.identity, found.unmodelled), (Some(ours.clone()), vec![]), "{emulator}");
        let listed = Kind::HttpApi.find(&PlanReader::new(&aws), &id.owner).await.unwrap();
        let seeds: Vec<_> = listed.iter().filter(|found| found.name == id.name).collect();
        assert_eq!(seeds.len(), 1, "{emulator}");
        let reader = PlanReader::new(&aws);
        let seeded = Kind::HttpApi.observe_for_plan(&reader, &id, Some(&seeds[0].seed)).await.unwrap().expect("ours");
        assert_eq!(seeded.identity, Some(ours.clone()), "{emulator}");

        let twin = make(ProtocolType::Http, id.owner.tags(&id.address)).await.unwrap().api_id.unwrap();
        let error = Kind::HttpApi.find(&PlanReader::new(&aws), &id.owner).await.expect_err("two of ours").to_string();
        assert!(error.contains(&ours) && error.contains(&twin), "{emulator} {error}");
    }
}
