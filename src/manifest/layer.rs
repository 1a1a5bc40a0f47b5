//! `[layer.<name>]`: files that functions share.

use schemars::JsonSchema;
use serde::Deserialize;
use std::path::Path;

use crate::aws::{Id, lambda};
use crate::kind::Kind;
use crate::manifest::function::build::Build;
use crate::manifest::problem::nearest;
use crate::manifest::sources::LayerCode;
use crate::manifest::{Cursor, Section, names, packages};
use crate::name::{Address, Name};
use crate::package::{self, Architecture};
use crate::text::{OutputRef, Text};

/// A layer, which functions name in `layers`. Each content is a version of its own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// The folder with its files, relative to the manifest. Lambda unpacks them into `/opt`, where Python looks in
    /// `python` and Node.js in `nodejs/node_modules`.
    pub source: String,
    /// A command that builds what is packaged, such as `npm ci --prefix nodejs --ignore-scripts --omit=dev`; or a table
    /// with `output` and `inputs`.
    pub build: Option<Build>,
    /// Patterns of files that are left out of the zip, besides caches, `.git` and what this program itself writes.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// The runtimes that it is for, such as `["python3.13"]`: 15 at most. Default: unspecified.
    #[serde(default)]
    pub runtimes: Vec<String>,
    /// The processors that it is for. Default: unspecified; wheels of its lockfile are then for x86_64.
    #[serde(default)]
    pub architectures: Vec<Architecture>,
    /// What it is for: 196 characters at most.
    #[serde(default)]
    pub description: String,
    /// Its licence: an SPDX identifier, a URL or a text of 512 characters at most.
    #[serde(default)]
    pub license: String,
}

impl Section for Layer {
    const SECTION: &'static str = "layer";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        Address::new(Kind::LayerVersion, name.clone())
    }

    /// Its version of the content that there is.
    fn stands_for(&self, name: &Name, here: &Cursor) -> Address {
        self.id(name, here).map_or_else(|| Self::address(name), |id| id.address)
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::layer::physical(here.owner, name).into(),
            _ => OutputRef::new(&self.stands_for(name, here), "arn").into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        self.check(here);
        let Some(code) = here.sources.layers.get(name) else {
            return here.at("source").problem("the layer has not been packaged", None);
        };
        // Why it has no package is reported with all that has none.
        let Ok(code) = code else { return };
        let Some(id) = self.id(name, here) else { return };
        let way = packages::way(&code.package, &here.at("source"));
        here.add(id, lambda::LayerVersion { way, ..self.version(code) }, false);
    }
}

impl Layer {
    /// What its zip is made from. Wheels of a lockfile are for one runtime and architecture.
    pub fn package_source(&self, root: &Path) -> package::FunctionSource {
        let python = match self.runtimes.as_slice() {
            [one] if one.starts_with("python") && self.architectures.len() < 2 => one.clone(),
            _ => String::new(),
        };
        package::FunctionSource {
            root: root.into(),
            folder: self.source.clone(),
            runtime: python,
            architecture: self.architectures.first().copied().unwrap_or_default(),
            handler: String::new(),
            exclude: self.exclude.clone(),
            has_layers: false,
            build: self.build.as_ref().map(Build::recipe),
            layer: Some(self.runtimes.clone()),
        }
    }

    /// The version of the content that there is, if there is any.
    fn id(&self, name: &Name, here: &Cursor) -> Option<Id> {
        let code = here.sources.layers.get(name)?.as_ref().ok()?;
        let physical = self.version(code).name(&names::layer::physical(here.owner, name));
        let own: Name = physical.strip_prefix(&here.owner.prefix())?.parse().ok()?;
        Some(here.id(Kind::LayerVersion, &own, physical))
    }

