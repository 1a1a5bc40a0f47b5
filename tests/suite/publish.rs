//! What `publish` posts, against the loopback GitHub: nothing here asks AWS, since a bundle says all that is posted.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use serverless_app::apply::journal::ApplyRun;
use serverless_app::apply::receipt::Ending;
use serverless_app::apply::report::{Answered, Sent};
use serverless_app::apply::{ChangeResult, Journal, Outcome, Receipt, Report};
use serverless_app::bundle::Bundle;
use serverless_app::canonical::{self, Sha};
use serverless_app::plan::Plan;
use serverless_app::render::Extra;
use tempfile::TempDir;

use crate::support::command::{Cli, Ran};
use crate::support::github::answers::{self, repository};
use crate::support::github::{Fault, Github, NAME, REPOSITORY, outputs};

const HEAD: &str = "1111111111111111111111111111111111111111";
const BASE: &str = "2222222222222222222222222222222222222222";
const MERGE: &str = "3333333333333333333333333333333333333333";
const MARKER: &str = "<!-- serverless-app plan shop/production -->";
const COMMENTS: &str = "/repos/octo/shop/issues/7/comments";
const ARTIFACT: &str = "https://github.com/octo/shop/actions/runs/77/artifacts/5";

/// A job with a bundle, before pull request #7.
struct Job {
    github: Github,
    files: TempDir,
}

impl Job {
    fn new() -> Self {
        let github = Github::start();
        github.state().pulls.insert(7, answers::pull(7, HEAD, BASE));
        Self { github, files: TempDir::with_prefix("serverless-app-job-").expect("a folder") }
    }

    /// Lays down a bundle of the plan; gives the plan id.
    fn bundle(&self, plan: &Value) -> Sha {
        let mut bytes = canonical::bytes(plan).expect("JSON");
        bytes.push(b'\n');
        self.lay("plan.json", &bytes);
        self.lay("extra.json", &serde_json::to_vec(&Extra::default()).expect("JSON"));
        Sha::of(&bytes)
    }

    fn lay(&self, name: &str, bytes: &[u8]) {
        let folder = self.files.path().join("bundle");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), bytes).expect("a file");
    }

    /// Lays down a receipt of the bundle's plan.
    fn receipt(&self, outcomes: [Outcome; 5]) {
        let bundle = Bundle::open(&self.files.path().join("bundle"), None).expect("the bundle");
        let receipt = receipt(&bundle.plan, bundle.id, outcomes);
        receipt.write(&self.files.path().join("receipt.json")).expect("a receipt");
    }

    /// Publishes the plan in the pull request's job.
    fn plan(&self, more: &[&str], code: i32) -> Ran {
        let event = json!({"pull_request": self.github.state().pulls[&7]});
        self.run("pull_request", &event, more, code)
    }

    /// Publishes the receipt in the job after the merge.
    fn result(&self, more: &[&str], code: i32) -> Ran {
        {
            let mut state = self.github.state();
            let pull = state.pulls.get_mut(&7).expect("the pull request");
            pull["merged_at"] = json!("2026-03-01T13:00:00Z");
            pull["merge_commit_sha"] = json!(MERGE);
            state.pulls_of.insert(MERGE.into(), vec![7]);
        }
        let event = json!({"after": MERGE, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
        self.run("push", &event, &[&["--result", "receipt.json"], more].concat(), code)
    }

    fn run(&self, event: &str, payload: &Value, more: &[&str], code: i32) -> Ran {
        for file in ["output", "summary"] {
            std::fs::write(self.files.path().join(file), "").expect("an empty file");
        }
        let mut cli = Cli::new(&[&["publish", "bundle"], more].concat()).folder(self.files.path());
        for (name, value) in self.github.environment(event, payload, MERGE, self.files.path()) {
            cli = cli.env(&name, value);
        }
        let ran = cli.run();
        assert_eq!(ran.code, Some(code), "{more:?}\n{}\n{}", ran.stdout, ran.stderr);
        ran
    }

    fn output(&self, name: &str) -> String {
        outputs(&self.files.path().join("output")).get(name).cloned().unwrap_or_default()
    }

    fn summary(&self) -> String {
        std::fs::read_to_string(self.files.path().join("summary")).expect("the summary")
    }

    /// All comments' texts.
    fn comments(&self) -> Vec<String> {
        let comments = self.github.state().comments.get(&7).cloned().unwrap_or_default();
        comments.iter().map(|comment| comment["body"].as_str().expect("a text").to_owned()).collect()
    }

    fn check_runs(&self) -> Vec<Value> {
        self.github.state().check_runs.clone()
    }

    fn count(&self, request: &str) -> usize {
        self.github.state().log.iter().filter(|line| line.starts_with(request)).count()
    }
}

/// A plan of the renderings' fixtures.
fn fixture(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/render").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("a fixture")).expect("JSON")
}

/// The text without its blocks and spans of code, where GitHub reads no mention, link or HTML.
pub fn outside_code(markdown: &str) -> String {
    let (mut text, mut fence) = (String::new(), None::<String>);
    for line in markdown.lines() {
        let marks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if marks.len() >= 3 && !line[marks.len()..].contains('`') => fence = Some(marks),
            // A block of HTML, in which backticks mean nothing.
            None if line.starts_with("<details>") => text.push_str(&format!("{}\n", outside_html_code(line))),
            None => text.push_str(&format!("{}\n", outside_spans(line))),
        }
    }
    assert_eq!(fence, None, "a block of code that does not end");
    text
}

