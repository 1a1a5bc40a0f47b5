//! The plan of `fixtures/plan/dangerous`: what a reviewer must see at once.

use super::*;

#[test]
fn a_dangerous_plan_says_so_first() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plan/dangerous/plan.json");
    let bytes = std::fs::read(path).expect("the planner's tests write it");
    let (plan, id) = parse(&serde_json::from_slice(&bytes).expect("it is JSON"));
    let (text, markdown) = (terminal(&plan, &id, &Extra::default(), &View::default()), markdown(&plan, &id));
    // Its Markdown lies beside it.
    check("dangerous.txt", &text);
    let (caution, warning) = (markdown.find("> [!CAUTION]").unwrap(), markdown.find("> [!WARNING]").unwrap());
    let changes = markdown.find("AdministratorAccess").unwrap();
    assert!(caution < warning && changes < warning, "the worst stands first, and says what");
    for heading in [
        "Data loss",
        "Open to the internet",
        "Open to everybody",
        "Public access block",
        "More addresses",
        "Administrator rights",
        "Public API",
        "CORS",
        "More rights",
        "Deletion protection off",
        "Tracing off",
        "Fewer alarms",
        "Higher limits",
        "Downtime",
        "Runs up cost",
        "Gone",
        "Left behind",
    ] {
        assert!(markdown.contains(&format!("> - **{heading}**: ")), "{heading}");
        assert!(text.contains(&format!("  ! {heading}: ")), "{heading}");
    }
}
