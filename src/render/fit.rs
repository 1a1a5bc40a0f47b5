//! A document within a limit of bytes: whole parts go in a fixed order, and it says which.
//!
//! Bytes are never fewer than characters, so a limit on either is kept. Nothing is ever cut inside: a part is
//! there or not, and a list has its first items.

use std::borrow::Cow;

/// A part of a document.
#[derive(Debug, Clone)]
pub enum Part {
    /// Goes only with everything else.
    Always(String),
    /// The place where the document says what was left out.
    Notice,
    /// Goes as a whole, together with every other part of its name.
    Whole(&'static str, String),
    /// Keeps as many of its first items as fit.
    List(&'static str, List),
}

/// Items, one after the other.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Before the first item.
    pub head: String,
    /// The items.
    pub items: Vec<String>,
    /// Ends the head's and the items' block, before the line that says how many more there are.
    pub tail: String,
}

impl List {
    fn text(&self, shown: usize) -> String {
        let items = &self.items[..shown.min(self.items.len())];
        let more = match self.items.len() - items.len() {
            0 => String::new(),
            more if items.is_empty() => format!("{more} in all, not listed here.\n\n"),
            more => format!("… and {more} more.\n\n"),
        };
        if items.is_empty() { more } else { format!("{}{}{}{more}", self.head, items.concat(), self.tail) }
    }

    /// How many items fit into `room` bytes.
    fn fitting(&self, room: usize) -> usize {
        let fixed = self.head.len() + self.tail.len() + "… and  more.\n\n".len() + self.items.len().to_string().len();
        let sizes = self.items.iter().scan(fixed, |total, item| {
            *total += item.len();
            Some(*total)
        });
        sizes.take_while(|total| *total <= room).count()
    }
}

/// What of a document is kept.
struct Kept {
    left_out: Vec<&'static str>,
    /// How many items of a list that was left out are back, by its name.
    shown: Vec<(&'static str, usize)>,
}

impl Kept {
    fn shown(&self, name: &str) -> Option<usize> {
        self.shown.iter().find(|(other, _)| *other == name).map(|(_, count)| *count)
    }

    fn text<'a>(&self, part: &'a Part) -> Cow<'a, str> {
        match part {
            Part::Always(text) => text.into(),
            Part::Notice => notice(&self.left_out).into(),
            Part::Whole(name, _) if self.left_out.contains(name) => "".into(),
            Part::Whole(_, text) => text.into(),
            Part::List(name, list) if self.left_out.contains(name) => list.text(self.shown(name).unwrap_or(0)).into(),
            Part::List(_, list) => list.text(usize::MAX).into(),
        }
    }

    fn document(&self, parts: &[Part]) -> String {
        parts.iter().map(|part| self.text(part)).collect::<Vec<_>>().concat()
    }
}

/// The document, and the names of what was left out of it. `order` names what goes first. The document is empty
/// if not even what always stays fits.
pub fn fit(parts: &[Part], order: &[&'static str], limit: usize) -> (String, Vec<&'static str>) {
    let mut kept = Kept { left_out: Vec::new(), shown: Vec::new() };
    let mut document = kept.document(parts);
    for name in order.iter().filter(|name| parts.iter().any(|part| has(part, name))) {
        if document.len() <= limit {
            break;
        }
        kept.left_out.push(name);
        document = kept.document(parts);
    }
    if document.len() > limit {
        return (String::new(), vec!["everything"]);
    }
    refill(parts, &mut kept, limit, &mut document);
    (document, kept.left_out)
}

/// True if the part has this name and something in it.
fn has(part: &Part, name: &str) -> bool {
    match part {
        Part::Whole(other, text) => *other == name && !text.is_empty(),
        Part::List(other, list) => *other == name && !list.items.is_empty(),
        Part::Always(_) | Part::Notice => false,
    }
}

/// Gives the room that is left to the lists that were left out, the last one first: it matters most.
fn refill(parts: &[Part], kept: &mut Kept, limit: usize, document: &mut String) {
    for name in kept.left_out.clone().into_iter().rev() {
        let list = parts.iter().find_map(|part| match part {
            Part::List(other, list) if *other == name => Some(list),
            _ => None,
        });
        if let Some(list) = list {
            let room = limit.saturating_sub(document.len()) + list.text(0).len();
            let shown = list.fitting(room);
            if shown == list.items.len() {
                kept.left_out.retain(|other| *other != name);
            } else if shown > 0 {
                kept.shown.push((name, shown));
            }
            *document = kept.document(parts);
        }
    }
}

fn notice(left_out: &[&'static str]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let what = left_out.join(", ");
    format!(
        "> [!NOTE]\n> Left out here, or shortened, to stay within a limit of length: {what}.\n> The bundle's `plan.md` holds the whole text.\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Vec<Part> {
        let items = (0..50).map(|n| format!("- item {n:02} ä\n")).collect();
        vec![
            Part::Always("# head\n".into()),
            Part::Notice,
            Part::List("rows", List { head: "rows:\n".into(), items, tail: "\n".into() }),
            Part::Whole("calls", "c".repeat(1000)),
            Part::Whole("graph", "g".repeat(1000)),
            Part::Whole("calls", "d".repeat(1000)),
        ]
    }

    const ORDER: [&str; 4] = ["calls", "nothing of the kind", "rows", "graph"];

    #[test]
    fn parts_go_in_order_and_the_document_says_which() {
        let whole = fit(&parts(), &ORDER, usize::MAX);
        assert_eq!(whole.1, Vec::<&str>::new());
        assert!(!whole.0.contains("Left out"));
        let less = fit(&parts(), &ORDER, whole.0.len() - 1);
        assert_eq!(less.1, ["calls"]);
        assert!(less.0.contains("Left out here, or shortened, to stay within a limit of length: calls."));
        assert!(!less.0.contains("dd"));
        let (text, left_out) = fit(&parts(), &ORDER, 1500);
        assert_eq!(left_out, ["calls", "rows"]);
        assert!(text.contains("- item 00 ä\n") && text.contains("more.\n") && text.contains("ggg"), "{text}");
    }

    #[test]
    fn a_list_comes_back_when_a_later_part_makes_room() {
        let (text, left_out) = fit(&parts(), &ORDER, 1100);
        assert_eq!(left_out, ["calls", "graph"]);
        assert!(text.contains("item 49"), "{text}");
    }

    #[test]
    fn no_limit_is_ever_exceeded() {
        for limit in 0..3800 {
            let (text, left_out) = fit(&parts(), &ORDER, limit);
            assert!(text.len() <= limit, "{limit}");
            assert_eq!(left_out.is_empty(), text.len() > 3500);
        }
    }
}
