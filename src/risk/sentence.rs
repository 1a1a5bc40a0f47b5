//! A sentence whose values are kept apart from its words: each format shows and escapes them in its own way.

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Our own words.
    Words(String),
    /// A value, which may be anything.
    Value(String),
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sentence(Vec<Piece>);

impl Sentence {
    /// The sentence with more of our own words.
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.0.push(Piece::Words(words.into()));
        self
    }

    /// The sentence with a value.
    pub fn value(mut self, value: impl ToString) -> Self {
        self.0.push(Piece::Value(value.to_string()));
        self
    }

    /// The sentence, and another one behind it.
    pub fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Sentences one after another, with our own words between them.
    pub fn joined(sentences: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let join = |all: Self, (at, next): (usize, Self)| if at == 0 { next } else { all.words(between).then(next) };
        sentences.into_iter().enumerate().fold(Self::default(), join)
    }

    /// The sentence with the first `limit` values of a list, each shortened where it is long, and how many more there are.
    pub fn values<T: ToString>(mut self, values: impl IntoIterator<Item = T>, limit: usize) -> Self {
        let mut more = 0;
        for (at, value) in values.into_iter().enumerate() {
            match at {
                0 => self = self.short(value),
                _ if at < limit => self = self.words(", ").short(value),
                _ => more += 1,
            }
        }
        if more > 0 { self.words(format!(" and {more} more")) } else { self }
    }

    /// The sentence with a value of which only the beginning is shown where it is long.
    pub fn short(self, value: impl ToString) -> Self {
        let text = value.to_string();
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => self.value(format!("{}…", &text[..end])),
            None => self.value(text),
        }
    }

    /// The sentence as text, its values as `show` shows them.
    pub fn render(&self, show: impl Fn(&str) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Value(value) => show(value),
        };
        self.0.iter().map(piece).collect()
    }
}

/// The most characters that are shown of a value.
const LONGEST: usize = 160;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_values_are_bounded_and_say_so() {
        let text = |sentence: Sentence| sentence.render(|value| format!("<{value}>"));
        assert_eq!(text(Sentence::default().values([1, 2, 3, 4], 2)), "<1>, <2> and 2 more");
        assert_eq!(text(Sentence::default().values([1, 2], 2)), "<1>, <2>");
        let long = text(Sentence::default().short("ü".repeat(161)));
        assert_eq!(long, format!("<{}…>", "ü".repeat(160)));
        assert_eq!(text(Sentence::default().short("ü".repeat(160))), format!("<{}>", "ü".repeat(160)));
    }
}
