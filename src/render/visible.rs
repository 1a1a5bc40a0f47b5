//! Text of which every character shows as itself.
//!
//! Controls, line breaks, invisible characters, and those that turn the direction of a line are written as JSON
//! escapes them. So what is shown is exact, stays on its line, and never controls the terminal that shows it.
//! A literal that reads like a reference to an id is escaped too: what looks like one is one.

use crate::text::OutputRef;

/// The text, without quotes around it, with whatever does not show as itself escaped as in JSON.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text, |out, c| match c {
        '\\' => out.push_str("\\\\"),
        c => out.push(c),
    });
    out
}

/// The text as a JSON string, quotes included.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    push(&mut out, text, |out, c| match c {
        '\\' => out.push_str("\\\\"),
        '"' => out.push_str("\\\""),
        c => out.push(c),
    });
    out.push('"');
    out
}

/// JSON text as it is, except for what does not show as itself inside its strings.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push(&mut out, text, String::push);
    out
}

/// `${address.attribute}`: how a reference is shown. No attribute can end it early.
pub fn reference(reference: &OutputRef) -> String {
    let attribute = plain(&reference.attribute).replace('}', "\\u007d").replace('"', "\\u0022");
    format!("${{{}.{attribute}}}", reference.address)
}

/// The characters that were cut off are counted, never dropped in silence.
pub fn shortened(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}… (+{} characters)", &text[..at], text[at..].chars().count()),
        None => text.to_owned(),
    }
}

fn push(out: &mut String, text: &str, other: impl Fn(&mut String, char)) {
    let mut rest = text;
    // Most of every text is written as it is, in long pieces.
    while let Some(at) = rest.bytes().position(is_special) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut after = from.chars();
        let Some(c) = after.next() else { break };
        rest = after.as_str();
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' if reads_like_a_reference(from) => out.push_str("\\u0024"),
            c if hides(c) => {
                let mut units = [0; 2];
                c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
            }
            c => other(out, c),
        }
    }
    out.push_str(rest);
}

/// False for what shows as itself everywhere, and means nothing anywhere.
fn is_special(byte: u8) -> bool {
    !matches!(byte, b' '..=b'~') || matches!(byte, b'$' | b'\\' | b'"')
}

/// True for `${` and what could be an address, up to its attribute.
fn reads_like_a_reference(text: &str) -> bool {
    let Some(inside) = text.strip_prefix("${") else { return false };
    let end = inside.find('}').unwrap_or(inside.len());
    inside[..end].parse::<OutputRef>().is_ok()
}

/// True for what a reader does not see as what it is: controls, spaces other than the space, marks of
/// direction, joiners, fillers, selectors, and tags.
fn hides(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_drives_a_terminal_turns_a_line_or_hides() {
        assert_eq!(plain("a\u{1b}[31mb\u{9b}2J\r\n\u{7f}"), "a\\u001b[31mb\\u009b2J\\r\\n\\u007f");
        assert_eq!(plain("\u{202e}gpj.\u{200b}exe\u{e0041}"), "\\u202egpj.\\u200bexe\\udb40\\udc41");
        assert_eq!(plain("C:\\new ünï ✓"), "C:\\\\new ünï ✓");
    }

    #[test]
    fn what_looks_like_a_reference_is_one() {
        let real: OutputRef = "logs.log-group/api.id".parse().unwrap();
        assert_eq!(reference(&real), "${logs.log-group/api.id}");
        assert_eq!(plain("${logs.log-group/api.id}"), "\\u0024{logs.log-group/api.id}");
        assert_eq!(quoted("${aws:username}"), "\"${aws:username}\"");
        let hostile: OutputRef = "logs.log-group/api.x} \"\n".parse().unwrap();
        assert_eq!(reference(&hostile), "${logs.log-group/api.x\\u007d \\u0022\\n}");
    }

    #[test]
    fn what_is_cut_off_is_counted() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüß", 3), "äöü… (+1 characters)");
    }

    proptest! {
        #[test]
        fn quoted_text_is_json_of_that_very_text(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&quoted(&text)).unwrap(), text);
        }

        #[test]
        fn no_hidden_character_comes_through(text in any::<String>()) {
            prop_assert!(!plain(&text).chars().any(hides));
        }
    }
}
