//! The names that a JavaScript file exports.

mod tokens;

use super::Defined;
use std::collections::BTreeSet;
use tokens::{Token, tokens};

/// The names that a file exports, as CommonJS or as an ES module. `None` where that is not known, or where `sought` is
/// exported in a way that is not understood here.
pub(super) fn exported(text: &str, sought: &str) -> Option<Defined> {
    let tokens = tokens(text)?;
    let mut names = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|index| tokens[index]);
        let is_property = before(1) == Some(Token::Mark('.'));
        let after = &tokens[at + 1..];
        match token {
            Token::Word("exports") => {
                let of_module = is_property && before(2) == Some(Token::Word("module"));
                if of_module || !is_property {
                    names.extend(assigned(of_module, after)?);
                }
            }
            Token::Word("module") if !is_property => knows(before(1), before(2), after)?,
            Token::Word("this") => {
                if let [Token::Mark('.'), Token::Word(name), Token::Mark('='), ..] = after {
                    names.insert((*name).to_owned());
                }
            }
            Token::Word("export") if !is_property => names.extend(declared(after)?),
            _ => {}
        }
    }
    // What reads as an export, wherever it stands, is taken for one.
    let is_mentioned = ["exports.", "exports['", "exports[\""].iter().any(|of| text.contains(&format!("{of}{sought}")));
    (!is_mentioned || names.contains(sought)).then(|| Defined { possible: names.clone(), likely: names })
}

/// `module` may do anything, but for `module.exports`, `require.main === module` and a key of that name.
fn knows(before: Option<Token>, second: Option<Token>, after: &[Token]) -> Option<()> {
    let equals = Some(Token::Mark('='));
    let is_compared = before == equals && second == equals;
    let is_known = matches!(after, [Token::Mark('.'), Token::Word(_), ..] | [Token::Mark(':'), ..]);
    (is_known || is_compared).then_some(())
}

/// What follows `exports` or `module.exports`.
fn assigned(of_module: bool, after: &[Token]) -> Option<Vec<String>> {
    match after {
        [Token::Mark('.'), Token::Word(name), ..] => Some(vec![(*name).to_owned()]),
        [Token::Mark('['), Token::Text(name), Token::Mark(']'), ..] => Some(vec![(*name).to_owned()]),
        [Token::Mark('='), Token::Mark('='), ..] => Some(Vec::new()),
        [Token::Mark('='), Token::Mark('{'), rest @ ..] if of_module => keys(rest),
        // `exports` is only a variable: this exports nothing.
        [Token::Mark('='), Token::Mark('{') | Token::Word("module"), ..] if !of_module => Some(Vec::new()),
        [Token::Mark(','), Token::Text("__esModule"), ..] => Some(Vec::new()),
        [Token::Mark(','), Token::Text(name), ..] => Some(vec![(*name).to_owned()]),
        _ => None,
    }
}

/// The keys of an object, from behind its brace on; `None` if one is computed or comes from another object.
fn keys(mut rest: &[Token]) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    loop {
        rest = match rest {
            [Token::Mark('}'), ..] => return Some(keys),
            [Token::Mark(',' | '*'), after @ ..] => after,
            [Token::Word("async" | "get" | "set"), Token::Word(_) | Token::Text(_) | Token::Mark('*'), ..] => {
                &rest[1..]
            }
            [Token::Word(key) | Token::Text(key), after @ ..] => {
                keys.push((*key).to_owned());
                &after[value(after)..]
            }
            _ => return None,
        };
    }
}

/// How many tokens there are up to the next comma or brace that belongs to what is around.
fn value(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark('}') | Token::Mark(',') if depth == 0 => return index,
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    tokens.len()
}

/// What follows `export`.
fn declared(after: &[Token]) -> Option<Vec<String>> {
    let one = |name: &str| Some(vec![name.to_owned()]);
    match after {
        [Token::Mark('*'), Token::Word("as"), Token::Word(name) | Token::Text(name), ..] => one(name),
        [Token::Mark('*'), ..] => None,
        [Token::Mark('{'), rest @ ..] => Some(listed(rest)),
        [Token::Word("default"), ..] => one("default"),
        [Token::Word("const" | "let" | "var"), Token::Word(name), rest @ ..] => {
            let mut names = vec![(*name).to_owned()];
            names.extend(more(rest));
            Some(names)
        }
        [Token::Word("const" | "let" | "var"), ..] => None,
        [Token::Word("async"), Token::Word("function"), rest @ ..] | [Token::Word("function"), rest @ ..] => {
            let rest = rest.strip_prefix(&[Token::Mark('*')]).unwrap_or(rest);
            Some(rest.iter().take(1).filter_map(Token::word).collect())
        }
        [Token::Word("class"), Token::Word(name), ..] => one(name),
        // A property of that name.
        _ => Some(Vec::new()),
    }
}

/// The names of `{ a, b as c }`: the last word of each entry.
fn listed(rest: &[Token]) -> Vec<String> {
    let end = rest.iter().position(|token| *token == Token::Mark('}')).unwrap_or(rest.len());
    let entries = rest[..end].split(|token| *token == Token::Mark(','));
    entries.filter_map(|entry| entry.last()?.word()).collect()
}

/// The further names of `const a = 1, b = 2`; where the statement has no end, too many.
fn more(rest: &[Token]) -> Vec<String> {
    let (mut names, mut depth) = (Vec::new(), 0_usize);
    for (index, token) in rest.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Mark(';') | Token::Word("export") if depth == 0 => break,
            Token::Mark(',') if depth == 0 => names.extend(rest.get(index + 1).and_then(Token::word)),
            _ => {}
        }
    }
    names
}
