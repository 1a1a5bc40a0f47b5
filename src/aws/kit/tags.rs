//! Tags: how they are compared, and which call comes next on the way to the wanted ones.
//!
//! A kind with tags says `tagged!` in its implementation of `Resource`, `tag_inputs!` and `tag_calls!` beside its calls, and
//! `sdk_tag!` once for the service, where its crate has a type of its own for a tag.

use std::collections::{BTreeMap, HashMap};

use aws_smithy_types::error::operation::BuildError;

use crate::aws::error::AwsError;

/// Tags of one resource, by key.
pub type Tags = BTreeMap<String, String>;

/// The calls of a kind by which its tags change.
pub trait TagCalls: Sized {
    /// What they name the resource by: its ARN mostly.
    type Resource;

    /// Adds tags, or gives them another value.
    fn tag(resource: Self::Resource, tags: Tags) -> Self;

    /// Removes the tags with these keys.
    fn untag(resource: Self::Resource, keys: Vec<String>) -> Self;
}

/// The next call so that `live` becomes `want`. New tags come before old ones go, so that a resource is never
/// without an owner between two calls.
pub fn next_call<C: TagCalls>(resource: C::Resource, want: &Tags, live: &Tags) -> Option<C> {
    let set: Tags =
        want.iter().filter(|(k, v)| live.get(*k) != Some(*v)).map(|(k, v)| (k.clone(), v.clone())).collect();
    if !set.is_empty() {
        return Some(C::tag(resource, set));
    }
    let gone: Vec<String> = live.keys().filter(|key| !want.contains_key(*key)).cloned().collect();
    (!gone.is_empty()).then(|| C::untag(resource, gone))
}

/// The input of one of the calls on tags.
pub trait TagInput {
    /// What it names the resource by.
    type Resource;
    /// Tags, or keys.
    type Change;

    /// The input with this change.
    fn of(resource: Self::Resource, change: Self::Change) -> Self;
}

/// The state's tags are its field `tags`. In a kind's implementation of `Resource`.
macro_rules! tagged {
    () => {
        fn tags(&self) -> Option<&$crate::aws::Tags> {
            Some(&self.tags)
        }

        fn tags_mut(&mut self) -> Option<&mut $crate::aws::Tags> {
            Some(&mut self.tags)
        }
    };
}

