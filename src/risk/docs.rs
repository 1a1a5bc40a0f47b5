//! The page about risks has a row for each.

use std::path::Path;

use super::{Class, Level, RiskKind};

const BEGIN: &str = "<!-- risks: written by a test from src/risk/kind.rs -->\n";
const END: &str = "<!-- end of risks -->\n";

fn table() -> String {
    let row = |kind: &RiskKind| {
        let level = match kind.level() {
            Level::Caution => "caution",
            Level::Warning => "warning",
        };
        let deny = match kind.class() {
            Class::Public => "`public`",
            Class::Admin => "`admin`",
            Class::Other => "",
        };
        format!("| {} | {level} | {deny} | {} |\n", kind.heading(), kind.about())
    };
    let rows: String = RiskKind::ALL.iter().map(row).collect();
    format!("\n| heading | shown as | `[deny]` | what happens |\n| --- | --- | --- | --- |\n{rows}\n")
}

#[test]
fn every_risk_has_its_row_in_the_documentation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/risks.md");
    let text = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = text.split_once(BEGIN).expect("the table's begin");
    let (found, after) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).expect("the page is written");
        return;
    }
    assert_eq!(found, table(), "docs/risks.md: UPDATE_GOLDEN=1 writes the table");
}

#[test]
fn headings_are_short_and_none_is_used_twice_and_the_worst_come_first() {
    let mut headings: Vec<&str> = RiskKind::ALL.iter().map(|kind| kind.heading()).collect();
    assert!(headings.iter().all(|heading| (1..=4).contains(&heading.split(' ').count())), "{headings:?}");
    headings.sort_unstable();
    headings.dedup();
    assert_eq!(headings.len(), RiskKind::ALL.len());
    assert!(RiskKind::ALL.is_sorted_by_key(|kind| kind.level()));
    assert!(RiskKind::ALL.iter().all(|kind| kind.class() == Class::Other || kind.level() == Level::Caution));
}
