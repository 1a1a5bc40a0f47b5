//! Apps with layers: their whole life on both emulators, and functions that really import from them. [`crate::faults`] disturbs
//! them.

use std::time::Duration;

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types;
use serde_json::Value;
use serverless_app::emulator::cache_folder;

use crate::faults::census::census;
use crate::support::command::Cli;
use crate::support::emulator::MAKES;
use crate::support::project::{Project, changes};

/// Two functions that share a layer, of which one has another besides.
pub const APP: &str = r#"[app]
name = "layered"
region = "us-west-2"

[layer.shared]
source = "lambda"
exclude = ["test_*.py"]
runtimes = ["python3.11"]
description = "Shared"

[layer.tools]
source = "lambda"
exclude = ["*.json", "test_*.py"]
runtimes = ["python3.11"]
license = "MIT"

[function.api]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
layers = ["shared", "tools"]

[function.worker]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
layers = ["shared"]

[outputs]
shared = "${layer.shared.arn}"
"#;

/// The app with another content of one layer, without the other, and with one that is new.
pub fn edited() -> String {
    let edits = [
        ("description = \"Shared\"", "description = \"Shared by all\""),
        ("[layer.tools]", "[layer.other]"),
        ("layers = [\"shared\", \"tools\"]", "layers = [\"other\", \"shared\"]"),
    ];
    edits.iter().fold(APP.to_owned(), |manifest, (from, to)| {
        assert!(manifest.contains(from), "{from:?} is in the app");
        manifest.replace(from, to)
    })
}

/// Only of layers: `create shared`, and of functions which attributes.
fn of_layers(plan: &Value) -> Vec<String> {
    let version = "lambda.layer-version/";
    let short = |line: &String| match line.split_once(version) {
        Some((action, name)) => Some(format!("{action}{}", name.rsplit_once('-')?.0)),
        None => line.contains("lambda.function/").then(|| line.replace("lambda.function/", "")),
    };
    changes(plan).iter().filter_map(short).collect()
}

/// The ARNs of a function's layers, each by its layer and its number.
async fn layers(project: &Project, function: &str) -> Vec<String> {
    let aws = project.aws().await;
    let name = format!("layered--production-{function}");
    let read = aws.read.lambda.get_function_configuration().function_name(name).send().await.expect("a function");
    let arns = read.layers().iter().filter_map(|layer| layer.arn());
    arns.map(|arn| arn.rsplit_once("layered--production-").expect("ours").1.to_owned()).collect()
}

