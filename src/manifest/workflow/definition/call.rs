//! Intrinsic functions, such as `States.Format('{}', $.name)`.

use super::path;

/// The functions, and how many arguments each takes.
const FUNCTIONS: [(&str, usize, usize); 18] = [
    ("Array", 0, usize::MAX),
    ("ArrayContains", 2, 2),
    ("ArrayGetItem", 2, 2),
    ("ArrayLength", 1, 1),
    ("ArrayPartition", 2, 2),
    ("ArrayRange", 3, 3),
    ("ArrayUnique", 1, 1),
    ("Base64Decode", 1, 1),
    ("Base64Encode", 1, 1),
    ("Format", 1, usize::MAX),
    ("Hash", 2, 2),
    ("JsonMerge", 3, 3),
    ("JsonToString", 1, 1),
    ("MathAdd", 2, 2),
    ("MathRandom", 2, 3),
    ("StringSplit", 2, 2),
    ("StringToJson", 1, 1),
    ("UUID", 0, 0),
];

/// Step Functions lets ten calls stand in one another.
const DEPTH: usize = 10;

/// Reads a call, or says why it is none.
pub fn read(text: &str) -> Result<(), String> {
    let rest = call(text.trim(), 0)?;
    if rest.is_empty() { Ok(()) } else { Err(format!("there is {rest:?} after the call")) }
}

/// Reads a call that the text begins with. Gives what follows it.
fn call(text: &str, depth: usize) -> Result<&str, String> {
    let Some(rest) = text.strip_prefix("States.") else {
        return Err("a path begins with $, an intrinsic function with States.".into());
    };
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let Some((_, least, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        return Err(format!("there is no intrinsic function States.{name}"));
    };
    if depth == DEPTH {
        return Err(format!("calls are nested more than {DEPTH} levels deep"));
    }
    let Some(inner) = rest.trim_start().strip_prefix('(') else {
        return Err(format!("there is no ( after States.{name}"));
    };
    let (count, rest) = arguments(inner, depth)?;
    if count < *least || count > *most {
        return Err(format!("States.{name} does not take {count} arguments"));
    }
    Ok(rest)
}

/// Reads arguments up to the closing bracket. Gives their number and what follows.
fn arguments(text: &str, depth: usize) -> Result<(usize, &str), String> {
    let (mut rest, mut count) = (text.trim_start(), 0);
    if let Some(rest) = rest.strip_prefix(')') {
        return Ok((0, rest));
    }
    loop {
        rest = argument(rest, depth)?.trim_start();
        count += 1;
        match rest.chars().next() {
            Some(',') => rest = rest[1..].trim_start(),
            Some(')') => return Ok((count, &rest[1..])),
            _ => return Err("a call has no closing )".into()),
        }
    }
}

fn argument(text: &str, depth: usize) -> Result<&str, String> {
    match text.chars().next() {
        Some('\'') => string(&text[1..]),
        Some('$') => {
            let end = end_of_path(text);
            path::read(&text[..end]).map(|_| &text[end..])
        }
        Some('S') => call(text, depth + 1),
        _ => word(text),
    }
}

/// A string: a backslash stands before a quote, a brace or another one, and before nothing else.
fn string(text: &str) -> Result<&str, String> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => return Ok(&text[at + 1..]),
            '\\' => match chars.next() {
                Some((_, '\'' | '{' | '}' | '\\')) => {}
                _ => return Err("a backslash in a string must be followed by ', {, } or another backslash".into()),
            },
            _ => {}
        }
    }
    Err("a string has no closing quote".into())
}

/// Where a path ends that is an argument: before a comma or a bracket of the call's own.
fn end_of_path(text: &str) -> usize {
    let (mut depth, mut quote) = (0usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != c),
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ',' | ')') if depth == 0 => return at,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

/// A number, `true`, `false` or `null`.
fn word(text: &str) -> Result<&str, String> {
    let end = text.find([',', ')']).unwrap_or(text.len());
    let word = text[..end].trim();
    match serde_json::from_str(word) {
        Ok(serde_json::Value::Number(_) | serde_json::Value::Bool(_) | serde_json::Value::Null) => Ok(&text[end..]),
        _ => Err(format!("{word:?} is not an argument: write a 'string', a number, a path or a call")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_with_all_kinds_of_arguments() {
        let all = [
            "States.UUID()",
            "States.Format('{} is {}', $.a, States.JsonToString($$.Execution.Input))",
            "States.Array(1, -2.5, true, null, 'it\\'s', $.a[?(@.b == ')')])",
            "States.StringSplit('a\nb', '\n')",
            "States.MathAdd($.n, -1) ",
            "States.Format('cost: ${}', $.x)",
            "States.ArrayGetItem($.a['x,y'], 0)",
        ];
        for call in all {
            assert_eq!(read(call), Ok(()), "{call}");
        }
    }

    #[test]
    fn what_is_no_call_is_said_why() {
        let why = |text: &str| read(text).unwrap_err();
        assert!(why("ipsum").contains("an intrinsic function with States."));
        assert!(why("States.ArrayLeftPad($.a)").contains("no intrinsic function"));
        assert!(why("States.UUID").contains("there is no ("));
        assert!(why("States.UUID(1)").contains("does not take 1"));
        assert!(why("States.MathAdd(1)").contains("does not take 1"));
        assert!(why("States.Format('a'").contains("no closing )"));
        assert!(why("States.Format('a").contains("no closing quote"));
        assert!(why("States.Format('\\\"')").contains("backslash"));
        assert!(why("States.Format(a)").contains("not an argument"));
        assert!(why("States.Format($.a.)").contains("after a dot"));
        assert!(why("States.UUID() x").contains("after the call"));
        let deep = format!("{}1{}", "States.Array(".repeat(11), ")".repeat(11));
        assert!(why(&deep).contains("more than 10"));
    }
}
