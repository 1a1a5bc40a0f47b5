//! State files of three sizes: of a first app, of one that has grown among much else, and of very many resources.

use super::state_files::{export, exported, shown, state};
use super::*;

const TERRAFORM_SMALL: &str = include_str!("../../../../fixtures/state/terraform.small.json");
const TERRAFORM_MEDIUM: &str = include_str!("../../../../fixtures/state/terraform.medium.json");
const PULUMI_SMALL: &str = include_str!("../../../../fixtures/state/pulumi.small.json");
const PULUMI_MEDIUM: &str = include_str!("../../../../fixtures/state/pulumi.medium.json");

/// What is found, with what the tool calls it.
fn called(inventory: &Inventory) -> Vec<(Kind, &str, &str)> {
    let all = inventory.found.iter();
    all.map(|one| (one.kind, one.name.as_str(), one.section.as_deref().unwrap_or_default())).collect()
}

/// The reason why something of this address or URN is not found, which is told once.
fn why<'i>(inventory: &'i Inventory, ends: &str) -> &'i str {
    let all: Vec<&Unsaid> =
        inventory.unsaid.iter().filter(|one| one.what.ends_with(&format!("{ends} in {FILE}"))).collect();
    assert_eq!(all.len(), 1, "{ends}: {all:?}");
    &all[0].why
}

#[test]
fn the_file_of_a_first_app_is_read_in_whole() {
    for (inventory, found) in [
        (terraform(TERRAFORM_SMALL), ["acme-prod-orders", "acme-prod-jobs"]),
        (pulumi(PULUMI_SMALL), ["orders-3f9a1c2", "jobs-0a1b2c3"]),
    ] {
        let Inventory { found: all, unsaid, .. } = inventory.unwrap();
        let names: Vec<(Kind, &str)> = all.iter().map(|one| (one.kind, one.name.as_str())).collect();
        assert_eq!((names, unsaid.len()), (vec![(Kind::Table, found[0]), (Kind::Queue, found[1])], 1));
        assert!(unsaid[0].why.ends_with("it does not exist in AWS: nothing to take over"), "{unsaid:?}");
    }
}

#[test]
fn modules_counts_and_keys_of_terraform_are_found_among_much_else() {
    let inventory = terraform(TERRAFORM_MEDIUM).unwrap();
    let expected = [
        (Kind::Table, "acme-prod-orders", "orders"),
        (Kind::Queue, "acme-prod-jobs-dead", "jobs-dead"),
        (Kind::Queue, "acme-prod-jobs", "jobs-main"),
        (Kind::Topic, "acme-prod-alerts", "alerts-0"),
        (Kind::Role, "/acme/acme-prod-worker", "worker"),
        (Kind::Function, "acme-prod-worker", "worker"),
        (Kind::LogGroup, "/aws/lambda/acme-prod-worker", "worker"),
        (Kind::EventRule, "acme-prod-placed", "placed"),
        (Kind::Alarm, "acme-prod-dead", "dead"),
        (Kind::Bucket, "acme-prod-files-123456789012", "files"),
    ];
    assert_eq!((called(&inventory), inventory.unsaid.len()), (expected.to_vec(), 32), "{inventory:?}");
    for (address, said) in [
        ("random_id.suffix", "random_id: it does not exist in AWS"),
        ("null_resource.migrate", "null_resource: it does not exist in AWS"),
        ("aws_cloudfront_distribution.site", "aws_cloudfront_distribution: a manifest has no section for it"),
        ("azurerm_storage_account.backup", "azurerm_storage_account: a manifest has no section for it"),
        ("google_storage_bucket.mirror", "google_storage_bucket: a manifest has no section for it"),
        ("kubernetes_namespace.apps", "kubernetes_namespace: a manifest has no section for it"),
        ("module.network.aws_subnet.private[1]", "aws_subnet: the network stays where it is"),
        ("module.network.module.flow[\"logs\"].aws_flow_log.this", "aws_flow_log: a manifest has no section for it"),
        ("aws_acm_certificate.site", "it is in us-east-1, "),
        ("aws_sqs_queue.replaced", "it has been replaced and is about to be deleted"),
    ] {
        assert!(why(&inventory, address).starts_with(said), "{address}: {}", why(&inventory, address));
    }
    assert!(!format!("{inventory:?}").contains("hunter2"), "{inventory:?}");
}

