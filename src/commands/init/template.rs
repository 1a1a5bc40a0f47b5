//! What `init` writes beside the workflows: the small app of its own, or the project's example, each with its author's names.

use crate::cli::Example;
use crate::commands::init::inferred::Facts;
use crate::commands::init::workflows::File;
use crate::manifest::schema;

/// The app's manifest, without what is its author's.
const SMALL: &str = include_str!("small/serverless-app.toml");
const FULL: &str = include_str!("../../../serverless-app.toml");

const SMALL_FILES: [File; 2] =
    [("lambda/main.py", include_str!("small/main.py")), ("lambda/test_main.py", include_str!("small/test_main.py"))];

/// The project's own example, so that it is always one that works.
const FULL_FILES: [File; 5] = [
    ("lambda/main.py", include_str!("../../../lambda/main.py")),
    ("lambda/test_main.py", include_str!("../../../lambda/test_main.py")),
    ("lambda/requirements.txt", include_str!("../../../lambda/requirements.txt")),
    ("lambda/pylock.toml", include_str!("../../../lambda/pylock.toml")),
    ("lambda/workflow.asl.json", include_str!("../../../lambda/workflow.asl.json")),
];

/// What is added at the end: with its stages declared, a misspelt one makes no second app.
const DECLARED: &str = "
# The app's stages; no other stage is planned. Values below a stage's header override those above; `account = \"…\"`
# gives a stage an account of its own.
";

/// What stands otherwise in what is written than in the project's example: nobody but documents has its addresses, so its own
/// author could not call the API.
const FULL_EDITS: [(&str, &str); 4] = [
    ("tags = { Project = \"ServerlessApp\" }\n", ""),
    (
        "# To be set once `serverless-app bootstrap` has run: the permissions boundary of the app's own roles.\n\
         # permissions_boundary = \"bootstrap\"\n",
        "# The permissions boundary of the app's own roles; `serverless-app bootstrap` creates it.\n\
         permissions_boundary = \"bootstrap\"\n",
    ),
    (
        "# Open only to these address ranges.\n",
        "# Anybody may call it; to restrict that, list address ranges in `allow_ips`.\n",
    ),
    ("allow_ips = [\"192.0.2.0/24\", \"198.51.100.0/24\"]\n", ""),
];

/// The manifest.
pub fn manifest(example: Example, facts: &Facts) -> String {
    let text = match example {
        Example::Small => SMALL.to_owned(),
        Example::Full => FULL_EDITS.iter().fold(FULL.to_owned(), |text, (from, to)| text.replacen(from, to, 1)),
    };
    let text = set(&set(&text, "name", facts.name.as_str()), "region", facts.region.as_str());
    let headers: Vec<String> = facts.stages.iter().map(|stage| format!("[stage.{stage}]\n")).collect();
    format!("#:schema {}\n{text}{DECLARED}{}", schema::ADDRESS, headers.join("\n"))
}

/// Gives the first key of this name another value.
fn set(text: &str, key: &str, value: &str) -> String {
    let start = format!("{key} = \"");
    let mut is_set = false;
    let line = |line: &str| match !is_set && line.starts_with(&start) {
        true => {
            is_set = true;
            format!("{start}{value}\"\n")
        }
        false => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

/// What the manifest names.
pub fn files(example: Example) -> &'static [File] {
    match example {
        Example::Small => &SMALL_FILES,
        Example::Full => &FULL_FILES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bootstrap::github_names::Branch;
    use crate::manifest::read;

    fn facts(stages: &[&str]) -> Facts {
        Facts {
            name: "my-shop".parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
            repository: None,
            branch: Branch("main".into()),
            stages: stages.iter().map(|stage| stage.parse().unwrap()).collect(),
            above: None,
        }
    }

    #[test]
    fn the_stages_of_the_workflows_are_declared_and_no_other_is_planned() {
        for example in [Example::Small, Example::Full] {
            for stages in [["production"].as_slice(), &["staging", "production"]] {
                let text = manifest(example, &facts(stages));
                assert_eq!(read::stages(&text), stages);
                for stage in stages {
                    let source = read::read("m.toml", &text, &stage.parse().unwrap()).expect("a manifest");
                    let app = &source.manifest.app;
                    assert_eq!((app.name.as_str(), app.region.as_str()), ("my-shop", "eu-central-1"));
                    assert_eq!(app.permissions_boundary.as_deref(), Some("bootstrap"));
                    assert!(app.tags.is_empty(), "{example:?}");
                }
                let error = read::read("m.toml", &text, &"prod".parse().unwrap()).unwrap_err().to_string();
                assert!(error.contains("there is no stage \"prod\"; did you mean \"production\"?"), "{error}");
            }
        }
    }

    /// Whoever tries the app they were given must not be answered 403.
    #[test]
    fn no_template_is_closed_to_its_author() {
        for example in [Example::Small, Example::Full] {
            let text = manifest(example, &facts(&["production"]));
            let source = read::read("m.toml", &text, &"production".parse().unwrap()).expect("a manifest");
            assert!(source.manifest.api.values().all(|api| api.allow_ips.is_empty()), "{text}");
            assert!(!text.contains("192.0.2") && !text.contains("serverless-app\"\n"), "{text}");
        }
    }

    #[test]
    fn each_edit_has_something_to_change() {
        for (from, _) in FULL_EDITS {
            assert_eq!(FULL.matches(from).count(), 1, "{from}");
        }
    }
}
