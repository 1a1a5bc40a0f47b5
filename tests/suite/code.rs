//! `plan --base` says which files the changes of functions' code are.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::emulator::Make;
use crate::support::files::write;
use crate::support::project::Project;

const FUNCTIONS: &str = "[function.orders]\nsource = \"code\"\nruntime = \"python3.12\"\nhandler = \"app.handler\"\n\n\
    [function.reports]\nsource = \"code\"\nruntime = \"python3.12\"\nhandler = \"app.handler\"\n\n";
const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n";
const HANDLER: &str = "def handler(event, context):\n    return 1\n";

/// Lays files into a folder's `code`.
fn lay(folder: &std::path::Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        write(&folder.join("code"), path, bytes);
    }
}

/// The base branch's checkout, which is what is deployed.
async fn deployed(make: Make) -> (Project, TempDir) {
    let (project, base) = (Project::new(make, &format!("{APP}{FUNCTIONS}")).await, TempDir::new().expect("a folder"));
    let files: [(&str, &[u8]); 3] =
        [("app.py", HANDLER.as_bytes()), ("gone.py", b"1\n2\n"), ("logo.png", b"\x89PNG\0\x01")];
    lay(project.folder(), &files);
    lay(base.path(), &files);
    std::fs::write(base.path().join("serverless-app.toml"), format!("{APP}{FUNCTIONS}")).expect("the manifest");
    project.deploy(&[]);
    (project, base)
}

fn plan(project: &Project, base: &TempDir, format: &str) -> String {
    project.run(&["plan", "--base", base.path().to_str().expect("a path"), "--format", format], 0).stdout
}

/// The section about code, as Markdown.
fn section(markdown: &str) -> &str {
    let at = markdown.find("### Code\n\n").unwrap_or_else(|| panic!("no section: {markdown}"));
    let end = "<!-- serverless-app: end of what plan.json says -->";
    assert!(markdown.find(end).is_some_and(|end| end < at), "it lies beside what the plan says");
    markdown[at..].split("\n\n").nth(1).expect("items")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_which_files_of_the_code_differ_from_the_base_branch() {
    let (project, base) = deployed(Make::Ministack).await;
    std::fs::remove_file(project.folder().join("code/gone.py")).expect("a file");
    let hostile = "`@octocat`\u{202e}.py";
    lay(
        project.folder(),
        &[
            ("app.py", b"def handler(event, context):\n    print(event)\n    return 2\n"),
            ("logo.png", b"\x89PNG\0\x01\x02"),
            (hostile, b"1\n"),
        ],
    );
    let markdown = plan(&project, &base, "markdown");
    let expected = "- `orders`, `reports`: `` `@octocat`\\u202e.py `` +1 (new), `app.py` +2 −1, `gone.py` −2 (removed), \
        `logo.png` 6 bytes → 7 bytes, ";
    assert!(section(&markdown).starts_with(expected), "{}", section(&markdown));
    assert!(!markdown.contains("What is live was not built"), "{markdown}");
    let text = plan(&project, &base, "text").split_whitespace().collect::<Vec<_>>().join(" ");
    let line = "code: `@octocat`\\u202e.py +1 (new), app.py +2 −1, gone.py −2 (removed), logo.png 6 bytes → 7 bytes, ";
    assert_eq!(text.matches(line).count(), 1, "{text}");
    assert_eq!(text.matches("code: the same as that of orders").count(), 1, "{text}");
    let json: Value = serde_json::from_str(&plan(&project, &base, "json")).expect("a plan");
    assert!(!json.to_string().contains("octocat"), "nothing of it is in plan.json");
    let written = std::fs::read_to_string(project.folder().join("serverless-app-plan/plan.md")).expect("plan.md");
    assert_eq!(section(&written), section(&markdown));
    assert_eq!(project.run(&["show", "serverless-app-plan", "--format", "markdown"], 0).stdout, markdown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_of_code_is_shown_in_one_spelling() {
    let (project, base) = deployed(Make::Moto).await;
    lay(project.folder(), &[("app.py", b"def handler(event, context):\n    return 2\n")]);
    let plan: Value = serde_json::from_str(&plan(&project, &base, "json")).expect("a plan");
    let diff =
        plan["changes"].as_array().expect("changes").iter().flat_map(|change| change["diff"].as_array().cloned());
    let diff = diff.flatten().find(|diff| diff["path"] == "CodeSha256").expect("a change of code");
    let base64 = diff["new"]["value"].as_str().expect("a digest");
    let hex = plan["blobs"].as_object().expect("blobs").keys().next().expect("a blob").clone();
    for format in ["text", "markdown"] {
        let shown = self::plan(&project, &base, format);
        assert!(!shown.contains(base64), "{format}: {shown}");
        let digest = format!("→ sha256:{}…", &hex[..12]);
        assert_eq!(shown.contains(&digest), format == "markdown", "a terminal says what changes: {format}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_and_was_not_built_from_the_base_branch_is_said() {
    let (project, base) = deployed(Make::Ministack).await;
    lay(base.path(), &[("app.py", b"def handler(event, context):\n    return 0\n")]);
    lay(project.folder(), &[("app.py", b"def handler(event, context):\n    return 0\n# more\n")]);
    let markdown = plan(&project, &base, "markdown");
    assert!(section(&markdown).contains("`app.py` +1, "), "{}", section(&markdown));
    assert!(
        section(&markdown).ends_with(". **What is live was not built from the base branch.**"),
        "{}",
        section(&markdown)
    );
    let text = plan(&project, &base, "text");
    assert!(text.contains("      ! What is live was not built from the base branch.\n"), "{text}");
    // The pull request brings what the base branch has: live state alone has moved.
    lay(project.folder(), &[("app.py", b"def handler(event, context):\n    return 0\n")]);
    let markdown = plan(&project, &base, "markdown");
    assert!(section(&markdown).contains(": the same as in the base branch, "), "{}", section(&markdown));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_base_or_a_function_in_it_nothing_is_made_up() {
    let project = Project::new(Make::Moto, &format!("{APP}{FUNCTIONS}")).await;
    lay(project.folder(), &[("app.py", HANDLER.as_bytes())]);
    let alone = project.run(&["plan", "--format", "markdown"], 0).stdout;
    let size = section(&alone).strip_prefix("- `orders`, `reports`: ").expect("one item").to_owned();
    assert!(size.ends_with(" bytes.") && !size.contains(','), "{size}");
    let base = TempDir::new().expect("a folder");
    let new = format!("- `orders`, `reports`: new, `app.py` +2 (new), {size}");
    assert_eq!(section(&plan(&project, &base, "markdown")), new, "there is no app in the base branch");
    std::fs::write(base.path().join("serverless-app.toml"), APP).expect("the manifest");
    assert_eq!(section(&plan(&project, &base, "markdown")), new, "there are no functions in it");
    std::fs::write(base.path().join("serverless-app.toml"), format!("{APP}[topic.x]\nnome = 1\n"))
        .expect("the manifest");
    assert_eq!(section(&plan(&project, &base, "markdown")), section(&alone), "it cannot be planned");
}