#[test]
fn components_and_secrets_of_pulumi_are_found_among_much_else() {
    let inventory = pulumi(PULUMI_MEDIUM).unwrap();
    let expected = [
        (Kind::Table, "orders-3f9a1c2", "orders"),
        (Kind::Queue, "dead-5d6e7f8", "dead"),
        (Kind::Queue, "jobs-0a1b2c3", "jobs"),
        (Kind::Topic, "alerts-9e8d7c6", "alerts"),
        (Kind::Role, "/service-role/worker-4f5e6d7", "worker"),
        (Kind::Function, "worker-8c7b6a5", "worker"),
        (Kind::LogGroup, "/aws/lambda/worker-8c7b6a5", "worker"),
        (Kind::EventRule, "placed-7d6c5b4", "placed"),
        (Kind::Alarm, "dead-1f2e3d4", "dead"),
        (Kind::Bucket, "files-6b5a4c3-123456789012", "files"),
    ];
    assert_eq!((called(&inventory), inventory.unsaid.len()), (expected.to_vec(), 31), "{inventory:?}");
    for (urn, said) in [
        ("random:index/randomId:RandomId::suffix", "random:index/randomId:RandomId: it does not exist in AWS"),
        ("pulumi-nodejs:dynamic:Resource::seed", "pulumi-nodejs:dynamic:Resource: it does not exist in AWS"),
        (
            "aws:cloudfront/distribution:Distribution::site",
            "aws:cloudfront/distribution:Distribution: a manifest has no section for it",
        ),
        (
            "azure-native:resources:ResourceGroup::main",
            "azure-native:resources:ResourceGroup: a manifest has no section for it",
        ),
        ("kubernetes:core/v1:Namespace::apps", "kubernetes:core/v1:Namespace: a manifest has no section for it"),
        ("aws:apigatewayv2/api:Api::live", "it is a WebSocket API: a manifest has no section for it"),
        ("aws:acm/certificate:Certificate::site", "it is in us-east-1, "),
        ("aws:sns/topic:Topic::replaced", "it has been replaced and is about to be deleted"),
        ("aws:sqs/queue:Queue::begun", "a deployment was interrupted"),
    ] {
        assert!(why(&inventory, urn).starts_with(said), "{urn}: {}", why(&inventory, urn));
    }
    assert!(!format!("{inventory:?}").contains("ciphertext"), "{inventory:?}");
}

/// The types of a tool that are of a kind.
fn kinds(table: table::Table) -> Vec<(&'static str, Kind)> {
    let kinds = table.rows().filter_map(|(of_type, means)| match means {
        Means::Is(kind) => Some((of_type, kind)),
        _ => None,
    });
    kinds.collect()
}

/// Resources of every kind, one after the other, and each tenth one of another tool's.
fn many(table: table::Table, count: usize, write: impl Fn(&str, String, &Value) -> Value) -> Vec<Value> {
    let kinds = kinds(table);
    let resource = |index: usize| {
        let (of_type, kind) = kinds[index % kinds.len()];
        let (_, _, mut values) = sample(kind, &format!("thing-{index}"));
        values["tags"] = json!({ "Project": "shop", "Text": "ä".repeat(50) });
        write(if index % 10 == 9 { "other_thing" } else { of_type }, format!("t{index}"), &values)
    };
    (0..count).map(resource).collect()
}

#[test]
fn files_of_very_many_resources_are_read_in_whole() {
    for count in [500, 3000] {
        let all = many(TERRAFORM, count, |of_type, name, values| {
            shown(&format!("module.m.{of_type}.{name}"), of_type, &name, values)
        });
        let module =
            |(index, some): (usize, &[Value])| json!({ "address": format!("module.m{index}"), "resources": some });
        let modules: Vec<Value> = all.chunks(10).enumerate().map(module).collect();
        let of_terraform = terraform(&state(&[], &modules)).unwrap();
        let all = many(PULUMI, count, |of_type, name, values| exported(of_type, &name, values));
        let of_pulumi = pulumi(&export(&all)).unwrap();
        for inventory in [of_terraform, of_pulumi] {
            assert_eq!((inventory.found.len(), inventory.unsaid.len()), (count / 10 * 9, count / 10));
        }
    }
}
