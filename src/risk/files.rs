//! Files of buckets: those that are deleted. If nothing says by which rules they were uploaded, no apply has uploaded
//! them: they may be anybody's data.

use super::finding::{Finding, NAMED};
use super::kind::RiskKind;
use super::sentence::Sentence;
use super::sides::Sides;

/// How the path of a file's attribute begins; the rest is its key.
const OBJECTS: &str = "Objects.";

/// What is dangerous about a change of files: their number, and the names of the first that go.
pub fn findings(sides: &Sides) -> Vec<Finding> {
    let gone = sides.change.diff.iter().filter(|diff| diff.new.is_absent());
    let gone: Vec<&str> = gone.filter_map(|diff| diff.path.strip_prefix(OBJECTS)).collect();
    let count = match gone.len() {
        1 => "1 is deleted".to_owned(),
        many => format!("{many} are deleted"),
    };
    let said = Sentence::default().words(format!(": {count}: ")).values(&gone, NAMED);
    let is_by_an_apply = sides.change.was.contains_key("Headers");
    let kind = if is_by_an_apply { RiskKind::FilesDeleted } else { RiskKind::DataLoss };
    let finding = || Finding::about(kind, sides.change, |_| said.clone());
    (!gone.is_empty()).then(finding).into_iter().collect()
}
