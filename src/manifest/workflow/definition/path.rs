//! JSONPath as Step Functions accepts it: `$` is the input, `$$` the context object, `$name` a variable.
//!
//! Whatever Jayway's JSONPath, which the service uses, can read is accepted: so `$.a-b`, `$.[0]` and `$.list.length()`
//! are paths.

/// What a path starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `$`.
    Input,
    /// `$$`.
    Context,
    /// `$name`.
    Variable,
}

/// A path that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// What it starts from.
    pub root: Root,
    /// True if it goes through names and indexes only: it leads to one value.
    pub single: bool,
}

/// Reads a path, or says why it is none.
pub fn read(text: &str) -> Result<Path, String> {
    let text = text.trim();
    let Some(rest) = text.strip_prefix('$') else { return Err("a path begins with $".into()) };
    let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let (root, rest) = match rest.strip_prefix('$') {
        Some(rest) => (Root::Context, rest),
        None if name > 0 => (Root::Variable, &rest[name..]),
        None => (Root::Input, rest),
    };
    steps(rest).map(|single| Path { root, single })
}

/// Reads a reference path: one that leads to a single value.
pub fn reference(text: &str) -> Result<Path, String> {
    let path = read(text)?;
    if path.single {
        Ok(path)
    } else {
        Err("it can contain only names and indexes, because it must lead to a single value".into())
    }
}

/// Reads the steps behind the root. True if each leads to one value.
fn steps(mut rest: &str) -> Result<bool, String> {
    let mut all_single = true;
    while let Some(first) = rest.chars().next() {
        let (single, after) = match first {
            '.' => dotted(&rest[1..])?,
            '[' => bracketed(&rest[1..])?,
            _ => return Err(format!("unexpected {first:?}; write . or [")),
        };
        all_single &= single;
        rest = after;
    }
    Ok(all_single)
}

type Step<'t> = Result<(bool, &'t str), String>;

/// What follows a dot: a name, a wildcard, a bracket, or all of these behind a second dot.
fn dotted(rest: &str) -> Step<'_> {
    if let Some(below) = rest.strip_prefix('.') {
        return if below.starts_with('[') { Ok((false, below)) } else { named(below).map(|(_, after)| (false, after)) };
    }
    if rest.starts_with('[') { Ok((true, rest)) } else { named(rest) }
}

fn named(rest: &str) -> Step<'_> {
    let end = rest.find(['.', '[', '(']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    if name.is_empty() {
        return Err("there is no name after a dot".into());
    }
    if name.contains(char::is_whitespace) {
        return Err(format!("{name:?} contains a space; write ['{name}']"));
    }
    match after.strip_prefix('(') {
        Some(arguments) => enclosed(arguments, ')').map(|after| (false, after)),
        None => Ok((name != "*", after)),
    }
}

fn bracketed(rest: &str) -> Step<'_> {
    let inner = rest.trim_start();
    match inner.chars().next() {
        Some('\'' | '"') => keys(inner),
        Some('?' | '(') => enclosed(inner, ']').map(|after| (false, after)),
        Some('*') => closed(&inner[1..]).map(|after| (false, after)),
        Some(c) if c.is_ascii_digit() || c == '-' || c == ':' => indexes(inner),
        _ => Err("[ must be followed by an index, a quoted name, * or ?(...)".into()),
    }
}

fn keys(mut rest: &str) -> Step<'_> {
    let mut single = true;
    loop {
        rest = quoted(rest)?.trim_start();
        match rest.strip_prefix(',') {
            Some(more) if more.trim_start().starts_with(['\'', '"']) => (rest, single) = (more.trim_start(), false),
            Some(_) => return Err("there is no quoted name after a comma".into()),
            None => return closed(rest).map(|after| (single, after)),
        }
    }
}

fn indexes(rest: &str) -> Step<'_> {
    let end = rest.find(|c: char| !c.is_ascii_digit() && !"-:, ".contains(c)).unwrap_or(rest.len());
    let single = rest[..end].trim().parse::<i64>().is_ok();
    closed(&rest[end..]).map(|after| (single, after))
}

fn closed(rest: &str) -> Result<&str, String> {
    rest.trim_start().strip_prefix(']').ok_or_else(|| "a [ has no closing ]".into())
}

/// What follows a quoted text that `rest` begins with.
pub fn quoted(rest: &str) -> Result<&str, String> {
    let mut chars = rest.char_indices();
    let quote = chars.next().map(|(_, c)| c);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if Some(c) == quote {
            return Ok(&rest[at + c.len_utf8()..]);
        }
    }
    Err("a quoted text has no closing quote".into())
}

/// What follows the bracket that closes what has been opened before `rest`.
fn enclosed(rest: &str, close: char) -> Result<&str, String> {
    let (mut open, mut left) = (vec![close], rest);
    while let Some(c) = left.chars().next() {
        match c {
            '\'' | '"' => {
                left = quoted(left)?;
                continue;
            }
            '(' => open.push(')'),
            '[' => open.push(']'),
            ')' | ']' if open.pop() != Some(c) => break,
            _ => {}
        }
        left = &left[c.len_utf8()..];
        if open.is_empty() {
            return Ok(left);
        }
    }
    Err("a bracket has no closing counterpart".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_reads_is_a_path() {
        let all = [
            "$",
            "$$",
            "$.a",
            "$.a.b",
            "$['a b']",
            "$[\"a\"]",
            "$.a[0]",
            "$.a[-1]",
            "$.a-b",
            "$.[0]",
            "$.a[*].b",
            "$..a",
            "$.a[0:2]",
            "$.a[1,2]",
            "$['a','b']",
            "$.list.length()",
            "$.a[?(@.b == ')' && @.c[0] > 1)].d",
            "$name",
            "$name.a",
            "$$.Execution.Id",
            "$.*",
            "$..[0]",
            "$.ä",
            " $.a ",
            "$[0]['x']",
        ];
        for path in all {
            assert!(read(path).is_ok(), "{path}: {:?}", read(path));
        }
    }

    #[test]
    fn what_cannot_be_read_is_none() {
        let all = [
            "",
            "a",
            ".a",
            "..a",
            "()",
            "$...",
            "$.",
            "$..",
            "$.a..",
            "$.a.",
            "$.a[",
            "$.a[]",
            "$[a]",
            "$.a['b",
            "$.a[0",
            "$a b",
            "$.a b",
            "$.f(",
            "$[$$.x]",
            "$['a',]",
            "$.a[?(@.b]",
            "States.UUID()",
        ];
        for path in all {
            assert!(read(path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_reference_path_leads_to_one_value() {
        for path in ["$", "$.a[0].b", "$['a']", "$$.Map.Item.Index", "$v.a[-1]"] {
            assert!(reference(path).is_ok(), "{path}");
        }
        for path in ["$.a[*]", "$..a", "$.a[0:1]", "$.*", "$['a','b']", "$.a.length()", "$.a[?(@.b)]"] {
            assert!(reference(path).is_err(), "{path}");
        }
    }
}
