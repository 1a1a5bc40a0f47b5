//! One file for each service: the whole life of its kinds on both emulators, call by call, what they do about others' edits,
//! and how they are found.

use std::path::{Path, PathBuf};

use serverless_app::aws::Kind;

mod apigateway;
mod apigateway_parts;
mod apigateway_services;
mod apigatewayv2;
pub mod cloudwatch;
mod config;
mod domain_faults;
mod domains;
mod dynamodb;
mod events;
mod files;
mod iam;
mod keys;
mod lambda;
mod lambda_code;
mod layers;
mod logs;
mod mappings;
mod notifications;
mod s3;
mod scheduler;
mod sns;
mod sqs;
mod stepfunctions;
mod wafv2;

/// The folders below this one that hold what a kind's state is.
fn folders(below: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(below).expect("a folder").map(|entry| entry.expect("an entry").path());
    let inside = entries.filter(|path| path.is_dir()).flat_map(|folder| folders(&folder));
    let here = below.join("state.rs").is_file().then(|| below.to_owned());
    inside.chain(here).collect()
}

#[test]
fn every_kind_has_the_same_files_in_a_folder_of_its_own() {
    let folders = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws"));
    assert_eq!(folders.len(), Kind::ALL.len(), "{folders:?}");
    for folder in folders {
        assert!(folder.with_extension("rs").is_file(), "{} has no file beside it", folder.display());
        for file in ["call.rs", "next_call.rs", "observe.rs", "required_actions.rs", "send.rs", "tests.rs"] {
            assert!(folder.join(file).is_file(), "{} has no {file}", folder.display());
        }
    }
}
