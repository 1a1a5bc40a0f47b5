//! A document within a limit of bytes: what matters most is given room first, and what has none is counted.
//!
//! Bytes are never fewer than characters, so a limit on either is kept. Nothing is ever cut inside: a list keeps whole
//! items, in their order. The work is linear in the length of the parts.

use super::words;

/// A part of a document.
#[derive(Debug, Clone)]
pub enum Part {
    /// Always there: a document that has no room for it is empty.
    Always(String),
    /// The place where the document says what was left out.
    Notice,
    /// As many of its items as there is room for.
    List(List),
}

/// Items, one after the other; nothing at all where there are none.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// What one of its items is called, such as `diff`.
    pub noun: &'static str,
    /// Before the first item.
    pub head: String,
    /// The items.
    pub items: Vec<Item>,
    /// Around the number of items that were left out, after the last one.
    pub more: [&'static str; 2],
    /// Ends the list.
    pub end: &'static str,
    /// The most hundredths of the limit that it takes while another list needs room.
    pub share: usize,
    /// True if its head and the number of its items stay where not even one of them fits.
    pub stays: bool,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which items are given room first: those of the least rank.
    pub rank: u8,
    /// Its text, whole lines.
    pub text: String,
}

impl From<String> for Item {
    fn from(text: String) -> Self {
        Self { rank: 0, text }
    }
}