/// The numbers of a layer's versions.
async fn versions(project: &Project, layer: &str) -> Vec<i64> {
    let aws = project.aws().await;
    let name = format!("layered--production-{layer}");
    let listed = aws.read.lambda.list_layer_versions().layer_name(name).send().await.expect("a listing");
    listed.layer_versions().iter().map(|version| version.version).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_layers_is_made_changed_changed_back_and_removed() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        let made = of_layers(&project.deploy(&[]));
        let expected = ["create api", "create worker", "create shared", "create tools"];
        assert_eq!(made, expected, "{make:?}");
        assert_eq!(layers(&project, "api").await, ["shared:1", "tools:1"], "{make:?}");
        let first = census(&project.aws().await, project.account()).await;

        project.write(&edited());
        let changed = of_layers(&project.deploy(&[]));
        let expected = [
            "create other",
            "create shared",
            "delete shared",
            "delete tools",
            "update api Layers",
            "update worker Layers",
        ];
        assert_eq!(changed, expected, "{make:?}");
        assert_eq!(layers(&project, "api").await, ["other:1", "shared:2"], "{make:?}");
        assert_eq!(layers(&project, "worker").await, ["shared:2"], "{make:?}");
        assert_eq!(
            (versions(&project, "shared").await, versions(&project, "tools").await),
            (vec![2], vec![]),
            "{make:?}"
        );

        // What was there before has gone, so its content comes back under another number.
        project.write(APP);
        project.deploy(&[]);
        assert_eq!(layers(&project, "worker").await, ["shared:3"], "{make:?}");
        assert_eq!(layers(&project, "api").await, ["shared:3", "tools:2"], "{make:?}");
        assert_eq!(census(&project.aws().await, project.account()).await, first, "{make:?}");

        project.deploy(&["--destroy", "--delete-data"]);
        assert_eq!(census(&project.aws().await, project.account()).await, [""; 0], "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_made_before_the_functions_that_take_it_and_deleted_after_them() {
    let project = Project::new(MAKES[0], APP).await;
    project.deploy(&[]);
    project.write(&edited());
    let plan = project.plan(&[]);
    let all: Vec<&str> =
        plan["changes"].as_array().expect("changes").iter().filter_map(|one| one["address"].as_str()).collect();
    let of = |action: &str, start: &str| {
        let is = |change: &&Value| {
            change["action"] == action && change["address"].as_str().is_some_and(|of| of.starts_with(start))
        };
        plan["changes"]
            .as_array()
            .expect("changes")
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("{action} {start}: {all:?}"))
    };
    let waits = |change: &Value| -> Vec<String> {
        change["waits_for"]
            .as_array()
            .expect("addresses")
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    };
    let (made, gone) = (of("create", "lambda.layer-version/shared-"), of("delete", "lambda.layer-version/shared-"));
    let worker = of("update", "lambda.function/worker");
    assert_eq!(waits(worker), [made["address"].as_str().expect("an address")]);
    assert_eq!(waits(gone), ["lambda.function/api", "lambda.function/worker"]);
    assert_eq!(gone["steps"][0]["call"]["input"]["VersionNumber"], "1", "{gone}");
    // People are told which layer, and which functions take it.
    let text = project.run(&["show", "serverless-app-plan"], 0).stdout;
    assert!(text.contains("of layer shared") && text.contains("layers"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_layer_goes_with_its_section_and_without_functions_too() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        project.deploy(&[]);
        let bare = APP[..APP.find("[layer.shared]").expect("a layer")].to_owned();
        project.write(&format!("{bare}[topic.left]\n"));
        let gone = of_layers(&project.deploy(&[]));
        assert!(
            gone.contains(&"delete shared".to_owned()) && gone.contains(&"delete tools".to_owned()),
            "{make:?}: {gone:?}"
        );
        assert_eq!(versions(&project, "shared").await, Vec::<i64>::new(), "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_somebody_deletes_is_made_again_and_its_functions_take_the_new_one() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let delete = aws.write.lambda.delete_layer_version().layer_name("layered--production-shared").version_number(1);
        delete.send().await.expect("a delete");
        let repaired = of_layers(&project.deploy(&[]));
        assert_eq!(repaired, ["create shared", "update api Layers", "update worker Layers"], "{make:?}");
        assert_eq!(layers(&project, "worker").await, ["shared:2"], "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_a_function_of_somebody_else_uses_stays_and_the_plan_says_so() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let arn = |number: u8| {
            format!("arn:aws:lambda:us-west-2:{}:layer:layered--production-shared:{number}", project.account())
        };
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}"#;
        let role = aws.write.iam.create_role().role_name("theirs").assume_role_policy_document(trust).send().await;
        let role = role.expect("a role").role.expect("a role").arn;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("main.py", zip::write::SimpleFileOptions::default()).expect("a file");
        let code =
            types::FunctionCode::builder().zip_file(Blob::new(zip.finish().expect("a zip").into_inner())).build();
        let function = aws.write.lambda.create_function().function_name("theirs").runtime(types::Runtime::Python311);
        let function = function.handler("main.handler").role(role).layers(arn(1)).code(code);
        // A role that was just made is refused at first.
        if function.clone().send().await.is_err() {
            function.send().await.expect("a function");
        }
        project.write(&edited());
        let plan = project.deploy(&[]);
        assert!(!of_layers(&plan).contains(&"delete shared".to_owned()), "{make:?}: {plan}");
        let said = |plan: &Value| {
            let notes = plan["notes"].as_array().expect("notes").clone();
            notes
                .iter()
                .any(|note| note["message"].as_str().is_some_and(|text| text.contains("stays for the function theirs")))
        };
        assert!(said(&plan), "{make:?}: {}", plan["notes"]);
        assert_eq!(versions(&project, "shared").await, [2, 1], "{make:?}");
        let destroyed = project.deploy(&["--destroy", "--delete-data"]);
        assert!(said(&destroyed), "{make:?}: {}", destroyed["notes"]);
        assert_eq!(versions(&project, "shared").await, [1], "{make:?}");
        aws.write.lambda.delete_function().function_name("theirs").send().await.expect("a delete");
        assert_eq!(of_layers(&project.deploy(&["--destroy"])), ["delete shared"], "{make:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lambda_refuses_of_layers_is_a_problem_before_anything_is_sent() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        project.deploy(&[]);
        let aws = project.aws().await;
        let arn = |number: u8| format!("arn:aws:lambda:us-west-2:{}:layer:theirs:{number}", project.account());
        let update = |layers: Vec<String>| {
            let request = aws.write.lambda.update_function_configuration().function_name("layered--production-api");
            request.set_layers(Some(layers)).send()
        };
        let told = format!("{:?}", update((1..=6).map(arn).collect()).await.expect_err("six are too many"));
        assert!(told.contains("Cannot reference more than 5 layers."), "{make:?}: {told}");
        let told = format!("{:?}", update(vec![arn(1), arn(2)]).await.expect_err("one layer twice"));
        assert!(told.contains("Two different versions of the same layer"), "{make:?}: {told}");
        let six: Vec<String> =
            (1..=6).map(|number| format!("\"arn:aws:lambda:us-west-2:1:layer:l{number}:1\"")).collect();
        for (layers, says) in [
            (six.join(", "), "a function can have at most 5 layers"),
            ("\"shared\", \"shared\"".to_owned(), "a function can have only one version of a layer"),
        ] {
            project.write(&APP.replace("layers = [\"shared\"]", &format!("layers = [{layers}]")));
            let ran = project.run(&["plan"], 64);
            assert!(ran.stderr.contains(says), "{make:?}: {}", ran.stderr);
        }
    }
}

fn write(folder: &std::path::Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}

const IMPORTING: &str = r#"[app]
name = "imports"
region = "us-west-2"
[layer.shared]
source = "layers/shared"
runtimes = ["python3.12"]
[layer.made]
source = "layers/made"
build = { command = "mkdir -p out/python && sed s/NAME/built/ words.in >out/python/words.py", output = "out" }
[function.hello]
source = "hello"
runtime = "python3.12"
handler = "main.handler"
layers = ["shared", "made"]
[api.web]
routes = [{ method = "GET", path = "/hello", function = "hello" }]
"#;

#[test]
fn a_rehearsal_calls_a_function_that_imports_from_its_layers_one_of_which_is_built() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        &[
            ("serverless-app.toml", IMPORTING),
            ("layers/shared/python/shared.py", "def greet(word):\n    return f'Hello from a layer, {word}'\n"),
            ("layers/made/words.in", "WORD = 'NAME'\n"),
            (
                "hello/main.py",
                "from shared import greet\nfrom words import WORD\n\n\ndef handler(event, context):\n    \
                 return {'statusCode': 200, 'body': greet(WORD)}\n",
            ),
        ],
    );
    let cache = cache_folder().expect("a cache folder");
    let run = |arguments: &[&str]| {
        let cli = Cli::new(arguments).folder(folder.path()).env("SERVERLESS_APP_CACHE", &cache);
        let ran =
            cli.env("PATH", std::env::var("PATH").expect("a search path")).timeout(Duration::from_secs(300)).run();
        assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
        ran
    };
    let built = run(&["build", "--twice", "--out", "builds"]);
    assert!(
        built.stdout.starts_with("layer made: ") && built.stderr.contains("0 functions and 1 layer"),
        "{}",
        built.stderr
    );
    let ran = run(&["rehearse", "--builds", "builds"]);
    assert!(ran.stdout.contains("200 Hello from a layer, built\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Planned again: no changes."), "{}", ran.stdout);
}

