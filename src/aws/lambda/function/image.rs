//! Functions whose code is a container image.
//!
//! An image is identified by its digest, which Lambda reports as `CodeSha256`, in hex. Only `GetFunction` reports the
//! repository that it came from, and no plan may call that; so a tag of ours ([`tag::IMAGE`]) names the repository. The
//! tag is set before another image is taken from there, or after the same image is, which nothing else would show.

use std::fmt;
use std::str::FromStr;

use aws_sdk_lambda::types;
use serde::{Deserialize, Serialize};

use super::Function;
use crate::aws::Id;
use crate::aws::kit::settings::Part;
use crate::aws::required_actions::{RequiredAction, on};
use crate::name::tag;

/// What a function is made from. It never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PackageType {
    /// A zip.
    #[default]
    Zip,
    /// A container image.
    Image,
}

impl PackageType {
    pub(super) fn is_zip(&self) -> bool {
        *self == Self::Zip
    }
}

/// An image of ECR by its digest: `<account>.dkr.ecr.<region>.<suffix>/<repository>@sha256:<64 hex digits>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageUri {
    /// Whose repository it is in.
    pub account: String,
    /// Where that is.
    pub region: String,
    suffix: String,
    repository: String,
    digest: String,
}

impl ImageUri {
    /// The repository, as the tag names it: all but the digest.
    pub fn repository(&self) -> String {
        let Self { account, region, suffix, repository, .. } = self;
        format!("{account}.dkr.ecr.{region}.{suffix}/{repository}")
    }

    /// What Lambda reports as `CodeSha256` for it: the digest in hex.
    pub fn code_sha256(&self) -> &str {
        &self.digest
    }

    /// The image that is wanted, if the code is one.
    pub(super) fn of(want: &Function) -> Option<Self> {
        format!("{}@sha256:{}", want.tags.get(tag::IMAGE)?, want.code_sha256).parse().ok()
    }

    /// Lambda lets itself into a repository of the same account, by the rights of whoever makes the function; into another
    /// account's only that one's policy lets it in.
    pub(super) fn required_actions(&self, id: &Id) -> Vec<RequiredAction> {
        let Self { account, region, repository, .. } = self;
        let arn = format!("arn:{}:ecr:{region}:{account}:repository/{repository}", id.site.partition);
        let mut actions = vec!["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
        if *account == id.site.account.as_str() {
            actions.extend(["ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"]);
        }
        on(arn, &actions)
    }
}

impl fmt::Display for ImageUri {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@sha256:{}", self.repository(), self.digest)
    }
}

impl From<ImageUri> for String {
    fn from(image: ImageUri) -> Self {
        image.to_string()
    }
}

impl TryFrom<String> for ImageUri {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for ImageUri {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parsed(text).ok_or("it is not the digest address of an image in ECR")
    }
}

fn parsed(text: &str) -> Option<ImageUri> {
    let (place, digest) = text.split_once("@sha256:")?;
    let (registry, repository) = place.split_once('/')?;
    let (account, rest) = registry.split_once(".dkr.ecr.")?;
    let (region, suffix) = rest.split_once('.')?;
    let is_word = |word: &str, also: &[char]| {
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        word.starts_with(is_letter)
            && word.ends_with(is_letter)
            && word.chars().all(|c| is_letter(c) || also.contains(&c))
    };
    let is_right = account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && is_word(region, &['-'])
        && is_word(suffix, &['.'])
        && (2..=256).contains(&repository.len())
        && repository.split('/').all(|part| is_word(part, &['.', '_', '-']))
        && digest.len() == 64
        && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let own = str::to_owned;
    is_right.then(|| ImageUri {
        account: own(account),
        region: own(region),
        suffix: own(suffix),
        repository: own(repository),
        digest: own(digest),
    })
}

/// `ImageConfig`: what of the image's own settings is replaced. An update says all of it; `{}` clears it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ImageConfig {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
}

