//! The words of a JSONata expression.

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A field's name.
    Name(String),
    /// A variable's name, without its first `$`.
    Variable(String),
    /// A string, number, `true`, `false`, `null` or regular expression.
    Literal,
    /// An operator or bracket.
    Operator(&'static str),
    /// Nothing is left.
    End,
}

/// Operators, longer ones first, and how strongly each binds what stands before it; 0: it does not.
const OPERATORS: [(&str, u8); 38] = [
    ("..", 0),
    (":=", 10),
    ("!=", 40),
    (">=", 40),
    ("<=", 40),
    ("**", 0),
    ("~>", 40),
    ("?:", 40),
    ("??", 40),
    (".", 75),
    ("[", 80),
    ("]", 0),
    ("{", 70),
    ("}", 0),
    ("(", 80),
    (")", 0),
    (",", 0),
    ("@", 80),
    ("#", 80),
    (";", 0),
    (":", 0),
    ("?", 20),
    ("+", 50),
    ("-", 50),
    ("*", 60),
    ("/", 60),
    ("%", 60),
    ("|", 0),
    ("=", 40),
    ("<", 40),
    (">", 40),
    ("^", 40),
    ("&", 50),
    ("!", 0),
    ("~", 0),
    ("and", 30),
    ("or", 25),
    ("in", 40),
];

impl Token {
    /// How strongly it binds what stands before it.
    pub fn power(&self) -> u8 {
        let Self::Operator(operator) = self else { return 0 };
        OPERATORS.iter().find(|(known, _)| known == operator).map_or(0, |(_, power)| *power)
    }

    /// The word, for messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Name(name) => format!("{name:?}"),
            Self::Variable(name) => format!("\"${name}\""),
            Self::Literal => "a literal".into(),
            Self::Operator(operator) => format!("{operator:?}"),
            Self::End => "the end".into(),
        }
    }
}

/// The words of a text, one after the other.
pub struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Tokens<'t> {
    /// The words of a text.
    pub fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    /// The next token. After an operand, a `/` divides; elsewhere it begins a regular expression.
    pub fn next(&mut self, behind_operand: bool) -> Result<Token, String> {
        self.skip_space()?;
        let Some(first) = self.rest.chars().next() else { return Ok(Token::End) };
        match first {
            '/' if !behind_operand => self.regex(),
            '"' | '\'' => self.string(first),
            '`' => self.quoted_name(),
            _ => Ok(self.operator().or_else(|| self.number()).unwrap_or_else(|| self.name())),
        }
    }

    fn skip_space(&mut self) -> Result<(), String> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}']);
            let Some(comment) = self.rest.strip_prefix("/*") else { return Ok(()) };
            let end = comment.find("*/").ok_or("a comment has no closing */")?;
            self.rest = &comment[end + 2..];
        }
    }

    fn operator(&mut self) -> Option<Token> {
        let mut signs = OPERATORS.iter().map(|(operator, _)| *operator).filter(|o| !o.starts_with(char::is_alphabetic));
        let operator = signs.find(|operator| self.rest.starts_with(operator))?;
        self.rest = &self.rest[operator.len()..];
        Some(Token::Operator(operator))
    }

    fn number(&mut self) -> Option<Token> {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut end = if self.rest.starts_with('0') { 1 } else { digits(self.rest) };
        if end == 0 {
            return None;
        }
        if self.rest[end..].starts_with('.') && digits(&self.rest[end + 1..]) > 0 {
            end += 1 + digits(&self.rest[end + 1..]);
        }
        if let Some(power) = self.rest[end..].strip_prefix(['e', 'E']) {
            let signed = power.strip_prefix(['+', '-']).unwrap_or(power);
            let length = digits(signed);
            end += if length > 0 { 1 + (power.len() - signed.len()) + length } else { 0 };
        }
        self.rest = &self.rest[end..];
        Some(Token::Literal)
    }

    fn string(&mut self, quote: char) -> Result<Token, String> {
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => {}
                    Some((at, 'u')) if is_hex(&self.rest[at + 1..]) => {}
                    Some((_, 'u')) => return Err("\\u must be followed by four hexadecimal digits".into()),
                    Some((_, c)) => return Err(format!("strings have no escape \\{c}")),
                    None => break,
                },
                c if c == quote => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(Token::Literal);
                }
                _ => {}
            }
        }
        Err("a string has no closing quote".into())
    }

    fn quoted_name(&mut self) -> Result<Token, String> {
        let (name, rest) = self.rest[1..].split_once('`').ok_or("a name has no closing `")?;
        self.rest = rest;
        Ok(Token::Name(name.into()))
    }

    /// A regular expression ends with the first `/` that is neither escaped nor between brackets.
    fn regex(&mut self) -> Result<Token, String> {
        let (mut depth, mut escaped) = (0i32, false);
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                '/' if depth == 0 && !escaped && at == 1 => return Err("a regular expression is empty".into()),
                '/' if depth == 0 && !escaped => {
                    self.rest = self.rest[at + 1..].trim_start_matches(['i', 'm']);
                    return Ok(Token::Literal);
                }
                '(' | '[' | '{' if !escaped => depth += 1,
                ')' | ']' | '}' if !escaped => depth -= 1,
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        Err("a regular expression has no closing /".into())
    }

    fn name(&mut self) -> Token {
        let stops = |c: char| " \t\n\r\u{b}.[]{}(),@#;:?+-*/%|=<>^&!~".contains(c);
        let end = self.rest.find(stops).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        match name {
            "and" => Token::Operator("and"),
            "or" => Token::Operator("or"),
            "in" => Token::Operator("in"),
            "true" | "false" | "null" => Token::Literal,
            _ => name.strip_prefix('$').map_or_else(|| Token::Name(name.into()), |name| Token::Variable(name.into())),
        }
    }
}

fn is_hex(text: &str) -> bool {
    text.len() >= 4 && text.bytes().take(4).all(|b| b.is_ascii_hexdigit())
}