fn outside_html_code(line: &str) -> String {
    let mut text = line.to_owned();
    while let Some((before, rest)) = text.split_once("<code>") {
        let (_, after) = rest.split_once("</code>").expect("the end of the code");
        text = format!("{before}{after}");
    }
    text
}

fn outside_spans(line: &str) -> String {
    let (mut text, mut rest) = (String::new(), line);
    while let Some((before, inside)) = rest.split_once('`') {
        let more = inside.len() - inside.trim_start_matches('`').len();
        let inside = &inside[more..];
        let ends = inside.match_indices('`').filter(|(at, _)| !inside[..*at].ends_with('`'));
        let end = ends.map(|(at, _)| (at, inside[at..].len() - inside[at..].trim_start_matches('`').len()));
        let (at, run) = end.into_iter().find(|(_, run)| *run == more + 1).expect("the end of the span");
        text.push_str(before);
        rest = &inside[at + run..];
    }
    text + rest
}

#[test]
fn no_value_of_a_plan_mentions_links_or_writes_html() {
    let job = Job::new();
    job.bundle(&fixture("hostile.json"));
    job.plan(&["--artifact-url", ARTIFACT], 0);
    let body = &job.comments()[0];
    assert!(body.starts_with(&format!("{MARKER}\n")) && body.contains(&format!("[bundle]({ARTIFACT})")), "{body}");
    assert!(body.contains('@') && body.contains("evil"), "the fixture is hostile: {body}");
    let mut text = outside_code(body).replace(MARKER, "").replace(&format!("({ARTIFACT})"), "");
    for path in ["actions/runs/77", &format!("commit/{HEAD}"), "actions/workflows/serverless-app-apply.yml"] {
        let link = format!("](https://github.com/octo/shop/{path})");
        assert_eq!(text.matches(&link).count(), 1, "{path}\n{text}");
        text = text.replace(&link, "]");
    }
    for marker in ["what plan.json says, rendering=1 version=VERSION", "end of what plan.json says"] {
        let marker = format!("<!-- serverless-app: {} -->\n", marker.replace("VERSION", env!("CARGO_PKG_VERSION")));
        assert_eq!(text.matches(&marker).count(), 1, "{text}");
        text = text.replace(&marker, "");
    }
    for tag in ["details", "summary", "b"] {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        assert_eq!(text.matches(&open).count(), text.matches(&close).count(), "{tag}\n{text}");
        text = text.replace(&open, "").replace(&close, "");
    }
    assert!(!text.contains(['@', '<']) && !text.contains("://") && !text.contains("]("), "{text}");
    assert!(!outside_code(&job.summary()).contains('@'), "{}", job.summary());
}

