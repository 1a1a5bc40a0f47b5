//! `files`: a folder whose files are a bucket's objects.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Bucket;
use crate::aws::Kind;
use crate::aws::s3::{self, files::Object};
use crate::canonical::Sha;
use crate::manifest::{Cursor, Section, names};
use crate::name::Name;
use crate::package::{StaticFile, StaticFolder};

mod check;
mod content_type;
mod headers;

use headers::Headers;

/// Digits of the digest by which rules of headers are known.
const DIGITS: usize = 32;

/// A folder whose files are a bucket's objects.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of a folder, or { folder = ..., prefix = ..., cache = [...] }")]
pub enum Files {
    /// The folder, relative to the manifest.
    Folder(String),
    /// The folder, where its files lie, and how they are served.
    Ruled(Box<RuledFiles>),
}

/// A folder whose files are a bucket's objects, and how they are served. Patterns are those of `.gitignore`: a pattern
/// without a slash matches at any depth, any other is relative to the folder. The first rule that matches applies.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuledFiles {
    /// The folder, relative to the manifest.
    pub folder: String,
    /// The prefix of the keys, such as `docs/`. Default: none, so that the whole bucket belongs to the folder.
    #[serde(default)]
    pub prefix: String,
    /// Patterns of files that are left out.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Patterns of files whose names change with their contents, such as `assets/**`. They are uploaded first, and may
    /// be cached for ever: `public, max-age=31536000, immutable`.
    #[serde(default)]
    pub immutable: Vec<String>,
    /// How long browsers and caches may keep files; without a rule, they decide.
    #[serde(default)]
    pub cache: Vec<CacheRule>,
    /// Media types of files whose extension does not determine it.
    #[serde(default)]
    pub content_type: Vec<TypeRule>,
    /// Encodings of files that are already compressed.
    #[serde(default)]
    pub content_encoding: Vec<EncodingRule>,
    /// Files that are compressed before they are uploaded, and served with the encoding as their `Content-Encoding`.
    #[serde(default)]
    pub compress: Vec<CompressRule>,
}

/// How long browsers and caches may keep files.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheRule {
    /// A pattern of files.
    pub r#match: String,
    /// The header `Cache-Control`, such as `no-cache` or `max-age=300`.
    pub control: String,
}

/// A media type.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TypeRule {
    /// A pattern of files.
    pub r#match: String,
    /// The header `Content-Type`, such as `text/html; charset=utf-8`.
    pub r#type: String,
}

/// An encoding.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EncodingRule {
    /// A pattern of files.
    pub r#match: String,
    /// The header `Content-Encoding`: `gzip`, `br` or `zstd`.
    pub encoding: String,
}

/// Files that are compressed before they are uploaded.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompressRule {
    /// A pattern of files.
    pub r#match: String,
    /// How: `gzip`.
    pub encoding: String,
}

impl Files {
    /// The folder, and what is read of it.
    pub fn source(&self) -> StaticFolder {
        match self {
            Self::Folder(folder) => StaticFolder { folder: folder.clone(), ..StaticFolder::default() },
            Self::Ruled(ruled) => StaticFolder {
                folder: ruled.folder.clone(),
                exclude: ruled.exclude.clone(),
                gzip: ruled.compress.iter().map(|rule| rule.r#match.clone()).collect(),
            },
        }
    }

    fn folder(&self) -> &str {
        match self {
            Self::Folder(folder) => folder,
            Self::Ruled(ruled) => &ruled.folder,
        }
    }

    /// How the keys begin.
    pub fn prefix(&self) -> &str {
        match self {
            Self::Folder(_) => "",
            Self::Ruled(ruled) => &ruled.prefix,
        }
    }

    /// Where the folder is said.
    fn place<'a>(&self, here: &Cursor<'a>) -> Cursor<'a> {
        match self {
            Self::Folder(_) => here.clone(),
            Self::Ruled(_) => here.at("folder"),
        }
    }

    /// Adds the bucket's files, and reports what AWS would refuse of them.
    pub(super) fn lower(&self, bucket: &Bucket, name: &Name, here: &Cursor) {
        check::check(self, bucket, here);
        let headers = Headers::of(self, here);
        let place = self.place(here);
        let found = match here.sources.folders.get(name) {
            Some(Ok(found)) => found,
            Some(Err(why)) => return place.problem(why.as_str(), None),
            None => return place.problem(format!("{} has not been read", self.folder()), None),
        };
        check::check_files(self, found, &place);
        headers.check(found, here);
        here.need(Bucket::address(name));
        let object = |file: &StaticFile| {
            let put = headers.put(file);
            (self.key(file), Object { e_tag: file.md5.clone(), size: file.size, put: Some(put) })
        };
        let objects: BTreeMap<String, Object> = found.iter().map(object).collect();
        let state = s3::Files::new(Some(self.digest()), objects);
        let physical = names::files::physical(here.owner, here.site, name, self.prefix());
        here.add(here.id(Kind::Files, name, physical), state, false);
    }

    fn key(&self, file: &StaticFile) -> String {
        format!("{}{}", self.prefix(), file.path)
    }

    /// The digest of all that headers follow from, beside the files' paths. Rules that compress nothing have the digest that
    /// they had before anything could be compressed, so that no file is put again for it.
    fn digest(&self) -> String {
        let nothing = (&[][..], &[][..], &[][..], &[][..]);
        let (rules, compress) = match self {
            Self::Folder(_) => (nothing, &[][..]),
            Self::Ruled(ruled) => (
                (&ruled.immutable[..], &ruled.cache[..], &ruled.content_type[..], &ruled.content_encoding[..]),
                &ruled.compress[..],
            ),
        };
        let digest = match compress.is_empty() {
            true => Sha::of_json(&(content_type::TABLE, rules)),
            false => Sha::of_json(&(content_type::TABLE, rules, compress)),
        };
        // Texts and lists of them can be written.
        digest.unwrap_or_else(|_| Sha::of(b"")).hex().chars().take(DIGITS).collect()
    }
}

#[cfg(test)]
mod tests;
