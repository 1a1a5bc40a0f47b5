//! A zip that is too large for a request, and an image, from the manifest to Lambda, by roles that may do no more than it takes.

use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use serde_json::Value;
use serverless_app::aws::document::Document;
use serverless_app::aws::{Answer, Aws, AwsError};

use crate::support::emulator::{Make, endpoint};
use crate::support::files;
use crate::support::permissions;
use crate::support::project::{Project, changes};

const APP: &str = "[app]\nname = \"big\"\nregion = \"us-west-2\"\npackages = \"bootstrap\"\n\n[function.model]\nsource = \
                   \"model\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n";
const BOOTSTRAP: [&str; 8] = [
    "bootstrap",
    "--repository",
    "octo-org/big",
    "--repository-id",
    "1",
    "--owner-id",
    "2",
    "--without-permissions-boundary",
];

/// A folder that no compression makes smaller than what a request takes.
fn lay_out(project: &Project) {
    let folder = project.folder().join("model");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(folder.join("index.js"), "exports.handler = async () => 1;\n").expect("a file");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = Vec::new();
    while noise.len() < 51 * 1024 * 1024 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        noise.extend_from_slice(&state.to_le_bytes());
    }
    std::fs::write(folder.join("weights.bin"), noise).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_zip_goes_by_way_of_the_bucket_that_bootstrap_makes() {
    let project = Project::at(&permissions::endpoint().await, &APP.replace("packages = ", "# packages = "));
    lay_out(&project);
    let told = project.run(&["plan"], 64).stderr;
    assert!(told.contains("serverless-app.toml:7:10") && told.contains("packages = \"bootstrap\""), "{told}");
    project.write(APP);

    project.run(&BOOTSTRAP, 0);
    let id = files::plan_id(&project.folder().join("serverless-app-bootstrap"));
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &id], 0);
    let root = project.aws().await;
    let (planner, applier) = permissions::planner_and_applier(&project, &root).await;
    let ran = permissions::plan(&project, &planner, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = permissions::apply(&project, &applier);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    let bucket = format!("big--bootstrap-packages-{}-us-west-2", project.account());
    arrived(&project, &bucket).await;
}

/// The zip lies in the bucket, Lambda has it, and nobody misses it once it has expired there. Gives its key.
async fn arrived(project: &Project, bucket: &str) -> String {
    let root = project.aws().await;
    let listed = root.read.s3.list_objects_v2().bucket(bucket).send().await.answer("s3:ListObjectsV2");
    let objects = listed.expect("a listing").contents.unwrap_or_default();
    let [object] = objects.as_slice() else { panic!("{objects:?}") };
    let key = object.key().expect("a key").to_owned();
    assert!(key.starts_with("big/production/") && object.size().is_some_and(|size| size > 50 * 1024 * 1024), "{key}");
    let config = root.read.lambda.get_function_configuration().function_name("big--production-model").send().await;
    let config = config.answer("lambda:GetFunctionConfiguration").expect("a function");
    assert_eq!(config.code_size(), object.size().unwrap_or_default());
    root.write.s3.delete_object().bucket(bucket).key(&key).send().await.answer("s3:DeleteObject").expect("a delete");
    assert_eq!(changes(&project.plan(&[])), [""; 0]);
    key
}

/// The app with a bucket that the user has made, and the bucket's name.
async fn with_own_bucket(endpoint: &str) -> (Project, String) {
    let project = Project::at(endpoint, "");
    let bucket = format!("zips-of-{}", project.account());
    project.write(&APP.replace("\"bootstrap\"", &format!("{bucket:?}")));
    lay_out(&project);
    let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::UsWest2).build();
    let make = project.aws().await.write.s3.create_bucket().bucket(&bucket).create_bucket_configuration(place);
    make.send().await.answer("s3:CreateBucket").expect("a bucket");
    (project, bucket)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_zip_goes_by_way_of_a_bucket_that_the_user_has_made() {
    let (project, bucket) = with_own_bucket(&endpoint(Make::Moto).await).await;
    project.deploy(&[]);
    arrived(&project, &bucket).await;
    // Other code is another object, put with the call that has Lambda fetch it.
    project.file("model/index.js", "exports.handler = async () => 2;\n");
    assert_eq!(changes(&project.deploy(&[])), ["update lambda.function/model CodeSha256"]);
    arrived(&project, &bucket).await;
}

async fn put(aws: &Aws, bucket: &str, key: &str) -> Result<(), AwsError> {
    let request = aws.write.s3.put_object().bucket(bucket).key(key).body(b"theirs".to_vec().into());
    request.send().await.answer("s3:PutObject").map(drop)
}

