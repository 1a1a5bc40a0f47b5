//! What AWS would refuse about files, and what a plan cannot carry.

use super::{Files, RuledFiles};
use crate::aws::s3::files::RESERVED;
use crate::manifest::Cursor;
use crate::manifest::bucket::lifecycle::LifecycleRule;
use crate::manifest::bucket::{Bucket, Encryption};
use crate::package::StaticFile;

/// Bytes of a key.
const KEY: usize = 1024;
/// Characters of a prefix.
const PREFIX: usize = 200;
/// Bytes of a file: several are in memory at a time while they are put.
const FILE: u64 = 64 * 1024 * 1024;
/// Bytes of all of a bucket's files, which travel in one bundle.
const ALL: u64 = 1024 * 1024 * 1024;
/// Files of a bucket.
const COUNT: usize = 10_000;
/// Encodings that browsers know.
const ENCODINGS: [&str; 4] = ["br", "deflate", "gzip", "zstd"];
/// What files are compressed by here.
const COMPRESSED: &str = "gzip";

/// Reports what is wrong with the section.
pub(super) fn check(files: &Files, bucket: &Bucket, here: &Cursor) {
    if let Encryption::KmsKey(_) = bucket.encryption {
        let help = "remove encryption here, or use a bucket without it for the files";
        here.problem("with a KMS key, a listing does not reveal whether a file's contents have changed", Some(help));
    }
    let prefix = files.prefix();
    let meets = |rule: &&LifecycleRule| rule.prefix.starts_with(prefix) || prefix.starts_with(&rule.prefix);
    for rule in
        bucket.lifecycle.iter().filter(|rule| rule.expiration_days.is_some() && rule.tags.is_empty()).filter(meets)
    {
        let message =
            format!("the lifecycle rule {:?} expires these files, and each plan would upload them again", rule.id);
        here.problem(
            message,
            Some("give the rule a prefix that matches none of the files, or give the files a prefix of their own"),
        );
    }
    if let Files::Ruled(ruled) = files {
        check_prefix(&ruled.prefix, &here.at("prefix"));
        check_values(ruled, here);
    }
}

fn check_prefix(prefix: &str, here: &Cursor) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if prefix.is_empty() {
        return;
    }
    if !prefix.ends_with('/') {
        let help = format!("write \"{prefix}/\"");
        here.problem(format!("the prefix {prefix:?} also matches other names"), Some(&help));
    }
    if prefix.starts_with('/') || prefix.contains("//") || !prefix.chars().all(is_plain) || prefix.len() > PREFIX {
        let help = "write letters, digits, dots, hyphens and underscores, joined by single slashes, such as docs/";
        here.problem(format!("{prefix:?} is not a valid prefix for files"), Some(help));
    }
    if prefix.split('/').any(|part| part == RESERVED) {
        here.problem(
            format!("{RESERVED} is reserved for the record of how files were uploaded"),
            Some("choose another prefix"),
        );
    }
}

fn check_values(ruled: &RuledFiles, here: &Cursor) {
    for (place, rule) in here.at("cache").each(&ruled.cache) {
        check_header(&rule.control, &place.at("control"));
    }
    for (place, rule) in here.at("content_type").each(&ruled.content_type) {
        check_header(&rule.r#type, &place.at("type"));
        if is_header(&rule.r#type) && !rule.r#type.contains('/') {
            let help = "write a type and a subtype, such as text/plain";
            place.at("type").problem(format!("{:?} is not a media type", rule.r#type), Some(help));
        }
    }
    for (place, rule) in here.at("content_encoding").each(&ruled.content_encoding) {
        if !ENCODINGS.contains(&rule.encoding.as_str()) {
            let help = format!("write one of {}", ENCODINGS.join(", "));
            place
                .at("encoding")
                .problem(format!("browsers do not support the encoding {:?}", rule.encoding), Some(&help));
        }
    }
    for (place, rule) in here.at("compress").each(&ruled.compress).filter(|(_, rule)| rule.encoding != COMPRESSED) {
        let help = "write gzip, or compress the files in the build and set content_encoding";
        place.at("encoding").problem(format!("files cannot be compressed with {:?} here", rule.encoding), Some(help));
    }
}

fn check_header(value: &str, here: &Cursor) {
    if !is_header(value) {
        let help = "write the value after the colon, in plain ASCII";
        here.problem(format!("{value:?} is not a valid value for a header"), Some(help));
    }
}

fn is_header(value: &str) -> bool {
    !value.trim().is_empty() && value.trim() == value && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Reports what is wrong with the files, where the folder is said.
pub(super) fn check_files(files: &Files, found: &[StaticFile], here: &Cursor) {
    let folder = files.folder();
    if found.is_empty() {
        let help = "build the site first, or remove files";
        here.problem(format!("the folder `{folder}` contains no files"), Some(help));
    }
    if found.len() > COUNT {
        let help = "exclude some, or spread them over several buckets";
        here.problem(
            format!("the folder `{folder}` has {} files; at most {COUNT} are supported", found.len()),
            Some(help),
        );
    }
    let all: u64 = found.iter().map(|file| file.size).sum();
    if all > ALL {
        let help = "exclude large files that seldom change, and upload them by other means";
        here.problem(format!("the files of `{folder}` have {all} bytes; at most {ALL} are supported"), Some(help));
    }
    for file in found {
        check_file(files, file, here);
    }
}

fn check_file(files: &Files, file: &StaticFile, here: &Cursor) {
    let shown = format!("{}/{}", files.folder(), file.path);
    if file.size > FILE {
        let help = "exclude it, and upload it by other means";
        here.problem(format!("{shown:?} has {} bytes; at most {FILE} are supported", file.size), Some(help));
    }
    if files.key(file).len() > KEY {
        here.problem(format!("the key of {shown:?} is longer than {KEY} bytes"), Some("give it a shorter path"));
    }
    if file.path.chars().any(char::is_control) {
        here.problem(format!("{shown:?} has a name that S3 cannot list"), Some("rename it, or exclude it"));
    }
    if file.path.split('/').any(|part| part == RESERVED) {
        let help = "rename it, or exclude it";
        here.problem(
            format!("{shown:?}: {RESERVED} is reserved for the record of how files were uploaded"),
            Some(help),
        );
    }
}
