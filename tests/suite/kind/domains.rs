//! Custom domain names of APIs, and their aliases, on both emulators.

use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType, IntegrationType, Op, PatchOperation};
use aws_sdk_apigatewayv2::types::ProtocolType;
use aws_sdk_route53::types::{
    AliasTarget, Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet, RrType,
};
use serverless_app::aws::apigateway_domain::{DomainName, Mapping, MutualTls, REGIONAL_NAME, REGIONAL_ZONE};
use serverless_app::aws::route53::{Alias, Record};
use serverless_app::aws::{Aws, Id, Kind, State, Tags};
use serverless_app::text::{OutputRef, Outputs};

use crate::lifecycle::{emulators, id, lead, observe};
use crate::support::emulator::{MAKES, REGION};
use crate::support::project::{Project, changes};

mod aliases;
mod certificates;
mod changes;
mod stages;

use changes::{changes_of_its_own, changes_of_mappings};

const CERTIFICATE: &str = "arn:aws:acm:us-west-2:123456789012:certificate/one";

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

fn short(sent: Vec<String>) -> Vec<String> {
    sent.into_iter().map(|api| api.split(':').nth(1).expect("an operation").to_owned()).collect()
}

/// A REST API with the stage `v1`, made by hand with these tags; gives its id.
async fn rest_api(aws: &Aws, tags: Tags) -> String {
    let client = &aws.write.apigateway;
    let made = client.create_rest_api().name("by hand").set_tags(Some(tags.into_iter().collect()));
    let api = made.send().await.expect("an API").id.expect("its id");
    let paths = client.get_resources().rest_api_id(&api).send().await.expect("paths");
    let root = paths.items()[0].id().expect("an id");
    let method = client.put_method().rest_api_id(&api).resource_id(root).http_method("GET");
    method.authorization_type("NONE").send().await.expect("a method");
    let mock = client.put_integration().rest_api_id(&api).resource_id(root).http_method("GET");
    mock.r#type(IntegrationType::Mock).send().await.expect("an integration");
    let deployment = client.create_deployment().rest_api_id(&api).send().await.expect("a deployment");
    let stage = client.create_stage().rest_api_id(&api).stage_name("v1").deployment_id(deployment.id().unwrap());
    stage.send().await.expect("a stage");
    api
}

/// An HTTP API with the stage `$default`, likewise.
async fn http_api(aws: &Aws, tags: Tags) -> String {
    let client = &aws.write.apigatewayv2;
    let made = client.create_api().name("by hand").protocol_type(ProtocolType::Http);
    let made = made.set_tags(Some(tags.into_iter().collect()));
    let api = made.send().await.expect("an API").api_id.expect("its id");
    client.create_stage().api_id(&api).stage_name("$default").send().await.expect("a stage");
    api
}

fn mapping(api: &str, stage: &str) -> Mapping {
    Mapping { api_id: api.into(), stage: stage.into() }
}

async fn domain(aws: &Aws, name: &str) -> Id {
    let plain = name.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    id(aws, Kind::DomainName, plain.trim_start_matches('-'), name).await
}

#[tokio::test]
async fn a_domain_name_goes_through_its_whole_life_attribute_by_attribute() {
    for (emulator, aws) in emulators().await {
        let id = domain(&aws, "*.example.org").await;
        let owner = |address: &str| id.owner.tags(&address.parse().unwrap());
        let one = rest_api(&aws, owner("apigateway.rest-api/one")).await;
        let two = rest_api(&aws, owner("apigateway.rest-api/two")).await;
        let web = http_api(&aws, owner("apigatewayv2.api/web")).await;
        let site = http_api(&aws, owner("apigatewayv2.api/site")).await;
        let mut known = Outputs::new();
        let first = DomainName {
            regional_certificate_arn: CERTIFICATE.into(),
            mutual_tls_authentication: Some(MutualTls {
                truststore_uri: "s3://trust/a.pem".into(),
                truststore_version: Some("1".into()),
            }),
            base_path_mappings: [("v1".to_owned(), mapping(&one, "v1"))].into(),
            tags: tags(&[("a", "1")]),
            ..DomainName::default()
        };
        let sent = short(lead(&aws, &id, Some(&first.clone().into()), &mut known).await);
        assert_eq!(sent, ["CreateDomainName", "CreateBasePathMapping"], "{emulator}");
        let made_up = known[&OutputRef::new(&id.address, REGIONAL_NAME)].clone();
        assert!(known.contains_key(&OutputRef::new(&id.address, REGIONAL_ZONE)), "{emulator}");
        let mut changes = changes_of_its_own();
        changes.extend(changes_of_mappings([&one, &two, &web, &site]));
        let mut want = first;
        for (change, expected) in &changes {
            change(&mut want);
            let sent = short(lead(&aws, &id, Some(&want.clone().into()), &mut known).await);
            assert_eq!(sent, *expected, "{emulator} {want:?}");
        }
        assert_eq!(known[&OutputRef::new(&id.address, REGIONAL_NAME)], made_up, "{emulator}: the same one");
        assert_eq!(
            short(lead(&aws, &id, None, &mut known).await),
            ["DeleteApiMapping", "DeleteDomainName"],
            "{emulator}"
        );
    }
}

