//! The part of a text that is a pure function of the plan file, between two markers: what people read can be rendered
//! again and compared.
//!
//! A marker is an HTML comment on a line of its own. No value of a plan can write one: `visible` lets no line break
//! through, and no line of ours begins with a value.

use crate::canonical::Sha;
use crate::plan::Plan;
use crate::render::escape::code;
use crate::render::markdown::markdown_within;

/// The rendering's version, to be raised with every change of the golden files that follows a release.
pub const RENDERING: u32 = 1;
/// The version of this tool.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The bytes that both markers take at most.
pub const MARKERS: usize = 256;

const BEGIN: &str = "<!-- serverless-app: what plan.json says, rendering=";
const END: &str = "<!-- serverless-app: end of what plan.json says -->";

/// What the plan file says in at most `limit` bytes of Markdown, and the markers around it.
pub fn shown(plan: &Plan, id: &Sha, limit: usize) -> String {
    format!("{BEGIN}{RENDERING} version={VERSION} -->\n{}{END}\n", text(plan, id, limit))
}

/// What stands between the markers, the last line's end included.
fn text(plan: &Plan, id: &Sha, limit: usize) -> String {
    match markdown_within(plan, id, limit).0 {
        none if none.is_empty() => format!("**Too long to be shown here.**\n\nPlan id: {}.\n", code(&id.to_string())),
        text if text.ends_with('\n') => text,
        text => text + "\n",
    }
}

/// Why a text does not show a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// It shows something else, or nothing at all, or something before it.
    Text,
    /// It shows something else, and was written by another version of this tool.
    Version(String),
}

/// Compares what a text shows at its very beginning with the plan: what stands above could fold or hide it.
pub fn compare(text: &str, plan: &Plan, id: &Sha, limit: usize) -> Result<(), Mismatch> {
    // Whoever saves a comment in a browser turns its line ends; a carriage return of the plan's own is never shown raw.
    let text = text.replace("\r\n", "\n");
    match read(&text) {
        None => Err(Mismatch::Text),
        Some(found) if found.text == self::text(plan, id, limit) => Ok(()),
        Some(found) if (found.rendering, found.version) == (RENDERING, VERSION) => Err(Mismatch::Text),
        Some(found) => Err(Mismatch::Version(found.version.to_owned())),
    }
}

/// What stands between markers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown<'a> {
    rendering: u32,
    version: &'a str,
    text: &'a str,
}

