//! Where the code of a function comes from, or the contents of a layer: a zip within the request, or one that is
//! uploaded through a bucket; for a function, also an image.
//!
//! A request to Lambda can contain zips of up to [`IN_A_REQUEST`] bytes; Lambda fetches larger ones from a bucket and
//! copies them. The key is the zip's digest, so an existing object is not uploaded again, and an object that has
//! expired is uploaded again when it is next needed. The call that names bucket and key also uploads the object: its
//! effect is the function's own state, in which Lambda reports no bucket.

use aws_sdk_s3::types::ChecksumMode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Function, ImageUri};
use crate::aws::error::{Answer, AwsError};
use crate::aws::required_actions::{RequiredAction, on};
use crate::aws::{Aws, Id};
use crate::canonical::Sha;
use crate::name::{Owner, Site};

const HEAD: &str = "s3:HeadObject";
const PUT: &str = "s3:PutObject";

/// The largest zip that a request of Lambda's takes, in bytes.
pub const IN_A_REQUEST: u64 = 50 * 1024 * 1024;

/// A zip beside the plan, named by its digest: its bytes are what is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blob {
    /// `sha256:<64 hex digits>`.
    #[serde(rename = "$blob")]
    pub digest: Sha,
}

impl Blob {
    /// The blob with this digest.
    pub fn of(digest: &Sha) -> Self {
        Self { digest: *digest }
    }

    /// The blob with Lambda's `CodeSha256`; an empty blob if it is not such a digest.
    pub fn of_code(code_sha256: &str) -> Self {
        let bytes = STANDARD.decode(code_sha256).unwrap_or_default();
        Self { digest: <[u8; 32]>::try_from(bytes).map_or_else(|_| Sha::of(b""), Sha::from) }
    }

    /// Lambda's `CodeSha256` as people read digests, `sha256:0123456789ab…`; `None` if it is no digest.
    pub fn short(code_sha256: &str) -> Option<String> {
        let blob = Self::of_code(code_sha256);
        let of_image = || format!("sha256:{code_sha256}").parse::<Sha>().ok();
        let of_zip = Some(blob.digest).filter(|_| blob.code_sha256() == code_sha256);
        of_zip.or_else(of_image).map(|digest| digest.short())
    }

    /// What Lambda reports as `CodeSha256` for it.
    pub fn code_sha256(&self) -> String {
        STANDARD.encode(self.digest.as_bytes())
    }
}

/// How a function's code is uploaded to Lambda. It is not part of the function's state, so all values are equal.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// The bucket that its zip goes by way of; `None`: within the request.
    pub through: Option<Through>,
    /// The repository from which this very change has had Lambda take the image.
    pub(super) taken_from: Option<String>,
    /// The versions and the alias that go with a later plan.
    pub(super) leaving: Option<Box<super::Release>>,
}

impl Way {
    /// Through this bucket.
    pub fn through(bucket: impl Into<String>, size: u64) -> Self {
        Self { through: Some(Through { bucket: bucket.into(), size }), ..Self::default() }
    }
}

impl PartialEq for Way {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// By way of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Through {
    /// The bucket's name.
    pub bucket: String,
    /// The zip's size in bytes.
    pub size: u64,
}

/// `Code`, and the same members of `UpdateFunctionCode`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub enum Code {
    /// Within the request.
    Zip(Blob),
    /// By way of a bucket.
    Object(Object),
    /// An image.
    Image(ImageUri),
}

/// A zip that Lambda fetches from a bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    pub(in crate::aws::lambda) s3_bucket: String,
    pub(in crate::aws::lambda) s3_key: String,
    pub(super) put_object: PutObject,
}

/// What is put there unless it is there already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutObject {
    pub(super) expected_bucket_owner: String,
    pub(super) body: Blob,
    pub(super) content_length: u64,
}

/// [`Code`] as it is written.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Members {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    zip_file: Option<Blob>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s3_bucket: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s3_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    put_object: Option<PutObject>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_uri: Option<ImageUri>,
}

impl From<Code> for Members {
    fn from(code: Code) -> Self {
        match code {
            Code::Zip(zip_file) => Self { zip_file: Some(zip_file), ..Self::default() },
            Code::Object(Object { s3_bucket, s3_key, put_object }) => Self {
                s3_bucket: Some(s3_bucket),
                s3_key: Some(s3_key),
                put_object: Some(put_object),
                ..Self::default()
            },
            Code::Image(image_uri) => Self { image_uri: Some(image_uri), ..Self::default() },
        }
    }
}

impl TryFrom<Members> for Code {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        let Members { zip_file, s3_bucket, s3_key, put_object, image_uri } = members;
        match (zip_file, image_uri, s3_bucket, s3_key, put_object) {
            (Some(zip), None, None, None, None) => Ok(Self::Zip(zip)),
            (None, Some(image), None, None, None) => Ok(Self::Image(image)),
            (None, None, Some(s3_bucket), Some(s3_key), Some(put_object)) => {
                Ok(Self::Object(Object { s3_bucket, s3_key, put_object }))
            }
            _ => Err("code is a ZipFile, or an ImageUri, or S3Bucket, S3Key and PutObject"),
        }
    }
}

