//! The only way for values into Markdown as GitHub renders it.
//!
//! Values never stand in Markdown's running text: there, GitHub would also link addresses, mentions, `#123`,
//! commit digests and whatever a repository's own rules ask for, and escaping does not reach those. Inside code
//! (a span, a fence) none of that happens; a link is made of an address alone (`link`).

use super::visible;

/// A code span, on one line and without `|`, so that it may stand in a table's cell too.
pub fn code(text: &str) -> String {
    visible_code(&visible::plain(text))
}

/// A code span of text that [`visible`] has made already.
pub fn visible_code(text: &str) -> String {
    if text.is_empty() {
        return "(empty)".into();
    }
    // A backslash before `|` would not do everywhere: what is behind two of them depends on the parser.
    let text = text.replace('|', "\\u007c");
    let marks = "`".repeat(longest_run(&text) + 1);
    // One space on each side is taken away again; with one side alone, nothing is.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{marks}{pad}{text}{pad}{marks}")
}

/// A fenced block; no line in it can be its end.
pub fn fence(language: &str, lines: &[String]) -> String {
    let run = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
    let marks = "`".repeat((run + 1).max(3));
    let size: usize = lines.iter().map(|line| line.len() + 1).sum();
    let mut block = String::with_capacity(size + 2 * marks.len() + language.len() + 2);
    for part in [&marks, language, "\n"] {
        block.push_str(part);
    }
    for line in lines {
        match line.as_bytes().contains(&b'\n') || line.as_bytes().contains(&b'\r') {
            true => block.push_str(&line.replace(['\n', '\r'], " ")),
            false => block.push_str(line),
        }
        block.push('\n');
    }
    block + &marks + "\n"
}

/// A message of words and values that are not distinguished: what is surely a word stays, the rest is code.
pub fn prose(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut values: Vec<&str> = Vec::new();
    for word in text.split(' ') {
        if is_word(word) {
            flush(&mut values, &mut out);
            out.push(word.to_owned());
        } else {
            values.push(word);
        }
    }
    flush(&mut values, &mut out);
    out.join(" ")
}

fn flush(values: &mut Vec<&str>, out: &mut Vec<String>) {
    let text = std::mem::take(values).join(" ");
    if !text.trim_matches(' ').is_empty() {
        out.push(code(text.trim_matches(' ')));
    }
}

/// Letters with hyphens and apostrophes between them, or a short number, and what may follow them in a sentence.
/// Nothing that could be a commit's digest.
fn is_word(word: &str) -> bool {
    let core = word.strip_prefix('(').unwrap_or(word);
    let core = core.strip_suffix([',', '.', ';', ':']).unwrap_or(core);
    let core = core.strip_suffix(')').unwrap_or(core);
    let is_digest = core.len() >= 7 && core.bytes().all(|b| b.is_ascii_hexdigit());
    let is_number = !core.is_empty() && core.len() < 7 && core.bytes().all(|b| b.is_ascii_digit());
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphabetic());
    !is_digest && (is_number || core.split(['-', '\'']).all(letters))
}

fn longest_run(text: &str) -> usize {
    // Next to no text has one, and this is asked of every line.
    if !text.as_bytes().contains(&b'`') {
        return 0;
    }
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOSTILE: [&str; 12] = [
        "@everyone see #1 and https://evil.example",
        "` @octocat `",
        "``` </details> ```",
        "a|b\\|c",
        "</code></summary><img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "line\n\n# heading\n- [x] done",
        "\u{202e}evil",
        "<!-- hidden -->",
        "$`math`$",
        "deadbeefcafe0123 org/repo#7 GH-12",
        "`",
    ];

    /// What a code span holds, read as CommonMark reads it; `None` if it is not exactly one code span.
    fn read_span(span: &str) -> Option<String> {
        let marks = span.len() - span.trim_start_matches('`').len();
        let inner = span.get(marks..span.len().checked_sub(marks)?)?;
        let closed = inner.split(|c| c != '`').any(|run| run.len() == marks);
        let padded = inner.len() > 2 && inner.starts_with(' ') && inner.ends_with(' ') && inner.trim() != "";
        let ends = span.ends_with(&"`".repeat(marks)) && !inner.is_empty();
        (marks > 0 && ends && !closed).then(|| if padded { inner[1..inner.len() - 1].into() } else { inner.into() })
    }

    #[test]
    fn a_code_span_is_one_span_on_one_line_in_one_cell() {
        for text in HOSTILE {
            let span = code(text);
            assert_eq!(read_span(&span), Some(visible::plain(text).replace('|', "\\u007c")), "{span}");
            assert!(!span.contains(['|', '\n']), "{span}");
        }
        assert_eq!(code(""), "(empty)");
    }

    #[test]
    fn no_line_ends_its_fence() {
        let lines = ["```".to_owned(), "`````@octocat".to_owned(), "x\n``````".to_owned()];
        let block = fence("diff", &lines);
        assert!(block.starts_with("```````diff\n") && block.ends_with("\n```````\n"), "{block}");
        assert_eq!(block.lines().count(), 5);
    }

    #[test]
    fn prose_keeps_words_and_puts_the_rest_into_code() {
        assert_eq!(
            prose("shop--test-api1 has vpcConfig, which this tool doesn't model (and leaves alone)."),
            "`shop--test-api1` has vpcConfig, which this tool doesn't model (and leaves alone)."
        );
        assert_eq!(prose("ask @octocat #12 about it"), "ask `@octocat #12` about it");
        assert_eq!(prose("deadbeef faced 1234567 404"), "`deadbeef` faced `1234567` 404");
        assert_eq!(prose("a\n\n# b"), "`a\\n\\n#` b");
        assert_eq!(prose("www. http://x - * _ ~"), "www. `http://x - * _ ~`");
    }

    proptest! {
        #[test]
        fn any_text_is_one_code_span(text in "[` |\\\\a@#<\n]{1,12}") {
            let shown = visible::plain(&text).replace('|', "\\u007c");
            let read = read_span(&code(&text));
            // CommonMark leaves a span of spaces alone as it is, with the padding.
            prop_assert!(read.as_deref() == Some(&shown) || shown.trim().is_empty(), "{:?}", code(&text));
        }

        #[test]
        fn prose_outside_of_code_is_letters_and_a_few_marks(text in any::<String>()) {
            let mut out = prose(&text);
            while let Some(start) = out.find('`') {
                let marks = out[start..].len() - out[start..].trim_start_matches('`').len();
                let rest = &out[start + marks..];
                let runs = rest.match_indices('`').filter(|(at, _)| !rest[..*at].ends_with('`'));
                let end = runs.map(|(at, _)| (at, rest[at..].len() - rest[at..].trim_start_matches('`').len()));
                let (at, _) = end.into_iter().find(|(_, run)| *run == marks).expect("the span ends");
                out = format!("{}{}", &out[..start], &rest[at + marks..]);
            }
            let allowed = |c: char| c.is_ascii_alphanumeric() || " ,.;:()-'".contains(c);
            prop_assert!(out.chars().all(allowed), "{out:?}");
        }
    }
}
