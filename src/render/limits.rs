//! What a comment says when there is no room for all of it, whatever the plan holds.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::golden::{large, parse};
use super::*;

const TABLE: &str = "|   | Resource | What changes |\n| :-- | :-- | :-- |\n";

#[test]
fn no_comment_is_longer_than_its_limit_and_each_says_what_it_left_out() {
    let (plan, id) = large(60);
    let whole = markdown(&plan, &id);
    assert_eq!(markdown_within(&plan, &id, whole.len()), (whole.clone(), vec![]));
    let mut seen = Vec::new();
    for limit in (0..whole.len()).step_by(97) {
        let (text, left_out) = markdown_within(&plan, &id, limit);
        assert!(text.len() <= limit, "{} of {limit}", text.len());
        let nouns: Vec<&str> = left_out.iter().map(|(noun, _)| *noun).collect();
        assert!(text.is_empty() || text.contains("Too long to be shown in full here. Left out: "), "{text}");
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        assert_eq!(text.lines().filter(|line| line.starts_with("```")).count() % 2, 0);
        if !text.is_empty() && !seen.contains(&nouns) {
            seen.push(nouns);
        }
    }
    seen.reverse();
    assert_eq!(seen[0], ["graph"], "{seen:?}");
    assert!(
        seen.contains(&vec!["call list", "graph"]) && seen.contains(&vec!["diff", "call list", "graph"]),
        "{seen:?}"
    );
}

#[test]
fn calls_are_left_out_change_by_change_and_those_of_dangerous_ones_last() {
    let (mut plan, _) = large(300);
    plan.changes[250].action = crate::plan::Action::Delete;
    let id = crate::canonical::Sha::of(b"plan");
    let whole = markdown(&plan, &id);
    let (text, left_out) = markdown_within(&plan, &id, whole.len() * 2 / 3);
    let left: usize = left_out.iter().find(|(noun, _)| *noun == "call list").expect("some calls").1;
    assert!((1..300).contains(&left), "{left_out:?}");
    assert!(text.contains(&format!("… and the calls of {left} more resources.\n\n</details>\n")), "{left}");
    let fenced = |name: &str| text.contains(&format!("\"logGroupName\": \"/aws/lambda/shop--production-{name}\""));
    assert!(fenced("250") && fenced("0") && !fenced("299"), "the one that is deleted, and the first ones");
}

/// Any text, and text that would leave its cell, its line or its code if anything could.
fn value() -> impl Strategy<Value = String> {
    let hostile = [
        "|",
        "` | `",
        "a\\|b",
        "\n| x | y |\n",
        "\r\n\r\n# no",
        "@octocat #1 org/repo#2",
        "<img src=x>",
        "</details>",
        "</summary>",
        "```",
        "[a](javascript:x)",
        "https://evil.example",
        "~~x~~",
        "> [!NOTE]",
        "\u{202e}",
        "&lt;",
        "<!-- -->",
        "**b**",
    ];
    prop_oneof![
        any::<String>(),
        prop::sample::select(hostile.to_vec()).prop_map(str::to_owned),
        (prop::sample::select(hostile.to_vec()), "[`| \n]{0,4}", 0usize..4_000)
            .prop_map(|(text, more, count)| format!("{text}{more}{}", "x".repeat(count))),
    ]
}

/// A plan with these texts wherever a plan holds any, of kinds whose attributes are said in the manifest's words.
fn plan(texts: &[String], count: usize, actions: &[&str]) -> Value {
    let next = std::cell::RefCell::new(texts.iter().cycle());
    let t = || next.borrow_mut().next().expect("a cycle").clone();
    let digest = format!("sha256:{}", "a".repeat(64));
    let absent = "absent";
    let change = |n: usize| {
        let action = actions[n % actions.len()];
        let before = if action == "create" { json!(absent) } else { json!(digest) };
        json!({
            "address": format!("logs.log-group/g{n:05}-function"), "name": t(), "action": action, "lane": t(),
            "waits_for": (n > 0).then(|| format!("logs.log-group/g{:05}-function", n - 1)).into_iter().collect::<Vec<_>>(),
            "tags": [], "before": before, "identity": null,
            "diff": [
                {"path": "retentionInDays", "old": {"value": n}, "new": {"value": t()}},
                {"path": format!("tags.{}", t()), "new": {"value": t()}},
                {"path": t(), "old": {"value": t()}, "new": {"value": [t(), {t(): t()}]}},
                {"path": "json", "old": "hidden", "new": {"value": json!({t(): [t()]}).to_string()}},
            ],
            "steps": [{"call": {"api": "logs:CreateLogGroup", "input": {"logGroupName": t(), "tags": {t(): t()}}}, "leads_to": digest}],
        })
    };
    let package = json!({"name": t(), "version": t(), "sha256": t()});
    json!({
        "format": 1, "app": "shop", "stage": "production", "changes": (0..count).map(change).collect::<Vec<_>>(),
        "site": {"account": "123456789012", "region": "us-west-2", "partition": "aws", "endpoint": t()},
        "unchanged": 3, "known": {}, "outputs": {t(): t(), "url": format!("https://x.example/{}", t())},
        "blobs": {t(): {"function": "api", "size": 1, "packages": [package]}},
        "notes": [{"address": "logs.log-group/g00000", "message": t()}],
    })
}