fn replace(path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(Op::Replace).path(path).value(value).build()
}

#[tokio::test]
async fn what_others_change_of_a_domain_name_is_repaired_and_what_they_map_is_named_and_stays() {
    for (emulator, aws) in emulators().await {
        let id = domain(&aws, "drift.example.org").await;
        let api = rest_api(&aws, id.owner.tags(&"apigateway.rest-api/one".parse().unwrap())).await;
        let theirs = rest_api(&aws, tags(&[("team", "other")])).await;
        let mut known = Outputs::new();
        let want = DomainName {
            regional_certificate_arn: CERTIFICATE.into(),
            base_path_mappings: [("v1".to_owned(), mapping(&api, "v1"))].into(),
            tags: id.owner.tags(&id.address),
            ..DomainName::default()
        };
        let state = want.clone().into();
        lead(&aws, &id, Some(&state), &mut known).await;
        let client = &aws.write.apigateway;
        for (path, value) in [
            ("/regionalCertificateArn", "arn:aws:acm:us-west-2:123456789012:certificate/theirs"),
            ("/securityPolicy", "TLS_1_0"),
            ("/endpointConfiguration/ipAddressType", "dualstack"),
            ("/mutualTlsAuthentication/truststoreUri", "s3://theirs/x"),
        ] {
            let edit = client.update_domain_name().domain_name(&id.name).patch_operations(replace(path, value));
            edit.send().await.expect("an edit");
            assert_eq!(
                short(lead(&aws, &id, Some(&state), &mut known).await),
                ["UpdateDomainName"],
                "{emulator} {path}"
            );
        }
        let map = |path: &str, api: &str| {
            client.create_base_path_mapping().domain_name(&id.name).base_path(path).rest_api_id(api).stage("v1").send()
        };
        map("more", &api).await.expect("a mapping");
        let sent = short(lead(&aws, &id, Some(&state), &mut known).await);
        assert_eq!(sent, ["DeleteBasePathMapping"], "{emulator}: to an API of ours");
        map("theirs", &theirs).await.expect("a mapping");
        assert_eq!(lead(&aws, &id, Some(&state), &mut known).await, [""; 0], "{emulator}");
        let seen = observe(&aws, &id, &mut known).await.expect("the domain name").unmodelled;
        let named: Vec<_> = seen.iter().map(|one| (one.attribute.as_str(), one.forbids)).collect();
        let expected = format!("at /theirs a mapping to a REST API of another owner: {theirs}/v1");
        assert_eq!(named, [(expected.as_str(), Some("apigateway:DeleteDomainName"))], "{emulator}");
        let arn = format!("arn:aws:apigateway:{REGION}::/domainnames/{}", id.name);
        client.tag_resource().resource_arn(&arn).tags("x", "theirs").send().await.expect("a tag");
        assert_eq!(short(lead(&aws, &id, Some(&state), &mut known).await), ["UntagResource"], "{emulator}");
        client.delete_base_path_mapping().domain_name(&id.name).base_path("theirs").send().await.expect("a removal");
        lead(&aws, &id, None, &mut known).await;
    }
}

