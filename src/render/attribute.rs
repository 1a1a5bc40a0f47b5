//! An attribute's diff, line by line.

use super::digest;
use super::json;
use super::visible;
use crate::plan::{AttributeDiff, Shown};

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// An attribute that has a value before and after.
    Changed,
    /// It stays; shown for context.
    Same,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it says.
    pub sign: Sign,
    /// Its text, without the sign.
    pub text: String,
}

/// `old → new` on one line where both sides together take no more than this.
const WIDTH: usize = 100;
/// Lines of context around what differs.
const CONTEXT: usize = 3;
/// Above this many pairs of lines, everything between the first and the last difference counts as changed.
const PAIRS: usize = 250_000;

/// One attribute's diff. A value that is JSON text is laid out.
pub fn lines(diff: &AttributeDiff) -> Vec<Line> {
    let path = path(&diff.path);
    if let Some(digests) = digest::of_code(diff) {
        return vec![line(sign(diff), format!("{path}: {digests}"))];
    }
    match (side(&diff.old), side(&diff.new)) {
        (None, None) => vec![line(Sign::Same, path)],
        (Some(old), None) => one_sided(Sign::Removed, path, old),
        (None, Some(new)) => one_sided(Sign::Added, path, new),
        (Some(old), Some(new)) if old == new => changed(path, raw(&diff.old), raw(&diff.new)),
        (Some(old), Some(new)) => changed(path, old, new),
    }
}

/// What a line says that has both sides.
fn sign(diff: &AttributeDiff) -> Sign {
    match (diff.old.is_absent(), diff.new.is_absent()) {
        (true, false) => Sign::Added,
        (false, true) => Sign::Removed,
        _ => Sign::Changed,
    }
}

/// A path that could be read as path and value (a tag's key may hold anything) is quoted.
fn path(text: &str) -> String {
    let clear = |c: char| c.is_ascii_alphanumeric() || "._-/:@+=*#[]".contains(c);
    if !text.is_empty() && text.chars().all(clear) { text.to_owned() } else { visible::quoted(text) }
}

/// A side's lines; `None` where there is no such attribute.
fn side(shown: &Shown) -> Option<Vec<String>> {
    match shown {
        Shown::Absent => None,
        Shown::Value(serde_json::Value::String(text)) => Some(json::embedded(text).unwrap_or_else(|| raw(shown))),
        _ => Some(raw(shown)),
    }
}

/// A side's lines, JSON text as the string that it is.
fn raw(shown: &Shown) -> Vec<String> {
    match shown {
        Shown::Absent => Vec::new(),
        Shown::Hidden => vec!["(hidden)".into()],
        Shown::Value(value) => json::lines(value),
    }
}

fn line(sign: Sign, text: impl Into<String>) -> Line {
    Line { sign, text: text.into() }
}

fn one_sided(sign: Sign, path: String, value: Vec<String>) -> Vec<Line> {
    match &value[..] {
        [one] => vec![line(sign, format!("{path}: {one}"))],
        many => {
            let rest = many.iter().map(|text| line(sign, format!("  {text}")));
            std::iter::once(line(sign, format!("{path}:"))).chain(rest).collect()
        }
    }
}

fn changed(path: String, old: Vec<String>, new: Vec<String>) -> Vec<Line> {
    if let ([old], [new]) = (&old[..], &new[..])
        && old.chars().count() + new.chars().count() <= WIDTH
    {
        return vec![line(Sign::Changed, format!("{path}: {old} → {new}"))];
    }
    let mut lines = vec![line(Sign::Changed, format!("{path}:"))];
    lines.extend(folded(compare(&old, &new)).into_iter().map(|l| line(l.sign, format!("  {}", l.text))));
    lines
}

/// The lines of both sides; a comma at the end, which only says that another follows, is no difference.
fn compare(old: &[String], new: &[String]) -> Vec<Line> {
    let same = |(one, other): &(&String, &String)| bare(one) == bare(other);
    let start = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(same).count();
    let (old_middle, new_middle) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    let context = |lines: &[String]| lines.iter().map(|text| line(Sign::Same, text.as_str())).collect::<Vec<_>>();
    let mut lines = context(&new[..start]);
    lines.extend(middle(old_middle, new_middle));
    lines.extend(context(&new_rest[new_rest.len() - end..]));
    lines
}

fn bare(line: &str) -> &str {
    line.strip_suffix(',').unwrap_or(line)
}

/// The shortest way from one sequence of lines to the other, by their longest common subsequence.
fn middle(old: &[String], new: &[String]) -> Vec<Line> {
    if old.len().saturating_mul(new.len()) > PAIRS {
        let removed = old.iter().map(|text| line(Sign::Removed, text.as_str()));
        return removed.chain(new.iter().map(|text| line(Sign::Added, text.as_str()))).collect();
    }
    let common = common(old, new);
    let (mut lines, mut i, mut j) = (Vec::new(), 0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && bare(&old[i]) == bare(&new[j]) {
            lines.push(line(Sign::Same, new[j].as_str()));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(line(Sign::Removed, old[i].as_str()));
            i += 1;
        } else {
            lines.push(line(Sign::Added, new[j].as_str()));
            j += 1;
        }
    }
    lines
}