impl ImageConfig {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What AWS reports.
    pub(super) fn read(live: Option<&types::ImageConfigResponse>) -> Option<Self> {
        let live = live?.image_config()?;
        let config = Self {
            command: live.command().to_vec(),
            entry_point: live.entry_point().to_vec(),
            working_directory: live.working_directory().filter(|path| !path.is_empty()).map(str::to_owned),
        };
        (!config.is_none()).then_some(config)
    }

    pub(super) fn sdk(&self) -> types::ImageConfig {
        let list = |words: &[String]| Some(words.to_vec()).filter(|words| !words.is_empty());
        types::ImageConfig::builder()
            .set_command(list(&self.command))
            .set_entry_point(list(&self.entry_point))
            .set_working_directory(self.working_directory.clone())
            .build()
    }
}

impl Part<Option<ImageConfig>> for ImageConfig {
    fn of(config: &Option<ImageConfig>) -> Self {
        config.clone().unwrap_or_default()
    }

    fn attribute(&self) -> Option<ImageConfig> {
        Some(self.clone()).filter(|config| !config.is_none())
    }
}

/// Why a function cannot become what is wanted: a zip stays a zip, an image an image. Another function in its place would lose what
/// hangs on it, such as its policy and its mappings, which no plan can see coming.
pub(super) fn obstacle(want: &Function, live: &Function) -> Option<String> {
    let (from, to) = match (live.package_type, want.package_type) {
        (PackageType::Zip, PackageType::Image) => ("a zip", "an image"),
        (PackageType::Image, PackageType::Zip) => ("an image", "a zip"),
        _ => return None,
    };
    Some(format!(
        "it is packaged as {from}, and AWS cannot change that to {to}: rename the section, or remove it from the \
         manifest, apply that, and put it back"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::aws::lambda::FunctionCall;
    use crate::aws::test_support::test_id;
    use crate::aws::{Kind, State};

    const SHOP: &str = "123456789012.dkr.ecr.us-west-2.amazonaws.com/shop";

    fn image(repository: &str, digit: &str) -> Function {
        let code_sha256 = digit.repeat(64);
        let tags = [(tag::IMAGE.to_owned(), repository.to_owned())].into();
        Function { code_sha256, package_type: PackageType::Image, tags, ..Function::default() }
    }

    /// Each call with what of it is about the image.
    fn told(live: Option<&Function>, want: &Function) -> Vec<String> {
        let (live, want) = (live.cloned().map(State::from), State::from(want.clone()));
        let steps =
            crate::aws::steps::steps(&test_id(Kind::Function, "f"), Some(&want), live.as_ref()).expect("a plan");
        let uri = |step: &crate::aws::steps::Planned| {
            let input = step.call.json()["input"].clone();
            let uri = input["ImageUri"].as_str().or(input["Code"]["ImageUri"].as_str()).unwrap_or_default();
            format!("{} {uri}", step.call.api())
        };
        steps.iter().map(uri).collect()
    }

    #[test]
    fn an_image_of_ecr_is_read_by_its_parts_and_nothing_else_is_one() {
        let digest = "a".repeat(64);
        let text = format!("{SHOP}/api-v1@sha256:{digest}");
        let read: ImageUri = text.parse().expect("an image");
        assert_eq!((read.to_string(), read.repository()), (text, format!("{SHOP}/api-v1")));
        assert_eq!(
            (read.account.as_str(), read.region.as_str(), read.code_sha256()),
            ("123456789012", "us-west-2", &*digest)
        );
        for wrong in [
            format!("{SHOP}:latest"),
            SHOP.to_owned(),
            format!("{SHOP}:latest@sha256:{digest}"),
            format!("{SHOP}@sha256:{}", "A".repeat(64)),
            format!("{SHOP}@sha256:{}", "a".repeat(63)),
            format!("public.ecr.aws/lambda/python@sha256:{digest}"),
            format!("12345.dkr.ecr.us-west-2.amazonaws.com/shop@sha256:{digest}"),
            format!("123456789012.dkr.ecr.us-west-2.amazonaws.com/Shop@sha256:{digest}"),
            format!("123456789012.dkr.ecr.us-west-2.amazonaws.com//shop@sha256:{digest}"),
            format!("@sha256:{digest}"),
        ] {
            assert_eq!(wrong.parse::<ImageUri>(), Err("it is not the digest address of an image in ECR"), "{wrong}");
        }
    }

    #[test]
    fn an_image_is_named_by_its_digest_and_another_repository_is_another_call() {
        let (old, new) = (image(SHOP, "a"), image(SHOP, "b"));
        let uri = |repository: &str, digit: &str| format!("{repository}@sha256:{}", digit.repeat(64));
        assert_eq!(told(None, &old), [format!("lambda:CreateFunction {}", uri(SHOP, "a"))]);
        assert_eq!(told(Some(&old), &old), [""; 0]);
        assert_eq!(told(Some(&old), &new), [format!("lambda:UpdateFunctionCode {}", uri(SHOP, "b"))]);
        let elsewhere = format!("{SHOP}-2");
        let moved = [format!("lambda:UpdateFunctionCode {}", uri(&elsewhere, "a")), "lambda:TagResource ".to_owned()];
        assert_eq!(told(Some(&old), &image(&elsewhere, "a")), moved, "the same image");
        let [code, tag] = moved;
        assert_eq!(told(Some(&new), &image(&elsewhere, "a")), [tag, code.clone()], "another one");
        assert_eq!(told(Some(&image(&elsewhere, "b")), &image(&elsewhere, "a")), [code], "what is left of that");
    }

    #[test]
    fn what_an_image_replaces_of_its_settings_is_said_as_a_whole_and_cleared_by_nothing() {
        let config = ImageConfig { command: vec!["app.handler".into()], ..ImageConfig::default() };
        let with = Function { image_config: Some(config), ..image(SHOP, "a") };
        let input = |want: &Function, live: Option<&Function>| {
            let call = super::super::next_call::next_call(&test_id(Kind::Function, "f"), Some(want), live);
            serde_json::to_value(call.expect("a call")).expect("a call is JSON")["input"].clone()
        };
        let made = input(&with, None);
        assert_eq!(
            (&made["PackageType"], &made["ImageConfig"]),
            (&json!("Image"), &json!({"Command": ["app.handler"]}))
        );
        assert_eq!((made.get("Runtime"), made.get("Handler")), (None, None), "{made}");
        assert_eq!(input(&image(SHOP, "a"), Some(&with))["ImageConfig"], json!({}));
        let made = input(&image(SHOP, "a"), None);
        assert_eq!(made.get("ImageConfig"), None, "{made}");
        assert!(serde_json::from_value::<FunctionCall>(json!({"api": "lambda:CreateFunction", "input": made})).is_ok());
    }

    #[test]
    fn lambda_is_let_into_a_repository_of_the_account_and_into_no_other() {
        let id = test_id(Kind::Function, "f");
        let asked = |image: &Function| {
            let all = ImageUri::of(image).expect("an image").required_actions(&id);
            all.into_iter().map(|one| format!("{} {}", one.action, one.resource)).collect::<Vec<_>>()
        };
        let on = |account: &str, actions: &[&str]| {
            let arn = format!("arn:aws:ecr:us-west-2:{account}:repository/shop");
            actions.iter().map(|action| format!("ecr:{action} {arn}")).collect::<Vec<_>>()
        };
        let all = ["BatchGetImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "SetRepositoryPolicy"];
        assert_eq!(asked(&image(SHOP, "a")), on("123456789012", &all));
        let other = SHOP.replace("123456789012", "210987654321");
        assert_eq!(asked(&image(&other, "a")), on("210987654321", &all[..2]));
    }

    #[test]
    fn a_zip_stays_a_zip_and_an_image_an_image() {
        let (zip, image) = (Function::default(), image(SHOP, "a"));
        assert_eq!((obstacle(&zip, &zip), obstacle(&image, &image)), (None, None));
        assert!(obstacle(&image, &zip).is_some_and(|why| why.contains("packaged as a zip")));
        assert!(obstacle(&zip, &image).is_some_and(|why| why.contains("packaged as an image")));
    }
}
