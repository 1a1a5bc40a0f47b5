//! What lies below a prefix.

use serde::Serializer;

use super::*;

/// The part of the key, between prefix and digest, of the object whose key names the rules of headers.
pub const MARKER: &str = ".serverless-app/headers-";
/// The folder that is ours below a prefix.
pub const RESERVED: &str = ".serverless-app";
/// Files of one call: what is sent again where one of them is refused.
const GROUP: usize = 100;

/// All that lies below a prefix of a bucket.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Files {
    /// The digest of the rules by which the headers of all objects were put; `None` where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<String>,
    /// By key, prefix included.
    pub objects: BTreeMap<String, Object>,
    /// How many groups have been put again for their headers alone, by this very change.
    #[serde(skip)]
    pub(super) again: usize,
}

/// An object as a listing has it.
#[derive(Debug, Clone)]
pub struct Object {
    /// The MD5 in hex, of what was put in one request.
    pub e_tag: String,
    /// In bytes.
    pub size: u64,
    /// How it is to be put; `None` of one that was read.
    pub put: Option<Put>,
}

/// How a file is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The SHA-256 of its bytes.
    pub digest: Sha,
    pub content_type: String,
    pub cache_control: Option<String>,
    pub content_encoding: Option<String>,
    /// When.
    pub turn: Turn,
}

/// When a file is put: after all files of an earlier turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// First: nothing refers to it yet.
    Immutable,
    /// After that.
    Usual,
    /// Last: it refers to others.
    Page,
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        (&self.e_tag, self.size) == (&other.e_tag, other.size)
    }
}

/// By what a listing tells.
impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        (&self.headers, &self.objects) == (&other.headers, &other.objects)
    }
}

/// One attribute each: there may be thousands.
impl Serialize for Object {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(&format_args!("{} {}", self.e_tag, self.size))
    }
}

impl Files {
    /// These objects, whose headers were put by the rules with this digest.
    pub fn new(headers: Option<String>, objects: BTreeMap<String, Object>) -> Self {
        Self { headers, objects, again: 0 }
    }

    /// True if there is nothing: then there is no such resource.
    pub(super) fn is_empty(&self) -> bool {
        self.headers.is_none() && self.objects.is_empty()
    }

    /// The keys in the order in which they are put, as many as one call has at a time. A function of what is wanted alone.
    pub(super) fn groups(&self) -> Vec<Vec<&str>> {
        let mut turns: BTreeMap<Turn, Vec<&str>> = BTreeMap::new();
        for (key, object) in &self.objects {
            let turn = object.put.as_ref().map_or(Turn::Usual, |put| put.turn);
            turns.entry(turn).or_default().push(key);
        }
        turns.into_values().flat_map(|keys| keys.chunks(GROUP).map(<[&str]>::to_vec).collect::<Vec<_>>()).collect()
    }
}

/// The digest that a key names, if it is that of the object which names the rules of headers.
pub(super) fn marked<'k>(prefix: &str, key: &'k str) -> Option<&'k str> {
    let digest = key.strip_prefix(prefix)?.strip_prefix(MARKER)?;
    let is_hex = digest.len() == 32 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hex.then_some(digest)
}
