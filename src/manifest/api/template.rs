//! Requests to services: Velocity templates, made from the same terms as parameters of HTTP APIs: a text,
//! `$request.body`, `$request.header.x`, `$context.requestId`.
//!
//! Whatever a caller sends is escaped for the place where it is inserted, and texts of the manifest contain nothing
//! that would be read as Velocity. Headers, query parameters and path variables are each read from their own map:
//! `$input.params('x')` would allow a caller to supply a header in the query string.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::parameter::is_word;
use crate::manifest::http_api::key::RouteKey;
use crate::manifest::http_api::mapping;
use crate::manifest::{Cursor, Manifest};

/// The place where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A text in a JSON document.
    Json,
    /// A JSON document inside a string of a JSON document: a body that is not JSON gets a 400.
    Document,
    /// A JSON document inside a string of a JSON document: a body that is not JSON gets a 400.
    Base64,
    /// A value of a form.
    Form,
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*');

/// A part of a value.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    /// Where API Gateway takes a value from, such as `request.body`.
    Source(&'t str),
}

/// A value, written for its place; reports what API Gateway could not take from anywhere.
pub(super) fn value(raw: &str, key: RouteKey, place: Place, here: &Cursor) -> String {
    let text = mapping::value(raw, key, here);
    let write = |piece: Piece| {
        match piece {
        Piece::Text(text) => place.text(text),
        Piece::Source(source) => place.source(source).unwrap_or_else(|| {
            if !mapping::is_known(source) {
                return String::new();
            }
            let help = "write $request.body, $request.body.<path>, $request.header.<name>, $request.querystring.<name>, \
                        $request.path.<variable>, $context.<name> or $stageVariables.<name>";
            here.problem(format!("${source} is not available in a request to a service"), Some(help));
            String::new()
        }),
    }
    };
    pieces(&text).into_iter().map(write).collect()
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    if let Some(source) = text.strip_prefix('$').filter(|rest| !rest.starts_with('{')) {
        return vec![Piece::Source(source)];
    }
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        let (source, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.extend([Piece::Text(before), Piece::Source(source)]);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

impl Place {
    /// Text of the manifest; no `$` and no `#` is left of it.
    pub fn text(self, text: &str) -> String {
        match self {
            Self::Json | Self::Document => {
                let quoted = serde_json::Value::from(text).to_string();
                let text = quoted[1..quoted.len() - 1].replace("\\\\", "\\u005c");
                text.replace('$', "\\u0024").replace('#', "\\u0023")
            }
            Self::Base64 => BASE64_STANDARD.encode(text),
            Self::Form => utf8_percent_encode(text, UNRESERVED).to_string(),
        }
    }

    fn source(self, source: &str) -> Option<String> {
        let found = match (self, source) {
            (Self::Document, "request.body") => "$input.json('$')".to_owned(),
            (_, "request.body") => "$input.body".to_owned(),
            // A text of what is not there is empty, and of a number its digits.
            (_, other) => format!("\"$!{}\"", reference(other)?),
        };
        Some(match self {
            // What escapes a text for JavaScript escapes a single quote too, and JSON knows no such thing.
            Self::Json | Self::Document => format!("$util.escapeJavaScript({found}).replaceAll(\"\\\\'\",\"'\")"),
            Self::Base64 => format!("$util.base64Encode({found})"),
            Self::Form => format!("$util.urlEncode({found})"),
        })
    }
}

/// A reference in Velocity's language, without what begins it.
fn reference(source: &str) -> Option<String> {
    let named = |start: &str, more: &[u8]| source.strip_prefix(start).filter(|name| is_word(name, more));
    let of = |place: &str, name: &str| format!("input.params().{place}.get('{name}')");
    if source == "request.path" {
        return Some("context.path".into());
    }
    named("request.header.", b"-_.")
        .map(|name| of("header", name))
        .or_else(|| named("request.querystring.", b"-_.").map(|name| of("querystring", name)))
        .or_else(|| named("request.path.", b"-_.:").map(|name| of("path", name)))
        .or_else(|| named("request.body.", b"-_.[]").map(|path| format!("input.path('$.{path}')")))
        .or_else(|| named("context.", b"_.").map(|name| format!("context.{name}")))
        .or_else(|| named("stageVariables.", b"_").map(|name| format!("stageVariables.{name}")))
}

/// A template of the user's own, with what it refers to of the manifest filled in: `${table.orders.name}`. Everything else that
/// begins with `$` is the template's.
pub(super) fn own(raw: &str, here: &Cursor) -> String {
    let (mut text, mut rest) = (String::new(), raw);
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let inner = after.split('}').next().unwrap_or_default();
        text.push_str(if Manifest::fills_in(inner) { "${" } else { "$${" });
        rest = after;
    }
    here.literal(&(text + rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_callers_send_is_escaped_for_its_place() {
        let json = |of: &str| Place::Json.source(of);
        let escaped = |of: &str| Some(format!("$util.escapeJavaScript({of}).replaceAll(\"\\\\'\",\"'\")"));
        assert_eq!(json("request.body"), escaped("$input.body"));
        assert_eq!(Place::Document.source("request.body"), escaped("$input.json('$')"));
        assert_eq!(json("request.header.X-Id"), escaped("\"$!input.params().header.get('X-Id')\""));
        assert_eq!(json("request.body.a[0].b"), escaped("\"$!input.path('$.a[0].b')\""));
        let form = Place::Form.source("request.path.id");
        assert_eq!(form.as_deref(), Some("$util.urlEncode(\"$!input.params().path.get('id')\")"));
        let bytes = Place::Base64.source("context.requestId");
        assert_eq!(bytes.as_deref(), Some("$util.base64Encode(\"$!context.requestId\")"));
        for bad in ["request.header.a'b", "request.body.a')", "context.a-b", "response.body.a", "request.header.", "x"]
        {
            assert_eq!(json(bad), None, "{bad}");
        }
    }

    #[test]
    fn text_holds_nothing_that_would_be_read_as_part_of_a_template() {
        assert_eq!(Place::Json.text("a \"b\" $c #set"), "a \\\"b\\\" \\u0024c \\u0023set");
        assert_eq!(Place::Json.text("a\\\""), "a\\u005c\\\"", "a backslash before a $ would be read as an escape");
        assert_eq!(Place::Form.text("a b&$c=#"), "a%20b%26%24c%3D%23");
        assert_eq!(Place::Base64.text("$a"), "JGE=");
    }

    #[test]
    fn a_value_is_text_and_what_comes_from_elsewhere() {
        assert_eq!(pieces("$request.body"), [Piece::Source("request.body")]);
        let expected = [Piece::Text("a-"), Piece::Source("context.stage"), Piece::Text("-b")];
        assert_eq!(pieces("a-${context.stage}-b"), expected);
        assert_eq!(pieces("plain"), [Piece::Text("plain")]);
    }

    #[test]
    fn only_what_the_manifest_has_is_a_reference_of_a_template_of_ones_own() {
        for is in ["stage", "table.orders.name", "queue.jobs.url"] {
            assert!(Manifest::fills_in(is), "{is}");
        }
        for is_not in ["x", "stageVariables.one", "input.params.x", "context.authorizer.claims", "a.b.c"] {
            assert!(!Manifest::fills_in(is_not), "{is_not}");
        }
    }
}
