use std::collections::BTreeMap;

use serde_json::json;

use crate::aws::s3::files::Turn;
use crate::aws::test_support::test_id;
use crate::aws::{Kind, State, s3};
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::Problems;
use crate::manifest::read::read;
use crate::package::StaticFile;

const BUCKET: &str = "shop--test-site-123456789012-us-west-2";

fn lowered(section: &str, folder: Result<Vec<StaticFile>, String>) -> Result<Lowered, Problems> {
    let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[bucket.site]\n{section}\n");
    let id = test_id(Kind::Bucket, "any");
    let source = read("m.toml", &text, &id.owner.stage)?;
    let folders = BTreeMap::from([("site".parse().unwrap(), folder)]);
    lower(&source, &id.owner, &id.site, &Sources { folders, ..Sources::default() })
}

fn folder() -> Vec<StaticFile> {
    let paths = ["assets/app.3f9a.js", "index.html", "data/feed", "pre.js.gz"];
    paths.into_iter().map(|path| StaticFile::of(path, path.as_bytes())).collect()
}

fn files(section: &str) -> s3::Files {
    let lowered = lowered(section, Ok(folder())).expect("no problems");
    let wanted = &lowered.wanted[&"s3.files/site".parse().unwrap()];
    assert!(wanted.id.name.starts_with(&format!("{BUCKET}/")), "{}", wanted.id.name);
    assert_eq!(wanted.needs, ["s3.bucket/site".parse().unwrap()].into());
    match &wanted.state {
        State::Files(files) => files.clone(),
        other => panic!("{other:?}"),
    }
}

/// The problems as `line:column message`.
fn problems(section: &str, folder: Result<Vec<StaticFile>, String>) -> Vec<String> {
    let problems = lowered(section, folder).expect_err("problems").0;
    problems.iter().map(|p| format!("{}:{} {}", p.line, p.column, p.message)).collect()
}

/// Key, type, cache control, encoding and turn of each object.
fn puts(files: &s3::Files) -> Vec<(&str, &str, &str, &str, Turn)> {
    let all = files.objects.iter().map(|(key, object)| {
        let put = object.put.as_ref().expect("wanted ones are put");
        let control = put.cache_control.as_deref().unwrap_or("-");
        let encoding = put.content_encoding.as_deref().unwrap_or("-");
        (key.as_str(), put.content_type.as_str(), control, encoding, put.turn)
    });
    all.collect()
}

#[test]
fn a_folder_alone_gives_its_files_types_by_their_endings_and_pages_last() {
    let found = files("files = \"site\"");
    assert_eq!(
        puts(&found),
        [
            ("assets/app.3f9a.js", "text/javascript; charset=utf-8", "-", "-", Turn::Usual),
            ("data/feed", "binary/octet-stream", "-", "-", Turn::Usual),
            ("index.html", "text/html; charset=utf-8", "-", "-", Turn::Page),
            ("pre.js.gz", "application/gzip", "-", "-", Turn::Usual),
        ]
    );
    let feed = StaticFile::of("data/feed", b"data/feed");
    let state = serde_json::to_value(&found).unwrap();
    assert_eq!(state["Objects"]["data/feed"], json!(format!("{} 9", feed.md5)), "a text for each file");
    assert_eq!(found.objects["data/feed"].put.as_ref().unwrap().digest, feed.sha256);
}

const RULED: &str = r#"files = { folder = "site", prefix = "v1/", immutable = ["assets/**"], cache = [{ match = "*.html",
    control = "no-cache" }], content_type = [{ match = "data/*", type = "application/rss+xml" }],
    content_encoding = [{ match = "*.gz", encoding = "gzip" }] }"#;

#[test]
fn rules_give_headers_and_the_first_that_matches_counts() {
    assert_eq!(
        puts(&files(RULED)),
        [
            (
                "v1/assets/app.3f9a.js",
                "text/javascript; charset=utf-8",
                "public, max-age=31536000, immutable",
                "-",
                Turn::Immutable
            ),
            ("v1/data/feed", "application/rss+xml", "-", "-", Turn::Usual),
            ("v1/index.html", "text/html; charset=utf-8", "no-cache", "-", Turn::Page),
            ("v1/pre.js.gz", "application/gzip", "-", "gzip", Turn::Usual),
        ]
    );
    let both = r#"files = { folder = "site", immutable = ["*.js"], cache = [{ match = "*.js", control = "max-age=9" },
        { match = "*", control = "max-age=1" }] }"#;
    let controls: Vec<String> = puts(&files(both)).iter().map(|put| put.2.to_owned()).collect();
    assert_eq!(controls, ["max-age=9", "max-age=1", "max-age=1", "max-age=1"]);
}

#[test]
fn what_is_compressed_says_so_and_is_not_compressed_twice() {
    let section = r#"files = { folder = "site", compress = [{ match = "*.js", encoding = "gzip" }] }"#;
    let found = files(section);
    let encodings: Vec<_> = puts(&found).iter().map(|put| (put.0.to_owned(), put.3.to_owned())).collect();
    let expected = [("assets/app.3f9a.js", "gzip"), ("data/feed", "-"), ("index.html", "-"), ("pre.js.gz", "-")];
    assert_eq!(encodings, expected.map(|(key, encoding)| (key.to_owned(), encoding.to_owned())));
    assert_ne!(found.headers, files("files = \"site\"").headers, "by other rules");
    let twice = r#"files = { folder = "site", compress = [{ match = "*.gz", encoding = "gzip" }],
content_encoding = [{ match = "pre*", encoding = "gzip" }] }"#;
    let said = "\"pre.js.gz\" is in compress, but content_encoding says that it is already compressed";
    assert_eq!(problems(twice, Ok(folder())), [format!("5:39 {said}")]);
    let pattern = section.replace("*.js", "a[");
    assert!(problems(&pattern, Ok(folder()))[0].contains("\"a[\" is not a valid pattern"));
    let other = section.replace("gzip", "br");
    assert!(problems(&other, Ok(folder()))[0].contains("files cannot be compressed with \"br\" here"));
}

