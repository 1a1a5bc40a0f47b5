//! Files that a newcomer names by mistake: an error with what it is and what to do, and nothing is written.

use super::{FILE, empty};
use crate::support::emulator::{Make, REGION};

const SHOW: &str = "terraform show -json";
const EXPORT: &str = "pulumi stack export";

/// The form of the source, the file, and what the error says.
type Case<'a> = (&'a str, Vec<u8>, [&'a str; 2]);

fn cases() -> Vec<Case<'static>> {
    let utf_16 = |text: &str| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let text = |text: &str| text.as_bytes().to_vec();
    let pulumi = include_str!("../../../fixtures/state/pulumi.small.json");
    let terraform = include_str!("../../../fixtures/state/terraform.small.json");
    let version = |version: &str| pulumi.replace("\"version\": 3", &format!("\"version\": {version}")).into_bytes();
    let format = |format: &str| terraform.replace("\"1.0\"", &format!("\"{format}\"")).into_bytes();
    let tfstate = "{\n  \"version\": 4,\n  \"serial\": 7,\n  \"lineage\": \"0a1b\",\n  \"resources\": []\n}";
    let checkpoint = "{\n  \"version\": 3,\n  \"checkpoint\": { \"latest\": { \"resources\": [] } }\n}";
    let plan = "{\n  \"format_version\": \"1.2\",\n  \"planned_values\": {}\n}";
    vec![
        ("terraform", text(""), [":1:1: the file is empty", SHOW]),
        ("terraform", text(&terraform[..terraform.len() / 2]), ["the file ends in the middle", SHOW]),
        ("terraform", text("# aws_sqs_queue.jobs:"), [":1:1: this is not valid JSON", SHOW]),
        ("terraform", utf_16(terraform), ["it is UTF-16", "-Encoding utf8"]),
        ("terraform", text(tfstate), [":4:14: this is `terraform.tfstate`", SHOW]),
        ("terraform", text(plan), [":3:21: this is a plan", SHOW]),
        ("terraform", format("0.1"), [":2:21: its format is \"0.1\"", "Terraform 1.1 or later"]),
        ("terraform", format("2.0"), [":2:21: its format is \"2.0\"", "an earlier Terraform"]),
        ("terraform", text(pulumi), ["this is a file of Pulumi", "write `pulumi:` before its name"]),
        ("pulumi", text(""), [":1:1: the file is empty", EXPORT]),
        ("pulumi", text(&pulumi[..pulumi.len() / 2]), ["the file ends in the middle", EXPORT]),
        ("pulumi", utf_16(pulumi), ["it is UTF-16", "-Encoding utf8"]),
        ("pulumi", text(checkpoint), [":3:17: this is a checkpoint", EXPORT]),
        ("pulumi", vec![0x1f, 0x8b, 0x08, 0x00], ["it is not UTF-8", EXPORT]),
        ("pulumi", version("2"), [":2:14: only the versions 3 and 4 can be read", "of Pulumi 3"]),
        ("pulumi", version("5"), [":2:14: only the versions 3 and 4 can be read", "an earlier Pulumi"]),
        ("pulumi", text(tfstate), [":4:14: this is `terraform.tfstate`", SHOW]),
        ("pulumi", text(terraform), [":2:21: this is a file of Terraform", "write `terraform:` before its name"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_is_refused_with_what_it_is_and_what_to_do() {
    let project = empty(Make::Moto).await;
    let refused = |source: &str, code: i32| {
        let ran = project.run(&["import", source, "--app", "shop", "--region", REGION], code);
        assert!(!project.folder().join("serverless-app.toml").exists(), "{source}");
        ran.stderr
    };
    for (form, bytes, said) in cases() {
        project.file(FILE, &bytes);
        let error = refused(&format!("{form}:{FILE}"), 64);
        let is_said = said.iter().all(|said| error.contains(said));
        assert!(is_said && error.contains(FILE) && !error.contains("hunter2"), "{form}: {said:?}: {error}");
    }
    for (form, advice) in [("terraform", SHOW), ("pulumi", EXPORT)] {
        let folder = refused(&format!("{form}:infrastructure"), 64);
        assert!(folder.contains("infrastructure: this is a folder") && folder.contains(advice), "{folder}");
        let absent = refused(&format!("{form}:none.json"), 1);
        assert!(absent.contains("none.json: No such file"), "{absent}");
    }
}