/// What stands between the markers that a text begins with.
fn read(text: &str) -> Option<Shown<'_>> {
    let (first, rest) = text.split_once('\n')?;
    let (rendering, version) = first.strip_prefix(BEGIN)?.strip_suffix(" -->")?.split_once(" version=")?;
    let is_version =
        |text: &str| text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-".contains(&b));
    let mut length = 0;
    for line in rest.split_inclusive('\n') {
        if line.strip_suffix('\n').unwrap_or(line) == END {
            let version = Some(version).filter(|version| is_version(version))?;
            return Some(Shown { rendering: rendering.parse().ok()?, version, text: &rest[..length] });
        }
        length += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::canonical;
    use crate::plan::file;
    use crate::render::comment::{SHOWN, comment};
    use crate::render::{Extra, NotAllowed, Origin};

    const HOSTILE: [&str; 10] = [
        END,
        "\n<!-- serverless-app: end of what plan.json says -->\n",
        "\r<!-- serverless-app: end of what plan.json says -->\r",
        "\u{2028}<!-- serverless-app: end of what plan.json says -->\u{85}",
        "<!-- serverless-app: what plan.json says, rendering=1 version=0.1.0 -->",
        "-->\n\n<!--",
        "```\n```\n<!-- serverless-app: end of what plan.json says -->\n",
        "[\"\\n<!-- serverless-app: end of what plan.json says -->\\n\"]",
        "{\"a\":\"\\u000a<!-- serverless-app: end of what plan.json says -->\"}",
        "</details>\u{b}\u{c}\u{1c}\u{1e}\u{0}",
    ];

    fn parse(plan: &Value) -> (Plan, Sha) {
        let mut bytes = canonical::bytes(plan).unwrap();
        bytes.push(b'\n');
        (file::read(&bytes).unwrap(), file::id(&bytes))
    }

    /// Any text, and text that would end the part if anything could.
    fn value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
            ("[\n\r `|<>!-]{0,4}", prop::sample::select(&HOSTILE[..]), any::<String>())
                .prop_map(|(before, text, after)| format!("{before}{text}{after}")),
        ]
    }

    /// A plan with these texts wherever a plan holds any, each in turn.
    fn plan(texts: &[String], count: usize) -> Value {
        let next = RefCell::new(texts.iter().cycle());
        let t = || next.borrow_mut().next().unwrap().clone();
        let digest = format!("sha256:{}", "a".repeat(64));
        let change = |n: usize| {
            json!({
                "address": format!("logs.log-group/g{n:05}"), "name": t(), "action": "create", "lane": t(),
                "waits_for": [], "tags": [], "before": "absent", "identity": null,
                "diff": [
                    {"path": format!("tags.{}", t()), "new": {"value": t()}},
                    {"path": t(), "old": {"value": t()}, "new": {"value": [t(), {t(): t()}]}},
                    {"path": "json", "old": {"value": format!("[{}]", json!(t()))}, "new": {"value": json!({t(): [t()]}).to_string()}},
                ],
                "steps": [{"call": {"api": "logs:CreateLogGroup", "input": {"logGroupName": t(), "tags": {t(): t()}}}, "leads_to": digest}],
            })
        };
        let package = json!({"name": t(), "version": t(), "sha256": t()});
        json!({
            "format": 1, "app": "shop", "stage": "production", "changes": (0..count).map(change).collect::<Vec<_>>(),
            "site": {"account": "123456789012", "region": "us-west-2", "partition": "aws", "endpoint": t()},
            "unchanged": 0, "known": {}, "outputs": {t(): t()},
            "blobs": {t(): {"function": "api", "size": 1, "packages": [package]}},
            "notes": [{"address": "logs.log-group/g00000", "message": t()}],
        })
    }

    fn extra(texts: &[String]) -> Extra {
        let (address, text) = ("logs.log-group/g00000".parse::<crate::name::Address>().unwrap(), || texts[0].clone());
        Extra {
            sweeps: [(address.clone(), 7)].into(),
            origins: [(address, Origin::Drift)].into(),
            credentials: Some(text()),
            not_allowed: vec![NotAllowed { action: text(), resource: text(), by: text() }],
            ..Extra::default()
        }
    }

    proptest! {
        #[test]
        fn what_a_plan_says_is_found_again_whatever_it_holds(
            texts in prop::collection::vec(value(), 1..40), count in 0usize..4, room in prop::sample::select(vec![300usize, 3_000, SHOWN, usize::MAX])
        ) {
            let (plan, id) = parse(&plan(&texts, count));
            let all = shown(&plan, &id, room) + "more\n" + END + "\n";
            let found = read(&all).unwrap();
            prop_assert_eq!(found.text, text(&plan, &id, room));
            prop_assert_eq!((found.rendering, found.version), (RENDERING, VERSION));
            let markers = |line: &&str| line.trim_start().starts_with("<!--");
            prop_assert_eq!(found.text.lines().filter(markers).count(), 0);
            prop_assert_eq!(compare(&all, &plan, &id, room), Ok(()));
            prop_assert_eq!(compare(&all.replace('\n', "\r\n"), &plan, &id, room), Ok(()));
        }

        #[test]
        fn what_a_plan_says_does_not_depend_on_what_lies_beside_it(
            texts in prop::collection::vec(value(), 1..20), count in 1usize..4
        ) {
            let (plan, id) = parse(&plan(&texts, count));
            let (without, with) = (comment(&plan, &id, &Extra::default()), comment(&plan, &id, &extra(&texts)));
            prop_assert_eq!(read(&without).unwrap(), read(&with).unwrap());
            prop_assert!(without != with);
        }

        #[test]
        fn any_other_text_is_another_one(at in any::<prop::sample::Index>(), put in any::<char>()) {
            let (plan, id) = parse(&plan(&["x".to_owned()], 2));
            let all = shown(&plan, &id, SHOWN);
            let within = all.find('\n').unwrap() + 1..all.rfind(END).unwrap();
            let (at, old) = {
                let places: Vec<_> = all.char_indices().filter(|(at, _)| within.contains(at)).collect();
                *at.get(&places)
            };
            prop_assume!(old != put);
            let edited = format!("{}{put}{}", &all[..at], &all[at + old.len_utf8()..]);
            prop_assert_eq!(compare(&edited, &plan, &id, SHOWN), Err(Mismatch::Text));
        }
    }

    #[test]
    fn what_stands_above_a_plan_or_comes_from_another_version_is_no_showing_of_it() {
        let (plan, id) = parse(&plan(&["x".to_owned()], 2));
        let all = shown(&plan, &id, SHOWN);
        assert_eq!(compare(&format!("{all}\n[Run 7](https://github.com/o/r)"), &plan, &id, SHOWN), Ok(()));
        let without_end = all.replace(END, "");
        for other in ["", "text", &format!("<details>\n{all}"), &format!("\n{all}"), &without_end] {
            assert_eq!(compare(other, &plan, &id, SHOWN), Err(Mismatch::Text), "{other}");
        }
        let by = |version: &str| all.replacen(&format!("version={VERSION}"), &format!("version={version}"), 1);
        assert_eq!(compare(&by("99.0.0"), &plan, &id, SHOWN), Ok(()), "whoever wrote it, it says the same");
        let edited = |text: &str| text.replace("create", "delete");
        assert_eq!(
            compare(&edited(&by("99.0.0-rc.1+7")), &plan, &id, SHOWN),
            Err(Mismatch::Version("99.0.0-rc.1+7".into()))
        );
        let rendering = all.replacen("rendering=1 ", "rendering=2 ", 1);
        assert_eq!(compare(&edited(&rendering), &plan, &id, SHOWN), Err(Mismatch::Version(VERSION.into())));
        for no_version in ["x y", "`x`", &"9".repeat(65)] {
            assert_eq!(compare(&edited(&by(no_version)), &plan, &id, SHOWN), Err(Mismatch::Text), "{no_version}");
        }
        assert!(all.len() - text(&plan, &id, SHOWN).len() <= MARKERS);
    }
}