/// Declares the inputs of the two calls on tags: their names, what they name the resource by, and how the service writes
/// tags. `Tags` and `TagKeys`: `listed` is `[{"Key", "Value"}]`, `mapped` an object. `tags` and `tagKeys`: `lower_listed`,
/// `lower_mapped`.
macro_rules! tag_inputs {
    ($tag:ident, $untag:ident { $($fields:tt)* } listed) => {
        $crate::aws::kit::tags::tag_inputs!(@ $tag, $untag, "Tags" as "crate::aws::tags::listed", "TagKeys"; $($fields)*);
    };
    ($tag:ident, $untag:ident { $($fields:tt)* } mapped) => {
        $crate::aws::kit::tags::tag_inputs!(@ $tag, $untag, "Tags" as "crate::aws::tags::mapped", "TagKeys"; $($fields)*);
    };
    ($tag:ident, $untag:ident { $($fields:tt)* } lower_listed) => {
        $crate::aws::kit::tags::tag_inputs!(@ $tag, $untag, "tags" as "crate::aws::tags::lower_listed", "tagKeys"; $($fields)*);
    };
    ($tag:ident, $untag:ident { $($fields:tt)* } lower_mapped) => {
        $crate::aws::kit::tags::tag_inputs!(@ $tag, $untag, "tags" as "crate::aws::tags::mapped", "tagKeys"; $($fields)*);
    };
    (
        @ $tag:ident, $untag:ident, $tags:literal as $form:literal, $keys:literal;
        $($(#[$meta:meta])* $field:ident: $of:ty),* $(,)?
    ) => {
        /// Input of the call that adds tags or gives them another value.
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $tag {
            $($(#[$meta])* pub(in $crate::aws) $field: $of,)*
            #[serde(rename = $tags, with = $form)]
            pub(in $crate::aws) tags: $crate::aws::Tags,
        }

        /// Input of the call that removes tags.
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $untag {
            $($(#[$meta])* pub(in $crate::aws) $field: $of,)*
            #[serde(rename = $keys)]
            pub(in $crate::aws) tag_keys: Vec<String>,
        }

        impl $tag {
            /// The effect on the tags.
            pub(in $crate::aws) fn apply(&self, tags: &mut $crate::aws::Tags) {
                tags.extend(self.tags.clone());
            }
        }

        impl $untag {
            /// The effect on the tags.
            pub(in $crate::aws) fn apply(&self, tags: &mut $crate::aws::Tags) {
                tags.retain(|key, _| !self.tag_keys.contains(key));
            }
        }

        #[allow(unused_parens, reason = "one field or several")]
        impl $crate::aws::kit::tags::TagInput for $tag {
            type Resource = ($($of),*);
            type Change = $crate::aws::Tags;
            fn of(($($field),*): Self::Resource, tags: Self::Change) -> Self {
                Self { $($field,)* tags }
            }
        }

        #[allow(unused_parens, reason = "one field or several")]
        impl $crate::aws::kit::tags::TagInput for $untag {
            type Resource = ($($of),*);
            type Change = Vec<String>;
            fn of(($($field),*): Self::Resource, tag_keys: Self::Change) -> Self {
                Self { $($field,)* tag_keys }
            }
        }
    };
}

/// Says which two of a kind's calls change its tags.
macro_rules! tag_calls {
    ($calls:ident: $tag:ident($set:ty), $untag:ident($remove:ty)) => {
        impl $crate::aws::kit::tags::TagCalls for $calls {
            type Resource = <$set as $crate::aws::kit::tags::TagInput>::Resource;

            fn tag(resource: Self::Resource, tags: $crate::aws::Tags) -> Self {
                Self::$tag($crate::aws::kit::tags::TagInput::of(resource, tags))
            }

            fn untag(resource: Self::Resource, keys: Vec<String>) -> Self {
                Self::$untag(<$remove as $crate::aws::kit::tags::TagInput>::of(resource, keys))
            }
        }
    };
}

/// A tag as a crate of the SDK has it.
pub trait SdkTag: Sized {
    /// The tag; an error where the crate cannot make a request of it.
    fn build(key: &str, value: &str) -> Result<Self, BuildError>;

    /// Key and value; `None` without a key.
    fn pair(self) -> Option<(String, String)>;
}

/// Makes a crate's type of a tag known. `optional` where key and value may be absent in it, `valued` where the value may.
macro_rules! sdk_tag {
    ($tag:ty) => {
        $crate::aws::kit::tags::sdk_tag!(@ $tag, |tag| tag, |tag| Some((tag.key, tag.value)));
    };
    ($tag:ty, optional) => {
        $crate::aws::kit::tags::sdk_tag!(@ $tag, |tag| Ok(tag), |tag| Some((tag.key?, tag.value.unwrap_or_default())));
    };
    ($tag:ty, valued) => {
        $crate::aws::kit::tags::sdk_tag!(@ $tag, |tag| tag, |tag| Some((tag.key, tag.value.unwrap_or_default())));
    };
    (@ $tag:ty, |$built:ident| $ok:expr, |$read:ident| $pair:expr) => {
        impl $crate::aws::kit::tags::SdkTag for $tag {
            fn build(key: &str, value: &str) -> Result<Self, aws_smithy_types::error::operation::BuildError> {
                let $built = <$tag>::builder().key(key).value(value).build();
                $ok
            }

            fn pair(self) -> Option<(String, String)> {
                let $read = self;
                $pair
            }
        }
    };
}

pub(in crate::aws) use {sdk_tag, tag_calls, tag_inputs, tagged};

/// Tags as the SDK wants them.
pub fn sdk<T: SdkTag>(api: &'static str, tags: &Tags) -> Result<Vec<T>, AwsError> {
    let tags = tags.iter().map(|(key, value)| T::build(key, value));
    tags.collect::<Result<_, _>>().map_err(|error| AwsError::not_sent(api, error.to_string()))
}

/// Tags for the SDK's crates that have no type of their own for a tag.
pub fn map(tags: &Tags) -> HashMap<String, String> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Tags as the SDK lists them, without AWS's own.
pub fn read<T: SdkTag>(listed: impl IntoIterator<Item = T>) -> Tags {
    collect(listed.into_iter().filter_map(T::pair))
}

/// Tags as AWS lists them, without its own (`aws:*`), which nobody else can write.
pub fn collect<K: Into<String>, V: Into<String>>(listed: impl IntoIterator<Item = (K, V)>) -> Tags {
    let tags = listed.into_iter().map(|(key, value)| (key.into(), value.into()));
    tags.filter(|(key, _): &(String, String)| !key.starts_with("aws:")).collect()
}

/// Tags in a call's input as most APIs want them: a list of `{"Key": ..., "Value": ...}`, by key.
/// For `#[serde(with = "tags::listed")]`.
pub mod listed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Tags, each_once};

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
        each_once(Vec::<Tag>::deserialize(input)?.into_iter().map(|tag| (tag.key, tag.value)))
    }
}

/// Tags in a call's input as Step Functions wants them: a list of `{"key": ..., "value": ...}`, by key.
pub mod lower_listed {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Tags, each_once};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
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
        each_once(Vec::<Tag>::deserialize(input)?.into_iter().map(|tag| (tag.key, tag.value)))
    }
}

/// Tags in a call's input as some APIs want them: an object, by key.
pub mod mapped {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Tags;

    /// Writes the object.
    pub fn serialize<S: Serializer>(tags: &Tags, output: S) -> Result<S::Ok, S::Error> {
        tags.serialize(output)
    }

    /// Reads the object.
    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Tags, D::Error> {
        Tags::deserialize(input)
    }
}

fn each_once<E: serde::de::Error>(listed: impl Iterator<Item = (String, String)>) -> Result<Tags, E> {
    let mut tags = Tags::new();
    for (key, value) in listed {
        if tags.insert(key.clone(), value).is_some() {
            return Err(E::custom(format!("the tag {key:?} is listed twice")));
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::kit::calls::calls;

    tag_inputs!(Tag, Untag { arn: String } lower_listed);

    calls! {
        /// Calls on nothing but tags.
        pub enum Call {
            /// Sets.
            "x:Tag" => Tag(Tag),
            /// Removes.
            "x:Untag" => Untag(Untag),
        }
    }

    tag_calls!(Call: Tag(Tag), Untag(Untag));

    #[test]
    fn new_tags_come_before_old_ones_go() {
        let (want, mut live) = (collect([("a", "1"), ("b", "2")]), collect([("b", "1"), ("c", "3"), ("aws:x", "")]));
        let Some(Call::Tag(set)) = next_call("arn".to_owned(), &want, &live) else { panic!("nothing to set") };
        assert_eq!(set, Tag { arn: "arn".into(), tags: want.clone() });
        set.apply(&mut live);
        let Some(Call::Untag(remove)) = next_call("arn".to_owned(), &want, &live) else { panic!("nothing to remove") };
        assert_eq!(remove.tag_keys, ["c"]);
        remove.apply(&mut live);
        assert_eq!(next_call::<Call>("arn".to_owned(), &want, &live), None);
    }

    #[test]
    fn a_key_that_comes_twice_is_an_error() {
        let twice = r#"{"api": "x:Tag", "input": {"arn": "a", "tags": [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]}}"#;
        let error = serde_json::from_str::<Call>(twice).unwrap_err().to_string();
        assert!(error.contains("the tag \"k\" is listed twice"), "{error}");
        let once = twice.replace(r#""k", "value": "2""#, r#""l", "value": "2""#);
        let call: Call = serde_json::from_str(&once).expect("two tags");
        assert_eq!(serde_json::to_value(&call).unwrap(), serde_json::from_str::<serde_json::Value>(&once).unwrap());
    }
}
