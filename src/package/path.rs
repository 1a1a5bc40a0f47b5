//! Paths within a zip.

/// Why a path may not be in a zip: it could lead out of the folder that it is unpacked in, or mean different files on
/// different systems.
pub(super) fn unsafe_name(path: &str) -> Option<&'static str> {
    if path.contains('\\') {
        return Some("a backslash");
    }
    if path.chars().any(char::is_control) {
        return Some("a control character");
    }
    path.split('/').find_map(|part| match part {
        "" => Some("an empty part, or an absolute path"),
        "." | ".." => Some("a relative part"),
        _ if part.as_bytes().get(1) == Some(&b':') => Some("a drive letter"),
        _ => None,
    })
}
