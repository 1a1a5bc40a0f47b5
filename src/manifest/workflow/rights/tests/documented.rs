//! The page about workflows' rights has a row for each integration.

use std::path::Path;

use super::super::integration::{EXECUTIONS, Integration, Need};
use super::super::target::Target;
use super::*;

const BEGIN: &str = "<!-- integrations: written by a test from src/manifest/workflow/rights/integration -->\n";
const END: &str = "<!-- end of integrations -->\n";

fn actions(needs: &[Need]) -> String {
    let mut all: Vec<String> = Vec::new();
    for (actions, target) in needs.iter().filter(|(actions, _)| *actions != EXECUTIONS) {
        let condition = match target {
            Target::Api => " (`AuthType` `IAM_ROLE`)",
            Target::Connection | Target::ConnectionSecret => " (with a connection)",
            Target::Optional(..) | Target::Uri(_) => " (where the task names one)",
            _ => "",
        };
        for action in *actions {
            let action = format!("`{action}`{condition}");
            if !all.contains(&action) {
                all.push(action);
            }
        }
    }
    all.join(", ")
}

fn table() -> String {
    let row = |integration: &Integration| {
        let (name, needs, sync) = (integration.name, actions(integration.needs), actions(integration.sync));
        format!("| `{name}` | {needs} | {sync} |\n")
    };
    let rows: String = integrations().map(row).collect();
    format!("\n| integration | needs | and with `.sync` |\n| --- | --- | --- |\n{rows}\n")
}

#[test]
fn every_integration_has_its_row_in_the_documentation() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/workflow-rights.md");
    let text = std::fs::read_to_string(&path).expect("the page");
    let (before, rest) = text.split_once(BEGIN).expect("the table's begin");
    let (found, after) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).expect("the page is written");
        return;
    }
    assert_eq!(found, table(), "docs/workflow-rights.md: UPDATE_GOLDEN=1 writes the table");
}
