//! Certificates that are requested for domain names, on both emulators: validated by a record, used, and taken down with it.

use aws_sdk_acm::types::{Filters, KeyAlgorithm, ValidationMethod};
use serverless_app::aws::acm::Certificate;
use serverless_app::name::{Owner, tag};

use super::*;
use crate::lifecycle::see;

/// `domain = { … }` with a certificate that is requested.
fn requesting(name: &str, path: &str) -> String {
    let zone = name.rsplitn(3, '.').take(2).collect::<Vec<_>>();
    format!("domain = {{ name = \"{name}\", path = \"{path}\", zone = \"{}.{}\" }}\n", zone[1], zone[0])
}

fn orders(name: &str) -> String {
    app(&[rest("orders", "v1", &requesting(name, "orders"))])
}

/// The CNAMEs in a zone, by name.
async fn cnames(aws: &Aws, zone: &str) -> Vec<ResourceRecordSet> {
    let listed = aws.read.route53.list_resource_record_sets().hosted_zone_id(zone).send().await.expect("records");
    listed.resource_record_sets.into_iter().filter(|set| set.r#type == RrType::Cname).collect()
}

/// The ARNs of all certificates, with keys of every type.
async fn certificates(aws: &Aws) -> Vec<String> {
    let types = KeyAlgorithm::values().iter().map(|name| KeyAlgorithm::from(*name)).collect();
    let types = Filters::builder().set_key_types(Some(types)).build();
    let listed = aws.read.acm.list_certificates().includes(types).send().await.expect("certificates");
    let arns = listed.certificate_summary_list().iter().filter_map(|one| one.certificate_arn().map(str::to_owned));
    arns.collect()
}

/// One that somebody requests by hand, to be validated by DNS.
async fn by_hand(aws: &Aws, name: &str, tags: &Tags) -> String {
    let tags = tags.iter().map(|(key, value)| aws_sdk_acm::types::Tag::builder().key(key).value(value).build());
    let tags: Vec<_> = tags.map(|tag| tag.expect("a tag")).collect();
    let request = aws.write.acm.request_certificate().domain_name(name).validation_method(ValidationMethod::Dns);
    let made = request.set_tags(Some(tags).filter(|tags| !tags.is_empty())).send().await.expect("a certificate");
    made.certificate_arn.expect("its ARN")
}

/// The record that it waits for, once AWS has made one up.
async fn record_of(aws: &Aws, arn: &str) -> ResourceRecordSet {
    for _ in 0..20 {
        let answer = aws.read.acm.describe_certificate().certificate_arn(arn).send().await.expect("an answer");
        let detail = answer.certificate.expect("a certificate");
        if let Some(record) = detail.domain_validation_options()[0].resource_record() {
            let value = ResourceRecord::builder().value(record.value()).build().unwrap();
            let set = ResourceRecordSet::builder().name(record.name()).r#type(RrType::Cname).ttl(60);
            return set.resource_records(value).build().unwrap();
        }
    }
    panic!("{arn} has no record");
}

/// Waits until AWS has issued it: a plan is of what there is, and until then that changes by itself.
async fn issued(aws: &Aws, arn: &str) {
    for _ in 0..20 {
        let answer = aws.read.acm.describe_certificate().certificate_arn(arn).send().await.expect("an answer");
        if answer.certificate.and_then(|detail| detail.status).is_some_and(|status| status.as_str() == "ISSUED") {
            return;
        }
    }
    panic!("{arn} is not issued");
}

async fn owner(project: &Project) -> Owner {
    let stage = project.plan(&["--destroy"])["stage"].as_str().expect("a stage").parse().unwrap();
    Owner { app: "shop".parse().unwrap(), stage }
}

/// Plans until the tagging index says of a certificate what there is.
fn once_indexed(project: &Project, fits: impl Fn(&[String]) -> bool) -> Vec<String> {
    for _ in 0..5 {
        let found = changes(&project.plan(&[]));
        if fits(&found) {
            return found;
        }
    }
    panic!("{:?}", changes(&project.plan(&[])));
}

#[tokio::test]
async fn a_certificate_goes_through_its_whole_life_and_back_by_itself() {
    for (emulator, aws) in emulators().await {
        let (zone, other) = (zone(&aws, "example.org").await, zone(&aws, "life.example.org").await);
        let id = id(&aws, Kind::Certificate, "life-example-org", "life.example.org").await;
        let mut known = Outputs::new();
        let of = |zone: &str, team: &str| {
            let mut tags = id.owner.tags(&id.address);
            tags.insert("Team".into(), team.into());
            Certificate::wanted("life.example.org", zone, tags)
        };
        let mut bare = of(&zone, "b");
        bare.tags.remove("Team");
        let steps = [
            (
                of(&zone, "a"),
                &["RequestCertificate", "AddTagsToCertificate", "ChangeResourceRecordSets", "AddTagsToCertificate"][..],
            ),
            (of(&zone, "b"), &["AddTagsToCertificate"]),
            (bare, &["RemoveTagsFromCertificate"]),
            (
                of(&other, "b"),
                &["AddTagsToCertificate", "AddTagsToCertificate", "AddTagsToCertificate", "ChangeResourceRecordSets"],
            ),
        ];
        for (want, expected) in steps {
            let sent = short(lead(&aws, &id, Some(&want.into()), &mut known).await);
            assert_eq!(sent, expected, "{emulator}");
        }
        let record = cnames(&aws, &other).await.remove(0);
        change(&aws, &other, ChangeAction::Delete, record).await.expect("an edit by hand");
        let sent = short(lead(&aws, &id, Some(&of(&other, "b").into()), &mut known).await);
        assert_eq!(sent, ["ChangeResourceRecordSets"], "{emulator}: the app's record is made again");
        let sent = short(lead(&aws, &id, None, &mut known).await);
        assert_eq!(sent, ["ChangeResourceRecordSets", "DeleteCertificate"], "{emulator}");
        assert_eq!(cnames(&aws, &other).await, [], "{emulator}");
        assert_eq!(cnames(&aws, &zone).await.len(), 1, "{emulator}: in a zone that is named no more it stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_name_without_a_certificate_gets_one_that_goes_with_it() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        project.write(&orders("api.example.org"));
        let plan = project.deploy(&[]);
        let made = changes(&plan);
        for one in ["create acm.certificate/api-example-org", "create apigateway.domain-name/api-example-org"] {
            assert!(made.contains(&one.to_owned()), "{make:?} {made:?}");
        }
        let arns = certificates(&aws).await;
        let used = aws.read.apigateway.get_domain_name().domain_name("api.example.org").send().await.expect("it");
        assert_eq!(used.regional_certificate_arn(), Some(arns[0].as_str()), "{make:?}");
        assert_eq!((arns.len(), cnames(&aws, &zone).await.len()), (1, 1), "{make:?}");

        let own = in_domain("path = \"orders\", zone = \"example.org\"");
        project.write(&app(&[rest("orders", "v1", &own)]));
        let moved = changes(&project.deploy(&[]));
        let expected = [
            "delete acm.certificate/api-example-org",
            "update apigateway.domain-name/api-example-org regionalCertificateArn",
        ];
        assert_eq!(moved, expected, "{make:?}");
        assert_eq!((certificates(&aws).await, cnames(&aws, &zone).await), (Vec::new(), Vec::new()), "{make:?}");

        project.write(&orders("api.example.org"));
        let back = changes(&project.deploy(&[]));
        assert_eq!(back, [&expected[0].replace("delete", "create"), expected[1]], "{make:?}");
        project.run(&["plan", "--destroy", "--delete-data"], 0);
        project.apply(0);
        assert_eq!((certificates(&aws).await, cnames(&aws, &zone).await), (Vec::new(), Vec::new()), "{make:?}");
        assert!(changes(&project.plan(&["--destroy"])).is_empty(), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_domain_name_has_a_certificate_of_its_own_which_it_waits_for() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        project.write(&orders("one.example.org"));
        project.deploy(&[]);
        project.write(&orders("two.example.org"));
        let plan = project.deploy(&[]);
        let changed = changes(&plan);
        for one in ["create acm.certificate/two-example-org", "delete acm.certificate/one-example-org"] {
            assert!(changed.contains(&one.to_owned()), "{make:?} {changed:?}");
        }
        let of = |address: &str| {
            let all = plan["changes"].as_array().expect("changes");
            all.iter().find(|change| change["address"] == address).expect(address)["waits_for"].to_string()
        };
        assert!(of("acm.certificate/one-example-org").contains("apigateway.domain-name/one-example-org"), "{plan}");
        assert!(of("apigateway.domain-name/two-example-org").contains("acm.certificate/two-example-org"), "{plan}");
        let names: Vec<String> = cnames(&aws, &zone).await.into_iter().map(|set| set.name).collect();
        assert!(names.len() == 1 && names[0].ends_with(".two.example.org."), "{make:?} {names:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_there_already_does_and_stays() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let theirs = by_hand(&aws, "api.example.org", &Tags::new()).await;
        change(&aws, &zone, ChangeAction::Create, record_of(&aws, &theirs).await).await.expect("a record");
        project.write(&orders("api.example.org"));
        project.deploy(&[]);
        assert_eq!(cnames(&aws, &zone).await[0].ttl, Some(60), "{make:?}: as it was");
        assert_eq!(certificates(&aws).await.len(), 2, "{make:?}: another's is not the app's");
        let plan = project.plan(&["--destroy", "--delete-data"]);
        let notes = plan["notes"].to_string();
        assert!(notes.contains("leaves behind its validation record") && notes.contains("has not created"), "{notes}");
        project.apply(0);
        assert_eq!((certificates(&aws).await, cnames(&aws, &zone).await.len()), (vec![theirs], 1), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_another_certificate_needs_stays() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        project.write(&orders("api.example.org"));
        project.deploy(&[]);
        let theirs = by_hand(&aws, "*.api.example.org", &tags(&[(tag::APP, "other"), (tag::STAGE, "prod")])).await;
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        let notes = project.plan(&["--destroy", "--delete-data"])["notes"].to_string();
        assert!(notes.contains(&format!("which {theirs} needs too")), "{make:?} {notes}");
        project.apply(0);
        assert_eq!((certificates(&aws).await, cnames(&aws, &zone).await.len()), (vec![theirs], 1), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_and_its_wildcard_share_a_record_that_neither_takes_away() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let (apex, wild) = (requesting("example.org", "a"), requesting("*.example.org", "b"));
        project.write(&app(&[rest("apex", "v1", &apex), http("wild", &wild)]));
        project.deploy(&[]);
        assert_eq!((certificates(&aws).await.len(), cnames(&aws, &zone).await.len()), (2, 1), "{make:?}");
        project.write(&app(&[rest("apex", "v1", &apex)]));
        project.deploy(&[]);
        assert_eq!((certificates(&aws).await.len(), cnames(&aws, &zone).await.len()), (1, 1), "{make:?}");
        project.write(&app(&[rest("apex", "v1", &apex), http("wild", &wild)]));
        project.deploy(&[]);
        project.write(&app(&[]));
        let notes = project.plan(&[])["notes"].to_string();
        assert!(notes.contains("leaves behind its validation record"), "{make:?} {notes}");
        project.apply(0);
        let left = (certificates(&aws).await, cnames(&aws, &zone).await.len());
        assert_eq!(left, (Vec::new(), 1), "{make:?}: neither takes it away from the other");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_leads_elsewhere_stops_the_plan() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        project.write(&orders("api.example.org"));
        project.deploy(&[]);
        let record = cnames(&aws, &zone).await.remove(0);
        change(&aws, &zone, ChangeAction::Delete, record.clone()).await.expect("an edit");
        let found = changes(&project.plan(&[]));
        assert_eq!(found, ["update acm.certificate/api-example-org ValidationRecord"], "{make:?}");
        change(&aws, &zone, ChangeAction::Create, cname(record.name())).await.expect("another");
        let said = refused(&project);
        assert!(said.contains("that points to elsewhere.example.org, but AWS expects another value"), "{said}");
        change(&aws, &zone, ChangeAction::Delete, cname(record.name())).await.expect("a removal");
        project.deploy(&[]);
        assert_eq!(cnames(&aws, &zone).await.len(), 1, "{make:?}");
    }
}

/// As applies have left them that were stopped: requested, announced, and with the record.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_apply_has_left_half_way_is_finished_by_the_next_one() {
    for make in MAKES {
        for (parts, has_record) in [("validation", false), ("validation Z made", false), ("validation Z made", true)] {
            let project = Project::new(make, &app(&[])).await;
            let aws = project.aws().await;
            let zone = zone(&aws, "example.org").await;
            let mut tags = owner(&project).await.tags(&"acm.certificate/api-example-org".parse().unwrap());
            let said = format!("validation {zone}{}", parts.strip_prefix("validation Z").unwrap_or_default());
            tags.insert(tag::PARTS.into(), said);
            let arn = by_hand(&aws, "api.example.org", &tags).await;
            if has_record {
                change(&aws, &zone, ChangeAction::Create, record_of(&aws, &arn).await).await.expect("a record");
            }
            project.write(&orders("api.example.org"));
            let made = changes(&project.deploy(&[]));
            assert!(made.contains(&"update acm.certificate/api-example-org Status".to_owned()), "{make:?} {made:?}");
            let tags: Vec<&String> = made.iter().filter(|one| one.contains("ValidationRecord")).collect();
            assert_eq!(tags.len(), usize::from(!has_record), "{make:?} {made:?}");
            assert_eq!(certificates(&aws).await, [arn], "{make:?}: the very one");
            project.run(&["plan", "--destroy", "--delete-data"], 0);
            project.apply(0);
            assert_eq!((certificates(&aws).await, cnames(&aws, &zone).await), (Vec::new(), Vec::new()), "{make:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_waits_for_any_more_is_deleted_by_the_next_plan() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let mut tags = owner(&project).await.tags(&"acm.certificate/api-example-org".parse().unwrap());
        tags.insert(tag::PARTS.into(), format!("validation {zone} made"));
        let arn = by_hand(&aws, "api.example.org", &tags).await;
        change(&aws, &zone, ChangeAction::Create, record_of(&aws, &arn).await).await.expect("a record");
        issued(&aws, &arn).await;
        let gone = "delete acm.certificate/api-example-org".to_owned();
        once_indexed(&project, |found| found.contains(&gone));
        project.apply(0);
        assert_eq!((certificates(&aws).await, cnames(&aws, &zone).await), (Vec::new(), Vec::new()), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_aws_does_not_issue_says_why_and_is_requested_again() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        zone(&aws, "example.com").await;
        project.write(&orders("api.example.com"));
        project.plan(&[]);
        let ran = project.apply(1);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("FAILED (ADDITIONAL_VERIFICATION_REQUIRED: ") && said.contains("support case"), "{said}");
        assert!(aws.read.apigateway.get_domain_names().send().await.expect("names").items().is_empty(), "{make:?}");
        let before = certificates(&aws).await;
        let found = changes(&project.plan(&[]));
        assert!(found.iter().any(|one| one.starts_with("replace acm.certificate/api-example-com ")), "{found:?}");
        project.apply(1);
        let after = certificates(&aws).await;
        assert!(after.len() == 1 && after != before, "{make:?} {before:?} {after:?}");
    }
}

#[tokio::test]
async fn certificates_are_answered_as_aws_answers_them() {
    for (emulator, aws) in emulators().await {
        let (client, name) = (&aws.write.acm, "answers.example.org");
        let zone = zone(&aws, "example.org").await;
        let request = |token: &str, key: &str| {
            let request = client.request_certificate().domain_name(name).validation_method(ValidationMethod::Dns);
            request.idempotency_token(token).key_algorithm(key.into()).send()
        };
        let arn = request("one", "EC_prime256v1").await.expect("a certificate").certificate_arn.expect("an ARN");
        let again = request("one", "EC_prime256v1").await.expect("the same").certificate_arn.expect("an ARN");
        assert_eq!(arn, again, "{emulator}");
        assert!(request("with-hyphen", "RSA_2048").await.is_err(), "{emulator}: letters and digits alone");
        let listed = client.list_certificates().send().await.expect("certificates");
        assert_eq!(listed.certificate_summary_list().len(), 0, "{emulator}: by default those with RSA alone");
        assert_eq!(certificates(&aws).await, std::slice::from_ref(&arn), "{emulator}");
        let describe = async || {
            let answer = aws.read.acm.describe_certificate().certificate_arn(&arn).send().await.expect("an answer");
            answer.certificate.expect("a certificate")
        };
        let first = describe().await;
        assert_eq!(first.status().map(|status| status.as_str()), Some("PENDING_VALIDATION"), "{emulator}");
        assert_eq!(first.domain_validation_options()[0].resource_record(), None, "{emulator}: a moment later");
        assert_eq!(first.key_algorithm().map(|of| of.as_str()), Some("EC-prime256v1"), "{emulator}");
        let record = record_of(&aws, &arn).await;
        let regional = || EndpointConfiguration::builder().types(EndpointType::Regional).build();
        let gateway = &aws.write.apigateway;
        let create = || {
            let request = gateway.create_domain_name().domain_name(name).regional_certificate_arn(&arn);
            request.endpoint_configuration(regional()).send()
        };
        assert!(create().await.is_err(), "{emulator}: it is not issued");
        change(&aws, &zone, ChangeAction::Create, record).await.expect("a record");
        let mut seen = Vec::new();
        while seen.last().is_none_or(|status| status != "ISSUED") {
            seen.push(describe().await.status().expect("a status").as_str().to_owned());
            assert!(seen.len() < 10, "{emulator} {seen:?}");
        }
        assert_eq!(seen[0], "PENDING_VALIDATION", "{emulator}: it takes a moment");
        create().await.expect("a domain name");
        assert_eq!(describe().await.in_use_by().len(), 1, "{emulator}");
        let delete = || client.delete_certificate().certificate_arn(&arn).send();
        let said = format!("{:?}", delete().await.expect_err("in use"));
        assert!(said.contains("ResourceInUseException") && said.contains("is in use."), "{emulator} {said}");
        gateway.delete_domain_name().domain_name(name).send().await.expect("a removal");
        let said = format!("{:?}", delete().await.expect_err("for a while longer"));
        assert!(said.contains("ResourceInUseException"), "{emulator} {said}");
        let id = id(&aws, Kind::Certificate, "answers", name).await;
        assert!(see(&aws, &id, &mut Outputs::new(), |_| true).await.is_none(), "{emulator}: nobody's");
        while delete().await.is_err() {}
        let dead = request("one", "EC_prime256v1").await.expect("the same").certificate_arn.expect("an ARN");
        assert_eq!(dead, arn, "{emulator}: for an hour, although it is deleted");
        assert!(client.describe_certificate().certificate_arn(&arn).send().await.is_err(), "{emulator}");
    }
}
