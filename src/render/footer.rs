//! What is below a plan or a result on GitHub: where it comes from, and what comes next. None of it is in the plan, so
//! `verify` does not compare it.

use super::escape::code;
use super::link;

/// The most bytes of a footer.
pub const FOOTER: usize = 2 * 1024;
/// How much of a commit's digest is shown.
const SHORT: usize = 7;

/// Where something was published from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footer {
    /// The commit that it is about, and its page.
    pub commit: (String, String),
    /// The run's number and attempt, and its page, which shows the job's summary.
    pub run: (u64, u32, String),
    /// What was uploaded, such as `bundle`, and its address.
    pub artifact: Option<(&'static str, String)>,
    /// What happens when the pull request is merged; `None` where nothing says or nothing does.
    pub merging: Option<Merging>,
}

/// What merging a pull request does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merging {
    /// The environment that applies.
    pub environment: String,
    /// Whether somebody is asked before; `None` if that could not be read.
    pub is_asked: Option<bool>,
    /// The file of the workflow that applies, and its page.
    pub workflow: (String, String),
}

impl Footer {
    /// The footer as Markdown, in at most [`FOOTER`] bytes: a value that is too long for that is left out.
    pub fn markdown(&self) -> String {
        let merging = self.merging.as_ref().map(|merging| format!("\n{}\n", merging.markdown())).unwrap_or_default();
        let text = format!("\n{}\n{merging}", self.line());
        if text.len() <= FOOTER { text } else { format!("\nRun {}, attempt {}\n", self.run.0, self.run.1) }
    }

    /// ``Commit `a1b2c3d` · run 77, attempt 1 · bundle``
    fn line(&self) -> String {
        let short: String = self.commit.0.chars().take(SHORT).collect();
        let (run, attempt, page) = &self.run;
        let artifact = self.artifact.iter().map(|(what, address)| link::to(what, address));
        let run = link::to(&format!("run {run}, attempt {attempt}"), page);
        let all: Vec<String> =
            [format!("Commit {}", link::to(&code(&short), &self.commit.1)), run].into_iter().chain(artifact).collect();
        all.join(" · ")
    }
}

impl Merging {
    fn markdown(&self) -> String {
        let environment = code(&self.environment);
        let workflow = link::to(&code(&self.workflow.0), &self.workflow.1);
        let how = match self.is_asked {
            Some(true) => format!("after approval of the environment {environment}"),
            Some(false) => {
                format!("**without asking anybody**: the environment {environment} has no required reviewers")
            }
            None => format!("in the environment {environment}"),
        };
        format!("Merging this pull request applies exactly this plan {how}. Workflow: {workflow}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn footer() -> Footer {
        let page = |path: &str| format!("https://github.com/o/r/{path}");
        Footer {
            commit: ("a1b2c3d4e5f6".into(), page("commit/a1b2c3d4e5f6")),
            run: (77, 1, page("actions/runs/77")),
            artifact: Some(("bundle", page("actions/runs/77/artifacts/5"))),
            merging: Some(Merging {
                environment: "production".into(),
                is_asked: Some(true),
                workflow: ("apply.yml".into(), page("actions/workflows/apply.yml")),
            }),
        }
    }

    #[test]
    fn a_footer_says_where_a_plan_comes_from_and_what_merging_does() {
        assert_eq!(
            footer().markdown(),
            "\nCommit [`a1b2c3d`](https://github.com/o/r/commit/a1b2c3d4e5f6) · [run 77, attempt 1](https://github.com/o/r/actions/runs/77) \
             · [bundle](https://github.com/o/r/actions/runs/77/artifacts/5)\n\nMerging this pull request applies exactly this plan \
             after approval of the environment `production`. Workflow: \
             [`apply.yml`](https://github.com/o/r/actions/workflows/apply.yml).\n"
        );
        let with = |is_asked| {
            let mut footer = footer();
            footer.merging.iter_mut().for_each(|merging| merging.is_asked = is_asked);
            footer.markdown()
        };
        assert!(with(Some(false)).contains("**without asking anybody**: the environment `production` has no required"));
        assert!(with(None).contains("exactly this plan in the environment `production`."));
    }

    #[test]
    fn a_footer_keeps_its_length_and_links_github_alone() {
        let hostile = "@octocat ) `x` <b>";
        let mut footer = footer();
        (footer.commit.1, footer.run.2, footer.artifact) =
            (hostile.into(), hostile.into(), Some(("bundle", hostile.into())));
        footer.merging = Some(Merging {
            environment: hostile.into(),
            is_asked: None,
            workflow: (hostile.into(), "javascript:alert(1)".into()),
        });
        let text = footer.markdown();
        assert!(!text.contains("]("), "{text}");
        assert_eq!(text.matches("``@octocat ) `x` <b>``").count(), 2, "{text}");
        footer.merging.iter_mut().for_each(|merging| merging.environment = "x".repeat(FOOTER));
        assert_eq!(footer.markdown(), "\nRun 77, attempt 1\n");
    }
}
