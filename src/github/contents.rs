//! A file of the repository at a commit, without a checkout of it. Shapes: GitHub's REST API, "Get repository content",
//! "Get a blob" and "Get a commit object"; all need `contents: read`.
//!
//! GitHub answers 404 for a file that is not there, and also for a commit that it does not know; the two are
//! distinguished here, because only the first is an answer.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use super::api::{Api, ApiError};

/// What is encoded of a path: not the slashes between its parts.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// A file that is not what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
    /// GitHub cannot be asked, or does not know the commit.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// A folder, a submodule, or a link that leads to no file.
    #[error("it is not a file")]
    NoFile,
    /// Its bytes cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
}

#[derive(Deserialize)]
struct Bytes {
    content: String,
    encoding: String,
}

/// The text of a file at a commit; `None` if that commit does not have it. The path is relative to the repository's
/// root and holds no `..`; a link to a file is followed as GitHub follows it.
pub async fn text_at(api: &Api, path: &str, commit: &str) -> Result<Option<String>, ContentsError> {
    let (path, at) = (utf8_percent_encode(path, PATH), utf8_percent_encode(commit, NON_ALPHANUMERIC));
    let Some(found) = api.find::<Value>(&format!("/contents/{path}?ref={at}")).await? else {
        api.get::<Value>(&format!("/git/commits/{at}")).await?;
        return Ok(None);
    };
    if !is_file(&found) {
        return Err(ContentsError::NoFile);
    }
    let bytes: Bytes = match (found["encoding"].as_str(), found["sha"].as_str()) {
        // What is larger than a megabyte comes as a blob alone.
        (Some("none"), Some(sha)) => {
            api.get(&format!("/git/blobs/{}", utf8_percent_encode(sha, NON_ALPHANUMERIC))).await?
        }
        _ => serde_json::from_value(found).map_err(|error| ContentsError::Unreadable(error.to_string()))?,
    };
    decoded(&bytes).map(Some)
}

/// A folder is a list, a submodule and a link that leads to no file are of other types.
fn is_file(found: &Value) -> bool {
    found["type"] == "file"
}

/// GitHub breaks base64 into lines.
fn decoded(bytes: &Bytes) -> Result<String, ContentsError> {
    let unreadable = |why: String| ContentsError::Unreadable(why);
    if bytes.encoding != "base64" {
        return Err(unreadable(format!("its encoding is {:?}", bytes.encoding)));
    }
    let digits: String = bytes.content.split_ascii_whitespace().collect();
    let decoded = STANDARD.decode(digits).map_err(|error| unreadable(error.to_string()))?;
    String::from_utf8(decoded).map_err(|error| unreadable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_comes_in_lines_and_anything_else_is_an_error() {
        let read = |content: &str, encoding: &str| {
            decoded(&Bytes { content: content.into(), encoding: encoding.into() }).map_err(|error| error.to_string())
        };
        assert_eq!(read("W2Rl\nbnld\n", "base64").unwrap(), "[deny]");
        for (content, encoding) in [("W2Rl*", "base64"), ("/w==", "base64"), ("[deny]", "utf-8"), ("", "none")] {
            assert!(read(content, encoding).unwrap_err().starts_with("it cannot be read: "), "{content}");
        }
    }

    #[test]
    fn a_folder_and_a_submodule_are_no_files() {
        let is_file = |text: &str| is_file(&serde_json::from_str(text).expect("JSON"));
        assert!(is_file(r#"{"type": "file", "sha": "aa", "content": "", "encoding": "base64", "size": 0}"#));
        assert!(!is_file(r#"[{"type": "file", "sha": "aa", "name": "x"}]"#));
        assert!(!is_file(r#"{"type": "submodule", "sha": "aa", "submodule_git_url": "x"}"#));
        assert!(!is_file(r#"{"type": "symlink", "sha": "aa", "target": "x"}"#));
    }
}