#[test]
fn an_address_that_is_not_githubs_is_not_linked() {
    let job = Job::new();
    job.bundle(&fixture("empty.json"));
    let long = format!("https://github.com/{}", "a".repeat(500));
    for url in ["https://evil.example/a", "https://github.com/a) @octocat (", "https://github.com.evil.example/", &long]
    {
        job.plan(&["--artifact-url", url], 0);
        assert!(!job.comments()[0].contains("bundle]"), "{}", job.comments()[0]);
    }
}

#[test]
fn a_plan_without_changes_says_so_and_succeeds() {
    let job = Job::new();
    let id = job.bundle(&fixture("empty.json"));
    job.plan(&[], 0);
    let body = &job.comments()[0];
    assert!(
        body.contains("### `shop` → `production` · no changes · 12 unchanged\n") && body.contains(&id.to_string()),
        "{body}"
    );
    let check = &job.check_runs()[0];
    assert_eq!((&check["conclusion"], &check["output"]["title"]), (&json!("success"), &json!("No changes")));
    assert_eq!(job.output("comment-url"), "https://github.com/octo/shop/pull/7#issuecomment-1001");
}

/// A plan with this many changes, with text that takes more bytes than characters.
#[test]
fn facts_that_cannot_be_read_are_not_taken_for_none() {
    let job = Job::new();
    job.bundle(&fixture("empty.json"));
    for text in ["", "{", "{\"denied\": [\"sns.topic:shop\"]"] {
        job.lay("extra.json", text.as_bytes());
        let ran = job.plan(&[], 1);
        assert!(ran.stderr.contains("bundle/extra.json: "), "{}", ran.stderr);
    }
    assert!(job.check_runs().is_empty() && job.comments().is_empty(), "nothing is posted");
}

fn large(count: usize) -> Value {
    let change = |n: usize| {
        let (name, digest) = (format!("/aws/lambda/shop--production-{n}"), format!("sha256:{n:064x}"));
        json!({"address": format!("logs.log-group/g{n:05}"), "name": name, "action": "create", "lane": "l",
            "waits_for": [], "tags": [], "before": "absent", "identity": null,
            "diff": [{"path": "tags.Note", "new": {"value": "ü€".repeat(40)}}],
            "steps": [{"call": {"api": "logs:CreateLogGroup", "input": {"logGroupName": name, "tags": {"Note": "ü€".repeat(40)}}}, "leads_to": digest}]})
    };
    let mut plan = fixture("empty.json");
    plan["changes"] = (0..count).map(change).collect();
    plan
}

#[test]
fn a_plan_that_is_too_long_is_shortened_in_the_comment_and_whole_in_the_summary() {
    for (count, left_out) in
        [(80, &["call list"] as &[_]), (250, &["call list", "diff"]), (900, &["call list", "diff"])]
    {
        let job = Job::new();
        let id = job.bundle(&large(count));
        job.plan(&["--artifact-url", ARTIFACT], 0);
        let body = &job.comments()[0];
        assert!(body.chars().count() <= 65_536 && body.len() > 20_000, "{count}: {}", body.len());
        let (_, notice) = body.split_once("Too long to be shown in full here. Left out: ").expect("a notice");
        let notice = notice.lines().next().expect("a line");
        assert!(
            ["call list", "diff"].iter().all(|noun| notice.contains(noun) == left_out.contains(noun)),
            "{count}: {notice}"
        );
        let row = "| +\u{a0}create | log_groups `g00000`, `g00001`, ";
        assert!(
            body.contains(row) && body.contains(&format!(" and {} more |", count - 8)),
            "{count}: {}",
            &body[..800]
        );
        assert!(body.contains(&id.to_string()) && body.contains(ARTIFACT), "the id and the links stay");
        let summary = job.summary();
        let last = format!("\"logGroupName\": \"/aws/lambda/shop--production-{}\"", count - 1);
        assert!(!body.contains(&last) && summary.contains(&last), "{count}: {}", summary.len());
    }
}

