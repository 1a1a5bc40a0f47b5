//! Two builds of one source, compared: what differs, and what is usually to be done about it.

use super::build_error::BuildError;
use super::cache::Cache;
use super::difference::collected;
use super::files::File;
use super::{FunctionSource, Package, PackageError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// So many files are named.
const MOST: usize = 10;

/// Fails with what differs unless the second build is packaged to the first one's zip. `source` is the function's, `one` and
/// `other` are what was built.
pub(super) fn compare(
    source: &FunctionSource,
    one: &FunctionSource,
    other: &FunctionSource,
    cache: &Cache,
    package: &Package,
) -> Result<(), PackageError> {
    if super::build(other, cache)?.sha256 == package.sha256 {
        return Ok(());
    }
    let (first, second) = (collected(one)?, collected(other)?);
    let (first, second): (BTreeMap<&str, &File>, BTreeMap<&str, &File>) =
        (first.iter().collect(), second.iter().collect());
    let is_same = |path: &&str| match (first.get(path), second.get(path)) {
        (Some(one), Some(other)) => one.bytes() == other.bytes() && one.executable == other.executable,
        _ => false,
    };
    let names: BTreeSet<&str> = first.keys().chain(second.keys()).copied().collect();
    let differing: Vec<&str> = names.into_iter().filter(|path| !is_same(path)).collect();
    let line = |path: &&str| {
        let advice = advice(path, first.get(path).copied(), second.get(path).copied(), &one.root);
        format!("\n  {path}: {advice}")
    };
    let mut files: String = differing.iter().take(MOST).map(line).collect();
    if let Some(more) = differing.len().checked_sub(MOST).filter(|more| *more > 0) {
        files.push_str(&format!("\n  and {more} more"));
    }
    Err(BuildError::TwoBuilds { folder: source.folder.clone(), files }.into())
}

/// What is usually the cause.
fn advice(path: &str, one: Option<&File>, other: Option<&File>, root: &Path) -> String {
    let (Some(one), Some(other)) = (one, other) else {
        return "only one of them made it; give files names that do not change, and pin what is installed with a lock \
        file"
            .to_owned();
    };
    let bytes = one.bytes().unwrap_or_default();
    if one.bytes() == other.bytes() {
        return "it is executable in only one of them; set its mode in the build".to_owned();
    }
    let root = root.as_os_str().as_encoded_bytes();
    if bytes.windows(root.len()).any(|window| window == root) {
        return "it contains the path of the folder that it was built in; build with -trimpath (Go), with \
                --remap-path-prefix or without debug information (Rust), with relative source roots (bundlers)"
            .to_owned();
    }
    let is_archive = bytes.starts_with(b"PK") || bytes.starts_with(b"\x1f\x8b");
    match is_archive {
        true => {
            "an archive keeps the times of its files; have the tool write fixed ones (Gradle: preserveFileTimestamps = \
                 false, Maven: project.build.outputTimestamp), or unpack it"
                .to_owned()
        }
        false if bytes.starts_with(b"\x7fELF") => {
            "a binary differs: build with -trimpath -buildvcs=false (Go), with --locked \
                                                   and codegen-units = 1 (Rust), and without the time of the build"
                .to_owned()
        }
        false => format!(
            "leave out times (SOURCE_DATE_EPOCH is set), random names and the order of the file system from {}, and \
             pin what is installed with a lock file",
            path.rsplit('/').next().unwrap_or(path)
        ),
    }
}
