//! What is in a stack, by logical id, physical id and type.

use super::*;
use crate::aws::stack::StackResource;

fn inventory(logical_id: &str, of_type: &str, physical_id: Option<&str>) -> Inventory {
    let (logical_id, of_type) = (logical_id.to_owned(), of_type.to_owned());
    let mut inventory = Inventory::default();
    let physical_id = physical_id.map(str::to_owned);
    cloudformation::add(&mut inventory, "shop", &StackResource { logical_id, physical_id, of_type });
    inventory
}

/// The physical id of something of this kind, and the name and id that it stands for; no name where that has to be asked for.
fn physical(kind: Kind) -> (String, &'static str, Option<String>) {
    let named = |id: &str| (id.to_owned(), "Thing", None);
    let by_id = |id: &str| (id.to_owned(), "", Some(id.to_owned()));
    match kind {
        Kind::ApiKey | Kind::HttpApi | Kind::RestApi | Kind::UsagePlan => by_id("0a1b"),
        Kind::Role | Kind::Schedule => by_id("Thing"),
        Kind::Certificate => by_id(&arn("acm", "certificate/0a1b")),
        Kind::EventRule => ("bus|Thing".to_owned(), "bus/Thing", None),
        Kind::IpSet | Kind::WebAcl => ("Thing|0a1b|REGIONAL".to_owned(), "Thing", Some("0a1b".to_owned())),
        Kind::LayerVersion => {
            let arn = arn("lambda", "layer:Thing:3");
            (arn.clone(), "Thing", Some(arn))
        }
        Kind::Queue => named("https://sqs.us-west-2.amazonaws.com/123456789012/Thing"),
        Kind::StateMachine => named(&arn("states", "stateMachine:Thing")),
        Kind::Topic => named(&arn("sns", "Thing")),
        _ => named("Thing"),
    }
}

#[test]
fn everything_that_a_type_is_a_kind_of_is_found_by_its_physical_id() {
    for (of_type, means) in CLOUDFORMATION.rows().filter(|(name, _)| !name.ends_with('*')) {
        match means {
            Means::Is(kind) => {
                let (id, name, made_up) = physical(kind);
                let found = inventory("TheThing", of_type, Some(&id)).found;
                let found: Vec<_> = found.iter().map(|one| (one.kind, one.name.as_str(), one.id.clone())).collect();
                assert_eq!(found, [(kind, name, made_up)], "{of_type}");
            }
            Means::PartOf(_) => assert_eq!(inventory("X", of_type, Some("0a")), Inventory::default(), "{of_type}"),
            Means::Beside(why) => {
                assert_eq!(inventory("X", of_type, Some("0a")).unsaid[0].why, format!("{of_type}: {why}"));
            }
        }
    }
}

#[test]
fn a_rule_is_named_with_its_bus_unless_that_is_the_accounts_own() {
    let bus = arn("events", "event-bus/shop");
    for (id, name) in [
        ("shop-Nightly-1A2B", "shop-Nightly-1A2B"),
        ("default|shop-Nightly-1A2B", "shop-Nightly-1A2B"),
        ("shop|Paid", "shop/Paid"),
        (&format!("{bus}|Paid"), "shop/Paid"),
    ] {
        assert_eq!(inventory("X", "AWS::Events::Rule", Some(id)).found[0].name, name, "{id}");
    }
}

#[test]
fn what_a_tool_puts_there_for_itself_is_said_and_not_found() {
    for (logical_id, of_type, said) in [
        ("CDKMetadata", "AWS::CDK::Metadata", "belongs to the other tool"),
        ("CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F", "AWS::Lambda::Function", "empty buckets"),
        ("CustomS3AutoDeleteObjectsCustomResourceProviderRole3B1BD092", "AWS::IAM::Role", "empty buckets"),
        ("FilesAutoDeleteObjectsCustomResource0A1B2C3D", "Custom::S3AutoDeleteObjects", "custom resource"),
        ("LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A", "AWS::Lambda::Function", "retention"),
        ("ServerlessDeploymentBucket", "AWS::S3::Bucket", "Serverless Framework"),
        ("CodeDeployServiceRole", "AWS::CodeDeploy::DeploymentGroup", "canary"),
        ("Db", "AWS::RDS::DBCluster", "no section"),
    ] {
        let Inventory { found, unsaid, .. } = inventory(logical_id, of_type, Some("0a"));
        assert_eq!(found, [], "{logical_id}");
        assert_eq!(unsaid[0].what, format!("{logical_id} in the stack shop"));
        assert!(unsaid[0].why.starts_with(of_type) && unsaid[0].why.contains(said), "{unsaid:?}");
    }
    let policy = "ServerlessDeploymentBucketPolicy";
    assert_eq!(inventory(policy, "AWS::S3::BucketPolicy", Some("0a")), Inventory::default());
}

#[test]
fn the_digest_of_a_logical_id_is_no_part_of_what_a_section_is_called() {
    for (logical_id, called) in [
        ("OrdersTable1A2B3C4D", "OrdersTable"),
        ("HandlerFunction", "HandlerFunction"),
        ("0A1B2C3D", "0A1B2C3D"),
        ("Überweisung", "Überweisung"),
    ] {
        let found = inventory(logical_id, "AWS::DynamoDB::Table", Some("t")).found;
        assert_eq!(found[0].section.as_deref(), Some(called));
    }
}

#[test]
fn what_was_never_made_or_is_global_is_said() {
    for (of_type, id, said) in [
        ("AWS::SQS::Queue", None, "never created"),
        ("AWS::WAFv2::WebACL", Some("Wall|0a|CLOUDFRONT"), "leave it where it is"),
        ("AWS::SNS::Topic", Some("no ARN"), "leave it where it is"),
    ] {
        let Inventory { found, unsaid, .. } = inventory("X", of_type, id);
        assert!(found.is_empty() && unsaid[0].why.contains(said), "{unsaid:?}");
    }
}

#[test]
fn a_stack_in_a_stack_that_is_refused_or_gone_is_a_line_of_the_report() {
    let mut inventory = Inventory::default();
    let resource = |logical_id: &str, of_type: &str, id: &str| StackResource {
        logical_id: logical_id.to_owned(),
        physical_id: Some(id.to_owned()),
        of_type: of_type.to_owned(),
    };
    let inside = arn("cloudformation", "stack/inside/0a");
    let all = vec![
        resource("Orders", "AWS::DynamoDB::Table", "orders"),
        resource("Inside", "AWS::CloudFormation::Stack", &inside),
    ];
    assert_eq!(cloudformation::nested(&mut inventory, "shop", Ok(Some(all))), std::slice::from_ref(&inside));
    assert!(cloudformation::nested(&mut inventory, &inside, Ok(None)).is_empty());
    let refused = Err(AwsError::malformed("cloudformation:ListStackResources", "no"));
    assert!(cloudformation::nested(&mut inventory, "other", refused).is_empty());
    assert_eq!(inventory.found.len(), 1);
    let line = |one: &Unsaid| format!("{}: {}", one.what, one.why);
    assert!(line(&inventory.unsaid[0]).starts_with("the stack inside: AWS does not know it"), "{inventory:?}");
    let unread = line(&inventory.unread[0]);
    assert!(unread.starts_with("the stack other: what is in it cannot be read (cloudformation:ListStack"), "{unread}");
}