#[test]
fn a_message_of_any_length_is_published() {
    let job = Job::new();
    for message in ["x".repeat(200_000), "`line`\n".repeat(30_000), format!("first\n{}", "`".repeat(90_000))] {
        job.lay("failure.json", json!({"reason": "refused", "message": message}).to_string().as_bytes());
        job.plan(&["--stage", "production"], 0);
        let body = job.comments()[0].clone();
        assert!(
            body.len() <= 65_536 && body.contains("### `shop` → `production` · no plan: `refused`\n")
                || body.contains("### `app` → `production` · no plan: `refused`\n"),
            "{}",
            body.len()
        );
        assert!(body.contains("_Too long to be shown in full here._"), "{body}");
        outside_code(&body);
        assert!(job.summary().contains(message.trim_end()), "the summary has all of it");
    }
}

#[test]
fn a_failure_writes_nothing_but_code() {
    let job = Job::new();
    let failure = json!({"reason": "</b> @octocat", "message": "```\n@octocat <img src=x>\n# no\n"});
    job.lay("failure.json", failure.to_string().as_bytes());
    job.plan(&["--stage", "production"], 0);
    let check = &job.check_runs()[0];
    assert_eq!((&check["conclusion"], &check["external_id"]), (&json!("failure"), &json!("failed")));
    for text in [&job.comments()[0], check["output"]["summary"].as_str().unwrap(), &job.summary()] {
        assert!(text.contains("@octocat") && !outside_code(text).contains("# no"), "{text}");
        assert!(!outside_code(text).contains('@') && !outside_code(text).contains("<img"), "{text}");
    }
}

#[test]
fn without_a_comment_there_is_the_check_run_alone() {
    let job = Job::new();
    job.bundle(&fixture("mixed.json"));
    job.plan(&["--no-comment"], 0);
    assert_eq!((job.comments().len(), job.check_runs().len()), (0, 1));
    assert_eq!(job.output("comment-url"), "");
}

#[test]
fn our_comment_is_found_on_any_page_and_by_its_author() {
    let job = Job::new();
    let id = job.bundle(&fixture("empty.json"));
    {
        let mut comments: Vec<Value> = (1..=240).map(|n| answers::comment(n, 7, "talk")).collect();
        comments[3] = answers::comment(4, 7, &format!("quoted:\n{MARKER}"));
        comments[4] = answers::comment(5, 7, "<!-- serverless-app plan shop/staging -->\nof another stage");
        comments[5] = answers::comment(6, 7, &format!("{MARKER}\nby another bot"));
        comments[5]["user"] = json!({"login": "renovate[bot]", "type": "Bot"});
        comments[6] = answers::comment(7, 7, &format!("{MARKER}\nby a user of that name"));
        comments[6]["user"]["type"] = json!("User");
        comments[219] = answers::comment(220, 7, &format!("{MARKER}\nours"));
        job.github.state().comments.insert(7, comments);
    }
    let before = job.comments();
    job.plan(&[], 0);
    let after = job.comments();
    let changed: Vec<usize> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
    assert_eq!((after.len(), changed), (240, vec![219]));
    assert!(after[219].contains(&id.to_string()), "{}", after[219]);
}

