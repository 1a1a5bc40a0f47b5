//! Addresses that may be linked.
//!
//! A link's text is its address, so that its host is read before it is followed; an address that could end a link, hide
//! its host or mislead about it is shown as the text that it is.

use super::escape::code;

/// The longest address that is linked, in characters.
const LONGEST: usize = 400;

/// True if nothing in an address could end a Markdown link, and it is of a usual length.
pub fn is_plain(address: &str) -> bool {
    address.len() <= LONGEST && address.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?&=%#".contains(c))
}

/// Our own words as a link to an address of GitHub's; the words alone where the address is not plainly one.
pub fn to(words: &str, address: &str) -> String {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if is_web && is_plain(address) { format!("[{words}]({address})") } else { words.to_owned() }
}

/// A value that is an address of the web, as a link with the address for its text; any other value as code.
pub fn value(text: &str) -> String {
    if is_address(text) { format!("[{}]({text})", code(text)) } else { code(text) }
}

/// `https://`, a host's name with a dot in it, and nothing before or after the name but a path, a query or a fragment.
fn is_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let is_label = |label: &str| {
        let is_of_it = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(is_of_it) && !label.starts_with('-') && !label.ends_with('-')
    };
    is_plain(text) && host.contains('.') && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_linked_with_all_of_it_to_be_read() {
        let url = "https://a1b2c3.execute-api.us-west-2.amazonaws.com/v1?stage=a&b=%20#top";
        assert_eq!(value(url), format!("[`{url}`]({url})"));
        assert_eq!(to("run", "http://127.0.0.1:39801/o/r"), "[run](http://127.0.0.1:39801/o/r)");
    }

    #[test]
    fn what_could_mislead_or_end_a_link_is_text() {
        for text in [
            "",
            "https://",
            "http://plain.example/",
            "javascript:alert(1)",
            "https://github.com@evil.example/",
            "https://github.com:443@evil.example/",
            "https://evil.example:8443/",
            "https://localhost/",
            "https://a..example/",
            "https://-a.example/",
            "https://ex\u{430}mple.com/",
            "https://evil.example/a) @octocat (",
            "https://evil.example/`code`",
            "https://evil.example/<b>",
            "https://evil.example/\n",
            " https://evil.example/",
            &format!("https://evil.example/{}", "a".repeat(400)),
        ] {
            assert_eq!(value(text), code(text), "{text:?}");
        }
        assert_eq!(to("run", "javascript:alert(1)"), "run");
        assert_eq!(to("run", "https://github.com/a) @octocat ("), "run");
    }
}