/// How many lines the rests from `i` and `j` have in common, in order.
fn common(old: &[String], new: &[String]) -> Vec<Vec<u32>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = match bare(&old[i]) == bare(&new[j]) {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    common
}

/// Long runs of what stays give way to their number.
fn folded(lines: Vec<Line>) -> Vec<Line> {
    let differs: Vec<usize> =
        lines.iter().enumerate().filter(|(_, l)| l.sign != Sign::Same).map(|(at, _)| at).collect();
    let near = |at: usize| {
        let next = differs.partition_point(|d| *d < at);
        let gap = |d: Option<&usize>| d.is_some_and(|d| d.abs_diff(at) <= CONTEXT);
        gap(differs.get(next)) || gap(next.checked_sub(1).and_then(|before| differs.get(before)))
    };
    let (mut shown, mut left_out) = (Vec::new(), 0);
    for (at, line) in lines.into_iter().enumerate() {
        if near(at) {
            shown.extend(fold(std::mem::take(&mut left_out)));
            shown.push(line);
        } else {
            left_out += 1;
        }
    }
    shown.extend(fold(left_out));
    shown
}

fn fold(count: usize) -> Option<Line> {
    let lines = if count == 1 { "line" } else { "lines" };
    (count > 0).then(|| line(Sign::Same, format!("… {count} {lines} unchanged")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn shown(old: Shown, new: Shown) -> Vec<String> {
        let diff = AttributeDiff { path: "a.b".into(), old, new };
        let sign = |sign| match sign {
            Sign::Added => '+',
            Sign::Removed => '-',
            Sign::Changed => '~',
            Sign::Same => ' ',
        };
        lines(&diff).into_iter().map(|l| format!("{} {}", sign(l.sign), l.text)).collect()
    }

    fn value(value: Value) -> Shown {
        Shown::Value(value)
    }

    #[test]
    fn short_values_are_on_one_line_and_hidden_ones_are_told_from_text() {
        assert_eq!(shown(value(json!(7)), value(json!("7"))), ["~ a.b: 7 → \"7\""]);
        assert_eq!(shown(Shown::Hidden, value(json!("(hidden)"))), ["~ a.b: (hidden) → \"(hidden)\""]);
        assert_eq!(shown(Shown::Absent, value(json!({}))), ["+ a.b: {}"]);
        assert_eq!(shown(value(json!(null)), Shown::Absent), ["- a.b: null"]);
        assert_eq!(shown(Shown::Absent, Shown::Absent), ["  a.b"]);
    }

    #[test]
    fn a_digest_of_code_is_shown_in_the_one_spelling_that_people_know_it_by() {
        let (old, new) =
            ("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=");
        let shown = |old: Shown, new: Shown| {
            let diff = AttributeDiff { path: "CodeSha256".into(), old, new };
            lines(&diff).into_iter().map(|line| (line.sign, line.text)).collect::<Vec<_>>()
        };
        let text = |text: &str| value(json!(text));
        assert_eq!(
            shown(text(old), text(new)),
            [(Sign::Changed, "CodeSha256: sha256:010101010101… → sha256:020202020202…".to_owned())]
        );
        assert_eq!(shown(Shown::Absent, text(new)), [(Sign::Added, "CodeSha256: sha256:020202020202…".to_owned())]);
        assert_eq!(shown(text(old), Shown::Absent)[0].0, Sign::Removed);
        assert_eq!(shown(text("no digest"), text(new))[0].1, format!("CodeSha256: \"no digest\" → \"{new}\""));
    }

    #[test]
    fn a_policy_shows_what_differs_with_its_surroundings() {
        let statement = |n: usize| json!({"Sid": format!("S{n}"), "Action": ["a".repeat(60)], "Effect": "Allow"});
        let policy = |ns: &[usize]| json!({"Statement": ns.iter().map(|n| statement(*n)).collect::<Vec<_>>()});
        let (old, new) = (policy(&[1, 2, 3, 4, 5]).to_string(), policy(&[1, 2, 3, 4, 5, 6]).to_string());
        let text = shown(value(json!(old)), value(json!(new)));
        assert_eq!(text.iter().filter(|l| l.starts_with('-')).count(), 0, "{text:#?}");
        assert!(text.iter().any(|l| l.starts_with("+ ") && l.contains("\"S6\"")), "{text:#?}");
        assert!(text.iter().any(|l| l.contains("lines unchanged")), "{text:#?}");
    }

    #[test]
    fn json_texts_that_differ_in_space_alone_are_shown_as_they_are() {
        assert_eq!(shown(value(json!("{}")), value(json!("{ }"))), ["~ a.b: \"{}\" → \"{ }\""]);
    }

    #[test]
    fn a_path_that_could_be_misread_is_quoted() {
        assert_eq!(path("tags.aws:x/y"), "tags.aws:x/y");
        assert_eq!(path("tags.x: 1 → 2\n"), "\"tags.x: 1 → 2\\n\"");
        assert_eq!(path(""), "\"\"");
    }

    #[test]
    fn large_values_are_compared_in_bounded_time() {
        let lines = |mark: &str| (0..2000).map(|n| format!("{mark}{n}")).collect::<Vec<_>>();
        let compared = compare(&lines("a"), &lines("b"));
        assert_eq!(compared.len(), 4000);
        assert!(compared[..2000].iter().all(|l| l.sign == Sign::Removed));
    }
}