#[test]
fn what_may_be_repeated_is_and_nothing_is_posted_twice() {
    let job = Job::new();
    let (check_runs, listing) = ("POST /repos/octo/shop/check-runs", format!("GET {COMMENTS}"));
    let post = format!("POST {COMMENTS}");
    let fault = |request: &str, fault| job.github.state().faults.push((request.to_owned(), fault));
    job.bundle(&fixture("empty.json"));
    // Made, although the first answer is lost, the second is an error, and the store is behind.
    fault(&listing, Fault::Limited);
    fault(&post, Fault::Status(502));
    fault(&post, Fault::Lost);
    fault(check_runs, Fault::Lost);
    job.plan(&[], 1);
    assert_eq!(job.comments().len(), 1, "two failures in a row are told, and the next run finds the comment");
    job.plan(&[], 0);
    assert_eq!((job.comments().len(), job.check_runs().len(), job.count(&post)), (1, 1, 2));
    // Edited in place, through a lost answer and a limit.
    let id = job.bundle(&fixture("mixed.json"));
    fault("PATCH /repos/octo/shop/issues/comments/", Fault::Lost);
    fault("PATCH /repos/octo/shop/issues/comments/", Fault::Limited);
    fault(check_runs, Fault::Limited);
    job.plan(&[], 0);
    assert_eq!((job.comments().len(), job.check_runs().len()), (1, 2));
    assert!(job.comments()[0].contains(&id.to_string()));
}

#[test]
fn an_older_check_run_of_the_same_plan_is_not_taken_for_one_that_was_lost() {
    let job = Job::new();
    job.bundle(&fixture("empty.json"));
    job.plan(&[], 0);
    job.github.state().faults.push(("POST /repos/octo/shop/check-runs".into(), Fault::Status(502)));
    job.plan(&["--artifact-url", ARTIFACT], 0);
    let latest = job.check_runs().pop().unwrap();
    assert!(latest["output"]["summary"].as_str().unwrap().contains(ARTIFACT), "{latest}");
}

#[test]
fn without_the_permission_to_comment_nothing_is_announced() {
    let job = Job::new();
    job.bundle(&fixture("empty.json"));
    job.github.state().faults.push((format!("POST {COMMENTS}"), Fault::Forbidden));
    let ran = job.plan(&[], 1);
    assert!(ran.stderr.contains("`permissions: pull-requests: write`"), "{}", ran.stderr);
    assert_eq!((job.output("failure-reason"), job.check_runs().len()), ("github-permission".into(), 0));
    assert!(!ran.stderr.contains("ghs_"), "{}", ran.stderr);
}

/// A receipt of the plan of `mixed.json` whose changes have ended so, in the plan's order.
fn receipt(plan: &Plan, plan_id: Sha, outcomes: [Outcome; 5]) -> Receipt {
    assert_eq!(plan.changes.len(), outcomes.len());
    let (mut calls, mut results) = (Vec::new(), Vec::new());
    for (change, outcome) in plan.changes.iter().zip(outcomes) {
        let sent = match outcome {
            Outcome::Done => change.steps.len(),
            Outcome::Failed(_) => 1,
            _ => 0,
        };
        for (step, planned) in change.steps.iter().take(sent).enumerate() {
            let mut call = Sent::new(&change.address, step, 1, &planned.call).expect("JSON");
            call.answer = if outcome.is_reached() { Answered::Accepted } else { Answered::Refused };
            calls.push(call);
        }
        let (address, name, action) = (change.address.clone(), change.name.clone(), change.action);
        let duration = Duration::from_millis(sent as u64 * 700);
        results.push(ChangeResult { address, name, action, outcome, calls: sent, duration });
    }
    let ending = match results.iter().all(|result| result.outcome.is_reached()) {
        true => Ending { reason: "done".into(), exit_code: 0, message: None },
        false => Ending { reason: "failed".into(), exit_code: 1, message: None },
    };
    let outputs = BTreeMap::from([("url".to_owned(), "https://abc.example/v1 @octocat".to_owned())]);
    let report = Report { plan_id, results, outputs, calls };
    Receipt::new(plan, report, &Journal::in_memory(ApplyRun::now("1", BTreeMap::new())), ending)
}

