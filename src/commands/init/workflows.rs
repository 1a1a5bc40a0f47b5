//! The workflows that `init` writes: one set for one stage, one for two that follow each other.

use crate::bootstrap::github_names::Branch;
use crate::name::Stage;

/// A file that is written: its path and its text.
pub type File = (&'static str, &'static str);

macro_rules! workflows {
    ($folder:literal: $($name:literal),*) => {
        [$((concat!(".github/workflows/", $name), include_str!(concat!($folder, "/", $name)))),*]
    };
}

/// For the stage `production`.
pub const ONE_STAGE: [File; 4] = workflows!("one-stage":
    "serverless-app-plan.yml", "serverless-app-apply.yml", "serverless-app-manual-apply.yml", "serverless-app-check.yml");

/// For the stages `staging` and then `production`.
pub const TWO_STAGES: [File; 4] = workflows!("two-stages":
    "serverless-app-plan.yml", "serverless-app-apply.yml", "serverless-app-manual-apply.yml", "serverless-app-check.yml");

/// The workflows for one stage or two, the first one first, of this branch; `None` for another number of stages.
pub fn of(stages: &[Stage], branch: &Branch) -> Option<Vec<(&'static str, String)>> {
    let (files, first, last) = match stages {
        [only] => (ONE_STAGE, only, only),
        [first, last] => (TWO_STAGES, first, last),
        _ => return None,
    };
    let filled =
        |text: &str| written(text, first, last).replace("branches: [main]", &format!("branches: [{}]", yaml(branch)));
    Some(files.iter().map(|(path, text)| (*path, filled(text))).collect())
}

/// The text with these stages; each takes the other's place without meeting it.
fn written(text: &str, first: &Stage, last: &Stage) -> String {
    const PLACES: [(&str, &str); 4] =
        [("staging", "\u{1}"), ("production", "\u{2}"), ("STAGING", "\u{3}"), ("PRODUCTION", "\u{4}")];
    let (first, last) = (first.to_string(), last.to_string());
    let text = PLACES.iter().fold(text.to_owned(), |text, (word, place)| text.replace(word, place));
    let names = [first.clone(), last.clone(), first.to_uppercase(), last.to_uppercase()];
    PLACES.iter().zip(names).fold(text, |text, ((_, place), name)| text.replace(place, &name))
}

/// A branch as an entry of a list; a quoted one is read as JSON is.
fn yaml(branch: &Branch) -> String {
    let Branch(name) = branch;
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_plain && is_word { name.clone() } else { serde_json::Value::from(name.as_str()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stages(names: &[&str]) -> Vec<Stage> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn main() -> Branch {
        Branch("main".into())
    }

    #[test]
    fn the_usual_stages_change_nothing() {
        let plain = |files: [File; 4]| files.map(|(path, text)| (path, text.to_owned())).to_vec();
        assert_eq!(of(&stages(&["production"]), &main()), Some(plain(ONE_STAGE)));
        assert_eq!(of(&stages(&["staging", "production"]), &main()), Some(plain(TWO_STAGES)));
        assert_eq!(of(&stages(&["a", "b", "c"]), &main()), None);
    }

    #[test]
    fn other_stages_and_branches_stand_where_the_usual_ones_do() {
        let one = of(&stages(&["live"]), &Branch("trunk".into())).unwrap();
        let all: String = one.iter().map(|(_, text)| text.as_str()).collect();
        assert!(!all.contains("production") && all.contains("environment: live\n"), "{all}");
        assert!(!all.contains("[main]") && all.contains("branches: [trunk]"), "{all}");
        let two = of(&stages(&["production", "staging"]), &Branch("1-x".into())).unwrap();
        let apply = &two[1].1;
        let at = |part: &str| apply.find(part).unwrap_or_else(|| panic!("{part}: {apply}"));
        assert!(at("\n  apply-production:") < at("\n  apply-staging:"));
        assert!(at("vars.SERVERLESS_APP_PLAN_ROLE_PRODUCTION") < at("vars.SERVERLESS_APP_PLAN_ROLE_STAGING"));
        assert!(apply.contains("branches: [\"1-x\"]"));
    }

    #[test]
    fn the_book_shows_the_workflows_as_they_are_written() {
        let page = include_str!("../../../docs/github.md");
        for (name, text) in ONE_STAGE {
            assert!(page.contains(&format!("```yaml\n# {name}\n{text}```\n")), "docs/github.md has another {name}");
        }
        let (_, apply) = TWO_STAGES[1];
        assert!(page.contains(&format!("```yaml\n{apply}```\n")), "docs/github.md has another apply of two stages");
    }

    /// A tag that moves would let whoever moves it run another program; the release's own is never moved.
    #[test]
    fn workflows_name_the_exact_release_of_the_action_that_this_program_comes_with() {
        let exact = concat!("uses: org/serverless-app-action@v", env!("CARGO_PKG_VERSION"), "\n");
        for (name, text) in ONE_STAGE.iter().chain(&TWO_STAGES) {
            let count = |part: &str| text.matches(part).count();
            assert!(count(exact) > 0, "{name}");
            assert_eq!(count("serverless-app-action@"), count(exact), "{name} names another release than {exact}");
        }
        assert!(!include_str!("../../../docs/github.md").contains("serverless-app-action@v1\n"));
    }

    #[test]
    fn every_job_of_a_workflow_has_its_own_permissions_and_none_leaves_credentials_behind() {
        for (name, text) in ONE_STAGE.iter().chain(&TWO_STAGES) {
            let count = |part: &str| text.matches(part).count();
            assert_eq!(count("\npermissions: {}\n"), 1, "{name}");
            assert_eq!(count("\n    permissions:\n"), count("\n    runs-on: "), "{name}");
            assert_eq!(count("uses: actions/checkout@"), count("persist-credentials: false"), "{name}");
            assert_eq!(count("\n    paths:"), 0, "{name}");
        }
    }

    #[test]
    fn apply_and_manual_apply_of_a_stage_exclude_each_other_and_drop_nothing() {
        let waiting =
            |group: &str| format!("concurrency:\n  group: {group}\n  cancel-in-progress: false\n  queue: max\n");
        assert!(ONE_STAGE[1].1.contains(&waiting("serverless-app-production")));
        assert!(ONE_STAGE[2].1.contains(&waiting("serverless-app-${{ inputs.stage }}")));
        assert!(TWO_STAGES[1].1.contains(&waiting("serverless-app")));
        assert!(TWO_STAGES[2].1.contains(&waiting("serverless-app")));
    }
}