/// A line without its spans of code: what a reader takes for our own words.
fn outside_code(line: &str) -> String {
    let (mut text, mut rest) = (String::new(), line);
    while let Some((before, inside)) = rest.split_once('`') {
        let marks = 1 + inside.len() - inside.trim_start_matches('`').len();
        let inside = &inside[marks - 1..];
        let runs = inside.match_indices('`').filter(|(at, _)| !inside[..*at].ends_with('`'));
        let runs = runs.map(|(at, _)| (at, inside[at..].len() - inside[at..].trim_start_matches('`').len()));
        let (at, _) = { runs }.find(|(_, run)| *run == marks).expect("the span ends on its line");
        text.push_str(before);
        rest = &inside[at + marks..];
    }
    text + rest
}

fn count_lines(text: &str, is_it: impl Fn(&str) -> bool) -> usize {
    text.lines().filter(|line| is_it(line)).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_plan_fits_and_keeps_its_head_its_dangers_and_whole_rows(
        texts in prop::collection::vec(value(), 1..30),
        count in prop_oneof![0usize..6, 50usize..120],
        actions in prop::collection::vec(prop::sample::select(vec!["create", "update", "replace", "delete", "release", "adopt"]), 1..6),
        limit in prop_oneof![Just(comment::SHOWN), 3_000usize..20_000],
    ) {
        let (plan, id) = parse(&plan(&texts, count, &actions));
        let (whole, (text, left_out)) = (markdown(&plan, &id), markdown_within(&plan, &id, limit));
        prop_assert!(text.len() <= limit);
        prop_assert!(!text.is_empty(), "there is always room for the head");
        let heading = format!("{}\n\n", whole.lines().next().expect("a heading"));
        prop_assert!(text.starts_with(&heading) && heading.starts_with("### `shop` → `production` · "), "{}", heading);
        prop_assert!(count == 0 || text.contains(TABLE), "no table: {}", text);
        // Each line of the table and of the risks is one of the whole text, and nothing in it is of a value's making.
        let shown = text.lines().filter(|line| line.starts_with('|') || line.starts_with("> - "));
        for line in shown.filter(|line| !line.starts_with("> - … and ")) {
            prop_assert!(whole.lines().any(|other| other == line), "not in the whole text: {}", line);
            let ours = outside_code(line);
            let ours = ours.replace("**", "").replace("| ~\u{a0}update |", "");
            prop_assert!(!ours.contains(['@', '<', '[', '#', '\\', '`', '~', '*']), "{}", ours);
            prop_assert!(!line.starts_with('|') || line.matches('|').count() == 4, "{}", line);
        }
        // What is not shown of the dangers is counted.
        for (noun, title) in [("caution", "> [!CAUTION]\n"), ("warning", "> [!WARNING]\n")] {
            prop_assert_eq!(whole.contains(title), text.contains(title));
            let left = left_out.iter().find(|(other, _)| *other == noun).map_or(0, |(_, count)| *count);
            let said = format!("> - … and {} more, for which there is no room here\n", words::grouped(left as u64));
            prop_assert!(left == 0 || text.contains(&said), "{} of {}s: {}", left, noun, text);
        }
        let opened = count_lines(&text, |line| line.starts_with("<details>"));
        prop_assert_eq!(opened, count_lines(&text, |line| line == "</details>"));
        prop_assert_eq!(count_lines(&text, |line| line.starts_with("```")) % 2, 0);
        prop_assert!(!text.contains(['\r', '\u{202e}']), "a value turns a line: {}", text);
    }
}
