//! Headers that somebody has set by hand on the same bytes: a request for each file, which no plan sends.

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{Answer, Aws, AwsError, Files, Id, Object, Put, place};

const API: &str = "s3:HeadObject";
/// Requests that are under way at a time.
const AT_ONCE: usize = 32;

/// A header of a file that is not as an apply puts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderDrift {
    /// The object's key.
    pub key: String,
    /// The header's name.
    pub header: String,
    /// What an apply puts; `None` for no such header.
    pub wanted: Option<String>,
    /// What is there.
    pub live: Option<String>,
}

/// Looks at each file that has the bytes that are wanted; others are put with their headers anyway.
pub async fn look(aws: &Aws, id: &Id, files: &Files) -> Result<Vec<HeaderDrift>, AwsError> {
    let looks: Vec<_> = files.objects.iter().map(|(key, object)| look_at(aws, id, key, object)).collect();
    let found: Vec<Vec<HeaderDrift>> = stream::iter(looks).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

async fn look_at(aws: &Aws, id: &Id, key: &str, object: &Object) -> Result<Vec<HeaderDrift>, AwsError> {
    let Some(put) = &object.put else { return Ok(Vec::new()) };
    let request = aws.read.s3.head_object().bucket(place(id).0).key(key);
    let request = request.expected_bucket_owner(id.site.account.as_str());
    let head = request.send().await.found(API, &["NotFound", "NoSuchKey"])?;
    let has_its_bytes = |head: &HeadObjectOutput| head.e_tag().is_some_and(|tag| tag.trim_matches('"') == object.e_tag);
    Ok(head.filter(has_its_bytes).map(|head| differing(key, put, &head)).unwrap_or_default())
}

/// Each header that is not as it is put. What an apply never sets has to be absent.
fn differing(key: &str, put: &Put, head: &HeadObjectOutput) -> Vec<HeaderDrift> {
    let named = [
        ("Content-Type", Some(put.content_type.as_str()), head.content_type()),
        ("Cache-Control", put.cache_control.as_deref(), head.cache_control()),
        ("Content-Encoding", put.content_encoding.as_deref(), head.content_encoding()),
        ("Content-Disposition", None, head.content_disposition()),
        ("Content-Language", None, head.content_language()),
        ("Expires", None, head.expires_string()),
        ("x-amz-website-redirect-location", None, head.website_redirect_location()),
    ];
    let own = head.metadata().into_iter().flatten();
    let own = own.map(|(name, value)| (format!("x-amz-meta-{name}"), None, Some(value.as_str())));
    let all = named.map(|(name, wanted, live)| (name.to_owned(), wanted, live)).into_iter().chain(own);
    // An emulator, and S3 of an empty header, say the same of what is not there.
    let said = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    let of =
        |(header, wanted, live)| HeaderDrift { key: key.to_owned(), header, wanted: said(wanted), live: said(live) };
    let mut drift: Vec<HeaderDrift> = all.map(of).filter(|one| one.wanted != one.live).collect();
    drift.sort_by(|one, other| one.header.cmp(&other.header));
    drift
}

#[cfg(test)]
mod tests {
    use super::super::Turn;
    use super::*;
    use crate::canonical::Sha;

    fn put(cache: Option<&str>) -> Put {
        Put {
            digest: Sha::of(b"x"),
            content_type: "text/html".into(),
            cache_control: cache.map(str::to_owned),
            content_encoding: None,
            turn: Turn::Page,
        }
    }

    /// What differs, as `header: wanted → live`.
    fn told(put: &Put, head: &HeadObjectOutput) -> Vec<String> {
        let side = |value: &Option<String>| value.clone().unwrap_or("-".into());
        let all = differing("index.html", put, head).into_iter();
        all.map(|one| format!("{}: {} → {}", one.header, side(&one.wanted), side(&one.live))).collect()
    }

    #[test]
    fn each_header_that_is_not_as_it_is_put_is_named() {
        let head = || HeadObjectOutput::builder().content_type("text/html").cache_control("no-cache");
        assert_eq!(told(&put(Some("no-cache")), &head().build()), [""; 0]);
        assert_eq!(told(&put(None), &head().build()), ["Cache-Control: - → no-cache"]);
        assert_eq!(told(&put(Some("no-store")), &head().build()), ["Cache-Control: no-store → no-cache"]);
        let more = head().content_type("text/plain").content_encoding("br").metadata("owner", "me").build();
        let expected = ["Content-Encoding: - → br", "Content-Type: text/html → text/plain", "x-amz-meta-owner: - → me"];
        assert_eq!(told(&put(Some("no-cache")), &more), expected);
        assert_eq!(told(&put(Some("no-cache")), &head().content_language("").build()), [""; 0]);
    }
}
