//! What a function is made from. Its code stays where it is: the section names a folder of the repository.

use crate::aws::lambda::{self, ImageConfig, PackageType, layer_of};
use crate::aws::{Id, Kind};
use crate::import::Scene;
use crate::import::lines::Lines;
use crate::name::tag;
use crate::text::Text;

/// Of what it is made.
pub fn write(id: &Id, function: &lambda::Function, scene: &Scene, lines: &mut Lines) {
    if function.package_type == PackageType::Image {
        let repository = function.tags.get(tag::IMAGE).map_or_else(|| no_repository(id, scene), String::as_str);
        lines.set("image", format!("{repository}@sha256:{}", function.code_sha256));
        lines.set_some("image_config", function.image_config.as_ref().map(|config| image_config(config).inline()));
        return;
    }
    lines.set("source", id.address.name.as_str());
    lines.set("runtime", function.runtime.as_str());
    lines.set("handler", function.handler.as_str());
}

fn no_repository(id: &Id, scene: &Scene) -> &'static str {
    scene.unsaid(id, "image", "Lambda does not say which repository it is from: write that before its digest");
    "<account>.dkr.ecr.<region>.amazonaws.com/<repository>"
}

fn image_config(config: &ImageConfig) -> Lines {
    let mut lines = Lines::new();
    lines.set_list("command", &config.command);
    lines.set_list("entry_point", &config.entry_point);
    lines.set_some("working_directory", config.working_directory.as_deref());
    lines
}

/// A layer of the manifest by its section's name, a version of another one by its ARN.
pub fn layer(text: &Text, scene: &Scene) -> String {
    let of = text.references().find(|output| output.address.kind == Kind::LayerVersion);
    of.map_or_else(|| scene.plain(text), |output| layer_of(output.address.name.as_str()).to_owned())
}