impl Code {
    /// The code that is wanted.
    pub(super) fn of(id: &Id, want: &Function) -> Self {
        if let Some(image) = ImageUri::of(want).filter(|_| !want.package_type.is_zip()) {
            return Self::Image(image);
        }
        Self::zip(id, &want.code_sha256, &want.way)
    }

    /// A zip with this `CodeSha256`.
    pub(in crate::aws::lambda) fn zip(id: &Id, code_sha256: &str, way: &Way) -> Self {
        let body = Blob::of_code(code_sha256);
        match &way.through {
            None => Self::Zip(body),
            Some(Through { bucket, size }) => Self::Object(Object {
                s3_bucket: bucket.clone(),
                s3_key: format!("{}{}.zip", folder(&id.owner), body.digest.hex()),
                put_object: PutObject {
                    expected_bucket_owner: id.site.account.to_string(),
                    body,
                    content_length: *size,
                },
            }),
        }
    }

    /// The zip, if it is one.
    pub(in crate::aws::lambda) fn blob(&self) -> Option<&Blob> {
        match self {
            Self::Zip(zip) => Some(zip),
            Self::Object(object) => Some(&object.put_object.body),
            Self::Image(_) => None,
        }
    }

    /// What Lambda reports as `CodeSha256` for it.
    pub(in crate::aws::lambda) fn code_sha256(&self) -> String {
        match self {
            Self::Zip(zip) => zip.code_sha256(),
            Self::Object(object) => object.put_object.body.code_sha256(),
            Self::Image(image) => image.code_sha256().to_owned(),
        }
    }

    /// The repository that it is taken from, if it is an image.
    pub(super) fn repository(&self) -> Option<String> {
        match self {
            Self::Image(image) => Some(image.repository()),
            Self::Zip(_) | Self::Object(_) => None,
        }
    }

    /// Lambda fetches an object in the name of whoever calls.
    pub(in crate::aws::lambda) fn required_actions(&self, id: &Id) -> Vec<RequiredAction> {
        match self {
            Self::Zip(_) => Vec::new(),
            Self::Image(image) => image.required_actions(id),
            Self::Object(Object { s3_bucket, s3_key, .. }) => of_bucket(&id.site, s3_bucket, s3_key),
        }
    }
}

/// Where the zips of an app's stage lie in a bucket: no other stage's role has a right to them.
fn folder(owner: &Owner) -> String {
    format!("{}/{}/", owner.app, owner.stage)
}

/// What code that goes by way of this bucket needs, whatever the code is.
pub fn actions_by_way_of(site: &Site, owner: &Owner, bucket: &str) -> Vec<RequiredAction> {
    of_bucket(site, bucket, &format!("{}*", folder(owner)))
}

/// Without the right to list a bucket nobody is told that it has no such object.
fn of_bucket(site: &Site, bucket: &str, key: &str) -> Vec<RequiredAction> {
    let arn = format!("arn:{}:s3:::{bucket}", site.partition);
    [on(format!("{arn}/{key}"), &["s3:GetObject", "s3:PutObject"]), on(arn, &["s3:ListBucket"])].concat()
}

impl Object {
    /// Puts it, unless just this lies there: then bytes of that digest were put. One at a time, since each is in memory.
    pub(in crate::aws::lambda) async fn put_unless_there(&self, aws: &Aws, api: &'static str) -> Result<(), AwsError> {
        let PutObject { expected_bucket_owner: owner, body, .. } = &self.put_object;
        let _turn = aws.upload_turn().await;
        let checksum = body.code_sha256();
        let head = aws.read.s3.head_object().bucket(&self.s3_bucket).key(&self.s3_key).expected_bucket_owner(owner);
        let there = head.checksum_mode(ChecksumMode::Enabled).send().await.found(HEAD, &["NotFound", "NoSuchKey"])?;
        if there.is_some_and(|object| object.checksum_sha256() == Some(checksum.as_str())) {
            return Ok(());
        }
        let bytes = aws.blob(api, &body.digest).await?;
        let request = aws.write.s3.put_object().bucket(&self.s3_bucket).key(&self.s3_key).expected_bucket_owner(owner);
        let request = request.checksum_sha256(checksum).content_type("application/zip").body(bytes.into());
        request.send().await.answer(PUT).map(drop).map_err(|error| self.explained(error))
    }

