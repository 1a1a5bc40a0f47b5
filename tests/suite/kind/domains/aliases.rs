//! Whose an alias is: what the app has made, what it adopts with its domain name, and what somebody else has.

use std::collections::BTreeSet;

use serverless_app::name::Owner;

use super::*;

/// Where the domain name answers, and the hosted zone of that.
async fn target(aws: &Aws, name: &str) -> (String, String) {
    let found = aws.read.apigateway.get_domain_name().domain_name(name).send().await.expect("the domain name");
    (found.regional_domain_name.expect("its name"), found.regional_hosted_zone_id.expect("its zone"))
}

async fn alias_by_hand(aws: &Aws, zone: &str, name: &str) {
    let (regional, of) = target(aws, name).await;
    change(aws, zone, ChangeAction::Create, alias(name, &regional, &of)).await.expect("an alias");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_of_somebody_else_stays_where_the_manifest_names_no_zone() {
    for make in MAKES {
        let project = Project::new(make, &app(&[rest("orders", "v1", &in_domain("path = \"orders\""))])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        project.deploy(&[]);
        alias_by_hand(&aws, &zone, "api.example.org").await;
        let theirs = ["A api.example.org."];
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        let gone = changes(&project.plan(&["--destroy", "--delete-data"]));
        assert!(gone.contains(&"delete apigateway.domain-name/api-example-org".to_owned()), "{make:?} {gone:?}");
        assert!(!gone.iter().any(|one| one.contains("route53.record/")), "{make:?} {gone:?}");
        project.apply(0);
        assert_eq!(aliases(&aws, &zone).await, theirs, "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_in_another_zone_than_the_named_one_stays() {
    for make in MAKES {
        let with = |more: &str| app(&[rest("orders", "v1", &in_domain(&format!("path = \"orders\"{more}")))]);
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let (parent, own) = (zone(&aws, "example.org").await, zone(&aws, "api.example.org").await);
        project.write(&with(", zone = \"api.example.org\""));
        project.deploy(&[]);
        alias_by_hand(&aws, &parent, "api.example.org").await;
        assert_eq!(changes(&project.plan(&[])), [""; 0], "{make:?}");
        project.write(&with(""));
        project.deploy(&[]);
        assert_eq!(aliases(&aws, &own).await, [""; 0], "{make:?}");
        assert_eq!(aliases(&aws, &parent).await, ["A api.example.org."], "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_domain_name_is_adopted_with_the_alias_that_leads_to_it() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let certificate = CERTIFICATE.replace("123456789012", project.account());
        domain_with_alias(&aws, &Tags::new(), &certificate, "api.example.org", &zone).await;
        let with = |more: &str| app(&[rest("orders", "v1", &in_domain(&format!("path = \"orders\", {more}")))]);
        project.write(&with("adopt = true, zone = \"example.org\""));
        let adopted = changes(&project.deploy(&[]));
        assert!(
            adopted.iter().any(|one| one.starts_with("adopt apigateway.domain-name/api-example-org ")),
            "{make:?} {adopted:?}"
        );
        assert!(!adopted.iter().any(|one| one.contains("route53.record/")), "{make:?} {adopted:?}");
        assert_eq!(aliases(&aws, &zone).await, ["A api.example.org."], "{make:?}");
        project.write(&with("adopt = true"));
        let gone = changes(&project.deploy(&[]));
        assert!(gone.iter().any(|one| one.starts_with("delete route53.record/")), "{make:?} {gone:?}");
        assert_eq!(aliases(&aws, &zone).await, [""; 0], "{make:?}: it is the app's by then");
    }
}

/// A domain name with an alias in this zone that leads to it.
async fn domain_with_alias(aws: &Aws, tags: &Tags, certificate: &str, name: &str, zone: &str) {
    let regional = EndpointConfiguration::builder().types(EndpointType::Regional).build();
    let made = aws.write.apigateway.create_domain_name().domain_name(name).regional_certificate_arn(certificate);
    let made = made.endpoint_configuration(regional).set_tags(Some(tags.clone().into_iter().collect()));
    made.send().await.expect("a domain name");
    alias_by_hand(aws, zone, name).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aliases_whose_names_have_the_same_words_go_in_one_plan() {
    for make in MAKES {
        let project = Project::new(make, &app(&[])).await;
        let aws = project.aws().await;
        let zone = zone(&aws, "example.org").await;
        let stage = project.plan(&["--destroy"])["stage"].as_str().expect("a stage").parse().unwrap();
        let owner = Owner { app: "shop".parse().unwrap(), stage };
        for (address, name) in [
            ("apigateway.domain-name/one", "example.org"),
            ("apigateway.domain-name/two", "*.example.org"),
            ("apigateway.domain-name/three", "a-b.example.org"),
            ("apigateway.domain-name/four", "a.b.example.org"),
        ] {
            // As an apply has left it.
            let live =
                DomainName { tags: owner.tags(&address.parse().unwrap()), ..DomainName::default() }.with_alias(&zone);
            domain_with_alias(&aws, &live.tags, CERTIFICATE, name, &zone).await;
        }
        let gone = changes(&project.plan(&["--destroy"]));
        let records: BTreeSet<&String> = gone.iter().filter(|one| one.starts_with("delete route53.record/")).collect();
        assert_eq!(records.len(), 4, "{make:?} {gone:?}");
    }
}
