//! `layers` of a function: layers of the manifest by name, and versions of others by ARN.

use std::collections::BTreeSet;

use crate::manifest::{Cursor, Section, function::Function, names};
use crate::name::Name;
use crate::package::UNPACKED;
use crate::text::Text;

impl Function {
    /// The versions, in order; what Lambda would refuse of them is reported.
    pub(super) fn lower_layers(&self, name: &Name, here: &Cursor) -> Vec<Text> {
        let here = here.at("layers");
        if self.layers.len() > 5 {
            here.problem("a function can have at most 5 layers", Some("remove some"));
        }
        self.check_size(name, &here);
        let mut seen = BTreeSet::new();
        let lowered = here.each(&self.layers).filter_map(|(here, layer)| {
            let (of, text) = if layer.starts_with("arn:") { of_others(layer, &here) } else { self.own(layer, &here) }?;
            if !seen.insert(of) {
                here.problem("a function can have only one version of a layer", Some("remove it"));
            }
            Some(text)
        });
        lowered.collect()
    }

    /// A layer of the manifest: its name and its version.
    fn own(&self, text: &str, here: &Cursor) -> Option<(String, Text)> {
        let Ok(name) = text.parse::<Name>() else {
            unknown(text, here);
            return None;
        };
        let layer = here.known("layer", &name, &here.manifest.layer)?;
        let code = here.sources.layers.get(&name).and_then(|code| code.as_ref().ok());
        let has_wheels = code.is_some_and(|code| !code.package.requirements.is_empty());
        let misfit = layer.misfit(&name, has_wheels, &self.runtime, self.architecture);
        if let Some((message, help)) = misfit.filter(|_| self.is_packaged()) {
            here.problem(message, Some(&help));
        }
        here.need(layer.stands_for(&name, here));
        Some((names::layer::arn(here.site, here.owner, &name), layer.attribute(&name, "arn", here)))
    }

    /// Lambda unpacks so much for a function; how large layers of others are is known to Lambda alone.
    fn check_size(&self, name: &Name, here: &Cursor) {
        let of = |sha256: &str| here.sources.unpacked.get(sha256).copied().unwrap_or_default();
        let own = here.sources.packages.get(name).map(|package| of(&package.sha256)).unwrap_or_default();
        let layers = self.layers.iter().filter_map(|layer| here.sources.layers.get(layer.as_str())?.as_ref().ok());
        let layers: u64 = layers.map(|code| of(&code.package.sha256)).sum();
        if layers > 0 && own + layers > UNPACKED {
            let message = format!(
                "unpacked, the function and its layers have {} bytes; Lambda allows {UNPACKED} (250 MB)",
                own + layers
            );
            here.problem(message, Some("remove something from them, or use a container image"));
        }
    }
}

/// A version of somebody else: its layer and itself.
fn of_others(arn: &str, here: &Cursor) -> Option<(String, Text)> {
    let parts: Vec<&str> = arn.split(':').collect();
    let layer = match parts.as_slice() {
        ["arn", _, "lambda", _, _, "layer", _, version] if version.parse::<u64>().is_ok() => parts[..7].join(":"),
        _ => {
            unknown(arn, here);
            return None;
        }
    };
    let ours = here.site.arn("lambda", &format!("layer:{}", here.owner.prefix()));
    if let Some(rest) = layer.strip_prefix(&ours) {
        let is_it = |name: &&Name| names::layer::arn(here.site, here.owner, name) == layer;
        let help = match here.manifest.layer.keys().find(is_it) {
            Some(name) => format!("name the layer: write {:?}", name.as_str()),
            None => format!("add its section, [layer.{rest}], and name that: write {rest:?}"),
        };
        let message = "this is a version of the app's own layer, which is deleted once no section names it";
        here.problem(message, Some(&help));
    }
    Some((layer, arn.into()))
}

fn unknown(text: &str, here: &Cursor) {
    let help =
        Some("name a [layer.<name>] of this manifest, or write the ARN of a version, arn:aws:lambda:...:layer:name:1");
    here.problem(format!("{text:?} is neither the name of a layer nor the ARN of a layer version"), help);
}
