//! The words and marks of JavaScript.

/// A word (numbers too), the inside of a string, or a mark. Comments and regular expressions are left out; a template is a
/// mark, and what it fills in is left out too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Word(&'t str),
    Text(&'t str),
    Mark(char),
}

impl Token<'_> {
    /// The word, or the inside of a string.
    pub(super) fn word(&self) -> Option<String> {
        match self {
            Self::Word(word) | Self::Text(word) => Some((*word).to_owned()),
            Self::Mark(_) => None,
        }
    }
}

/// Templates in templates are followed so far.
const DEEPEST: usize = 16;

/// All tokens of a file; `None` if a string, comment, template or regular expression does not end.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let start = if text.starts_with("#!") { text.find('\n').unwrap_or(text.len()) } else { 0 };
    let mut found = Vec::new();
    let end = scan(text, start, &mut found, None)?;
    (end == text.len()).then_some(found)
}

/// Scans to the text's end or, inside of a template, to the brace that ends what is filled in. Gives where it stopped.
fn scan<'t>(text: &'t str, mut at: usize, found: &mut Vec<Token<'t>>, template: Option<usize>) -> Option<usize> {
    let mut braces = 0_usize;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '{' => braces += 1,
            '}' if template.is_some() && braces == 0 => return Some(at),
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
        let (token, length) = match c {
            '"' | '\'' => {
                let length = quoted(rest, c)?;
                (Some(Token::Text(&rest[1..length - 1])), length)
            }
            '`' => (Some(Token::Mark('`')), filled(text, at, template.unwrap_or(0))? - at),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, rest.find("*/")? + 2),
            '/' if may_begin(found.last()) => (Some(Token::Mark('/')), expression(rest)?),
            _ if is_letter(c) => {
                let word = &rest[..rest.find(|c| !is_letter(c)).unwrap_or(rest.len())];
                (Some(Token::Word(word)), word.len())
            }
            _ if c.is_whitespace() || c == '\u{feff}' => (None, c.len_utf8()),
            _ => (Some(Token::Mark(c)), c.len_utf8()),
        };
        found.extend(token);
        at += length;
    }
    template.is_none().then_some(at)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The length of a string with its quotes.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            _ if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Where a template ends that begins at `at`.
fn filled(text: &str, at: usize, depth: usize) -> Option<usize> {
    if depth >= DEEPEST {
        return None;
    }
    let mut at = at + 1;
    loop {
        let rest = text.get(at..)?;
        match rest.chars().next()? {
            '`' => return Some(at + 1),
            '\\' => at += 1 + rest.chars().nth(1)?.len_utf8(),
            '$' if rest.starts_with("${") => at = scan(text, at + 2, &mut Vec::new(), Some(depth + 1))? + 1,
            c => at += c.len_utf8(),
        }
    }
}

/// True if a slash after this token begins a regular expression, and is no division.
fn may_begin(before: Option<&Token>) -> bool {
    const WORDS: [&str; 12] =
        ["await", "case", "delete", "do", "else", "in", "instanceof", "new", "of", "return", "throw", "typeof"];
    match before {
        None => true,
        Some(Token::Mark(mark)) => !matches!(mark, ')' | ']' | '}' | '`'),
        Some(Token::Word(word)) => WORDS.contains(word),
        Some(Token::Text(_)) => false,
    }
}

/// The length of a regular expression.
fn expression(text: &str) -> Option<usize> {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return Some(at + 1),
            _ => {}
        }
    }
    None
}
