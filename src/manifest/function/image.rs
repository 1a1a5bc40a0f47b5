//! `image` and `image_config`: a function whose code is a container image.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::lambda::{self, ImageUri, PackageType, Way};
use crate::manifest::function::Function;
use crate::manifest::{Cursor, packages};
use crate::name::{Name, tag};

/// Which of an image's own settings are replaced.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageConfig {
    /// The command, or the arguments of the entry point, such as `["main.handler"]`.
    #[serde(default)]
    pub command: Vec<String>,
    /// The entry point, which is run with the command as its arguments.
    #[serde(default)]
    pub entry_point: Vec<String>,
    /// The directory in which it runs: an absolute path.
    pub working_directory: Option<String>,
}

/// What a function is made from.
pub(super) struct Code {
    pub(super) code_sha256: String,
    pub(super) package_type: PackageType,
    pub(super) image_config: Option<lambda::ImageConfig>,
    /// The repository of an image.
    pub(super) repository: Option<String>,
    pub(super) way: Way,
}

/// The fields that say of what a zip is made.
fn of_zips(function: &Function) -> [(&'static str, bool); 6] {
    [
        ("source", !function.source.is_empty()),
        ("runtime", !function.runtime.is_empty()),
        ("handler", !function.handler.is_empty()),
        ("build", function.build.is_some()),
        ("exclude", !function.exclude.is_empty()),
        ("layers", !function.layers.is_empty()),
    ]
}

impl Function {
    /// What it is made from; `None` where that is a problem, which is reported.
    pub(super) fn lower_code(&self, name: &Name, here: &Cursor) -> Option<Code> {
        if let Some(image) = &self.image {
            let image = read(image, &here.at("image"))?;
            return Some(Code {
                code_sha256: image.code_sha256().to_owned(),
                package_type: PackageType::Image,
                image_config: self.image_config.as_ref().and_then(ImageConfig::lower),
                repository: Some(image.repository()),
                way: Way::default(),
            });
        }
        if !self.is_packaged() {
            return None;
        }
        let Some(package) = here.sources.packages.get(name) else {
            if !here.sources.unpackaged.contains_key(name) {
                here.at("source").problem("the function has not been packaged", None);
            }
            return None;
        };
        Some(Code {
            code_sha256: package.code_sha256(),
            package_type: PackageType::Zip,
            image_config: None,
            repository: None,
            way: packages::way(package, &here.at("source")),
        })
    }
}

impl ImageConfig {
    fn lower(&self) -> Option<lambda::ImageConfig> {
        let Self { command, entry_point, working_directory } = self.clone();
        let config = lambda::ImageConfig { command, entry_point, working_directory };
        (config != lambda::ImageConfig::default()).then_some(config)
    }
}

/// Lambda takes images of its own region alone.
fn read(text: &str, here: &Cursor) -> Option<ImageUri> {
    let Ok(image) = text.parse::<ImageUri>() else {
        let help = "write <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 digits>; `aws ecr \
                    describe-images --repository-name <repository> --image-ids imageTag=<tag> --query \
                    imageDetails[0].imageDigest` prints the digest of a tag";
        here.problem(format!("{text:?} is not the digest address of an image in ECR"), Some(help));
        return None;
    };
    if image.region != here.site.region.as_str() {
        let help = format!("push it to a repository in {}, the function's region", here.site.region);
        here.problem(format!("the image is in {}", image.region), Some(&help));
    }
    Some(image)
}

/// Reports what an image has no use for, and what a zip lacks.
pub(super) fn check(function: &Function, here: &Cursor) {
    if function.image.is_none() {
        if function.image_config.is_some() {
            let help = "remove it, or name the image: image = \
                        \"<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:...\"";
            here.at("image_config").problem("the function is packaged as a zip", Some(help));
        }
        return check_zip(function, here);
    }
    for (field, _) in of_zips(function).into_iter().filter(|(_, is_said)| *is_said) {
        let help = "remove it, and use the image's own settings or image_config";
        here.at(field).problem(format!("a function from an image cannot have {field}"), Some(help));
    }
    if let Some(config) = &function.image_config {
        check_config(config, &here.at("image_config"));
    }
}

fn check_zip(function: &Function, here: &Cursor) {
    for (field, text, help) in [
        ("source", &function.source, "add source, the folder with the code"),
        ("runtime", &function.runtime, "add runtime, such as \"python3.13\" or \"nodejs22.x\""),
        ("handler", &function.handler, "add handler = \"<file>.<function>\", such as \"main.handler\""),
    ] {
        if text.is_empty() {
            here.at(field).problem(format!("{field} is missing"), Some(help));
        }
    }
}

fn check_config(config: &ImageConfig, here: &Cursor) {
    for (field, words) in [("command", &config.command), ("entry_point", &config.entry_point)] {
        if words.len() > 1500 {
            here.at(field).problem(format!("it has {} words", words.len()), Some("write 1500 at most"));
        }
    }
    let path = config.working_directory.as_deref();
    if path.is_some_and(|path| !path.starts_with('/') || path.len() > 1000) {
        let help = Some("write an absolute path, 1000 characters at most");
        here.at("working_directory").problem("this is not a working directory", help);
    }
}

impl Code {
    /// The tag that names the repository: AWS tells it to nobody who may not fetch the code.
    pub(super) fn tag(&self) -> Option<(String, String)> {
        Some((tag::IMAGE.to_owned(), self.repository.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::function::tests::{lowered, problems, state};

    const IMAGE: &str = "123456789012.dkr.ecr.us-west-2.amazonaws.com/shop/api";

    fn manifest(function: &str) -> String {
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.api]\n{function}\n")
    }

    fn of(image: &str, more: &str) -> String {
        manifest(&format!("image = \"{image}\"\n{more}"))
    }

    fn digest() -> String {
        "0123456789abcdef".repeat(4)
    }

    #[test]
    fn an_image_is_lowered_to_its_digest_its_repository_and_what_replaces_its_settings() {
        let image = format!("{IMAGE}@sha256:{}", digest());
        let config = "image_config = { command = [\"main.handler\"], entry_point = [\"/run\", \"-x\"], \
                      working_directory = \"/app\" }";
        let function = state(&lowered(&of(&image, config), &[]).unwrap(), "lambda.function/api");
        assert_eq!((&function["PackageType"], &function["CodeSha256"]), (&json!("Image"), &json!(digest())));
        assert_eq!(function["Tags"]["serverless-app:image"], IMAGE);
        assert_eq!((&function["Runtime"], &function["Handler"]), (&json!(""), &json!("")));
        let expected = json!({"Command": ["main.handler"], "EntryPoint": ["/run", "-x"], "WorkingDirectory": "/app"});
        assert_eq!(function["ImageConfig"], expected);
        let bare = state(&lowered(&of(&image, "image_config = {}"), &[]).unwrap(), "lambda.function/api");
        assert_eq!(bare.get("ImageConfig"), None);
        let zip = manifest("source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"");
        let zip = state(&lowered(&zip, &[]).unwrap(), "lambda.function/api");
        assert_eq!((zip.get("PackageType"), &zip["Tags"]["serverless-app:image"]), (None, &Value::Null));
    }

    #[test]
    fn a_tag_is_refused_with_how_to_get_the_digest_and_so_is_another_region() {
        for image in [format!("{IMAGE}:latest"), IMAGE.to_owned(), format!("{IMAGE}@sha256:0123")] {
            assert_eq!(
                problems(&of(&image, ""), &[]),
                [format!("5:9: {image:?} is not the digest address of an image in ECR")]
            );
            let told = lowered(&of(&image, ""), &[]).unwrap_err().to_string();
            assert!(told.contains("aws ecr describe-images") && told.contains("imageDigest"), "{told}");
        }
        let elsewhere = format!("{}@sha256:{}", IMAGE.replace("us-west-2", "eu-west-1"), digest());
        assert_eq!(problems(&of(&elsewhere, ""), &[]), ["5:9: the image is in eu-west-1"]);
    }

    #[test]
    fn a_function_is_made_from_a_zip_or_from_an_image() {
        let image = format!("{IMAGE}@sha256:{}", digest());
        let zip = "source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nexclude = [\"*.md\"]\n\
                   layers = [\"arn:aws:lambda:us-west-2:123456789012:layer:x:1\"]";
        let both = problems(&of(&image, zip), &[]);
        let expected = ["source", "runtime", "handler", "exclude", "layers"];
        let expected = expected.iter().zip(6..).map(|(field, line)| {
            let column = field.len() + 4;
            format!("{line}:{column}: a function from an image cannot have {field}")
        });
        assert_eq!(both, expected.collect::<Vec<_>>());
        let neither = ["source", "runtime", "handler"].map(|field| format!("{field} is missing"));
        let mut told: Vec<String> = problems(&manifest(""), &[])
            .iter()
            .map(|one| one.splitn(3, ':').last().unwrap().trim().to_owned())
            .collect();
        told.sort();
        let mut neither = neither.to_vec();
        neither.sort();
        assert_eq!(told, neither);
        let config = "source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\nimage_config = { \
                      command = [\"x\"] }";
        assert_eq!(problems(&manifest(config), &[]), ["8:1: the function is packaged as a zip"]);
        let relative = problems(&of(&image, "image_config = { working_directory = \"app\" }"), &[]);
        assert_eq!(relative, ["6:38: this is not a working directory"]);
    }
}
