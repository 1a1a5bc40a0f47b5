//! Environment markers and version specifiers, as far as other tools' locks use them: what holds on a target.
//!
//! Versions are compared as Python's own are, number by number; no runtime is a prerelease.

use super::runtime::Target;

/// Whether a marker (`python_version < "3.12" and sys_platform == "linux"`) holds; `None` if it is none. No extra is asked
/// for.
pub(super) fn holds(marker: &str, target: Target) -> Option<bool> {
    let tokens = tokens(marker)?;
    let mut parser = Parser { tokens: &tokens, target, depth: 0 };
    let holds = parser.any()?;
    parser.tokens.is_empty().then_some(holds)
}

/// Whether a runtime is of a version that a specifier (`>=3.10,<4`) admits; `None` if it is no specifier.
pub(super) fn admits(specifier: &str, target: Target) -> Option<bool> {
    let version = target.full_version();
    let parts = specifier.split(',').map(str::trim).filter(|part| !part.is_empty());
    let one = |part: &str| {
        let end = part.find(|letter: char| !"<>=!~".contains(letter))?;
        compare_versions(&version, &part[..end], part[end..].trim())
    };
    parts.map(one).try_fold(true, |all, holds| Some(all & holds?))
}

/// The most brackets within one another.
const DEEPEST: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Word(String),
    Text(String),
    Operator(String),
}

fn tokens(marker: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut left = marker.trim_start();
    while let Some(first) = left.chars().next() {
        let taken = |is: fn(char) -> bool| left.find(|letter| !is(letter)).unwrap_or(left.len());
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '\'' | '"' => {
                let text = left[1..].split(first).next().filter(|text| text.len() + 1 < left.len())?;
                (Token::Text(text.to_owned()), text.len() + 2)
            }
            '<' | '>' | '=' | '!' | '~' => {
                let end = taken(|letter| "<>=!~".contains(letter));
                (Token::Operator(left[..end].to_owned()), end)
            }
            _ => {
                let end = taken(|letter| letter.is_ascii_alphanumeric() || "_.".contains(letter));
                (Token::Word(left.get(..end).filter(|word| !word.is_empty())?.to_owned()), end)
            }
        };
        tokens.push(token);
        left = left[length..].trim_start();
    }
    Some(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    target: Target,
    /// How many brackets are open.
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Option<bool> {
        let mut holds = self.all()?;
        while self.skip_word("or") {
            holds |= self.all()?;
        }
        Some(holds)
    }

    fn all(&mut self) -> Option<bool> {
        let mut holds = self.one()?;
        while self.skip_word("and") {
            holds &= self.one()?;
        }
        Some(holds)
    }

    fn one(&mut self) -> Option<bool> {
        if self.tokens.first() == Some(&Token::Open) {
            self.tokens = &self.tokens[1..];
            self.depth += 1;
            let holds = if self.depth > DEEPEST { None } else { self.any() }?;
            self.depth -= 1;
            return (self.next()? == Token::Close).then_some(holds);
        }
        let left = self.next()?;
        let operator = match self.next()? {
            Token::Operator(operator) => operator,
            Token::Word(word) if word == "in" => word,
            Token::Word(word) if word == "not" && self.skip_word("in") => "not in".to_owned(),
            _ => return None,
        };
        let right = self.next()?;
        let name =
            [&left, &right].into_iter().find_map(|side| if let Token::Word(name) = side { Some(name) } else { None });
        let is_version = name.is_some_and(|name| name.ends_with("_version") && name != "platform_version");
        compare(&self.value(&left)?, &operator, &self.value(&right)?, is_version)
    }

    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.first(), Some(Token::Word(next)) if next == word);
        self.tokens = &self.tokens[usize::from(is)..];
        is
    }

    /// What Lambda does not promise (its kernel) is empty.
    fn value(&self, token: &Token) -> Option<String> {
        let name = match token {
            Token::Text(text) => return Some(text.clone()),
            Token::Word(name) => name,
            _ => return None,
        };
        Some(match name.as_str() {
            "implementation_name" => "cpython".to_owned(),
            "implementation_version" | "python_full_version" => self.target.full_version(),
            "os_name" => "posix".to_owned(),
            "platform_machine" => self.target.machine().to_owned(),
            "platform_python_implementation" => "CPython".to_owned(),
            "platform_system" => "Linux".to_owned(),
            "python_version" => self.target.version(),
            "sys_platform" => "linux".to_owned(),
            "platform_release" | "platform_version" | "extra" => String::new(),
            _ => return None,
        })
    }
}

