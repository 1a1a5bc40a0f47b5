//! Lines within the terminal's width.

/// The text in lines of at most `width` characters, the first after `first`, the others after as many spaces as it has. Broken
/// at spaces alone, so that what has none, such as an ARN, can be copied as it is.
pub(super) fn wrap(first: &str, text: &str, width: usize) -> Vec<String> {
    let indent = first.chars().count();
    let room = width.saturating_sub(indent).max(1);
    let (mut lines, mut line, mut length) = (Vec::new(), String::new(), 0);
    for word in text.split(' ') {
        let size = word.chars().count();
        if length > 0 && length + 1 + size > room {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += size;
    }
    lines.push(line);
    let rest = " ".repeat(indent);
    let start = |at: usize| if at == 0 { first } else { rest.as_str() };
    lines.iter().enumerate().map(|(at, line)| format!("{}{line}", start(at)).trim_end().to_owned()).collect()
}

/// As many items as `most` lines have room for, and how many there are besides.
pub(super) fn fitted(first: &str, items: &[String], between: &str, width: usize, most: usize) -> Vec<String> {
    let whole = wrap(first, &items.join(between), width);
    match items {
        [] => return Vec::new(),
        _ if whole.len() <= most => return whole,
        [_] => return cut(whole, width, most),
        _ => {}
    }
    let with_rest = |count: usize| {
        let rest = format!("{between}and {} more (--calls shows them)", items.len() - count);
        wrap(first, &(items[..count].join(between) + &rest), width)
    };
    let fitting = (1..items.len()).map(with_rest).take_while(|lines| lines.len() <= most).last();
    fitting.unwrap_or_else(|| cut(whole, width, most))
}

/// The first lines, and that they are not all. The end makes room for that, word by word.
fn cut(mut lines: Vec<String>, width: usize, most: usize) -> Vec<String> {
    const REST: &str = " … (--calls shows the rest)";
    lines.truncate(most);
    let is_long = |line: &str| line.chars().count() + REST.chars().count() > width;
    while let Some(mut last) = lines.pop() {
        while let Some(at) = last.trim_end().rfind(' ').filter(|_| is_long(&last)) {
            last.truncate(at);
        }
        let kept = last.trim_end();
        // A line that held one long word has nothing left.
        if !kept.is_empty() || lines.is_empty() {
            lines.push(format!("{kept}{REST}"));
            break;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_broken_at_spaces_and_keep_their_indent() {
        assert_eq!(wrap("  ! ", "one two three", 12), ["  ! one two", "    three"]);
        assert_eq!(wrap("", "a-word-that-is-longer x", 5), ["a-word-that-is-longer", "x"]);
        assert_eq!(wrap("  ", "", 5), [""]);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let items: Vec<String> = (0..20).map(|n| format!("item-{n}")).collect();
        let lines = fitted("    ", &items, "; ", 60, 2);
        assert_eq!(
            lines,
            [
                "    item-0; item-1; item-2; item-3; item-4; item-5; item-6;",
                "    item-7; item-8; item-9; and 10 more (--calls shows them)"
            ]
        );
        assert_eq!(fitted("", &items[..1], "; ", 60, 2), ["item-0"]);
        let long = vec![["word"; 40].join(" "), "other".to_owned()];
        assert_eq!(
            fitted("  ", &long, "; ", 60, 2),
            [
                "  word word word word word word word word word word word",
                "  word word word word word word … (--calls shows the rest)"
            ]
        );
        assert_eq!(fitted("", &[], "; ", 60, 2), [""; 0]);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_with_a_space_in_it_is_too_long(
            words in proptest::collection::vec("[a-z]{1,30}", 1..40),
            width in 20usize..100,
        ) {
            let lines = wrap("    ", &words.join(" "), width);
            for line in &lines {
                prop_assert!(line.chars().count() <= width || !line.trim().contains(' '), "{line:?}");
            }
            let back: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
            prop_assert_eq!(back, words);
        }
    }
}
