//! Files of buckets on both emulators.

use std::path::Path;

use aws_sdk_s3::types::ChecksumMode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serverless_app::aws::s3::Bucket;
use serverless_app::aws::s3::files::{Files, Object, Put, Turn};
use serverless_app::aws::{Answer, Aws, Id, Kind, State, Tags};
use serverless_app::canonical::Sha;
use serverless_app::package::StaticFile;
use serverless_app::text::Outputs;

use crate::lifecycle::{emulators, id, lead, observe};

/// Files with these texts as they are wanted by rules, below `v1/`; their bytes are left in the folder of blobs.
fn wanted(blobs: &Path, rules: u8, files: &[(&str, &str)]) -> State {
    let object = |(path, text): &(&str, &str)| {
        let file = StaticFile::of(*path, text.as_bytes());
        std::fs::write(blobs.join(file.sha256.hex()), text).expect("a blob");
        let put = Put {
            digest: file.sha256,
            content_type: format!("text/plain; rules={rules}"),
            cache_control: Some(format!("max-age={rules}")),
            content_encoding: (rules > 1).then(|| "br".into()),
            turn: if path.ends_with(".html") { Turn::Page } else { Turn::Usual },
        };
        (format!("v1/{path}"), Object { e_tag: file.md5, size: file.size, put: Some(put) })
    };
    let headers = Some(format!("{rules:032x}"));
    Files::new(headers, files.iter().map(object).collect()).into()
}

/// Text, type, cache control and encoding of an object.
async fn get(aws: &Aws, bucket: &Id, key: &str) -> (String, String, String, String) {
    let got = aws.read.s3.get_object().bucket(&bucket.name).key(key).send().await.answer("s3:GetObject").expect(key);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let headers = (text(got.content_type()), text(got.cache_control()), text(got.content_encoding()));
    let bytes = got.body.collect().await.expect("a body").into_bytes();
    (String::from_utf8(bytes.to_vec()).expect("text"), headers.0, headers.1, headers.2)
}

/// Puts a text as somebody else would.
async fn put(aws: &Aws, bucket: &Id, key: &str, text: &str) {
    let request = aws.write.s3.put_object().bucket(&bucket.name).key(key).body(text.as_bytes().to_vec().into());
    request.send().await.answer("s3:PutObject").expect(key);
}

/// A bucket of one test's own, since their names are the whole emulator's, and the files below its `v1/`.
async fn bucket(aws: &Aws, test: &str) -> (Id, Id) {
    let name = format!("suite--test-files-{test}");
    let bucket = id(aws, Kind::Bucket, "files", &name).await;
    let files = id(aws, Kind::Files, "files", &format!("{name}/v1/")).await;
    let state = Bucket::private(Tags::new());
    lead(aws, &bucket, Some(&state.into()), &mut Outputs::new()).await;
    (bucket, files)
}

#[tokio::test]
async fn files_go_through_their_whole_life() {
    for (emulator, aws) in emulators().await {
        let blobs = tempfile::tempdir().expect("a folder");
        let aws = aws.with_blobs(blobs.path().into());
        let (bucket, id) = bucket(&aws, "life").await;
        let lead = async |id: &Id, want: Option<&State>| Box::pin(lead(&aws, id, want, &mut Outputs::new())).await;
        let (put_object, delete) = ("s3:PutObject", "s3:DeleteObjects");
        put(&aws, &bucket, "other/x", "theirs").await;
        let first = wanted(blobs.path(), 1, &[("index.html", "<p>1"), ("a.js", "1"), ("empty", ""), ("ä b+c", "ü")]);
        assert_eq!(lead(&id, Some(&first)).await, [put_object; 3], "{emulator}: what names the rules, files, pages");
        let page = ("<p>1".into(), "text/plain; rules=1".into(), "max-age=1".into(), String::new());
        assert_eq!(get(&aws, &bucket, "v1/index.html").await, page, "{emulator}");
        assert_eq!(get(&aws, &bucket, "v1/ä b+c").await.0, "ü", "{emulator}");
        let head = aws.read.s3.head_object().bucket(&bucket.name).key("v1/a.js").checksum_mode(ChecksumMode::Enabled);
        let head = head.send().await.answer("s3:HeadObject").expect("an answer");
        assert_eq!(
            head.checksum_sha256(),
            Some(base64_of(&Sha::of(b"1")).as_str()),
            "{emulator}: said with the request"
        );
        let second = wanted(blobs.path(), 1, &[("index.html", "<p>2"), ("a.js", "1"), ("empty", "")]);
        assert_eq!(lead(&id, Some(&second)).await, [put_object, delete], "{emulator}: one changes and one goes");
        let ruled = wanted(blobs.path(), 2, &[("index.html", "<p>2"), ("a.js", "1"), ("empty", "")]);
        let sent = lead(&id, Some(&ruled)).await;
        assert_eq!(sent, [delete, put_object, put_object, put_object], "{emulator}: all again");
        let page = ("<p>2".into(), "text/plain; rules=2".into(), "max-age=2".into(), "br".into());
        assert_eq!(get(&aws, &bucket, "v1/index.html").await, page, "{emulator}");
        assert_eq!(lead(&id, Some(&ruled)).await, [""; 0], "{emulator}");
        assert_eq!(lead(&id, None).await, [delete, delete], "{emulator}");
        assert_eq!(get(&aws, &bucket, "other/x").await.0, "theirs", "{emulator}: beyond the prefix");
        lead(&bucket, None).await;
        assert_eq!(observe(&aws, &id, &mut Outputs::new()).await, None, "{emulator}: there is no bucket");
    }
}

