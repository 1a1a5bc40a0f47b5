//! The comment that people read, through the workflows: what it shows is what is applied, or nothing is.

use serde_json::json;

use super::Shop;
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};
use crate::support::project::EXAMPLE;

impl Shop {
    /// The plan workflow for the pull request as it is now.
    fn plan(&self) {
        let pull = self.github.state().pulls[&7].clone();
        let payload = json!({"pull_request": pull, "repository": repository(REPOSITORY, NAME)});
        self.run("serverless-app-plan.yml", "pull_request", &payload, 77).assert_jobs(&[("plan", "success")]);
    }

    fn rewrite(&self, body: &str) {
        self.github.state().comments.get_mut(&7).expect("comments")[0]["body"] = json!(body);
    }

    /// Another commit of the pull request, with this manifest.
    fn pushed(&mut self, manifest: &str) {
        self.act.git(&["checkout", "--quiet", "topic"]);
        let head = self.act.commit(&[("serverless-app.toml", manifest)]);
        let base = self.act.git(&["rev-parse", "main"]);
        self.merge = self.act.merge(&base, &head);
        let mut state = self.github.state();
        state.pulls.get_mut(&7).expect("the pull request")["head"]["sha"] = json!(head);
        state.runs[0]["head_sha"] = json!(head);
        state.artifacts.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_of_another_plan_stops_the_apply_workflow_and_so_does_none_unless_comments_are_off() {
    let mut shop = Shop::new().await;
    shop.plan();
    let shown = shop.comments()[0].clone();
    shop.pushed(&EXAMPLE.replace("period = 300", "period = 900"));
    shop.plan();
    let honest = shop.comments()[0].clone();
    assert_ne!(shown, honest);
    shop.merged();
    // Check run, artifact, envelope and source are of the second plan; people read the first.
    shop.rewrite(&shown);
    let ran = shop.push();
    ran.assert_jobs(&[("verify", "failure")]);
    assert!(ran.text.contains("does not show this plan"), "{}", ran.text);
    let comments = shop.github.state().comments.remove(&7).expect("comments");
    let ran = shop.push();
    ran.assert_jobs(&[("verify", "failure")]);
    assert!(ran.text.contains("no comment of GitHub Actions on the pull request #7"), "{}", ran.text);
    assert_eq!(
        shop.github
            .state()
            .check_runs
            .iter()
            .filter(|run| run["name"] == "serverless-app apply (serverless-app/production)")
            .count(),
        0,
        "nothing was applied"
    );
    // With comments off in the apply workflow none is missed.
    shop.act.git(&["checkout", "--quiet", "main"]);
    let name = ".github/workflows/serverless-app-apply.yml";
    let path = shop.act.path("repository").join(name);
    let text = std::fs::read_to_string(&path).expect("the workflow");
    let off =
        text.replace("          stage: production\n", "          stage: production\n          comment: \"off\"\n");
    assert_eq!(off.matches("comment: \"off\"").count(), 2, "{off}");
    std::fs::write(&path, off).expect("the workflow");
    let ran = shop.push();
    ran.assert_jobs(&[("apply", "success"), ("verify", "success")]);
    assert!(shop.comments().is_empty(), "the result is not posted either");
    // With its own comment, and comments on.
    std::fs::write(&path, text).expect("the workflow");
    shop.github.state().comments.insert(7, comments);
    shop.rewrite(&honest);
    shop.push().assert_jobs(&[("verify", "success")]);
}