async fn get(aws: &Aws, bucket: &str, key: &str) -> Result<(), AwsError> {
    aws.read.s3.get_object().bucket(bucket).key(key).send().await.answer("s3:GetObject").map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_roles_reach_nothing_in_the_bucket_but_their_own_stages_zips() {
    let endpoint = permissions::endpoint().await;
    let (project, bucket) = with_own_bucket(&endpoint).await;
    let root = project.aws().await;
    let (planner, applier) = permissions::planner_and_applier(&project, &root).await;
    let ran = permissions::plan(&project, &planner, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = permissions::apply(&project, &applier);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let own = arrived(&project, &bucket).await;

    let [of_plan, of_apply] = [planner, applier].map(|keys| move |_: &str| keys.clone());
    let (of_plan, of_apply) =
        (permissions::clients(&endpoint, of_plan).await, permissions::clients(&endpoint, of_apply).await);
    let staging = "big/staging/0123.zip";
    put(&root, &bucket, staging).await.expect("an object");
    put(&of_apply, &bucket, &own).await.expect("its own");
    for refused in [
        put(&of_apply, &bucket, staging).await,
        get(&of_apply, &bucket, staging).await,
        put(&of_apply, &bucket, "other/production/0123.zip").await,
        put(&of_plan, &bucket, &own).await,
        get(&of_plan, &bucket, &own).await,
    ] {
        let refused = refused.expect_err("it is another's, or no plan's");
        assert_eq!(refused.code.as_deref(), Some("AccessDenied"), "{refused}");
    }
}

/// An image of a repository of this account.
fn image(account: &str, repository: &str, digit: char) -> String {
    let digest = digit.to_string().repeat(64);
    format!("{account}.dkr.ecr.us-west-2.amazonaws.com/{repository}@sha256:{digest}")
}

fn of_image(image: &str) -> String {
    format!("[app]\nname = \"big\"\nregion = \"us-west-2\"\n\n[function.model]\nimage = \"{image}\"\n")
}

/// The actions on ECR that documents allow, each with what it is on.
fn on_ecr(documents: &[Document]) -> Vec<String> {
    let texts = |value: &Value| -> Vec<String> {
        let one = |text: &Value| text.as_str().expect("a text").to_owned();
        value.as_array().map_or_else(|| vec![one(value)], |all| all.iter().map(one).collect())
    };
    let of = |statement: &Value| -> Vec<String> {
        let (actions, resources) = (texts(&statement["Action"]), texts(&statement["Resource"]));
        let all = actions.iter().flat_map(|action| resources.iter().map(move |on| format!("{action} {on}")));
        all.filter(|one| one.starts_with("ecr:")).collect()
    };
    let mut all: Vec<String> = documents.iter().flat_map(Document::statements).flat_map(of).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_needs_rights_to_its_repository_alone_and_another_repository_others() {
    let project = Project::at(&permissions::endpoint().await, "");
    let account = project.account().to_owned();
    project.write(&of_image(&image(&account, "shop", '1')));
    let root = project.aws().await;
    let arn = |account: &str, repository: &str| format!("arn:aws:ecr:us-west-2:{account}:repository/{repository}");
    let documents = permissions::policies(&project, "apply");
    let names = ["BatchGetImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "SetRepositoryPolicy"];
    assert_eq!(on_ecr(&documents), names.map(|name| format!("ecr:{name} {}", arn(&account, "shop"))));
    assert_eq!(on_ecr(&permissions::policies(&project, "plan")), [""; 0], "a plan asks nothing of ECR");
    let (planner, applier) = permissions::planner_and_applier(&project, &root).await;
    let deploy = |code: i32| {
        let ran = permissions::plan(&project, &planner, &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let ran = permissions::apply(&project, &applier);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        ran.stderr
    };
    deploy(0);
    project.write(&of_image(&image(&account, "shop", '2')));
    deploy(0);
    // The policies that were printed for one repository say nothing of another, and the refusal says what is missing.
    project.write(&of_image(&image(&account, "other", '2')));
    let told = deploy(1);
    assert!(told.contains("the role does not allow ecr:") && told.contains(&arn(&account, "other")), "{told}");
    let theirs = image("210987654321", "base", '3');
    project.write(&of_image(&theirs));
    let documents = permissions::policies(&project, "apply");
    assert_eq!(
        on_ecr(&documents),
        names[..2].iter().map(|name| format!("ecr:{name} {}", arn("210987654321", "base"))).collect::<Vec<_>>()
    );
    let applier = permissions::role(&root, "apply-theirs", &documents).await;
    let applier = permissions::assume(&root, &applier, None).await;
    assert_eq!(permissions::plan(&project, &planner, &[]).code, Some(0));
    let ran = permissions::apply(&project, &applier);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}
