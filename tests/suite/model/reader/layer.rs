//! Layers, each version in a line of its own, and the functions that have some.

use std::collections::BTreeSet;

use serverless_app::aws::client::Clients;

use super::{list, or_none};

pub async fn layers(read: &Clients) -> Vec<String> {
    let (client, mut all, mut there) = (&read.lambda, Vec::new(), BTreeSet::new());
    let layers = client.list_layers().send().await.unwrap();
    for name in layers.layers().iter().filter_map(|layer| layer.layer_name()) {
        let versions = client.list_layer_versions().layer_name(name).send().await.unwrap();
        for version in versions.layer_versions() {
            let got = client.get_layer_version().layer_name(name).version_number(version.version());
            let content = got.send().await.unwrap().content.unwrap();
            let (description, _) = version.description().unwrap().rsplit_once(' ').unwrap();
            let runtimes: Vec<&str> = version.compatible_runtimes().iter().map(|one| one.as_str()).collect();
            let runtimes = runtimes.join(",");
            let digest = content.code_sha256().unwrap();
            all.push(format!("layer {name} {digest} {description} for {}", or_none(Some(&runtimes))));
            there.insert(version.layer_version_arn().unwrap().to_owned());
        }
    }
    for function in client.list_functions().send().await.unwrap().functions() {
        let of = |arn: &str| match there.contains(arn) {
            true => arn.rsplit(':').nth(1).unwrap().to_owned(),
            false => format!("{arn}, which has gone"),
        };
        let layers: Vec<String> = function.layers().iter().filter_map(|layer| layer.arn()).map(of).collect();
        let name = function.function_name().unwrap();
        all.extend((!layers.is_empty()).then(|| format!("function {name} has layers {}", list(&layers))));
    }
    all
}