    /// Why a function with this runtime and architecture cannot use it, and what to do. Wheels are for the architecture
    /// for which they were chosen, whether the section names it or not.
    pub fn misfit(
        &self,
        name: &Name,
        has_wheels: bool,
        runtime: &str,
        architecture: Architecture,
    ) -> Option<(String, String)> {
        let help = |what: &str, field: &str| match has_wheels {
            true => {
                format!(
                    "wheels are for one runtime and one architecture: create a second layer for {what}, and name that"
                )
            }
            false => format!("add {what:?} to {field} of [layer.{name}], or remove the layer here"),
        };
        if !self.runtimes.is_empty() && !self.runtimes.iter().any(|one| one == runtime) {
            let message =
                format!("the layer {name} is for {}, and the function for {runtime}", self.runtimes.join(", "));
            return Some((message, help(runtime, "runtimes")));
        }
        let own = architecture.to_string();
        let architectures = match self.architectures.as_slice() {
            [] if has_wheels => vec![Architecture::default()],
            said => said.to_vec(),
        };
        if architectures.is_empty() || architectures.contains(&architecture) {
            return None;
        }
        let said = architectures.iter().map(Architecture::to_string).collect::<Vec<_>>().join(", ");
        if self.architectures.is_empty() {
            let message = format!(
                "the layer {name} names no architecture, so its wheels are for {said}, and the function is for {own}"
            );
            let help = format!(
                "write architectures = [{own:?}] in [layer.{name}] and lock it again, or give {own} a layer of its own"
            );
            return Some((message, help));
        }
        let message = format!("the layer {name} is for {said}, and the function for {own}");
        Some((message, help(&own, "architectures")))
    }

    fn version(&self, code: &LayerCode) -> lambda::LayerVersion {
        lambda::LayerVersion {
            code_sha256: code.package.code_sha256(),
            compatible_architectures: self.architectures.iter().map(Architecture::to_string).collect(),
            compatible_runtimes: self.runtimes.iter().cloned().collect(),
            description: self.description.clone(),
            license_info: self.license.clone(),
            ..lambda::LayerVersion::default()
        }
    }

