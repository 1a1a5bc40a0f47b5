//! A line of a text with a mark under the part that is meant.

use std::fmt;
use std::ops::Range;

use super::line_and_column;

/// Columns of a line that are shown; of a longer one the part around the mark is.
const WIDEST: usize = 100;
/// Columns before the mark that are shown of a line that is too long.
const BEFORE: usize = 40;

/// A line of a text and the part of it that is meant. Displayed as two lines, the second of which marks that part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excerpt {
    line: usize,
    text: String,
    before: usize,
    width: usize,
}

impl Excerpt {
    /// The line in which a range of bytes begins, with that part of the range which is in the line. `None` for an empty line.
    pub fn new(text: &str, span: &Range<usize>) -> Option<Self> {
        let (line, column) = line_and_column(text, span.start);
        let meant = text.get(span.clone()).and_then(|meant| meant.lines().next()).unwrap_or_default();
        Self::at(text, (line, column), meant.chars().count())
    }

    /// A line and so many characters of it from a column on, both from 1.
    pub fn at(text: &str, (line, column): (usize, usize), length: usize) -> Option<Self> {
        let all: Vec<char> = text.split('\n').nth(line.checked_sub(1)?)?.trim_end().chars().map(visible).collect();
        if all.iter().all(|c| *c == ' ') {
            return None;
        }
        let start = column.saturating_sub(1).min(all.len());
        let from = if all.len() > WIDEST { start.saturating_sub(BEFORE) } else { 0 };
        let to = all.len().min(from + WIDEST);
        let dots = |cut: bool| if cut { "…" } else { "" };
        let shown: String = all[from..to].iter().collect();
        let end = (start + length).clamp(start, to.max(start));
        Some(Self {
            line,
            text: format!("{}{shown}{}", dots(from > 0), dots(to < all.len())),
            before: usize::from(from > 0) + columns(&all[from..start]),
            width: columns(&all[start..end.min(all.len())]).max(1),
        })
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text, before, width } = self;
        write!(f, "{line:>5} | {text}\n      | {:before$}{}", "", "^".repeat(*width))
    }
}

/// What stands for a character that a terminal would act upon, or that changes the order of what is read.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ if c.is_control() => '\u{fffd}',
        _ => c,
    }
}

fn columns(text: &[char]) -> usize {
    text.iter().map(|c| width(*c)).sum()
}

/// The columns that a terminal gives to a character: two for those of East Asia and for pictures, none for what is put upon
/// the character before.
fn width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200d | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 => 2,
        0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        Excerpt::new(text, &span).map(|excerpt| excerpt.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_part_that_is_meant_is_marked_in_its_line() {
        assert_eq!(shown("[a]\nkye = 1\n", 4..7), "    2 | kye = 1\n      | ^^^");
        assert_eq!(shown("a = [\n  1,\n]\n", 4..12), "    1 | a = [\n      |     ^", "no more than the line");
        assert_eq!(shown("a =", 3..3), "    1 | a =\n      |    ^", "behind the end");
        assert_eq!(shown("\n", 0..0), "");
    }

    #[test]
    fn the_mark_stands_below_what_is_meant_whatever_stands_before() {
        assert_eq!(shown("\ta = x", 5..6), "    1 |  a = x\n      |      ^");
        assert_eq!(shown("a = { 日本 = x }", 15..16), "    1 | a = { 日本 = x }\n      |              ^");
        assert_eq!(shown("\u{1b}[31m\u{202e}b", 8..9), "    1 | \u{fffd}[31m\u{fffd}b\n      |       ^");
    }

    #[test]
    fn of_a_long_line_the_part_around_the_mark_is_shown() {
        let text = format!("{}HERE{}", "a".repeat(200), "b".repeat(200));
        let excerpt = shown(&text, 200..204);
        let (line, mark) = excerpt.split_once('\n').unwrap();
        assert_eq!(line, format!("    1 | …{}HERE{}…", "a".repeat(40), "b".repeat(56)));
        assert_eq!(mark, format!("      | {}^^^^", " ".repeat(41)));
    }

    #[test]
    fn no_place_is_beyond_what_can_be_shown() {
        for text in ["", "a", "ä\n", "a\r\nb", &"x".repeat(300)] {
            for start in 0..text.len() + 2 {
                for end in start..text.len() + 3 {
                    let _ = Excerpt::new(text, &(start..end));
                }
            }
            for place in [(0, 0), (1, 0), (1, 400), (9, 9)] {
                let _ = Excerpt::at(text, place, 500);
            }
        }
    }
}
