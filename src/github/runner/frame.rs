//! Lines at the end of a terminal that are drawn again in their own place.
//!
//! Each takes one row, whatever its length: while they are drawn, the terminal cuts lines rather than wrapping them. So
//! nothing has to know how wide it is, or how wide a character is.

/// Longer lines are cut before they reach the terminal.
const LONGEST: usize = 400;

/// The text that removes so many drawn lines again, with the cursor on the line below them.
pub fn erase(lines: usize) -> String {
    if lines == 0 { String::new() } else { format!("\u{1b}[{lines}A\r\u{1b}[J") }
}

/// The text that draws these lines, and leaves the cursor on the line below them. None of their characters controls the
/// terminal.
pub fn draw(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown =
        |line: &String| line.chars().filter(|c| !c.is_control()).take(LONGEST).chain(['\n']).collect::<String>();
    format!("\u{1b}[?7l{}\u{1b}[?7h", lines.iter().map(shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_drawn_is_taken_away_as_a_whole() {
        let lines = ["one".to_owned(), "\u{1b}[2Jtwo\n".to_owned()];
        assert_eq!(draw(&lines), "\u{1b}[?7lone\n[2Jtwo\n\u{1b}[?7h", "each line is one line");
        assert_eq!(erase(2), "\u{1b}[2A\r\u{1b}[J");
        assert_eq!((draw(&[]), erase(0)), (String::new(), String::new()), "nothing is drawn where nothing was");
        assert_eq!(draw(&["x".repeat(500)]).matches('x').count(), LONGEST);
    }
}
