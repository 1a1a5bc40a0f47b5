//! Functions whose code goes by way of a bucket, on both emulators.

use std::path::Path;
use std::time::Duration;

use aws_sdk_lambda::types::FunctionCode;
use aws_sdk_s3::types::ChecksumMode;
use serverless_app::aws::lambda::{Blob, Function, ImageConfig, PackageType, Way};
use serverless_app::aws::s3::Bucket;
use serverless_app::aws::settle::{Verdict, verdict};
use serverless_app::aws::{Answer, Aws, AwsError, Id, Kind, State, Tags};
use serverless_app::text::Outputs;
use tempfile::TempDir;

use super::lambda::{code, plain, role};
use crate::lifecycle::{emulators, id, lead, observe};

const BUCKET: &str = "suite--test-zips";
const CREATE: &str = "lambda:CreateFunction";
const UPDATE: &str = "lambda:UpdateFunctionCode";

fn by_way_of_the_bucket(code: &str, role: &str) -> Function {
    Function { way: Way::through(BUCKET, 1), ..plain(code, role) }
}

async fn bucket(aws: &Aws, name: &str) {
    let id = id(aws, Kind::Bucket, "zips", name).await;
    Box::pin(lead(aws, &id, Some(&Bucket::private(Tags::new()).into()), &mut Outputs::new())).await;
}

fn key(code: &str) -> String {
    format!("suite/test/{}.zip", Blob::of_code(code).digest.hex())
}

/// Content type and bytes of a zip's object; `None` where there is none.
async fn object(aws: &Aws, code: &str) -> Option<(String, Vec<u8>)> {
    let got = aws.read.s3.get_object().bucket(BUCKET).key(key(code)).send().await;
    let got = got.found("s3:GetObject", &["NoSuchKey"]).expect("an answer")?;
    let kind = got.content_type().unwrap_or_default().to_owned();
    Some((kind, got.body.collect().await.expect("a body").into_bytes().to_vec()))
}

/// Puts bytes as somebody else would; with the digest of a zip where they are that zip's.
async fn put(aws: &Aws, code: &str, bytes: Vec<u8>, is_same: bool) {
    let request =
        aws.write.s3.put_object().bucket(BUCKET).key(key(code)).content_type("text/theirs").body(bytes.into());
    request
        .set_checksum_sha256(is_same.then(|| code.to_owned()))
        .send()
        .await
        .answer("s3:PutObject")
        .expect("an object");
}

async fn delete(aws: &Aws, code: &str) {
    aws.write
        .s3
        .delete_object()
        .bucket(BUCKET)
        .key(key(code))
        .send()
        .await
        .answer("s3:DeleteObject")
        .expect("a delete");
}

fn zip(blobs: &Path, code: &str) -> Vec<u8> {
    std::fs::read(blobs.join(format!("{}.zip", Blob::of_code(code).digest.hex()))).expect("a zip")
}

async fn turn_to(aws: &Aws, id: &Id, want: &Function) -> Vec<String> {
    Box::pin(lead(aws, id, Some(&State::from(want.clone())), &mut Outputs::new())).await
}

#[tokio::test]
async fn a_zip_is_put_into_its_bucket_once_and_again_where_it_has_gone_or_is_another() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let role = role(&aws, "zips").await;
        let codes = [code(blobs.path(), "first zip"), code(blobs.path(), "second zip")];
        let aws = aws.with_blobs(blobs.path().into());
        bucket(&aws, BUCKET).await;
        let id = id(&aws, Kind::Function, "zips", "suite--test-zips").await;
        let [first, second] = [0, 1].map(|number: usize| by_way_of_the_bucket(&codes[number], &role));
        let bytes = zip(blobs.path(), &codes[0]);

        assert_eq!(turn_to(&aws, &id, &first).await, [CREATE], "{emulator}");
        assert_eq!(object(&aws, &codes[0]).await, Some(("application/zip".into(), bytes.clone())), "{emulator}");
        let head = aws.read.s3.head_object().bucket(BUCKET).key(key(&codes[0])).checksum_mode(ChecksumMode::Enabled);
        let head = head.send().await.answer("s3:HeadObject").expect("an answer");
        assert_eq!(head.checksum_sha256(), Some(codes[0].as_str()), "{emulator}");

        // What lies there already is not put again.
        put(&aws, &codes[0], bytes.clone(), true).await;
        assert_eq!(turn_to(&aws, &id, &second).await, [UPDATE], "{emulator}");
        assert_eq!(turn_to(&aws, &id, &first).await, [UPDATE], "{emulator}");
        assert_eq!(object(&aws, &codes[0]).await, Some(("text/theirs".into(), bytes.clone())), "{emulator}");

        // What has expired is nobody's change, and is put once it is needed.
        delete(&aws, &codes[0]).await;
        assert_eq!(turn_to(&aws, &id, &first).await, [""; 0], "{emulator}");
        assert_eq!(object(&aws, &codes[0]).await, None, "{emulator}");
        turn_to(&aws, &id, &second).await;
        turn_to(&aws, &id, &first).await;
        assert_eq!(object(&aws, &codes[0]).await, Some(("application/zip".into(), bytes.clone())), "{emulator}");

        turn_to(&aws, &id, &second).await;
        put(&aws, &codes[0], b"other bytes".to_vec(), false).await;
        assert_eq!(turn_to(&aws, &id, &first).await, [UPDATE], "{emulator}");
        assert_eq!(object(&aws, &codes[0]).await, Some(("application/zip".into(), bytes)), "{emulator}");
        lead(&aws, &id, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_with_what_to_do() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let (role, code) = (role(&aws, "nowhere").await, code(blobs.path(), "nowhere"));
        let aws = aws.with_blobs(blobs.path().into());
        let id = id(&aws, Kind::Function, "nowhere", "suite--test-nowhere").await;
        let want = Function { way: Way::through("suite--test-no-such-bucket", 1), ..plain(&code, &role) };
        let call = Kind::Function.next_call(&id, Some(&want.into()), None).expect("a call");
        let refused = call.send(&aws, &id).await.expect_err("there is no such bucket");
        assert_eq!(refused.code.as_deref(), Some("NoSuchBucket"), "{emulator}: {refused}");
        let told = refused.to_string();
        assert!(told.contains("suite--test-no-such-bucket, which packages in [app] names; run"), "{emulator}: {told}");
    }
}