#[tokio::test]
async fn a_domain_name_is_refused_what_aws_refuses() {
    for (emulator, aws) in emulators().await {
        let (client, name) = (&aws.write.apigateway, "refused.example.org");
        let regional = || EndpointConfiguration::builder().types(EndpointType::Regional).build();
        let create = || {
            let request = client.create_domain_name().domain_name(name).regional_certificate_arn(CERTIFICATE);
            request.endpoint_configuration(regional())
        };
        let edge = client.create_domain_name().domain_name(name).regional_certificate_arn(CERTIFICATE).send().await;
        let said = format!("{:?}", edge.expect_err("at the edges"));
        assert!(said.contains("not provided for the endpoint type EDGE"), "{emulator}: {said}");
        let bare = create().security_policy("SecurityPolicy_TLS13_1_3_2025_09".into()).send().await;
        let said = format!("{:?}", bare.expect_err("no access mode"));
        assert!(said.contains("access mode is required"), "{emulator}: {said}");
        create().send().await.expect("a domain name");
        let said = format!("{:?}", create().send().await.expect_err("a second one"));
        assert!(said.contains("ConflictException") && said.contains("already exists"), "{emulator}: {said}");
        let early =
            client.update_domain_name().domain_name(name).patch_operations(replace("/securityPolicy", "TLS_1_0"));
        let said = format!("{:?}", early.send().await.expect_err("while it is made"));
        assert!(said.contains("is being updated"), "{emulator}: {said}");
        let (api, web) = (rest_api(&aws, Tags::new()).await, http_api(&aws, Tags::new()).await);
        let map = |path: &str, stage: &str| {
            let request = client.create_base_path_mapping().domain_name(name).base_path(path);
            request.rest_api_id(&api).stage(stage).send()
        };
        let said = format!("{:?}", map("v1", "v1").await.expect_err("a moment after"));
        assert!(said.contains("Invalid domain name identifier"), "{emulator}: {said}");
        let said = format!("{:?}", map("v1", "none").await.expect_err("no such stage"));
        assert!(said.contains("Invalid stage identifier"), "{emulator}: {said}");
        map("v1", "v1").await.expect("a mapping");
        for (path, text) in [("v1", "Base path already exists"), ("(none)", "if the base path is empty")] {
            let said = format!("{:?}", map(path, "v1").await.expect_err("in the way"));
            assert!(said.contains("ConflictException") && said.contains(text), "{emulator}: {said}");
        }
        let second = aws.write.apigatewayv2.create_api_mapping().domain_name(name).api_mapping_key("v1");
        let said = format!("{:?}", second.api_id(&web).stage("$default").send().await.expect_err("taken"));
        assert!(said.contains("ApiMapping key already exists"), "{emulator}: {said}");
        let other = aws.write.apigatewayv2.create_api_mapping().domain_name(name).api_mapping_key("web");
        other.api_id(&web).stage("$default").send().await.expect("a mapping");
        let said = format!("{:?}", client.delete_rest_api().rest_api_id(&api).send().await.expect_err("mapped"));
        assert!(said.contains("remove all base path mappings"), "{emulator}: {said}");
        let stage = client.delete_stage().rest_api_id(&api).stage_name("v1").send().await;
        let said = format!("{:?}", stage.expect_err("mapped"));
        assert!(said.contains("related to the stage"), "{emulator}: {said}");
        let said = format!("{:?}", aws.write.apigatewayv2.delete_api().api_id(&web).send().await.expect_err("mapped"));
        assert!(said.contains("remove all API mappings"), "{emulator}: {said}");
        client.delete_domain_name().domain_name(name).send().await.expect("a removal");
        client.delete_rest_api().rest_api_id(&api).send().await.expect("a removal");
    }
}

/// A zone of this name; gives its id.
async fn zone(aws: &Aws, name: &str) -> String {
    let made = aws.write.route53.create_hosted_zone().name(name).caller_reference(name).send().await.expect("a zone");
    made.hosted_zone.expect("a zone").id.trim_start_matches("/hostedzone/").to_owned()
}

async fn change(aws: &Aws, zone: &str, action: ChangeAction, set: ResourceRecordSet) -> Result<(), String> {
    let change = Change::builder().action(action).resource_record_set(set).build().unwrap();
    let batch = ChangeBatch::builder().changes(change).build().unwrap();
    let request = aws.write.route53.change_resource_record_sets().hosted_zone_id(zone).change_batch(batch);
    request.send().await.map(drop).map_err(|error| format!("{error:?}"))
}

fn cname(name: &str) -> ResourceRecordSet {
    let value = ResourceRecord::builder().value("elsewhere.example.org").build().unwrap();
    ResourceRecordSet::builder().name(name).r#type(RrType::Cname).ttl(60).resource_records(value).build().unwrap()
}

fn alias(name: &str, target: &str, zone: &str) -> ResourceRecordSet {
    let target = AliasTarget::builder().dns_name(target).hosted_zone_id(zone).evaluate_target_health(false);
    let set = ResourceRecordSet::builder().name(name).r#type(RrType::A);
    set.alias_target(target.build().unwrap()).build().unwrap()
}

