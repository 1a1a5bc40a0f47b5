//! A zip that is too large for a request, from the manifest to Lambda, by roles that may do no more than it takes.

use serverless_app::aws::Answer;
use serverless_app::canonical::Sha;

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
    let bytes = std::fs::read(project.folder().join("serverless-app-bootstrap/plan.json")).expect("a plan");
    project.run(&["apply", "serverless-app-bootstrap", "--expect", &Sha::of(&bytes).to_string()], 0);
    let root = project.aws().await;
    let (planner, applier) = permissions::planner_and_applier(&project, &root).await;
    let ran = permissions::plan(&project, &planner, &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = permissions::apply(&project, &applier);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);

    let bucket = format!("big--bootstrap-packages-{}-us-west-2", project.account());
    let listed = root.read.s3.list_objects_v2().bucket(&bucket).send().await.answer("s3:ListObjectsV2");
    let objects = listed.expect("a listing").contents.unwrap_or_default();
    let [object] = objects.as_slice() else { panic!("{objects:?}") };
    let key = object.key().expect("a key");
    assert!(key.starts_with("big/production/") && object.size().is_some_and(|size| size > 50 * 1024 * 1024), "{key}");
    let config = root.read.lambda.get_function_configuration().function_name("big--production-model").send().await;
    let config = config.answer("lambda:GetFunctionConfiguration").expect("a function");
    assert_eq!(config.code_size(), object.size().unwrap_or_default());

    // An object that has expired is no drift.
    root.write.s3.delete_object().bucket(&bucket).key(key).send().await.answer("s3:DeleteObject").expect("a delete");
    assert_eq!(changes(&project.plan(&[])), [""; 0]);
}
