//! `[log_group.<name>]`

use toml_edit::Table;

use crate::aws::{Id, logs};
use crate::import::Scene;

/// The section of a log group that is no function's own.
pub fn write(id: &Id, group: &logs::LogGroup, scene: &Scene) -> Table {
    let mut lines = scene.start(id);
    match group.log_group_class.as_deref() {
        Some("INFREQUENT_ACCESS") => lines.set("class", "infrequent-access"),
        Some("DELIVERY") => lines.set("class", "delivery"),
        _ => {}
    }
    if group.log_group_class.as_deref() != Some("DELIVERY") {
        lines.set_unless("retention_days", i64::from(group.retention_in_days.unwrap_or(0)), 14);
    }
    scene.end(id, &group.tags, lines)
}