#[tokio::test]
async fn an_alias_goes_through_its_whole_life_and_writes_over_nothing() {
    for (emulator, aws) in emulators().await {
        let domain = domain(&aws, "alias.example.org").await;
        let zone = zone(&aws, "example.org").await;
        let mut known = Outputs::new();
        let state = DomainName {
            regional_certificate_arn: CERTIFICATE.into(),
            tags: domain.owner.tags(&domain.address),
            ..DomainName::default()
        };
        lead(&aws, &domain, Some(&state.into()), &mut known).await;
        let id = id(&aws, Kind::Record, "alias-example-org", &format!("{zone}/alias.example.org")).await;
        let of = |health| Alias {
            dns_name: OutputRef::new(&domain.address, REGIONAL_NAME).into(),
            evaluate_target_health: health,
            hosted_zone_id: OutputRef::new(&domain.address, REGIONAL_ZONE).into(),
        };
        let record = |a, aaaa| Record { a, aaaa };
        for want in [
            record(Some(of(false)), None),
            record(Some(of(false)), Some(of(false))),
            record(Some(of(true)), Some(of(false))),
            record(None, Some(of(false))),
            record(Some(of(false)), None),
        ] {
            let sent = lead(&aws, &id, Some(&want.into()), &mut known).await;
            assert_eq!(sent, ["route53:ChangeResourceRecordSets"], "{emulator}");
        }
        let (regional, target) = (
            known[&OutputRef::new(&domain.address, REGIONAL_NAME)].clone(),
            known[&OutputRef::new(&domain.address, REGIONAL_ZONE)].clone(),
        );
        let name = "alias.example.org";
        let said = change(&aws, &zone, ChangeAction::Create, alias(name, &regional, &target)).await.unwrap_err();
        assert!(said.contains("InvalidChangeBatch") && said.contains("already exists"), "{emulator}: {said}");
        let said =
            change(&aws, &zone, ChangeAction::Delete, alias(name, "d-9.example.org", &target)).await.unwrap_err();
        assert!(said.contains("do not match the current values"), "{emulator}: {said}");
        assert_eq!(lead(&aws, &id, None, &mut known).await, ["route53:ChangeResourceRecordSets"], "{emulator}");
        let said = change(&aws, &zone, ChangeAction::Delete, alias(name, &regional, &target)).await.unwrap_err();
        assert!(said.contains("it was not found"), "{emulator}: {said}");
        change(&aws, &zone, ChangeAction::Create, cname("ALIAS.example.org")).await.expect("a record");
        let seen = observe(&aws, &id, &mut known).await.expect("something");
        assert_eq!(seen.state, Record::default().into(), "{emulator}: nothing of ours");
        let named = &seen.unmodelled[0];
        assert_eq!(named.attribute, "a record CNAME that points to elsewhere.example.org", "{emulator}");
        assert_eq!(named.erased_by, None, "{emulator}: CREATE writes over nothing");
        let why = State::from(Record::default()).obstacle(None, &seen.unmodelled);
        assert!(why.is_some_and(|why| why.contains("there is a record CNAME")), "{emulator}: so that a plan stops");
        lead(&aws, &domain, None, &mut known).await;
    }
}

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\
    [function.web]\nsource = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";

fn in_domain(more: &str) -> String {
    format!(
        "domain = {{ name = \"api.example.org\", certificate = \"arn:aws:acm:us-west-2:${{account}}:certificate/one\", {more} }}\n"
    )
}

fn rest(name: &str, stage: &str, more: &str) -> String {
    let route = "{ method = \"GET\", path = \"/\", function = \"web\" }";
    format!("[api.{name}]\nstage = \"{stage}\"\nroutes = [{route}]\n{more}")
}

fn http(name: &str, more: &str) -> String {
    format!("[http_api.{name}]\nroutes = [{{ route = \"GET /\", function = \"web\" }}]\n{more}")
}

fn app(parts: &[String]) -> String {
    format!("{APP}{}", parts.concat())
}

