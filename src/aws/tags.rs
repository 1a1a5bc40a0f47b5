//! Tags: how they are compared and which call comes next on the way to the wanted ones.

use std::collections::BTreeMap;

/// Tags of one resource, by key.
pub type Tags = BTreeMap<String, String>;

/// The next change of a resource's tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagChange {
    /// Add these, or give them another value.
    Set(Tags),
    /// Remove these keys.
    Remove(Vec<String>),
}

/// What to do next so that `live` becomes `want`. New tags come before old ones go, so that a resource is never
/// without an owner between two calls.
pub fn next(want: &Tags, live: &Tags) -> Option<TagChange> {
    let set: Tags =
        want.iter().filter(|(k, v)| live.get(*k) != Some(*v)).map(|(k, v)| (k.clone(), v.clone())).collect();
    if !set.is_empty() {
        return Some(TagChange::Set(set));
    }
    let gone: Vec<String> = live.keys().filter(|key| !want.contains_key(*key)).cloned().collect();
    (!gone.is_empty()).then_some(TagChange::Remove(gone))
}

/// The effect of setting tags.
pub fn set(tags: &mut Tags, more: &Tags) {
    tags.extend(more.clone());
}

/// The effect of removing tags.
pub fn remove(tags: &mut Tags, keys: &[String]) {
    tags.retain(|key, _| !keys.contains(key));
}

/// Tags as AWS lists them, without its own (`aws:*`), which nobody else can write.
pub fn collect<K: Into<String>, V: Into<String>>(listed: impl IntoIterator<Item = (K, V)>) -> Tags {
    let tags = listed.into_iter().map(|(key, value)| (key.into(), value.into()));
    tags.filter(|(key, _): &(String, String)| !key.starts_with("aws:")).collect()
}

/// Tags in a call's input as most APIs want them: a list of `{"Key": ..., "Value": ...}`, by key.
/// For `#[serde(with = "tags::listed")]`.
pub mod listed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::Tags;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase", deny_unknown_fields)]
    struct Tag {
        key: String,
        value: String,
    }

    /// Writes the list.
    pub fn serialize<S: Serializer>(tags: &Tags, output: S) -> Result<S::Ok, S::Error> {
        output.collect_seq(tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }))
    }

    /// Reads the list; a key that comes twice is an error.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Tags, D::Error> {
        let mut tags = Tags::new();
        for tag in Vec::<Tag>::deserialize(input)? {
            if tags.insert(tag.key.clone(), tag.value).is_some() {
                return Err(de::Error::custom(format!("the tag {:?} comes twice", tag.key)));
            }
        }
        Ok(tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_tags_come_before_old_ones_go() {
        let (want, mut live) = (collect([("a", "1"), ("b", "2")]), collect([("b", "1"), ("c", "3"), ("aws:x", "")]));
        assert_eq!(next(&want, &live), Some(TagChange::Set(want.clone())));
        set(&mut live, &want);
        assert_eq!(next(&want, &live), Some(TagChange::Remove(vec!["c".into()])));
        remove(&mut live, &["c".into()]);
        assert_eq!(next(&want, &live), None);
    }
}
