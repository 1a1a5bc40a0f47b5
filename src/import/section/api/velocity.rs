//! Values of templates back from Velocity's language: `$util.urlEncode($input.body)` is `$request.body`.
//!
//! What is read is what a route's own parameters are written as, and nothing else: another template is kept in a file.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;

/// The place where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A text in a JSON document.
    Json,
    /// A text in a JSON document that stands for bytes.
    Base64,
    /// A value of a form.
    Form,
}

enum Piece {
    Text(String),
    Source(String),
}

impl Place {
    /// What stands around a source here.
    fn around(self) -> (&'static str, &'static str) {
        match self {
            Self::Json => ("$util.escapeJavaScript(", ").replaceAll(\"\\\\'\",\"'\")"),
            Self::Base64 => ("$util.base64Encode(", ")"),
            Self::Form => ("$util.urlEncode(", ")"),
        }
    }

    fn text(self, written: &str) -> Option<String> {
        match self {
            Self::Json => serde_json::from_str(&format!("\"{written}\"")).ok(),
            Self::Base64 => String::from_utf8(BASE64_STANDARD.decode(written).ok()?).ok(),
            Self::Form => percent_decode_str(written).decode_utf8().ok().map(Into::into),
        }
    }

    /// True for what ends a value here.
    fn ends(self, c: char) -> bool {
        c == if self == Self::Form { '&' } else { '"' }
    }
}

/// The value that a text begins with, and what follows it.
pub fn value(text: &str, place: Place) -> Option<(String, &str)> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    let (before, after) = place.around();
    while !rest.is_empty() && !rest.starts_with(|c| place.ends(c)) {
        if let Some(inner) = rest.strip_prefix(before) {
            let (source, behind) = found(inner)?;
            rest = behind.strip_prefix(after)?;
            pieces.push(Piece::Source(source));
        } else {
            let written = &rest[..plain(rest, place)];
            rest = &rest[written.len()..];
            pieces.push(Piece::Text(place.text(written).filter(|_| !written.is_empty())?));
        }
    }
    Some((said(&pieces)?, rest))
}

/// How much of a text is neither a source nor the end of the value; no `$` is left in text.
fn plain(text: &str, place: Place) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = !is_escaped && (*c == '$' || place.ends(*c));
        is_escaped = *c == '\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// What API Gateway takes it from, and what follows.
fn found(text: &str) -> Option<(String, &str)> {
    if let Some(rest) = text.strip_prefix("$input.json('$')").or_else(|| text.strip_prefix("$input.body")) {
        return Some(("request.body".into(), rest));
    }
    let (reference, rest) = text.strip_prefix("\"$!")?.split_once('"')?;
    Some((source(reference)?, rest))
}

fn source(reference: &str) -> Option<String> {
    if reference == "context.path" {
        return Some("request.path".into());
    }
    if let Some((place, name)) = reference.strip_prefix("input.params().").and_then(|of| of.split_once(".get('")) {
        let is_place = ["header", "path", "querystring"].contains(&place);
        return is_place.then(|| Some(format!("request.{place}.{}", name.strip_suffix("')")?))).flatten();
    }
    if let Some(path) = reference.strip_prefix("input.path('$.").and_then(|path| path.strip_suffix("')")) {
        return Some(format!("request.body.{path}"));
    }
    let is_own = ["context.", "stageVariables."].iter().any(|start| reference.starts_with(start));
    is_own.then(|| reference.to_owned())
}

/// The value as a manifest says it; none where it could not.
fn said(pieces: &[Piece]) -> Option<String> {
    if let [Piece::Source(source)] = pieces {
        return Some(format!("${source}"));
    }
    let texts = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        Piece::Source(_) => None,
    });
    let is_clear = !texts.clone().any(|text| text.contains("${"))
        && !texts.clone().next().is_some_and(|text| text.starts_with('$'));
    is_clear.then(|| {
        let written = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Source(source) => format!("${{{source}}}"),
        });
        written.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_route_says_is_read_back_and_nothing_else() {
        let form = |text: &str| value(text, Place::Form).map(|(value, rest)| (value, rest.to_owned()));
        let is = |value: &str, rest: &str| Some((value.to_owned(), rest.to_owned()));
        assert_eq!(form("$util.urlEncode($input.body)&Next=1"), is("$request.body", "&Next=1"));
        assert_eq!(form("a%20b-$util.urlEncode(\"$!context.requestId\")"), is("a b-${context.requestId}", ""));
        let header = "$util.urlEncode(\"$!input.params().header.get('x-id')\")";
        assert_eq!(form(header), is("$request.header.x-id", ""));
        assert_eq!(form("$input.body"), None);
        let json = "$util.escapeJavaScript(\"$!input.path('$.id')\").replaceAll(\"\\\\'\",\"'\")\",\"b\"";
        assert_eq!(value(json, Place::Json), Some(("$request.body.id".to_owned(), "\",\"b\"")));
        assert_eq!(value("a\\\"\\u0024b\",", Place::Json), Some(("a\"$b".to_owned(), "\",")));
        assert_eq!(value("eA==\"", Place::Base64), Some(("x".to_owned(), "\"")));
    }
}
