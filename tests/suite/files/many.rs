//! Thousands of files: what they cost, and how they are said.

use std::time::Duration;

use serde_json::Value;

use super::{APP, lay_out};
use crate::support::emulator::{Make, endpoint};
use crate::support::files::plan as plan_in;
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;

/// Files of the site.
const COUNT: usize = 2_000;

fn name(number: usize) -> String {
    format!("assets/{:02}/app-{number:04}.js", number % 40)
}

/// Writes the files with these numbers.
fn write(project: &Project, numbers: std::ops::Range<usize>, text: &str) {
    let files: Vec<(String, String)> = numbers.map(|number| (name(number), format!("{text} {number:04}\n"))).collect();
    lay_out(project, &files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>());
}

/// How many requests of this operation there were.
fn count(proxy: &Proxy, operation: &str) -> usize {
    proxy.log().iter().filter(|exchange| exchange.operation == operation).count()
}

/// What a plan says to people: at a terminal, and in a comment.
fn said(project: &Project) -> (String, String) {
    let text = project.run(&["plan"], 0).stdout;
    let markdown = std::fs::read_to_string(project.folder().join("serverless-app-plan/plan.md")).expect("a text");
    assert!(text.lines().count() < 40, "{} lines", text.lines().count());
    (text.split_whitespace().collect::<Vec<_>>().join(" "), markdown)
}

/// The attributes of the files that a plan file has.
fn exact(project: &Project) -> usize {
    let plan: Value = plan_in(&project.folder().join("serverless-app-plan"));
    let changes = plan["changes"].as_array().expect("changes").iter();
    let files = changes.filter(|change| change["address"] == "s3.files/site");
    files.map(|change| change["diff"].as_array().expect("a diff").len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_files_cost_a_request_each_and_afterwards_a_listing_and_are_said_in_a_few_lines() {
    let proxy = Proxy::start(&endpoint(Make::Ministack).await, Duration::ZERO);
    let project = Project::at(&proxy.endpoint(), APP);
    write(&project, 0..COUNT, "one");
    let (text, markdown) = said(&project);
    let all = "files 2,000 of 18 kB: assets/00/app-0000.js, assets/00/app-0040.js, assets/00/app-0080.js and 1997 more";
    assert!(text.contains(all), "{text}");
    assert!(markdown.contains("files 2,000 of 18 kB: `assets/00/app-0000.js`"), "{markdown}");
    assert_eq!(exact(&project), COUNT + 1, "each file, and the rules");

    proxy.clear();
    let id = project.plan_id();
    project.run(&["apply", "serverless-app-plan", "--expect", &id, "--source", "."], 0);
    assert_eq!(count(&proxy, "PutObject"), COUNT + 1, "each once, and what names the rules");
    proxy.clear();
    assert_eq!(changes(&project.plan(&[])), [""; 0]);
    assert_eq!((count(&proxy, "ListObjectsV2"), count(&proxy, "HeadObject")), (3, 0), "a thousand a page");

    write(&project, 0..50, "two");
    write(&project, COUNT..COUNT + 5, "new");
    for number in 100..110 {
        std::fs::remove_file(project.folder().join("site").join(name(number))).expect("a file less");
    }
    let (text, markdown) = said(&project);
    let counts = "files + 5 of 45 bytes, − 10 of 90 bytes, ~ 50 of 450 bytes: + assets/00/app-2000.js, ";
    assert!(text.contains(counts) && text.contains("Files deleted: files of bucket site: 10 are deleted: "), "{text}");
    assert!(markdown.contains("files + 5 of 45 bytes, − 10 of 90 bytes, ~ 50 of 450 bytes: + `assets/"), "{markdown}");
    assert_eq!(exact(&project), 65);
    proxy.clear();
    project.apply(0);
    assert_eq!((count(&proxy, "PutObject"), count(&proxy, "DeleteObjects")), (55, 1));
}
