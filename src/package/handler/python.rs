//! The names that a Python file binds at its top level.

use super::Defined;
use std::collections::BTreeSet;

/// A word or a mark of Python; strings and comments are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Mark(char),
}

/// A statement's line, with those that continue it.
struct Line<'t> {
    indent: usize,
    tokens: Vec<Token<'t>>,
}

/// By these a module gets names that do not stand in it.
const DYNAMIC: [&str; 6] = ["globals", "locals", "vars", "exec", "setattr", "__getattr__"];

/// The names that a module mentions at its top level, the bodies of functions and classes left out: one that is not among
/// them is not bound there. `None` where that is not known.
pub(super) fn defined(text: &str) -> Option<Defined> {
    let lines = lines(text)?;
    if text.contains("sys.modules") || lines.iter().any(|line| is_dynamic(&line.tokens)) {
        return None;
    }
    let (mut possible, mut likely, mut in_body) = (BTreeSet::new(), BTreeSet::new(), false);
    for Line { indent, tokens } in &lines {
        if *indent == 0 {
            let name = definition(tokens);
            likely.extend(name.or_else(|| assigned(tokens)).map(str::to_owned));
            in_body = name.is_some();
            possible.extend(name.map(str::to_owned));
        }
        match (in_body, tokens.first()) {
            (false, _) | (true, Some(Token::Word("global"))) => possible.extend(words(tokens)),
            _ => {}
        }
    }
    Some(Defined { possible, likely })
}

fn is_dynamic(tokens: &[Token]) -> bool {
    let takes_all = matches!(tokens, [Token::Word("from"), .., Token::Word("import"), Token::Mark('*')]);
    takes_all || tokens.iter().any(|token| matches!(token, Token::Word(word) if DYNAMIC.contains(word)))
}

/// The name after `def`, `async def` or `class`.
fn definition<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    match tokens {
        [Token::Word("async"), Token::Word("def"), Token::Word(name), ..]
        | [Token::Word("def" | "class"), Token::Word(name), ..] => Some(*name),
        _ => None,
    }
}

/// The name before a `=`.
fn assigned<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    match tokens {
        [Token::Word(name), Token::Mark('='), second, ..] if *second != Token::Mark('=') => Some(*name),
        _ => None,
    }
}

/// All words but those after a dot.
fn words(tokens: &[Token]) -> impl Iterator<Item = String> {
    let before = std::iter::once(None).chain(tokens.iter().map(Some));
    let pairs = before.zip(tokens);
    let names = pairs.filter_map(|(before, token)| match token {
        Token::Word(word) if before != Some(&Token::Mark('.')) => Some((*word).to_owned()),
        _ => None,
    });
    names.collect::<Vec<_>>().into_iter()
}

/// The statements' lines; `None` if a string does not end.
fn lines(text: &str) -> Option<Vec<Line<'_>>> {
    let (mut lines, mut line, mut depth) = (Vec::new(), Line { indent: 0, tokens: Vec::new() }, 0_usize);
    let (mut at, mut line_start) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '\n' => {
                at += 1;
                line_start = at;
                if depth == 0 && !line.tokens.is_empty() {
                    lines.push(std::mem::replace(&mut line, Line { indent: 0, tokens: Vec::new() }));
                }
                continue;
            }
            '\\' if rest[1..].starts_with('\n') || rest[1..].starts_with("\r\n") => {
                at += rest.find('\n').unwrap_or(1) + 1;
                continue;
            }
            '#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            _ if c.is_whitespace() || c == '\u{feff}' => {
                at += c.len_utf8();
                continue;
            }
            _ => {}
        }
        if line.tokens.is_empty() {
            line.indent = text[line_start..at].chars().filter(|c| *c != '\u{feff}').count();
        }
        let length = match c {
            '"' | '\'' => string(rest)?,
            _ if is_letter(c) => {
                let word = &rest[..rest.find(|c| !is_letter(c)).unwrap_or(rest.len())];
                if !is_prefix(word, &rest[word.len()..]) {
                    line.tokens.push(Token::Word(word));
                }
                word.len()
            }
            _ => {
                depth = match c {
                    '(' | '[' | '{' => depth + 1,
                    ')' | ']' | '}' => depth.saturating_sub(1),
                    _ => depth,
                };
                line.tokens.push(Token::Mark(c));
                c.len_utf8()
            }
        };
        if matches!(c, '"' | '\'') {
            line.tokens.push(Token::Mark('"'));
        }
        at += length;
    }
    lines.push(line);
    Some(lines)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// True for the letters before a string, such as `rb`.
fn is_prefix(word: &str, rest: &str) -> bool {
    word.len() <= 2 && rest.starts_with(['"', '\'']) && word.chars().all(|c| "rbfutRBFUT".contains(c))
}

/// The length of a string with its quotes; `None` if it does not end.
fn string(text: &str) -> Option<usize> {
    let quote = &text[..1];
    let triple = quote.repeat(3);
    let (end, many) = if text.starts_with(&triple) { (triple.as_str(), true) } else { (quote, false) };
    let mut at = end.len();
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(end) {
            return Some(at + end.len());
        }
        match rest.chars().next()? {
            '\\' => at += 1 + rest.chars().nth(1)?.len_utf8(),
            '\n' if !many => return None,
            c => at += c.len_utf8(),
        }
    }
}
