//! What was logged, for people at a terminal. Whoever sends requests to an app can influence what it logs, so no
//! character that controls the terminal is let through.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::terminal::Paint;
use super::visible;

/// One event: its time, then its message, with all its lines.
pub fn event(milliseconds: i64, message: &str, colour: bool) -> String {
    let time = DateTime::from_millis(milliseconds).fmt(Format::DateTime).unwrap_or_else(|_| milliseconds.to_string());
    let mut lines = lines(message);
    let first = lines.next().unwrap_or_default();
    let mut text = format!("{} {first}\n", Paint(colour).faint(&time));
    lines.for_each(|line| text.push_str(&format!("{line}\n")));
    text
}

/// Text that stands below what it is about.
pub fn indented(text: &str) -> String {
    lines(text).map(|line| format!("  {line}\n")).collect()
}

/// The lines of a text. Some runtimes have CR for the end of a line inside of an event.
fn lines(text: &str) -> impl Iterator<Item = String> {
    text.trim_end().split(['\n', '\r']).map(|line| {
        let parts: Vec<String> = line.split('\t').map(visible::json).collect();
        parts.join("\t")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_its_time_and_its_lines() {
        assert_eq!(event(1_700_000_000_123, "hello\n", false), "2023-11-14T22:13:20.123Z hello\n");
        assert_eq!(
            event(0, "END RequestId: a\tDuration: 1\n", false),
            "1970-01-01T00:00:00Z END RequestId: a\tDuration: 1\n"
        );
        assert_eq!(event(0, "one\ntwo\rthree", false), "1970-01-01T00:00:00Z one\ntwo\nthree\n");
        assert_eq!(event(0, "", false), "1970-01-01T00:00:00Z \n");
        let coloured = event(0, "one", true);
        assert!(coloured.starts_with("\u{1b}[2m1970") && coloured.ends_with("\u{1b}[0m one\n"), "{coloured:?}");
        assert!(event(i64::MAX, "late", false).ends_with(" late\n"));
    }

    #[test]
    fn nothing_that_was_logged_drives_the_terminal() {
        let text = event(0, "\u{1b}]0;title\u{7}\u{1b}[2J \u{202e}x {\"a\": \"\\n\"} C:\\x", false);
        assert_eq!(text, "1970-01-01T00:00:00Z \\u001b]0;title\\u0007\\u001b[2J \\u202ex {\"a\": \"\\n\"} C:\\x\n");
        assert_eq!(indented("a\n\tb\u{9b}\n"), "  a\n  \tb\\u009b\n");
    }
}