/// What was left out of a document: how many items of what, the most important first.
pub type LeftOut = Vec<(&'static str, usize)>;

/// Which items of a list are shown, and the bytes that the list takes then.
#[derive(Debug, Clone, Default)]
struct Shown {
    items: Vec<bool>,
    size: usize,
}

impl List {
    fn more(&self, count: usize) -> String {
        match count {
            0 => String::new(),
            count => format!("{}{}{}", self.more[0], words::grouped(count as u64), self.more[1]),
        }
    }

    /// Bytes of all but the items, the number of those that were left out included.
    fn frame(&self) -> usize {
        self.head.len() + self.more(self.items.len()).len() + self.end.len()
    }

    fn all(&self) -> Shown {
        let items: usize = self.items.iter().map(|item| item.text.len()).sum();
        let frame = if self.items.is_empty() { 0 } else { self.head.len() + self.end.len() };
        Shown { items: vec![true; self.items.len()], size: frame + items }
    }

    fn none(&self) -> Shown {
        let stays = self.stays && !self.items.is_empty();
        Shown { items: vec![false; self.items.len()], size: if stays { self.frame() } else { 0 } }
    }

    /// What of the list fits into `room` bytes; what always stays does.
    fn within(&self, room: usize) -> Shown {
        let (all, mut shown) = (self.all(), self.none());
        if all.size <= room {
            return all;
        }
        let Some(mut left) = room.checked_sub(self.frame()) else { return shown };
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        order.sort_by_key(|at| self.items[*at].rank);
        for at in order {
            if let Some(rest) = left.checked_sub(self.items[at].text.len()) {
                (left, shown.items[at], shown.size) = (rest, true, room - rest);
            }
        }
        shown
    }

    fn write(&self, shown: &Shown, out: &mut String) {
        if shown.size == 0 {
            return;
        }
        out.push_str(&self.head);
        let items = self.items.iter().zip(&shown.items).filter(|(_, is_shown)| **is_shown);
        items.for_each(|(item, _)| out.push_str(&item.text));
        out.push_str(&self.more(shown.left_out()));
        out.push_str(self.end);
    }
}

impl Shown {
    fn left_out(&self) -> usize {
        self.items.iter().filter(|is_shown| !**is_shown).count()
    }
}

/// The document, and what was left out of it. The lists of `parts` are given room in the order of `first`, the others
/// after them. The document is empty if not even what always stays fits.
pub fn fit(parts: &[Part], first: &[&'static str], limit: usize) -> (String, LeftOut) {
    let lists: Vec<&List> = parts.iter().filter_map(list).collect();
    let always: usize = parts.iter().map(|part| if let Part::Always(text) = part { text.len() } else { 0 }).sum();
    let whole: Vec<Shown> = lists.iter().map(|list| list.all()).collect();
    if always + whole.iter().map(|shown| shown.size).sum::<usize>() <= limit {
        return (document(parts, &whole, &Vec::new()), Vec::new());
    }
    let mut order: Vec<usize> = (0..lists.len()).collect();
    order.sort_by_key(|at| first.iter().position(|noun| *noun == lists[*at].noun).unwrap_or(first.len()));
    let count = |shown: &[Shown]| -> LeftOut {
        let left = order.iter().map(|at| (lists[*at].noun, shown[*at].left_out()));
        left.filter(|(_, count)| *count > 0).collect()
    };
    let mut shown: Vec<Shown> = lists.iter().map(|list| list.none()).collect();
    // No other notice is longer than the one that counts everything.
    let least: usize = always + notice(&count(&shown)).len() + shown.iter().map(|shown| shown.size).sum::<usize>();
    let Some(mut room) = limit.checked_sub(least) else { return (String::new(), count(&shown)) };
    for is_shared in [true, false] {
        for at in &order {
            let (list, has) = (lists[*at], &mut shown[*at]);
            let mut most = room + has.size;
            if is_shared && list.share > 0 {
                most = most.min(has.size.max(limit / 100 * list.share));
            }
            room += has.size;
            *has = list.within(most);
            room -= has.size;
        }
    }
    let left_out = count(&shown);
    (document(parts, &shown, &left_out), left_out)
}

fn list(part: &Part) -> Option<&List> {
    if let Part::List(list) = part { Some(list) } else { None }
}

fn document(parts: &[Part], shown: &[Shown], left_out: &LeftOut) -> String {
    let (mut out, mut shown) = (String::new(), shown.iter());
    for part in parts {
        match part {
            Part::Always(text) => out.push_str(text),
            Part::Notice => out.push_str(&notice(left_out)),
            Part::List(list) => shown.next().into_iter().for_each(|shown| list.write(shown, &mut out)),
        }
    }
    out
}

fn notice(left_out: &LeftOut) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let what: Vec<String> = left_out.iter().map(|(noun, count)| words::count_of(*count, noun)).collect();
    format!(
        "> [!NOTE]\n> Too long to be shown in full here. Left out: {}. The bundle's `plan.md` has all of it.\n\n",
        what.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(count: usize) -> Vec<Item> {
        (0..count).map(|n| format!("- item {n:02} ä\n").into()).collect()
    }

    fn parts() -> Vec<Part> {
        let call = |rank, letter: &str| Item { rank, text: format!("{}\n", letter.repeat(999)) };
        vec![
            Part::Always("# head\n".into()),
            Part::Notice,
            Part::List(List {
                noun: "row",
                head: "rows:\n".into(),
                items: rows(50),
                more: ["… ", " more\n"],
                end: "\n",
                stays: true,
                ..List::default()
            }),
            Part::List(List {
                noun: "call",
                head: "calls:\n".into(),
                items: vec![call(1, "c"), call(0, "d"), call(0, "e")],
                more: ["… ", " more\n"],
                end: "end\n",
                ..List::default()
            }),
        ]
    }

    const FIRST: [&str; 2] = ["row", "call"];

    #[test]
    fn what_matters_most_is_given_room_first_and_the_rest_is_counted() {
        let (whole, left_out) = fit(&parts(), &FIRST, usize::MAX);
        assert_eq!(left_out, []);
        assert!(!whole.contains("Left out"));
        let (text, left_out) = fit(&parts(), &FIRST, whole.len() - 1);
        assert_eq!(left_out, [("call", 1)]);
        assert!(text.contains("Left out: 1 call. The bundle's `plan.md` has all of it.\n"), "{text}");
        assert!(!text.contains("cc") && text.contains("dd") && text.contains("ee\n… 1 more\nend\n"), "{text}");
        let (text, left_out) = fit(&parts(), &FIRST, 700);
        assert_eq!(left_out, [("row", 7), ("call", 3)]);
        assert!(text.contains("- item 42 ä\n… 7 more\n\n") && !text.contains("calls:"), "{text}");
        let (text, left_out) = fit(&parts(), &["call", "row"], 1_300);
        assert_eq!(left_out, [("call", 2), ("row", 40)]);
        assert!(text.contains("dd") && text.contains("- item 09 ä\n… 40 more\n"), "{text}");
    }

    #[test]
    fn a_list_takes_no_more_than_its_share_while_another_needs_room() {
        let list = |noun, share| Part::List(List { noun, share, items: rows(100), ..List::default() });
        let parts = [Part::Notice, list("risk", 25), list("row", 0)];
        let (_, left_out) = fit(&parts, &["risk", "row"], 1_200);
        assert_eq!(left_out, [("risk", 78), ("row", 40)]);
        let short = Part::List(List { noun: "row", items: rows(1), ..List::default() });
        let (text, left_out) = fit(&[Part::Notice, list("risk", 25), short], &["risk", "row"], 1_300);
        assert_eq!(left_out, [("risk", 10)], "what nobody else needs is free: {text}");
    }

    #[test]
    fn what_stays_is_there_as_long_as_the_head_is() {
        for limit in 0..3_800 {
            let (text, left_out) = fit(&parts(), &FIRST, limit);
            assert!(text.len() <= limit, "{limit}");
            assert!(text.is_empty() || text.contains("# head\n") && text.contains("rows:\n"), "{text}");
            assert!(text.is_empty() || left_out.is_empty() != text.contains("Left out"), "{text}");
        }
        assert_eq!(fit(&parts(), &FIRST, 10), (String::new(), vec![("row", 50), ("call", 3)]));
    }

    proptest! {
        #[test]
        fn any_document_keeps_its_limit_and_its_items_whole(
            sizes in prop::collection::vec((0usize..400, 0u8..3), 0..40), share in 0usize..100, stays: bool, limit in 0usize..6_000
        ) {
            let item = |(n, (size, rank)): (usize, &(usize, u8))| Item { rank: *rank, text: format!("<{n}{}>\n", "x".repeat(*size)) };
            let items: Vec<Item> = sizes.iter().enumerate().map(item).collect();
            let list = |noun| Part::List(List { noun, share, stays, items: items.clone(), head: "[".into(), more: ["… ", " more"], end: "]" });
            let parts = [Part::Always("head\n".into()), Part::Notice, list("a"), list("b")];
            let (text, left_out) = fit(&parts, &["b", "a"], limit);
            prop_assert!(text.len() <= limit);
            prop_assert_eq!(text.matches('<').count(), text.matches(">\n").count());
            if !text.is_empty() {
                let shown = text.matches('<').count();
                prop_assert_eq!(shown + left_out.iter().map(|(_, count)| count).sum::<usize>(), 2 * items.len());
                prop_assert_eq!(text.matches('[').count() - text.matches("[!").count(), text.matches(']').count() - text.matches("E]").count());
            }
        }
    }
}
