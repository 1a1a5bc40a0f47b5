//! The mark at the end of a version's description: `serverless-app:<CodeSha256>`. It says that we made the version, and from which
//! zip.

use super::Blob;

/// How it begins.
const START: &str = "serverless-app:";
/// Characters of base64 of a SHA-256.
const DIGEST: usize = 44;
/// The most characters that AWS takes of a description.
const MOST: usize = 256;

/// The most characters of a description that leave room for the mark.
pub const DESCRIPTION: usize = MOST - START.len() - DIGEST - 1;

/// A description as AWS is given it.
pub(super) fn marked(description: &str, code_sha256: &str) -> String {
    let gap = if description.is_empty() { "" } else { " " };
    format!("{description}{gap}{START}{code_sha256}")
}

/// The description and the `CodeSha256` that a marked one says; `None` of one that is not ours.
pub(super) fn read(text: &str) -> Option<(&str, &str)> {
    let (description, mark) = text.rsplit_once(' ').unwrap_or(("", text));
    let digest = mark.strip_prefix(START)?;
    (Blob::of_code(digest).code_sha256() == digest).then_some((description, digest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::Sha;

    #[test]
    fn a_mark_is_read_back_with_any_description_and_nothing_else_is_one() {
        let digest = Blob::of(&Sha::of(b"zip")).code_sha256();
        for description in ["", "Shared code", "two  spaces ", &format!("mine {START}x"), &"ä".repeat(DESCRIPTION)] {
            let text = marked(description, &digest);
            assert_eq!(read(&text), Some((description, digest.as_str())), "{text}");
            assert!(text.chars().count() <= MOST);
        }
        let no_digest = format!("{START}c2hh");
        for text in ["", "Shared code", START, &no_digest, &format!("{START}{digest} "), &format!("x{START}{digest}")] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }
}
