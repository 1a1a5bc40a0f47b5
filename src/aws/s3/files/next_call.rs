//! Which call comes next.
//!
//! Below an empty prefix, the object that names the rules of headers comes first: whatever is uploaded after it is
//! uploaded by them. It is deleted before anything is uploaded by other rules, and created again once all files have
//! been uploaded by those.

use super::call::{Body, Call, DeleteObjects, PutObject, PutObjects};
use super::{Files, MARKER, place};
use crate::aws::Id;
use crate::canonical::Sha;

/// The MD5 of nothing.
const EMPTY: &str = "d41d8cd98f00b204e9800998ecf8427e";

pub(super) fn next_call(id: &Id, want: Option<&Files>, live: Option<&Files>) -> Option<Call> {
    let nothing = Files::default();
    let Some(live) = live else { return want.and_then(|want| Some(mark(id, want.headers.as_deref()?))) };
    let want = want.unwrap_or(&nothing);
    if let Some(digest) = live.headers.as_deref().filter(|digest| want.headers.as_deref() != Some(digest)) {
        return Some(delete(id, true, vec![marker(id, digest)]));
    }
    let differs = |key: &&str| live.objects.get(*key) != want.objects.get(*key);
    let differing = want.groups().into_iter().map(|group| group.into_iter().filter(differs).collect::<Vec<_>>());
    if let Some(group) = differing.into_iter().find(|group| !group.is_empty()) {
        return Some(put(id, want, &group));
    }
    let unwanted: Vec<String> = live.objects.keys().filter(|key| !want.objects.contains_key(*key)).cloned().collect();
    if !unwanted.is_empty() {
        return Some(delete(id, false, unwanted));
    }
    if want.headers == live.headers {
        return None;
    }
    match want.groups().get(live.again) {
        Some(group) => Some(put(id, want, group)),
        None => want.headers.as_deref().map(|digest| mark(id, digest)),
    }
}

fn put(id: &Id, want: &Files, group: &[&str]) -> Call {
    let objects = group.iter().filter_map(|key| PutObject::new(key, want.objects.get(*key)?));
    Call::Put(of_bucket(id, None, objects.collect()))
}

/// Puts the object whose key names the rules of headers.
fn mark(id: &Id, digest: &str) -> Call {
    let object = PutObject {
        key: marker(id, digest),
        body: Body { digest: Sha::of(b""), size: 0 },
        e_tag: EMPTY.into(),
        content_type: "text/plain".into(),
        cache_control: None,
        content_encoding: None,
    };
    Call::Put(of_bucket(id, Some(digest.to_owned()), vec![object]))
}

fn of_bucket(id: &Id, headers: Option<String>, objects: Vec<PutObject>) -> PutObjects {
    PutObjects { bucket: place(id).0.to_owned(), expected_bucket_owner: id.site.account.to_string(), headers, objects }
}

fn delete(id: &Id, headers: bool, keys: Vec<String>) -> Call {
    let (bucket, expected_bucket_owner) = (place(id).0.to_owned(), id.site.account.to_string());
    Call::Delete(DeleteObjects { bucket, expected_bucket_owner, headers, keys })
}

fn marker(id: &Id, digest: &str) -> String {
    format!("{}{MARKER}{digest}", place(id).1)
}