/// The aliases in a zone that lead to API Gateway, by name.
async fn aliases(aws: &Aws, zone: &str) -> Vec<String> {
    let listed = aws.read.route53.list_resource_record_sets().hosted_zone_id(zone).send().await.expect("records");
    let sets = listed.resource_record_sets().iter().filter(|set| set.alias_target().is_some());
    sets.map(|set| format!("{} {}", set.r#type().as_str(), set.name())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn apis_share_a_domain_name_come_move_and_go_with_their_paths_and_the_alias_goes_first() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let with = |path: &str| in_domain(&format!("path = \"{path}\", zone = \"example.org\", ipv6 = true"));
        project.write(&app(&[rest("orders", "v1", &with("orders")), http("site", &with("site/v1"))]));
        let made = changes(&project.deploy(&[]));
        for one in ["create apigateway.domain-name/api-example-org", "create route53.record/api-example-org"] {
            assert!(made.contains(&one.to_owned()), "{make:?} {made:?}");
        }
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        let both = ["A api.example.org.", "AAAA api.example.org."];
        assert_eq!(aliases(&aws, &zone).await, both, "{make:?}");
        project.write(&app(&[http("site", &with("shop"))]));
        let plan = project.deploy(&[]);
        let changed = changes(&plan);
        assert!(changed.contains(&"delete apigateway.rest-api/orders".to_owned()), "{make:?} {changed:?}");
        assert!(
            changed.iter().any(|one| one.starts_with("update apigateway.domain-name/api-example-org ")),
            "{make:?} {changed:?}"
        );
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        let without = in_domain("path = \"shop\", ipv6 = true");
        project.write(&app(&[http("site", &without)]));
        let plan = project.deploy(&[]);
        let gone = changes(&plan);
        assert_eq!(gone.len(), 2, "{make:?} {gone:?}");
        assert!(gone[0].starts_with("delete route53.record/"), "{make:?} {gone:?}");
        let forgets = "update apigateway.domain-name/api-example-org tags.serverless-app:parts";
        assert_eq!(gone[1], forgets, "{make:?}: what says that there is one");
        let waits = plan["changes"][1]["waits_for"].as_array().map(Vec::len);
        assert_eq!(waits, Some(1), "{make:?}: after it {plan}");
        assert_eq!(aliases(&aws, &zone).await, [""; 0], "{make:?}");
        project.write(&app(&[http("site", &with("shop"))]));
        project.deploy(&[]);
        project.run(&["plan", "--destroy", "--delete-data"], 0);
        project.apply(0);
        assert_eq!(aliases(&aws, &zone).await, [""; 0], "{make:?}");
        assert!(aws.read.apigateway.get_domain_names().send().await.expect("names").items().is_empty(), "{make:?}");
        assert!(changes(&project.plan(&["--destroy"])).is_empty(), "{make:?}");
    }
}

/// What a plan says that is refused.
fn refused(project: &Project) -> String {
    let ran = project.cli(&["plan"]).run();
    assert_eq!(ran.code, Some(1), "{}\n{}", ran.stdout, ran.stderr);
    ran.stderr
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_stops_the_plan_before_anything_is_touched() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let with = |path: &str| in_domain(&format!("path = \"{path}\", zone = \"example.org\""));
        project.write(&app(&[rest("orders", "v1", &with("orders"))]));
        change(&aws, &zone, ChangeAction::Create, cname("api.example.org")).await.expect("a record");
        let said = refused(&project);
        assert!(said.contains("a record CNAME that points to elsewhere.example.org"), "{make:?} {said}");
        change(&aws, &zone, ChangeAction::Delete, cname("api.example.org")).await.expect("a removal");
        let client = &aws.write.apigateway;
        let regional = EndpointConfiguration::builder().types(EndpointType::Regional).build();
        let theirs = client.create_domain_name().domain_name("api.example.org").regional_certificate_arn(CERTIFICATE);
        let theirs = theirs.tags("serverless-app:app", "other").tags("serverless-app:stage", "prod");
        theirs.endpoint_configuration(regional).send().await.expect("a domain name");
        let said = refused(&project);
        assert!(said.contains("belongs to the app other at the stage prod"), "{make:?} {said}");
        client.delete_domain_name().domain_name("api.example.org").send().await.expect("a removal");
        project.deploy(&[]);
        project.write(&app(&[rest("orders", "v2", &with("orders"))]));
        let said = refused(&project);
        assert!(
            said.contains("/orders leads to the stage v1, and AWS deletes no stage that has a mapping"),
            "{make:?} {said}"
        );
        let api = rest_api(&aws, Tags::new()).await;
        let map = client.create_base_path_mapping().domain_name("api.example.org").base_path("theirs");
        map.rest_api_id(&api).stage("v1").send().await.expect("a mapping");
        let two = [rest("orders", "v1", &with("orders")), rest("more", "v1", &with("theirs"))];
        project.write(&app(&two));
        let said = refused(&project);
        assert!(
            said.contains("at /theirs a mapping to a REST API of another owner")
                && said.contains("choose another path"),
            "{make:?} {said}"
        );
        project.write(&app(&[]));
        let said = refused(&project);
        assert!(said.contains("which prevents apigateway:DeleteDomainName"), "{make:?} {said}");
        client
            .delete_base_path_mapping()
            .domain_name("api.example.org")
            .base_path("theirs")
            .send()
            .await
            .expect("a removal");
        project.deploy(&[]);
        assert_eq!(aliases(&aws, &zone).await, [""; 0], "{make:?}");
    }
}
