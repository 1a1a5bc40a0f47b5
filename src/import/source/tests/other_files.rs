//! Files that somebody names by mistake: each is refused with what it is, where that is seen, and what to do.

use super::state_file::{self, Form};
use super::*;

const SHOW: &str = "run `terraform show -json > state.json` beside the configuration, and name that file";
const EXPORT: &str = "run `pulumi stack export > state.json` in the project's folder, and name that file";

/// `terraform.tfstate`, as Terraform 0.12 and later write it.
const TFSTATE: &str = r#"{
  "version": 4,
  "terraform_version": "1.9.8",
  "serial": 12,
  "lineage": "5e8f0c1a-0000-4000-8000-000000000001",
  "outputs": {},
  "resources": []
}"#;

/// `.pulumi/stacks/orders/prod.json`, as Pulumi writes it into a folder or bucket.
const CHECKPOINT: &str = r#"{
  "version": 3,
  "checkpoint": { "stack": "organization/orders/prod", "latest": { "resources": [] } }
}"#;

const SHOWN: &str = r#"{ "format_version": "1.0", "values": { "root_module": {} } }"#;
const EXPORTED: &str = r#"{ "version": 3, "deployment": { "manifest": {}, "resources": [] } }"#;

#[test]
fn what_is_no_output_of_terraform_is_refused() {
    for (text, place, what, advice) in [
        ("", "1:1", "the file is empty", SHOW),
        (" \n", "2:1", "the file is empty", SHOW),
        ("# aws_sqs_queue.jobs:\nresource", "1:1", "this is not valid JSON (expected value)", SHOW),
        ("{\n \"format_version\": \"1.0\",\n \"val", "3:5", "the file ends in the middle", SHOW),
        ("[]", "1:1", "this is not the output of `terraform show -json`", SHOW),
        ("{}", "1:1", "it has no `format_version`, so it is not the output of `terraform show -json`", SHOW),
        ("{ \"format_version\": \"1.0\" }", "", "the state is empty, so there is nothing to import", SHOW),
        (TFSTATE, "5:14", "this is `terraform.tfstate`, the state in Terraform's internal form", SHOW),
        (
            "{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{}},\"resource_changes\":[]}",
            "1:42",
            "this is a plan, which says what is to exist, not what exists",
            SHOW,
        ),
        (
            "{ \"format_version\": \"0.1\", \"values\": { \"root_module\": {} } }",
            "1:21",
            "its format is \"0.1\", but only 1.x can be read",
            "write it with Terraform 1.1 or later",
        ),
        (
            "{\n  \"format_version\": \"2.0\", \"values\": {} }",
            "2:21",
            "its format is \"2.0\", but only 1.x can be read",
            "this version of serverless-app is older: update it, or write the file with an earlier Terraform",
        ),
        ("{ \"format_version\": 1 }", "1:21", "its format is \"\", but only 1.x can be read", SHOW),
        (EXPORTED, "1:31", "this is a file of Pulumi", "write `pulumi:` before its name"),
        (
            CHECKPOINT,
            "3:17",
            "this is a file of Pulumi",
            "run `pulumi stack export > state.json`, and import `pulumi:state.json`",
        ),
    ] {
        refused(terraform(text), text, place, what, advice);
    }
    assert_eq!(terraform(SHOWN), Ok(Inventory::default()));
}

#[test]
fn what_is_no_output_of_pulumi_is_refused() {
    let versioned = |version: &str| format!("{{ \"version\": {version}, \"deployment\": {{ \"resources\": [] }} }}");
    let unknown = "only the versions 3 and 4 can be read";
    let older = "this version of serverless-app is older: update it, or write the file with an earlier Pulumi";
    for (text, place, what, advice) in [
        ("", "1:1", "the file is empty", EXPORT),
        ("error: no stack selected\n", "1:1", "this is not valid JSON (expected value)", EXPORT),
        (&EXPORTED[..30], "1:30", "the file ends in the middle", EXPORT),
        (
            "{ \"version\": 3 }",
            "1:1",
            "it has no `deployment`, so it is not the output of `pulumi stack export`",
            EXPORT,
        ),
        (
            "{ \"deployment\": {} }",
            "1:1",
            "it has no `version`, so it is not the output of `pulumi stack export`",
            EXPORT,
        ),
        (versioned("2").as_str(), "1:14", unknown, "write it with `pulumi stack export` of Pulumi 3"),
        (versioned("5").as_str(), "1:14", unknown, older),
        (versioned("\"3\"").as_str(), "1:14", unknown, EXPORT),
        (CHECKPOINT, "3:17", "this is a checkpoint, the state in Pulumi's internal form", EXPORT),
        (
            TFSTATE,
            "5:14",
            "this is `terraform.tfstate`, a file of Terraform",
            "run `terraform show -json > state.json` beside the configuration, and import `terraform:state.json`",
        ),
        (SHOWN, "1:21", "this is a file of Terraform", "write `terraform:` before its name"),
        (
            "{\"version\":3,\"deployment\":{\"resources\":[{\"custom\":true}]}}",
            "1:55",
            "this is not the output of `pulumi stack export` (missing field `urn`)",
            EXPORT,
        ),
    ] {
        refused(pulumi(text), text, place, what, advice);
    }
    for read in [EXPORTED, versioned("4").as_str(), "{ \"stack\": \"organization/orders/prod\", \"latest\": {} }"] {
        assert_eq!(pulumi(read), Ok(Inventory::default()), "{read}");
    }
}

/// It is refused at this place, or nowhere in particular, with these words.
fn refused(read: Result<Inventory, String>, text: &str, place: &str, what: &str, advice: &str) {
    let place = if place.is_empty() { String::new() } else { format!(":{place}") };
    assert_eq!(read, Err(format!("{FILE}{place}: {what}: {advice}")), "{text}");
}

#[test]
fn a_folder_and_what_is_no_text_are_refused_and_a_mark_at_the_start_is_none_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    let form: &Form = &super::terraform::FORM;
    let told = |path: &Path| state_file::read(path, form).unwrap_err().to_string();
    assert_eq!(told(folder.path()), format!("{}: this is a folder: {SHOW}", folder.path().display()));
    let little: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let utf_16 = "it is UTF-16: write it as UTF-8, in PowerShell with `| Out-File -Encoding utf8`";
    let gzip = format!("it is not UTF-8: {SHOW}");
    for (bytes, said) in [
        ([vec![0xff, 0xfe], little.clone()].concat(), utf_16),
        ([vec![0xfe, 0xff], big.clone()].concat(), utf_16),
        (little, utf_16),
        (big, utf_16),
        (vec![0x1f, 0x8b, 0x08, 0x00], gzip.as_str()),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(told(&path), format!("{}: {said}", path.display()), "{bytes:?}");
    }
    std::fs::write(&path, "\u{feff}{}").unwrap();
    assert_eq!(state_file::read(&path, form).unwrap(), "{}");
    assert!(told(&folder.path().join("none")).contains("none: "));
}
