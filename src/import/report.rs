//! What an import says of itself: what it has written, and everything that it has not.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::import::Unsaid;
use crate::reason::Exit;

/// All that there is to say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The files that were written.
    pub written: Vec<String>,
    /// The sections of the manifest.
    pub sections: Vec<String>,
    /// What exists, and the manifest does not say.
    pub unsaid: BTreeSet<Unsaid>,
    /// What could not be read, so that the manifest lacks it.
    pub unread: BTreeSet<Unsaid>,
    /// How many values of the manifest a person has yet to decide about.
    pub undecided: usize,
    /// What a plan of the manifest would change beside tags.
    pub changes: BTreeSet<Unsaid>,
    /// What a plan of it would do and must not: faults of this program.
    pub faults: BTreeSet<Unsaid>,
    /// Why there is no proof: what `check` refuses, and what AWS did not let be read.
    pub problems: Vec<String>,
}

impl Report {
    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for written in &self.written {
            text += &format!("wrote {written}\n");
        }
        let count = self.sections.len();
        text += &format!("{count} section{}: {}\n", if count == 1 { "" } else { "s" }, self.sections.join(", "));
        text += &lines("Not in the manifest:", &self.unsaid);
        text += &lines(
            "Not read, so the manifest lacks it; put right what is said, and import again or write it by hand:",
            &self.unread,
        );
        text += &lines("A plan would change, beside ownership tags:", &self.changes);
        text += &lines(
            "A plan would do what an import must never lead to; this is a bug in serverless-app, report it:",
            &self.faults,
        );
        if !self.problems.is_empty() {
            text += "\nIt is not proved, and cannot be planned until this is corrected:\n";
            text += &self
                .problems
                .iter()
                .map(|problem| format!("- {}\n", problem.replace('\n', "\n  ")))
                .collect::<String>();
        }
        match self.undecided {
            0 => {}
            1 => text += "\n1 value is yours to decide before the manifest can be planned: look for ${decide}\n",
            count => {
                text += &format!(
                    "\n{count} values are yours to decide before the manifest can be planned: look for ${{decide}}\n"
                );
            }
        }
        text
    }

    /// Well only if the manifest is whole: all of it read, proved, and nothing left to decide.
    pub fn ends_with(&self) -> Exit {
        let is_whole = self.unread.is_empty() && self.problems.is_empty() && self.undecided == 0;
        match (self.faults.is_empty(), is_whole) {
            (false, _) => Exit::Failed,
            (true, false) => Exit::Incomplete,
            (true, true) => Exit::Done,
        }
    }

    /// For programs.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }
}

fn lines(title: &str, all: &BTreeSet<Unsaid>) -> String {
    let line = |one: &Unsaid| format!("- {}: {}\n", one.what, one.why);
    match all.is_empty() {
        true => String::new(),
        false => format!("\n{title}\n{}", all.iter().map(line).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_only_what_there_is_to_say() {
        let line = |what: &str, why: &str| BTreeSet::from([Unsaid { what: what.into(), why: why.into() }]);
        let report = Report {
            written: vec!["serverless-app.toml".into()],
            sections: vec!["table.orders".into()],
            changes: line("table.orders", "a change"),
            ..Report::default()
        };
        let expected = "wrote serverless-app.toml\n1 section: table.orders\n\n\
                        A plan would change, beside ownership tags:\n- table.orders: a change\n";
        assert_eq!(report.text(), expected);
        let problems = Report { problems: vec!["m.toml:1:1: wrong\n  help: right".into()], ..Report::default() };
        assert!(
            problems.text().ends_with("is corrected:\n- m.toml:1:1: wrong\n    help: right\n"),
            "{}",
            problems.text()
        );
        let undecided = Report { undecided: 2, ..Report::default() };
        assert!(
            undecided
                .text()
                .ends_with("\n2 values are yours to decide before the manifest can be planned: look for ${decide}\n")
        );
    }

    #[test]
    fn only_a_whole_manifest_is_a_success() {
        let line = || BTreeSet::from([Unsaid { what: "a".into(), why: "b".into() }]);
        let said = Report { unsaid: line(), changes: line(), ..Report::default() };
        assert_eq!(said.ends_with(), Exit::Done);
        let incomplete = [
            Report { unread: line(), ..Report::default() },
            Report { problems: vec!["wrong".into()], ..Report::default() },
            Report { undecided: 1, ..Report::default() },
        ];
        assert!(incomplete.iter().all(|report| report.ends_with() == Exit::Incomplete));
        assert_eq!(Report { faults: line(), undecided: 1, ..Report::default() }.ends_with(), Exit::Failed);
    }
}