#[tokio::test]
async fn lambda_refuses_an_object_that_is_not_there_which_heals() {
    for (emulator, aws) in emulators().await {
        let role = role(&aws, "keyless").await;
        bucket(&aws, "suite--test-empty").await;
        for (bucket, said, heals) in
            [("suite--test-empty", "NoSuchKey", true), ("suite--test-none", "NoSuchBucket", false)]
        {
            let refused = refusal(&aws, &role, bucket).await;
            assert_eq!(refused.code.as_deref(), Some("InvalidParameterValueException"), "{emulator}: {refused}");
            assert!(refused.message.contains(&format!("S3 Error Code: {said}")), "{emulator}: {refused}");
            assert_eq!(matches!(verdict(&refused), Verdict::Again { .. }), heals, "{emulator}: {refused}");
        }
    }
}

/// What Lambda says of code in a bucket once it knows the role.
async fn refusal(aws: &Aws, role: &str, bucket: &str) -> AwsError {
    for _ in 0..200 {
        let code = FunctionCode::builder().s3_bucket(bucket).s3_key("a.zip").build();
        let request = aws.write.lambda.create_function().function_name("suite--test-keyless").role(role).code(code);
        let request = request.runtime("python3.12".into()).handler("main.handler");
        let refused = request.send().await.answer(CREATE).expect_err("there is no such object");
        if !refused.message.contains("cannot be assumed") {
            return refused;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the role stays unknown")
}

/// An image of this repository whose digest is made of one digit.
fn image(role: &str, repository: &str, digit: char, config: Option<ImageConfig>) -> Function {
    let place = format!("123456789012.dkr.ecr.us-east-1.amazonaws.com/{repository}");
    Function {
        runtime: String::new(),
        handler: String::new(),
        package_type: PackageType::Image,
        image_config: config,
        tags: [("serverless-app:image".to_owned(), place)].into(),
        ..plain(&digit.to_string().repeat(64), role)
    }
}

#[tokio::test]
async fn a_function_from_an_image_goes_through_its_whole_life() {
    for (emulator, aws) in emulators().await {
        let role = role(&aws, "image").await;
        let id = id(&aws, Kind::Function, "image", "suite--test-image").await;
        let config = |word: &str| ImageConfig { command: vec![word.into()], ..ImageConfig::default() };
        let full =
            ImageConfig { entry_point: vec!["/run".into()], working_directory: Some("/app".into()), ..config("a") };
        let (update, tag) = ("lambda:UpdateFunctionConfiguration", "lambda:TagResource");
        for (want, calls) in [
            (image(&role, "shop", 'a', Some(full)), &[CREATE][..]),
            (image(&role, "shop", 'b', Some(config("b"))), &[UPDATE, update]),
            (image(&role, "shop/api", 'b', Some(config("b"))), &[UPDATE, tag]),
            (image(&role, "shop/api", 'b', None), &[update]),
            (Function { architecture: "arm64".into(), ..image(&role, "shop", 'c', None) }, &[tag, UPDATE]),
        ] {
            assert_eq!(turn_to(&aws, &id, &want).await, calls, "{emulator}");
        }
        let theirs = aws.write.lambda.update_function_code().function_name(&id.name);
        let digest = "d".repeat(64);
        let uri = format!("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:{digest}");
        theirs.image_uri(uri).send().await.answer(UPDATE).expect("an update");
        let Some(State::Function(live)) = observe(&aws, &id, &mut Outputs::new()).await.map(|seen| seen.state) else {
            panic!("{emulator}: it is gone")
        };
        assert_eq!((live.code_sha256, live.package_type), (digest, PackageType::Image), "{emulator}");
        let repaired = Function { architecture: "arm64".into(), ..image(&role, "shop", 'c', None) };
        assert_eq!(turn_to(&aws, &id, &repaired).await, [UPDATE], "{emulator}");
        assert_eq!(lead(&aws, &id, None, &mut Outputs::new()).await, ["lambda:DeleteFunction"], "{emulator}");
    }
}
