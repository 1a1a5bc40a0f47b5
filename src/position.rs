//! Places in texts, for people.

mod excerpt;

pub use excerpt::Excerpt;

/// Line and column of a byte of a text, from 1; the column counts characters. A byte behind the text's end stands for
/// the end, one inside of a character for the text's end too.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_are_counted_from_one() {
        let text = "ä\nbc\n";
        let places = [0, 2, 3, 4, 6, usize::MAX].map(|offset| line_and_column(text, offset));
        assert_eq!(places, [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 1)]);
        assert_eq!(line_and_column("", 5), (1, 1));
    }
}
