//! The calls on files, and their inputs: groups of requests, file by file.

use super::*;

calls! {
    /// The calls on files. Each is a request for each file, or for a thousand of those that are deleted.
    pub enum Call {
        /// Puts files.
        "s3:PutObject" => Put(PutObjects),
        /// Deletes files.
        "s3:DeleteObjects" => Delete(DeleteObjects),
    }
}

/// Bytes beside the plan, named by their digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// `sha256:<64 hex digits>`.
    #[serde(rename = "$blob")]
    pub digest: Sha,
    /// How many.
    pub size: u64,
}

/// Input of `PutObject`, of several at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutObjects {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    /// The digest of the rules of headers, where the one object names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) headers: Option<String>,
    pub(super) objects: Vec<PutObject>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutObject {
    pub(super) key: String,
    pub(super) body: Body,
    /// What S3 answers, and lists from then on.
    #[serde(rename = "ETag")]
    pub(super) e_tag: String,
    pub(super) content_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cache_control: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_encoding: Option<String>,
}

/// Input of `DeleteObjects`, of as many as there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteObjects {
    pub(super) bucket: String,
    pub(super) expected_bucket_owner: String,
    /// True if the one object names the rules of headers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) headers: bool,
    pub(super) keys: Vec<String>,
}

impl PutObject {
    /// An object as it is wanted; `None` of one that was read.
    pub(super) fn new(key: &str, object: &Object) -> Option<Self> {
        let put = object.put.clone()?;
        Some(Self {
            key: key.to_owned(),
            body: Body { digest: put.digest, size: object.size },
            e_tag: object.e_tag.clone(),
            content_type: put.content_type,
            cache_control: put.cache_control,
            content_encoding: put.content_encoding,
        })
    }

    fn listed(&self) -> Object {
        Object { e_tag: self.e_tag.clone(), size: self.body.size, put: None }
    }
}

impl PutObjects {
    /// What lies there after it. A group of what lies there already is put for its headers.
    pub(super) fn apply(&self, mut files: Files) -> Files {
        if self.headers.is_some() {
            return Files { headers: self.headers.clone(), ..files };
        }
        let is_there = |object: &PutObject| files.objects.get(&object.key) == Some(&object.listed());
        if self.objects.iter().all(is_there) {
            files.again += 1;
        }
        files.objects.extend(self.objects.iter().map(|object| (object.key.clone(), object.listed())));
        files
    }

    /// True if it puts some of the files that `whole` puts, in the same way.
    pub(super) fn is_rest(&self, whole: &Self) -> bool {
        let others: BTreeMap<&str, &PutObject> = whole.objects.iter().map(|one| (one.key.as_str(), one)).collect();
        let is_there = |one: &PutObject| others.get(one.key.as_str()) == Some(&one);
        let is_same = (&self.bucket, &self.expected_bucket_owner, &self.headers)
            == (&whole.bucket, &whole.expected_bucket_owner, &whole.headers);
        is_same && self.objects.len() < whole.objects.len() && self.objects.iter().all(is_there)
    }

    /// True if it puts nothing but what is wanted, as it is wanted.
    pub(super) fn leads_to(&self, goal: Option<&Files>) -> bool {
        let wanted = |one: &PutObject| PutObject::new(&one.key, goal?.objects.get(&one.key)?);
        self.headers.is_none() && self.objects.iter().all(|one| wanted(one).as_ref() == Some(one))
    }
}

impl DeleteObjects {
    /// What lies there after it.
    pub(super) fn apply(&self, mut files: Files) -> Files {
        if self.headers {
            files.headers = None;
        }
        self.keys.iter().for_each(|key| drop(files.objects.remove(key)));
        files
    }

    /// True if it deletes some of the files that `whole` deletes.
    pub(super) fn is_rest(&self, whole: &Self) -> bool {
        let others: BTreeSet<&String> = whole.keys.iter().collect();
        let is_same = (&self.bucket, &self.expected_bucket_owner, self.headers)
            == (&whole.bucket, &whole.expected_bucket_owner, whole.headers);
        is_same && self.keys.len() < whole.keys.len() && self.keys.iter().all(|key| others.contains(key))
    }

    /// True if it deletes nothing but what is not wanted below the prefix.
    pub(super) fn leads_to(&self, prefix: &str, goal: Option<&Files>) -> bool {
        let is_wanted = |key: &String| goal.is_some_and(|goal| goal.objects.contains_key(key));
        let names_rules = |key: &str| {
            state::marked(prefix, key).is_some()
                && state::marked(prefix, key) == goal.and_then(|goal| goal.headers.as_deref())
        };
        let goes = |key: &String| key.starts_with(prefix) && !names_rules(key) && !is_wanted(key);
        !self.headers && self.keys.iter().all(goes)
    }
}
