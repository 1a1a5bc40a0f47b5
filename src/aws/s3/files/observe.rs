//! What is below a prefix: one listing, a thousand objects a page.

use aws_sdk_s3::types;

use super::state::marked;
use super::{Answer, Aws, AwsError, BTreeMap, Files, Id, Object, Observed, place};

const API: &str = "s3:ListObjectsV2";

/// Reads all that lies there; `None` where that is nothing, or where there is no bucket.
pub(super) async fn observe(aws: &Aws, id: &Id) -> Result<Option<Observed<Files>>, AwsError> {
    let (bucket, prefix) = place(id);
    let request = aws.read.s3.list_objects_v2().bucket(bucket).prefix(prefix).max_keys(1000);
    let request = request.expected_bucket_owner(id.site.account.as_str());
    let (mut objects, mut token) = (BTreeMap::new(), None);
    loop {
        let page = request.clone().set_continuation_token(token).send().await;
        let Some(page) = page.found(API, &["NoSuchBucket"])? else { return Ok(None) };
        for object in page.contents() {
            let (key, object) = read(object)?;
            objects.insert(key, object);
        }
        token = page.next_continuation_token.filter(|_| page.is_truncated == Some(true));
        if token.is_none() {
            break;
        }
    }
    let files = normalise(prefix, objects);
    Ok((!files.is_empty()).then(|| Observed::of(files)))
}

fn read(object: &types::Object) -> Result<(String, Object), AwsError> {
    let (Some(key), Some(e_tag), Some(size)) = (object.key(), object.e_tag(), object.size()) else {
        return Err(AwsError::malformed(API, "an object without key, ETag or size"));
    };
    let size = u64::try_from(size).map_err(|_| AwsError::malformed(API, format!("{key:?} has {size} bytes")))?;
    Ok((key.to_owned(), Object { e_tag: e_tag.trim_matches('"').to_owned(), size, put: None }))
}

/// A listing as a state. Of several objects that name rules, none says by which the others were put.
pub(super) fn normalise(prefix: &str, mut objects: BTreeMap<String, Object>) -> Files {
    let mut named = objects.keys().filter_map(|key| Some((key.clone(), marked(prefix, key)?.to_owned())));
    let headers = named.next().filter(|_| named.next().is_none());
    if let Some((key, _)) = &headers {
        objects.remove(key);
    }
    Files::new(headers.map(|(_, digest)| digest), objects)
}
