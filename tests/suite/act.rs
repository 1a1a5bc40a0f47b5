//! The workflows that `init` writes, from pull request to apply and to the second door, run by act.

use serde_json::json;

use crate::support::act::Act;

const OFFLINE: &str = r#"
name: offline
on: push
jobs:
  offline:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: org/serverless-app-action@v1
        with:
          command: check
          arguments: --offline
"#;

#[tokio::test]
async fn the_action_installs_the_program_and_runs_it() {
    let act = Act::new().await;
    let commit = act.commit(&[(".github/workflows/offline.yml", OFFLINE)]);
    let variables =
        [("SHA_REF", commit.as_str()), ("GITHUB_REF", "refs/heads/main"), ("GITHUB_REPOSITORY", "octo/shop")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let ran = act.run("offline.yml", "push", &json!({}), &variables);
    ran.assert_jobs(&[("offline", "success")]);
    assert_eq!(ran.output("offline", "x"), "", "{}", ran.text);
}
