//! The workflows that `init` writes, from pull request to apply and to the second door, run by act with the real program.

use serde_json::json;

use crate::support::act::Act;

const REHEARSE: &str = r#"
name: rehearse
on: pull_request
jobs:
  rehearse:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: org/serverless-app-action@v1
        with:
          command: rehearse
"#;

#[tokio::test]
async fn the_action_rehearses_what_init_writes() {
    let act = Act::new(&[]).await;
    let commit = act.commit(&[(".github/workflows/rehearse.yml", REHEARSE)]);
    let variables = [("SHA_REF".to_owned(), commit)];
    let ran = act.run("rehearse.yml", "pull_request", &json!({}), &variables);
    ran.assert_jobs(&[("rehearse", "success")]);
    assert!(ran.text.contains("Planned again: no changes."), "{}", ran.text);
}
