//! Functions that go back.

use super::Action;

#[test]
fn functions_that_go_back_reach_plan_verify_and_apply_alike() {
    let calls = |command: &str| {
        let mut action = Action::new();
        let ran = action
            .input("COMMAND", command)
            .input("PLAN_ID", "sha256:aa")
            .input("ROLLBACK", "orders=7 mail")
            .run("run.sh");
        assert!(ran.ok, "{}", ran.text);
        ran.calls
    };
    let back = "--rollback\norders=7\n--rollback\nmail\n";
    assert!(calls("plan").contains(&format!("serverless-app.toml\n{back}--out\n")), "{}", calls("plan"));
    let asked = format!("serverless-app.toml\n--mode\nrollback\n{back}--expect\n");
    assert_eq!(calls("apply").matches(&asked).count(), 2, "{}", calls("apply"));
    assert!(calls("verify").contains(&format!("--mode\nrollback\n{back}--source\n.\n")), "{}", calls("verify"));
}