#[tokio::test]
async fn files_are_repaired_after_edits_by_others() {
    for (emulator, aws) in emulators().await {
        let blobs = tempfile::tempdir().expect("a folder");
        let aws = aws.with_blobs(blobs.path().into());
        let (bucket, id) = bucket(&aws, "edits").await;
        let lead = async |id: &Id, want: Option<&State>| Box::pin(lead(&aws, id, want, &mut Outputs::new())).await;
        put(&aws, &bucket, "v1/old", "there before").await;
        put(&aws, &bucket, "v1/a.js", "1").await;
        let want = wanted(blobs.path(), 1, &[("index.html", "<p>1"), ("a.js", "1")]);
        let sent = lead(&id, Some(&want)).await;
        let all = ["s3:PutObject", "s3:DeleteObjects", "s3:PutObject", "s3:PutObject", "s3:PutObject"];
        assert_eq!(sent, all, "{emulator}: by which headers the others were put is not known");
        assert_eq!(get(&aws, &bucket, "v1/a.js").await.2, "max-age=1", "{emulator}");
        put(&aws, &bucket, "v1/index.html", "by hand").await;
        assert_eq!(lead(&id, Some(&want)).await, ["s3:PutObject"], "{emulator}");
        put(&aws, &bucket, "v1/more/x", "by hand").await;
        assert_eq!(lead(&id, Some(&want)).await, ["s3:DeleteObjects"], "{emulator}");
        // Names that no folder here can give a file, and that mean something in XML.
        for key in ["v1//x", "v1/folder/", "v1/a&b<c>'\"", "v1/%2F+ é"] {
            put(&aws, &bucket, key, "by hand").await;
        }
        assert_eq!(lead(&id, Some(&want)).await, ["s3:DeleteObjects"], "{emulator}");
        aws.write.s3.delete_object().bucket(&bucket.name).key("v1/a.js").send().await.expect("a deletion");
        assert_eq!(lead(&id, Some(&want)).await, ["s3:PutObject"], "{emulator}");
        lead(&bucket, None).await;
    }
}

#[tokio::test]
async fn a_listing_of_many_pages_and_a_delete_of_many_requests_are_whole() {
    for (emulator, aws) in emulators().await {
        let blobs = tempfile::tempdir().expect("a folder");
        let aws = aws.with_blobs(blobs.path().into());
        let (bucket, id) = bucket(&aws, "pages").await;
        let names: Vec<String> = (0..2_050).map(|number| format!("f/{number:04}")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), name.as_str())).collect();
        let want = wanted(blobs.path(), 1, &files);
        let sent = lead(&aws, &id, Some(&want), &mut Outputs::new()).await;
        assert_eq!(sent.len(), 1 + 21, "{emulator}: a hundred at a time");
        let few = wanted(blobs.path(), 1, &files[..1]);
        assert_eq!(lead(&aws, &id, Some(&few), &mut Outputs::new()).await, ["s3:DeleteObjects"], "{emulator}");
        lead(&aws, &bucket, None, &mut Outputs::new()).await;
    }
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_digest_are_refused() {
    for (emulator, aws) in emulators().await {
        let (bucket, _) = bucket(&aws, "digests").await;
        let digest = base64_of(&Sha::of(b"reviewed"));
        let request = aws.write.s3.put_object().bucket(&bucket.name).key("v1/x").checksum_sha256(digest);
        let refused = request.body(b"other".to_vec().into()).send().await.answer("s3:PutObject");
        assert_eq!(refused.expect_err("other bytes").code.as_deref(), Some("BadDigest"), "{emulator}");
        lead(&aws, &bucket, None, &mut Outputs::new()).await;
    }
}

fn base64_of(digest: &Sha) -> String {
    STANDARD.encode(digest.as_bytes())
}