    fn check(&self, here: &Cursor) {
        for (field, text, most) in
            [("description", &self.description, lambda::LAYER_DESCRIPTION), ("license", &self.license, 512)]
        {
            let count = text.chars().count();
            if count > most {
                let help = format!("use {most} characters at most");
                here.at(field).problem(format!("it has {count} characters"), Some(&help));
            }
        }
        if self.runtimes.len() > 15 {
            here.at("runtimes").problem("a layer can have at most 15 runtimes", Some("remove some"));
        }
        for (here, runtime) in here.at("runtimes").each(&self.runtimes) {
            if !lambda::runtimes().contains(&runtime.as_str()) {
                let near = nearest(runtime, lambda::runtimes()).map(|near| format!("did you mean {near}?"));
                let help = near.unwrap_or_else(|| "check that Lambda supports it".into());
                here.advise(format!("this release does not know the runtime {runtime}"), &help);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::aws::State;
    use crate::aws::lambda::{LayerVersion, layer_of};
    use crate::manifest::function::tests::{lowered, lowered_of, lowered_with, needs, package, problems, state};
    use crate::manifest::lower::Lowered;
    use crate::manifest::names;
    use crate::name::{Address, Name, Owner};
    use crate::package::{Package, Requirement};

    fn manifest(layer: &str, function: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[layer.shared]\nsource = \"layers/shared\"\n{layer}\n\
             [function.api]\nsource = \"lambda\"\nruntime = \"python3.12\"\nhandler = \"main.handler\"\n{function}\n"
        )
    }

    const FULL: &str = "runtimes = [\"python3.13\", \"python3.12\"]\narchitectures = [\"x86_64\", \"arm64\"]\n\
                        description = \"Shared\"\nlicense = \"MIT\"";

    fn version(lowered: &Lowered) -> Address {
        let mut found =
            lowered.wanted.keys().filter(|address| address.to_string().starts_with("lambda.layer-version/"));
        let address = found.next().expect("a version").clone();
        assert_eq!(found.next(), None);
        address
    }

    #[test]
    fn a_layer_is_a_version_that_is_called_after_all_that_it_is_and_comes_before_its_functions() {
        let all = lowered(&manifest(FULL, "layers = [\"shared\"]"), &[]).unwrap();
        let address = version(&all);
        let digest = address.name.as_str().strip_prefix("shared-").expect("its layer's name");
        assert_eq!(digest.len(), 10);
        assert_eq!(all.wanted[&address].id.name, format!("shop--test-shared-{digest}"));
        let mut layer = state(&all, &address.to_string());
        layer.as_object_mut().unwrap().remove("CodeSha256");
        let expected = json!({
            "CompatibleArchitectures": ["arm64", "x86_64"], "CompatibleRuntimes": ["python3.12", "python3.13"],
            "Description": "Shared", "LicenseInfo": "MIT",
        });
        assert_eq!(layer, expected);
        let arn = json!([{ "$output": format!("{address}.arn") }]);
        assert_eq!(state(&all, "lambda.function/api")["Layers"], arn);
        assert!(needs(&all, "lambda.function/api").contains(&address.to_string()));
        for other in ["", "description = \"Other\"", "runtimes = [\"python3.12\"]", "license = \"MIT\""] {
            let other = version(&lowered(&manifest(other, "layers = [\"shared\"]"), &[]).unwrap());
            assert_ne!(other, address, "another content is another version");
        }
    }

    #[test]
    fn versions_of_others_keep_their_arns_and_their_place() {
        let arn = "arn:aws:lambda:us-west-2:999999999999:layer:agent:7";
        let all = lowered(&manifest("", &format!("layers = [\"{arn}\", \"shared\"]")), &[]).unwrap();
        let layers = &state(&all, "lambda.function/api")["Layers"];
        assert_eq!((&layers[0], layers.as_array().unwrap().len()), (&json!(arn), 2));
    }

    #[test]
    fn outputs_and_environments_name_the_version_and_the_layer() {
        let text = manifest("", "environment = { LAYER = \"${layer.shared.arn}\", NAME = \"${layer.shared.name}\" }");
        let all = lowered(&text, &[]).unwrap();
        let address = version(&all);
        let environment = &state(&all, "lambda.function/api")["Environment"];
        assert_eq!(environment["LAYER"], json!({ "$output": format!("{address}.arn") }));
        assert_eq!(environment["NAME"], "shop--test-shared");
        assert!(needs(&all, "lambda.function/api").contains(&address.to_string()));
    }

    #[test]
    fn what_a_function_cannot_have_is_reported_where_it_is_named() {
        let own = "arn:aws:lambda:us-west-2:123456789012:layer:shop--test-shared:3";
        let agent = "arn:aws:lambda:us-west-2:999999999999:layer:agent";
        let runtimes = "runtimes = [\"python3.11\", \"nodejs22.x\"]";
        for (layer, layers, told) in [
            ("", "\"sharde\"".to_owned(), "11:11: there is no layer section \"sharde\"; did you mean \"shared\"?"),
            (
                "",
                "\"Shared\"".to_owned(),
                "11:11: \"Shared\" is neither the name of a layer nor the ARN of a layer version",
            ),
            (
                "",
                format!("\"{agent}\""),
                &format!("11:11: {:?} is neither the name of a layer nor the ARN of a layer version", agent),
            ),
            (
                "",
                format!("\"{own}\""),
                "11:11: this is a version of the app's own layer, which is deleted once no section names it",
            ),
            ("", "\"shared\", \"shared\"".to_owned(), "11:21: a function can have only one version of a layer"),
            ("", format!("\"{agent}:1\", \"{agent}:2\""), "11:66: a function can have only one version of a layer"),
            (
                runtimes,
                "\"shared\"".to_owned(),
                "11:11: the layer shared is for python3.11, nodejs22.x, and the function for python3.12",
            ),
            (
                "architectures = [\"arm64\"]",
                "\"shared\"".to_owned(),
                "11:11: the layer shared is for arm64, and the function for x86_64",
            ),
        ] {
            let found = problems(&manifest(layer, &format!("layers = [{layers}]")), &[]);
            assert_eq!(found, [told], "{layers}");
        }
    }

    /// Ours are deleted whatever names them, so none of them is named by its ARN, whether its section is there or has gone.
    #[test]
    fn a_version_of_ours_is_named_by_its_layer() {
        let told = |layer: &str| {
            let arn = format!("arn:aws:lambda:us-west-2:123456789012:layer:{layer}:3");
            let problems = lowered(&manifest("", &format!("layers = [{arn:?}]")), &[]).err();
            problems.and_then(|problems| problems.0.into_iter().next()?.help)
        };
        assert_eq!(told("shop--test-shared").as_deref(), Some("name the layer: write \"shared\""));
        let help = "add its section, [layer.before], and name that: write \"before\"";
        assert_eq!(told("shop--test-before").as_deref(), Some(help));
        for other in ["shop--prod-shared", "shop--testing-shared", "shop-test-shared", "shared"] {
            assert_eq!(told(other), None, "{other}");
        }
    }

    #[test]
    fn wheels_of_a_layer_that_names_no_architecture_are_for_the_default_one() {
        let told = |layer: &str, function: &str, requirements: Vec<Requirement>| {
            let text = manifest(layer, &format!("layers = [\"shared\"]\n{function}"));
            let problems = lowered_of(&text, &[], Package { requirements, ..package() }).err();
            let all = problems.into_iter().flat_map(|problems| problems.0);
            let lines = all
                .map(|one| format!("{}:{}: {}; {}", one.line, one.column, one.message, one.help.unwrap_or_default()));
            lines.collect::<Vec<_>>()
        };
        let wheel = || vec![Requirement { name: "native".into(), version: "1".into(), sha256: "0".repeat(64) }];
        let (one, arm) = ("runtimes = [\"python3.12\"]", "architecture = \"arm64\"");
        assert_eq!(
            told(one, arm, wheel()),
            ["11:11: the layer shared names no architecture, so its wheels are for x86_64, and the function is for \
              arm64; write architectures = [\"arm64\"] in [layer.shared] and lock it again, or give arm64 a \
              layer of its own"]
        );
        let of_arm = format!("{one}\narchitectures = [\"arm64\"]");
        assert_eq!(
            told(&of_arm, "", wheel()),
            ["12:11: the layer shared is for arm64, and the function for x86_64; wheels are for one runtime and one \
                 architecture: create a second layer for x86_64, and name that"]
        );
        let none: [String; 0] = [];
        assert_eq!(told(one, "", wheel()), none);
        assert_eq!(told(&of_arm, arm, wheel()), none);
        assert_eq!(told(one, arm, Vec::new()), none, "what has no wheels is for any");
    }

    #[test]
    fn a_large_layer_goes_by_way_of_the_bucket_of_the_app() {
        let size = 50 * 1024 * 1024 + 1;
        let text = manifest("", "").replace("region", "packages = \"zips\"\nregion");
        let all = lowered_with(&text, &[], vec![0; size]).unwrap();
        let State::LayerVersion(layer) = &all.wanted[&version(&all)].state else { panic!("a layer") };
        assert_eq!(layer.way.through.as_ref().map(|through| through.bucket.as_str()), Some("zips"));
        let told = lowered_with(&manifest("", ""), &[], vec![0; size]).unwrap_err().to_string();
        assert!(told.contains("serverless-app.toml:5:10: the zip has 52428801 bytes"), "{told}");
    }

    /// Each version has an address, however long the names are.
    #[test]
    fn a_layer_of_a_long_name_has_versions_with_names_of_their_own() {
        let name: Name = "l".repeat(64).parse().unwrap();
        for (app, stage) in [("a", "b"), ("shop", "test"), ("orders-and-more-of-them", "production")] {
            let owner = Owner { app: app.parse().unwrap(), stage: stage.parse().unwrap() };
            let layer = names::layer::physical(&names::Names::plain(owner.clone()), &name);
            let version = LayerVersion::default().name(&layer);
            assert!(layer.len() <= 64 && layer_of(&version) == layer, "{version}");
            let own = version.strip_prefix(&owner.prefix()).expect("ours").parse::<Name>();
            assert!(own.is_ok(), "{version}: {own:?}");
        }
    }

    #[test]
    fn a_runtime_that_is_not_known_is_warned_of() {
        let warnings = lowered(&manifest("runtimes = [\"pyton3.12\"]", ""), &[]).unwrap().warnings;
        let told: Vec<String> =
            warnings.iter().map(|one| format!("{}; {}", one.message, one.help.clone().unwrap())).collect();
        assert_eq!(told, ["this release does not know the runtime pyton3.12; did you mean python3.12?"]);
    }
}