fn all_done() -> [Outcome; 5] {
    [Outcome::AlreadyDone, Outcome::Done, Outcome::Done, Outcome::Done, Outcome::Done]
}

#[test]
fn a_result_tells_what_became_of_each_change_and_where_the_receipt_is() {
    let job = Job::new();
    let id = job.bundle(&fixture("mixed.json"));
    job.receipt([
        Outcome::Done,
        Outcome::AlreadyDone,
        Outcome::Failed("400 Bad: @octocat <img>".into()),
        Outcome::Drifted(vec!["retentionInDays: 7, planned against 30".into()]),
        Outcome::Blocked { by: "logs.log-group/old".parse().expect("an address") },
    ]);
    job.result(&["--artifact-url", ARTIFACT], 0);
    let body = job.comments()[0].clone();
    let head = format!(
        "<!-- serverless-app apply shop/production {MERGE} -->\n### `shop` → `production` · **not fully applied** · 1 failed, 1 drifted, \
         1 blocked · 1 done, 1 already done · "
    );
    assert!(body.starts_with(&head), "{body}");
    for part in [
        &id.to_string(),
        "> - **Failed** ",
        "> - **Drifted** ",
        "**Next:** live AWS has changed since this was planned, and what drifted was not touched. Plan again: ",
        "| ⤺\u{a0}release | log_group `old` | `/aws/lambda/shop--production-old` | **failed** |",
        "| ±\u{a0}**replace** | log_group `remade` | `/aws/lambda/shop--production-remade` | **drifted** |",
        "| ⤻\u{a0}adopt | log_group `taken` | `/aws/lambda/shop--production-taken` | blocked: waits for log_group `old` |",
        "| ~\u{a0}update | log_group `api` | `/aws/lambda/shop--production-api` | 2 | 1.4 s |",
        "| −\u{a0}**delete** (already done) | log_group `gone` |",
        "- `url`: `https://abc.example/v1 @octocat`",
        "[run 77, attempt 1](https://github.com/octo/shop/actions/runs/77)",
        &format!("[receipt]({ARTIFACT})"),
    ] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    assert!(!outside_code(&body).contains('@') && !outside_code(&body).contains("<img"), "{body}");
    let check = &job.check_runs()[0];
    assert_eq!((&check["name"], &check["head_sha"]), (&json!("serverless-app apply (shop/production)"), &json!(MERGE)));
    assert_eq!((&check["conclusion"], &check["external_id"]), (&json!("failure"), &json!(id.to_string())));
    // The same job again goes on, and its result takes the place of the first.
    job.receipt(all_done());
    job.result(&[], 0);
    assert_eq!((job.comments().len(), &job.check_runs()[1]["conclusion"]), (1, &json!("success")));
    assert!(
        job.comments()[0].contains("### `shop` → `production` · applied · 4 done, 1 already done · 6 calls sent\n"),
        "{}",
        job.comments()[0]
    );
    assert!(job.summary().contains("### `shop` → `production` · applied · "), "{}", job.summary());
}

#[test]
fn a_receipt_of_another_plan_is_not_published() {
    let job = Job::new();
    job.bundle(&fixture("mixed.json"));
    job.receipt(all_done());
    job.bundle(&fixture("empty.json"));
    let ran = job.result(&[], 4);
    assert!(ran.stderr.contains("the receipt does not fit the plan"), "{}", ran.stderr);
    assert_eq!((job.output("failure-reason"), job.comments().len(), job.check_runs().len()), ("receipt".into(), 0, 0));
}

#[test]
fn a_commit_without_a_pull_request_gets_a_check_run_alone() {
    let job = Job::new();
    job.bundle(&fixture("mixed.json"));
    job.receipt(all_done());
    let event = json!({"after": BASE, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
    job.run("push", &event, &["--result", "receipt.json"], 0);
    assert_eq!((job.comments().len(), &job.check_runs()[0]["conclusion"]), (0, &json!("success")));
}