#[test]
fn other_rules_have_another_digest_and_other_files_do_not() {
    let digest = |section: &str| files(section).headers.expect("a digest");
    assert_eq!(digest("files = \"site\""), digest("files = { folder = \"site\", prefix = \"a/\", exclude = [\"x\"] }"));
    assert_ne!(digest("files = \"site\""), digest(RULED));
    assert_ne!(digest(RULED), digest(&RULED.replace("no-cache", "no-store")));
    assert_eq!(digest(RULED).len(), super::DIGITS);
}

#[test]
fn what_aws_or_a_bundle_would_not_take_is_reported_at_its_place() {
    let why = problems("files = \"site\"", Err("the folder `site` does not exist".into()));
    assert_eq!(why, ["5:9 the folder `site` does not exist"]);
    assert_eq!(problems("files = { folder = \"site\" }", Ok(Vec::new())), ["5:20 the folder `site` contains no files"]);
    let kms = "encryption = { kms_key = \"arn:aws:kms:us-west-2:123456789012:key/one\" }\nfiles = \"site\"";
    assert_eq!(
        problems(kms, Ok(folder())),
        ["6:9 with a KMS key, a listing does not reveal whether a file's contents have changed"]
    );
    for (prefix, message) in [
        ("docs", "the prefix \"docs\" also matches other names"),
        ("/docs/", "\"/docs/\" is not a valid prefix for files"),
        ("a//", "\"a//\" is not a valid prefix for files"),
        ("ä/", "\"ä/\" is not a valid prefix for files"),
        ("x/.serverless-app/", ".serverless-app is reserved for the record of how files were uploaded"),
    ] {
        let section = format!("files = {{ folder = \"site\", prefix = \"{prefix}\" }}");
        assert_eq!(problems(&section, Ok(folder())), [format!("5:37 {message}")]);
    }
    let rules = r#"files = { folder = "site", immutable = ["a["], cache = [{ match = "!x", control = "a\n" }],
content_type = [{ match = "*", type = "html" }], content_encoding = [{ match = "*", encoding = "lzma" }] }"#;
    let found = problems(rules, Ok(folder()));
    assert_eq!(found.len(), 5, "{found:#?}");
    assert!(found[0].starts_with("5:41 \"a[\" is not a valid pattern: "), "{}", found[0]);
    assert!(found[1].contains("`!` is not supported"), "{}", found[1]);
    assert!(found[2].ends_with("\"a\\n\" is not a valid value for a header"), "{}", found[2]);
    assert_eq!(found[3], "6:39 \"html\" is not a media type");
    assert!(found[4].ends_with("browsers do not support the encoding \"lzma\""), "{}", found[4]);
}

#[test]
fn files_that_no_plan_can_carry_are_reported_by_name() {
    let file = |path: &str| StaticFile::of(path, b"x");
    let large = StaticFile { size: 65 * 1024 * 1024, ..file("film.mp4") };
    let all: Vec<StaticFile> = vec![large, file(&"x".repeat(1025)), file("a\u{1}"), file(".serverless-app/x")];
    let found = problems("files = \"site\"", Ok(all));
    for part in ["\"site/film.mp4\" has 68157440 bytes", "longer than 1024 bytes", "that S3 cannot list", "reserved"] {
        assert!(found.iter().any(|message| message.contains(part)), "{part}: {found:#?}");
    }
    let many: Vec<StaticFile> = (0..10_001).map(|number| file(&format!("{number:05}"))).collect();
    assert_eq!(
        problems("files = \"site\"", Ok(many)),
        ["5:9 the folder `site` has 10001 files; at most 10000 are supported"]
    );
    let heavy = (0..17).map(|number| StaticFile { size: 64 * 1024 * 1024, ..file(&format!("{number}")) }).collect();
    assert_eq!(
        problems("files = \"site\"", Ok(heavy)),
        ["5:9 the files of `site` have 1140850688 bytes; at most 1073741824 are supported"]
    );
}

#[test]
fn an_unknown_field_says_what_is_expected() {
    let found = problems("files = { folder = \"site\", compress = true }", Ok(folder()));
    assert!(found[0].contains("expected the name of a folder"), "{found:?}");
}

#[test]
fn a_rule_that_lets_files_expire_is_a_problem_and_one_for_other_objects_is_none() {
    let with = |rule: &str| {
        format!("lifecycle = [{{ id = \"old\", {rule} }}]\nfiles = {{ folder = \"site\", prefix = \"docs/\" }}")
    };
    for rule in
        ["expiration_days = 30", "expiration_days = 30, prefix = \"docs/v1\"", "expiration_days = 30, prefix = \"do\""]
    {
        let found = problems(&with(rule), Ok(folder()));
        assert!(found.len() == 1 && found[0].contains("\"old\" expires these files"), "{rule}: {found:?}");
    }
    for rule in [
        "expiration_days = 30, prefix = \"logs/\"",
        "noncurrent_days = 30",
        "expiration_days = 30, tags = { kind = \"log\" }",
    ] {
        assert_eq!(files(&with(rule)).objects.len(), 4, "{rule}");
    }
}
