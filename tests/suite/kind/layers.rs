//! Layer versions on both emulators.

use std::path::Path;

use aws_sdk_lambda::primitives::Blob as Bytes;
use aws_sdk_lambda::types;
use serverless_app::aws::lambda::{Blob, LayerVersion, Way};
use serverless_app::aws::s3::Bucket;
use serverless_app::aws::settle::{Verdict, verdict};
use serverless_app::aws::{Answer, Aws, AwsError, Id, Kind, PlanReader, State, Tags};
use serverless_app::text::{OutputRef, Outputs};
use tempfile::TempDir;

use super::lambda::{code, role};
use crate::lifecycle::{emulators, id, lead, observe};

const PUBLISH: &str = "lambda:PublishLayerVersion";
const DELETE: &str = "lambda:DeleteLayerVersion";
const LAYER: &str = "suite--test-shared";

fn plain(code: &str) -> LayerVersion {
    LayerVersion { code_sha256: code.into(), ..LayerVersion::default() }
}

fn full(code: &str) -> LayerVersion {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    LayerVersion {
        compatible_architectures: set(&["arm64", "x86_64"]),
        compatible_runtimes: set(&["python3.12", "python3.13"]),
        description: "Shared by all, 100 %".into(),
        license_info: "MIT".into(),
        ..plain(code)
    }
}

/// A version of the layer by its own name.
async fn of(aws: &Aws, version: &LayerVersion) -> Id {
    let name = version.name(LAYER);
    let own = name.strip_prefix("suite--test-").expect("ours").to_owned();
    id(aws, Kind::LayerVersion, &own, &name).await
}

/// Publishes a version as somebody else would; gives its number.
async fn publish(aws: &Aws, blobs: &Path, code: &str, description: Option<&str>) -> i64 {
    let zip = std::fs::read(blobs.join(format!("{}.zip", Blob::of_code(code).digest.hex()))).expect("a zip");
    let content = types::LayerVersionContentInput::builder().zip_file(Bytes::new(zip)).build();
    let request = aws.write.lambda.publish_layer_version().layer_name(LAYER).content(content);
    request.set_description(description.map(str::to_owned)).send().await.expect("a version").version
}

fn number(known: &Outputs, id: &Id) -> String {
    known[&OutputRef::new(&id.address, "version")].clone()
}

async fn found(aws: &Aws, id: &Id) -> Vec<String> {
    let found = Kind::LayerVersion.find(&PlanReader::new(aws), &id.owner).await.expect("a listing");
    found.into_iter().map(|found| found.name).collect()
}

#[tokio::test]
async fn a_version_is_made_as_it_is_wanted_found_by_its_mark_and_deleted() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let codes = [code(blobs.path(), "one"), code(blobs.path(), "two")];
        let aws = aws.with_blobs(blobs.path().into());
        let mut known = Outputs::new();
        assert_eq!(publish(&aws, blobs.path(), &codes[0], Some("by hand")).await, 1);
        let versions = [full(&codes[0]), plain(&codes[0]), plain(&codes[1])];
        for (version, at) in versions.iter().zip(2..) {
            let id = of(&aws, version).await;
            let want = State::from(version.clone());
            assert_eq!(lead(&aws, &id, Some(&want), &mut known).await, [PUBLISH], "{emulator} {at}");
            assert_eq!(number(&known, &id), at.to_string(), "{emulator}: what was published by hand is another");
            assert_eq!(lead(&aws, &id, Some(&want), &mut known).await, [""; 0], "{emulator} {at}: the same content");
            let seen = observe(&aws, &id, &mut known).await.expect("a version");
            let arn = id.site.arn("lambda", &format!("layer:{LAYER}:{at}"));
            assert_eq!((seen.identity.as_deref(), &seen.outputs["arn"]), (Some(arn.as_str()), &arn), "{emulator}");
        }
        let first = of(&aws, &versions[0]).await;
        let mut names: Vec<String> = versions.iter().map(|version| version.name(LAYER)).collect();
        names.sort();
        let mut all = found(&aws, &first).await;
        all.sort();
        assert_eq!(all, names, "{emulator}: all of ours, and not the one that was made by hand");
        for version in &versions {
            let id = of(&aws, version).await;
            assert_eq!(lead(&aws, &id, None, &mut known).await, [DELETE], "{emulator}");
        }
        assert_eq!(found(&aws, &first).await, [""; 0], "{emulator}");
        let left = aws.read.lambda.list_layer_versions().layer_name(LAYER).send().await.expect("a listing");
        assert_eq!(left.layer_versions().len(), 1, "{emulator}: what is not ours stays");
        // A content that comes back is another version.
        let again = State::from(versions[0].clone());
        assert_eq!(lead(&aws, &first, Some(&again), &mut known).await, [PUBLISH], "{emulator}");
        assert_eq!(number(&known, &first), "5", "{emulator}");
    }
}

