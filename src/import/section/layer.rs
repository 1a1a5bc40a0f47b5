//! `[layer.<name>]`: what there is of a layer but its files, which the repository has.

use toml_edit::Table;

use crate::aws::Id;
use crate::aws::lambda::{LayerVersion, layer_of};
use crate::import::Scene;
use crate::import::lines::Lines;

/// The folder of a layer's files.
pub fn folder(layer: &str) -> String {
    format!("layers/{layer}")
}

/// The section of a layer by one of its versions.
pub fn write(id: &Id, version: &LayerVersion, _: &Scene) -> Table {
    let mut lines = Lines::new();
    lines.set("source", folder(layer_of(id.address.name.as_str())));
    lines.set_list("runtimes", &version.compatible_runtimes);
    lines.set_list("architectures", &version.compatible_architectures);
    lines.set_unless("description", version.description.as_str(), "");
    lines.set_unless("license", version.license_info.as_str(), "");
    lines.into_table()
}
