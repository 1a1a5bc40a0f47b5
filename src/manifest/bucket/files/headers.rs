//! The headers that each file is served with, and when it is uploaded.

use super::content_type::by_ending;
use super::{CacheRule, CompressRule, EncodingRule, Files, TypeRule};
use crate::aws::s3::files::{Put, Turn};
use crate::manifest::Cursor;
use crate::package::{Pattern, StaticFile};

/// What may be kept for ever, for a year.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Rules with their patterns read; what is no pattern has been reported and matches nothing.
#[derive(Debug, Default)]
pub(super) struct Headers {
    immutable: Vec<Pattern>,
    cache: Vec<(Pattern, String)>,
    content_type: Vec<(Pattern, String)>,
    content_encoding: Vec<(Pattern, String)>,
    compress: Vec<(Pattern, String)>,
}

impl Headers {
    /// Reads the patterns; each that is none is a problem.
    pub(super) fn of(files: &Files, here: &Cursor) -> Self {
        let Files::Ruled(ruled) = files else { return Self::default() };
        let place = here.at("immutable");
        let immutable = place.each(&ruled.immutable).filter_map(|(place, text)| read(text, &place));
        Self {
            immutable: immutable.collect(),
            cache: rules(&ruled.cache, &here.at("cache"), |CacheRule { r#match, control }| (r#match, control.as_str())),
            content_type: rules(&ruled.content_type, &here.at("content_type"), |TypeRule { r#match, r#type }| {
                (r#match, r#type.as_str())
            }),
            content_encoding: rules(
                &ruled.content_encoding,
                &here.at("content_encoding"),
                |EncodingRule { r#match, encoding }| (r#match, encoding.as_str()),
            ),
            compress: rules(&ruled.compress, &here.at("compress"), |CompressRule { r#match, encoding }| {
                (r#match, encoding.as_str())
            }),
        }
    }

    /// Reports what would be compressed although a build has done so already.
    pub(super) fn check(&self, found: &[StaticFile], here: &Cursor) {
        let both = |file: &&StaticFile| {
            first(&self.compress, &file.path).is_some() && first(&self.content_encoding, &file.path).is_some()
        };
        if let Some(file) = found.iter().find(both) {
            let help = "remove it from one of the two";
            let message =
                format!("{:?} is in compress, but content_encoding says that it is already compressed", file.path);
            here.at("compress").problem(message, Some(help));
        }
    }

    /// How a file is put.
    pub(super) fn put(&self, file: &StaticFile) -> Put {
        let path = file.path.as_str();
        let is_immutable = self.immutable.iter().any(|pattern| pattern.matches(path));
        let content_type = first(&self.content_type, path).unwrap_or_else(|| by_ending(path).to_owned());
        let turn = match is_immutable {
            true => Turn::Immutable,
            false if content_type.starts_with("text/html") => Turn::Page,
            false => Turn::Usual,
        };
        Put {
            digest: file.sha256,
            content_type,
            cache_control: first(&self.cache, path).or_else(|| is_immutable.then(|| IMMUTABLE.to_owned())),
            content_encoding: first(&self.compress, path).or_else(|| first(&self.content_encoding, path)),
            turn,
        }
    }
}

fn rules<T>(all: &[T], here: &Cursor, parts: fn(&T) -> (&String, &str)) -> Vec<(Pattern, String)> {
    let one = |(place, rule): (Cursor, &T)| {
        let (pattern, value) = parts(rule);
        Some((read(pattern, &place.at("match"))?, value.to_owned()))
    };
    here.each(all).filter_map(one).collect()
}

fn read(text: &str, here: &Cursor) -> Option<Pattern> {
    match Pattern::new(text) {
        Ok(pattern) => Some(pattern),
        Err(why) => {
            let help = Some("write a pattern as in .gitignore, such as *.html or assets/**");
            here.problem(format!("{text:?} is not a valid pattern: {why}"), help);
            None
        }
    }
}

/// The value of the first rule that matches.
fn first(rules: &[(Pattern, String)], path: &str) -> Option<String> {
    rules.iter().find(|(pattern, _)| pattern.matches(path)).map(|(_, value)| value.clone())
}