#[tokio::test]
async fn of_a_content_that_was_published_twice_the_first_counts_and_the_other_is_deleted_by_itself() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let code = code(blobs.path(), "one");
        let aws = aws.with_blobs(blobs.path().into());
        let (version, mut known) = (plain(&code), Outputs::new());
        let first = of(&aws, &version).await;
        lead(&aws, &first, Some(&version.clone().into()), &mut known).await;
        assert_eq!(publish(&aws, blobs.path(), &code, Some(&format!("serverless-app:{code}"))).await, 2);
        observe(&aws, &first, &mut known).await.expect("a version");
        assert_eq!(number(&known, &first), "1", "{emulator}");
        let name = format!("{}-v2", first.name);
        assert_eq!(found(&aws, &first).await, [first.name.clone(), name.clone()], "{emulator}");
        let second = id(&aws, Kind::LayerVersion, name.strip_prefix("suite--test-").expect("ours"), &name).await;
        assert_eq!(lead(&aws, &second, None, &mut known).await, [DELETE], "{emulator}");
        assert_eq!(found(&aws, &first).await, std::slice::from_ref(&first.name), "{emulator}");
    }
}

#[tokio::test]
async fn a_version_that_says_what_it_is_not_made_from_is_refused() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let codes = [code(blobs.path(), "ours"), code(blobs.path(), "theirs")];
        publish(&aws, blobs.path(), &codes[1], Some(&format!("serverless-app:{}", codes[0]))).await;
        let id = of(&aws, &plain(&codes[0])).await;
        let told = Kind::LayerVersion.observe(&aws, &id).await.expect_err("a version of another zip").to_string();
        assert!(
            told.contains(&codes[0]) && told.contains(&codes[1]) && told.contains("delete it"),
            "{emulator}: {told}"
        );
    }
}

#[tokio::test]
async fn a_version_that_somebody_else_uses_is_not_deleted() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let (role, code) = (role(&aws, "theirs").await, code(blobs.path(), "one"));
        let aws = aws.with_blobs(blobs.path().into());
        let (version, mut known) = (plain(&code), Outputs::new());
        let id = of(&aws, &version).await;
        lead(&aws, &id, Some(&version.into()), &mut known).await;
        let arn = known[&OutputRef::new(&id.address, "arn")].clone();
        let zip =
            std::fs::read(blobs.path().join(format!("{}.zip", Blob::of_code(&code).digest.hex()))).expect("a zip");
        let function = aws.write.lambda.create_function().function_name("theirs").runtime(types::Runtime::Python312);
        let function = function.handler("main.handler").role(&role).layers(&arn);
        let function = function.code(types::FunctionCode::builder().zip_file(Bytes::new(zip)).build());
        // A role that was just made is refused at first.
        if function.clone().send().await.is_err() {
            function.send().await.expect("a function");
        }
        let reader = PlanReader::new(&aws);
        let seen = id.address.kind.observe_for_plan(&reader, &id, None).await.expect("a read").expect("a version");
        assert_eq!(seen.state.is_needed_by().as_deref(), Some("the function theirs"), "{emulator}");
        let delete = id.address.kind.next_call(&id, None, Some(&seen.state)).expect("a call");
        let delete = delete.resolve(id.address.kind, &known).expect("a call");
        let told = delete.send(&aws, &id).await.expect_err("it is used");
        assert!(told.message.contains("is now used by the function theirs; plan again"), "{emulator}: {told}");
        assert_eq!(verdict(&told), Verdict::Final, "{emulator}");
        assert!(observe(&aws, &id, &mut known).await.is_some(), "{emulator}");
    }
}

#[tokio::test]
async fn a_large_zip_goes_by_way_of_the_bucket_and_one_that_is_not_there_is_refused() {
    for (emulator, aws) in emulators().await {
        let blobs = TempDir::new().expect("a folder");
        let code = code(blobs.path(), "large");
        let aws = aws.with_blobs(blobs.path().into());
        let (name, mut known) = ("suite--test-layer-zips", Outputs::new());
        let bucket = id(&aws, Kind::Bucket, "layer-zips", name).await;
        Box::pin(lead(&aws, &bucket, Some(&Bucket::private(Tags::new()).into()), &mut known)).await;
        let version = LayerVersion { way: Way::through(name, 1), ..plain(&code) };
        let id = of(&aws, &version).await;
        assert_eq!(lead(&aws, &id, Some(&version.into()), &mut known).await, [PUBLISH], "{emulator}");
        let key = format!("suite/test/{}.zip", Blob::of_code(&code).digest.hex());
        let head = aws.read.s3.head_object().bucket(name).key(&key).send().await.answer("s3:HeadObject");
        head.unwrap_or_else(|error| panic!("{emulator}: {error}"));
        let content = types::LayerVersionContentInput::builder().s3_bucket(name).s3_key("none.zip").build();
        let refused = aws.write.lambda.publish_layer_version().layer_name(LAYER).content(content).send().await;
        let refused: AwsError = refused.answer(PUBLISH).expect_err("there is no such object");
        assert!(refused.message.contains("S3 Error Code: NoSuchKey"), "{emulator}: {refused}");
        assert!(matches!(verdict(&refused), Verdict::Again { .. }), "{emulator}");
        Box::pin(lead(&aws, &bucket, None, &mut known)).await;
    }
}