fn compare(left: &str, operator: &str, right: &str, is_version: bool) -> Option<bool> {
    match operator {
        "in" => Some(right.contains(left)),
        "not in" => Some(!right.contains(left)),
        _ if is_version && numbers(left).is_some() => compare_versions(left, operator, right),
        "==" | "===" => Some(left == right),
        "!=" => Some(left != right),
        "<" => Some(left < right),
        "<=" => Some(left <= right),
        ">" => Some(left > right),
        ">=" => Some(left >= right),
        _ => None,
    }
}

fn compare_versions(left: &str, operator: &str, right: &str) -> Option<bool> {
    let starts = |prefix: &str| {
        let (all, prefix) = (numbers(left)?, numbers(prefix)?);
        Some((0..prefix.len()).all(|at| all.get(at).copied().unwrap_or(0) == prefix[at]))
    };
    if let Some(prefix) = right.strip_suffix(".*") {
        return match operator {
            "==" => starts(prefix),
            "!=" => starts(prefix).map(|starts| !starts),
            _ => None,
        };
    }
    let order = order(&numbers(left)?, &numbers(right)?);
    Some(match operator {
        "==" | "===" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "~=" => order.is_ge() && starts(right.rsplit_once('.')?.0)?,
        _ => return None,
    })
}

/// A release's numbers. What follows them (`rc1`, `.post1`, `+local`) no Python of Lambda's has.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let end = version.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(version.len());
    let digits = version[..end].trim_end_matches('.');
    digits.split('.').map(|part| part.parse().ok()).collect()
}

fn order(left: &[u64], right: &[u64]) -> std::cmp::Ordering {
    let at = |numbers: &[u64], at: usize| numbers.get(at).copied().unwrap_or(0);
    let all = 0..left.len().max(right.len());
    all.map(|index| at(left, index).cmp(&at(right, index)))
        .find(|order| order.is_ne())
        .unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::{Architecture, FunctionSource};

    fn target() -> Target {
        let runtime = "python3.11".to_owned();
        let source = FunctionSource { runtime, architecture: Architecture::Arm64, ..FunctionSource::default() };
        Target::of(&source).unwrap().unwrap()
    }

    #[test]
    fn markers_are_those_of_the_target() {
        for (marker, expected) in [
            ("python_version < '3.12'", Some(true)),
            ("python_version < '3.9'", Some(false)),
            ("'3.10' <= python_version", Some(true)),
            ("python_full_version >= \"3.11.3\"", Some(true)),
            ("python_full_version == '3.11.*'", Some(true)),
            ("python_version ~= '3.8'", Some(true)),
            ("sys_platform == 'win32' or platform_machine == 'aarch64'", Some(true)),
            ("sys_platform == 'win32' and platform_machine == 'aarch64' or os_name == 'nt'", Some(false)),
            ("(sys_platform == 'win32' or os_name == 'posix') and implementation_name == 'cpython'", Some(true)),
            ("platform_python_implementation not in 'PyPy, Jython'", Some(true)),
            ("'linux' in sys_platform", Some(true)),
            ("extra == 'dev'", Some(false)),
            ("python_version", None),
            ("python_version < '3.12", None),
            ("python_version << '3.12'", None),
            ("python_version < '3.12' and", None),
            ("(python_version < '3.12'", None),
            ("python_version < '3.12' python_version", None),
            (&"(".repeat(100_000), None),
            ("shoe_size == '42'", None),
            ("", None),
        ] {
            assert_eq!(holds(marker, target()), expected, "{marker}");
        }
    }

    #[test]
    fn specifiers_admit_the_target_or_not() {
        for (specifier, expected) in [
            (">=3.10", Some(true)),
            (">=3.10, <4", Some(true)),
            ("<3.11,>=3.8", Some(false)),
            ("==3.11.*", Some(true)),
            ("!=3.11.*", Some(false)),
            ("~=3.11.4", Some(true)),
            ("", Some(true)),
            ("3.11", None),
            (">=x", None),
        ] {
            assert_eq!(admits(specifier, target()), expected, "{specifier}");
        }
    }
}