#[test]
fn what_is_wrong_with_a_layers_folder_is_said_at_its_section() {
    let manifest = |more: &str| {
        format!(
            "[app]\nname = \"imports\"\nregion = \"us-west-2\"\n[layer.shared]\nsource = \"layers/shared\"\n{more}\n"
        )
    };
    let of_one = "runtimes = [\"python3.12\"]";
    let of_two = "runtimes = [\"python3.12\", \"python3.13\"]";
    for (more, file, says) in [
        (of_one, "shared.py", "6:12: layer shared: a function of the runtime `python3.12` would find nothing"),
        (of_two, "requirements.txt", "6:12: layer shared: `layers/shared/requirements.txt` asks for wheels"),
        ("", "requirements.txt", "write `runtimes = [\"python3.13\"]`"),
        (of_one, "requirements.txt", "layer shared: "),
        ("", ".git/config", "5:10: layer shared: the folder `layers/shared` has no files for a layer"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let text = if file.ends_with(".txt") { "six==1.16.0\n" } else { "x = 1\n" };
        let (manifest, path) = (manifest(more), format!("layers/shared/{file}"));
        write(folder.path(), &[("serverless-app.toml", manifest.as_str()), (path.as_str(), text)]);
        let cache = cache_folder().expect("a cache folder");
        let ran = Cli::new(&["check", "--offline"]).folder(folder.path()).env("SERVERLESS_APP_CACHE", cache).run();
        assert_eq!(ran.code, Some(64), "{}\n{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(says), "{file}: {}", ran.stderr);
    }
}