    fn explained(&self, error: AwsError) -> AwsError {
        if !error.is(&["NoSuchBucket"]) {
            return error;
        }
        let message = format!(
            "{}: {}, which packages in [app] names; run `serverless-app bootstrap` if that is to create it, or name a \
             bucket in the account and region",
            error.message, self.s3_bucket
        );
        AwsError { message, ..error }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::aws::Kind;
    use crate::aws::lambda::FunctionCall;
    use crate::aws::test_support::test_id;

    fn want(through: Option<Through>) -> Function {
        let code_sha256 = Blob::of(&Sha::of(b"zip")).code_sha256();
        Function {
            code_sha256,
            architecture: "arm64".into(),
            way: Way { through, ..Way::default() },
            ..Function::default()
        }
    }

    fn through() -> Option<Through> {
        Some(Through { bucket: "zips".into(), size: 60_000_000 })
    }

    fn next(want: &Function, live: Option<&Function>) -> FunctionCall {
        super::super::next_call::next_call(&test_id(Kind::Function, "f"), Some(want), live).expect("a call")
    }

    fn object() -> Value {
        let (blob, hex) = (json!({"$blob": Sha::of(b"zip").to_string()}), Sha::of(b"zip").hex());
        json!({"S3Bucket": "zips", "S3Key": format!("shop/test/{hex}.zip"),
            "PutObject": {"ExpectedBucketOwner": "123456789012", "Body": blob, "ContentLength": 60_000_000}})
    }

    #[test]
    fn a_call_names_bucket_key_digest_and_size_and_is_read_back() {
        let made = serde_json::to_value(next(&want(through()), None)).expect("JSON");
        assert_eq!(made["input"]["Code"], object());
        let old = Function { code_sha256: String::new(), ..want(None) };
        let update = next(&want(through()), Some(&old));
        let mut expected = object();
        let revision = json!({"$output": "lambda.function/thing.@revision"});
        let more = json!({"FunctionName": "f", "Architectures": ["arm64"], "RevisionId": revision});
        expected.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        let written = serde_json::to_value(&update).expect("JSON");
        assert_eq!(written["input"], expected);
        assert_eq!(serde_json::from_value::<FunctionCall>(written).expect("a call"), update);
        let small = next(&want(None), Some(&old));
        let written = serde_json::to_value(&small).expect("JSON");
        assert_eq!(written["input"]["ZipFile"], object()["PutObject"]["Body"]);
        assert_eq!(serde_json::from_value::<FunctionCall>(written).expect("a call"), small);
    }

    #[test]
    fn code_of_two_places_or_of_half_a_place_and_unknown_members_are_refused() {
        let both = |more: Value| {
            let mut code = object();
            code.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
            code
        };
        let zip = json!({"ZipFile": {"$blob": Sha::of(b"zip").to_string()}});
        let mut half = object();
        half.as_object_mut().expect("members").remove("S3Key");
        let image =
            json!({"ImageUri": format!("123456789012.dkr.ecr.us-west-2.amazonaws.com/shop@sha256:{}", "a".repeat(64))});
        assert!(serde_json::from_value::<Code>(image.clone()).is_ok());
        let tagged = json!({"ImageUri": "123456789012.dkr.ecr.us-west-2.amazonaws.com/shop:latest"});
        for code in [both(zip), both(image), tagged, half, json!({}), both(json!({"S3ObjectVersion": "1"}))] {
            assert!(serde_json::from_value::<Code>(code.clone()).is_err(), "{code}");
            let mut update = code;
            let more = json!({"FunctionName": "f", "Architectures": ["arm64"], "RevisionId": "1"});
            update.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
            let call = json!({"api": "lambda:UpdateFunctionCode", "input": update});
            assert!(serde_json::from_value::<FunctionCall>(call.clone()).is_err(), "{call}");
        }
    }

    #[test]
    fn the_way_of_the_code_is_no_difference_and_leaves_no_trace_in_the_state() {
        let (direct, large) = (want(None), want(through()));
        assert_eq!(direct, large);
        let json = |function: &Function| serde_json::to_value(function).expect("a state is JSON");
        assert_eq!(json(&direct), json(&large));
        assert_eq!(
            super::super::next_call::next_call(&test_id(Kind::Function, "f"), Some(&large), Some(&direct)),
            None
        );
    }

    #[test]
    fn nobody_needs_rights_beyond_the_folder_of_the_app_and_stage() {
        let id = test_id(Kind::Function, "f");
        let shown = |all: Vec<RequiredAction>| {
            all.into_iter().map(|one| format!("{} {}", one.action, one.resource)).collect::<Vec<_>>()
        };
        let key = format!("arn:aws:s3:::zips/shop/test/{}.zip", Sha::of(b"zip").hex());
        let bucket = "s3:ListBucket arn:aws:s3:::zips".to_owned();
        let expected = [format!("s3:GetObject {key}"), format!("s3:PutObject {key}"), bucket.clone()];
        assert_eq!(shown(Code::of(&id, &want(through())).required_actions(&id)), expected);
        let any = ["s3:GetObject", "s3:PutObject"].map(|action| format!("{action} arn:aws:s3:::zips/shop/test/*"));
        assert_eq!(shown(actions_by_way_of(&id.site, &id.owner, "zips")), [any.as_slice(), &[bucket]].concat());
        assert_eq!(shown(Code::of(&id, &want(None)).required_actions(&id)), [""; 0]);
    }
}
