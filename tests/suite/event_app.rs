//! An app of everything that brings events, and of a few static files: its whole life on both emulators. [`crate::faults`]
//! disturbs it.

use crate::faults::census::census;
use crate::support::emulator::{MAKES, Make};
use crate::support::project::{Project, changes};

/// One of each, brought to each.
pub const APP: &str = r#"[app]
name = "events"
region = "us-west-2"
tags = { Team = "orders" }

[queue.jobs]
visibility_timeout = 180
retention_days = 4
dead_letter = { queue = "jobs-dead", after = 5 }
[queue.jobs-dead]

[bus.orders]
[rule.paid]
bus = "orders"
pattern = { source = ["shop"], detail-type = ["OrderPaid"] }
targets = [{ function = "worker" }, { queue = "jobs" }]

[schedule.nightly]
cron = "0 3 * * ? *"
timezone = "Europe/Berlin"
function = "worker"
input = { kind = "full" }

[table.items]
hash_key = { name = "id", type = "S" }
stream = "new-and-old-images"
[bucket.uploads]
notify = [{ events = ["object-created"], prefix = "in/", suffix = ".csv", function = "worker" }]
eventbridge = true
[bucket.site]
files = { folder = "site", prefix = "v1/", immutable = ["*.js"], compress = [{ match = "*.js", encoding = "gzip" }] }

[function.worker]
source = "lambda"
runtime = "python3.11"
handler = "main.handler"
on_queue = [{ queue = "jobs", batch = 10, window = 5, partial_failures = true }]
on_stream = [{ table = "items", starting_position = "latest", batch = 100 }]
on_failure = { queue = "jobs-dead" }
url = { auth = "iam" }
access = [
    { bucket = "uploads", actions = "read" },
    { bus = "orders", actions = "put" },
    { queue = "jobs", actions = "send" },
    { actions = ["bedrock:InvokeModel"], resources = ["arn:aws:bedrock:*::foundation-model/*"] },
]

[topic.alerts]
subscriptions = [{ queue = "jobs", raw = true, filter_body = { kind = ["order"] } }]
"#;

/// One attribute of each: what is written instead.
const EDITS: &[(&str, &str)] = &[
    ("visibility_timeout = 180", "visibility_timeout = 240"),
    ("after = 5", "after = 6"),
    ("[bus.orders]\n", "[bus.orders]\ndescription = \"Orders\"\n"),
    ("\"OrderPaid\"", "\"OrderPaid\", \"OrderSent\""),
    (", { queue = \"jobs\" }]\n\n[schedule", "]\n\n[schedule"),
    ("0 3 * * ? *", "0 4 * * ? *"),
    ("prefix = \"in/\"", "prefix = \"new/\""),
    ("eventbridge = true", "eventbridge = false"),
    ("batch = 10,", "batch = 20,"),
    ("batch = 100", "batch = 50"),
    ("on_failure = { queue = \"jobs-dead\" }", "on_failure = { queue = \"jobs\" }"),
    ("url = { auth = \"iam\" }", "url = { auth = \"iam\", streaming = true }"),
    ("{ queue = \"jobs\", actions = \"send\" },", ""),
    ("kind = [\"order\"]", "kind = [\"order\", \"refund\"]"),
];

const SITE: &[(&str, &str)] = &[("site/index.html", "<p>1"), ("site/app.js", "1"), ("site/old.txt", "old")];
/// One file changes, one comes, and one goes.
const EDITED_SITE: &[(&str, &str)] = &[("site/index.html", "<p>2"), ("site/app.js", "1"), ("site/new.txt", "new")];

/// Writes the app's files, as they are at first or with every edit.
pub fn lay_out(project: &Project, is_edited: bool) {
    if project.folder().join("site").exists() {
        std::fs::remove_dir_all(project.folder().join("site")).expect("no files");
    }
    let site = if is_edited { EDITED_SITE } else { SITE };
    site.iter().for_each(|(path, text)| project.file(path, text));
}

/// The app with every edit.
pub fn edited() -> String {
    EDITS.iter().fold(APP.to_owned(), |manifest, (from, to)| {
        assert!(manifest.contains(from), "{from:?} is in the app");
        manifest.replace(from, to)
    })
}

/// It is made, changed, changed back and removed, each time with an empty plan afterwards.
async fn whole_life(make: Make) {
    let project = Project::new(make, APP).await;
    lay_out(&project, false);
    let made = changes(&project.deploy(&[]));
    assert!(made.iter().all(|line| line.starts_with("create ")), "{make:?}: {made:#?}");
    let first = census(&project.aws().await, project.account()).await;
    project.write(&edited());
    lay_out(&project, true);
    let changed = changes(&project.deploy(&[]));
    assert!(changed.iter().all(|line| line.starts_with("update ")), "{make:?}: {changed:#?}");
    assert_ne!(census(&project.aws().await, project.account()).await, first, "{make:?}");
    project.write(APP);
    lay_out(&project, false);
    project.deploy(&[]);
    assert_eq!(census(&project.aws().await, project.account()).await, first, "{make:?}");
    project.deploy(&["--destroy", "--delete-data"]);
    let left = census(&project.aws().await, project.account()).await;
    assert_eq!(left, Vec::<String>::new(), "{make:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_events_is_made_changed_and_removed_on_ministack() {
    whole_life(Make::Ministack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_of_events_is_made_changed_and_removed_on_moto() {
    whole_life(Make::Moto).await;
}

/// A section that leaves the manifest is found again by what the tagging index, or its neighbours, say of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_brings_events_is_deleted_with_its_section() {
    for make in MAKES {
        let project = Project::new(make, APP).await;
        lay_out(&project, false);
        project.deploy(&[]);
        let (start, end) = (APP.find("[bus.orders]").unwrap(), APP.find("[table.items]").unwrap());
        let manifest = format!("{}{}", &APP[..start], &APP[end..]);
        project.write(&manifest.replace("    { bus = \"orders\", actions = \"put\" },\n", ""));
        let plan = changes(&project.deploy(&[]));
        let deleted: Vec<&str> = plan
            .iter()
            .filter_map(|line| line.strip_prefix("delete "))
            .filter(|line| !line.starts_with("iam."))
            .collect();
        let expected =
            ["events.bus/orders", "events.rule/paid", "scheduler.schedule/nightly", "scheduler.schedule-group/"];
        for one in expected {
            assert!(deleted.iter().any(|line| line.starts_with(one)), "{make:?}: {one} in {plan:#?}");
        }
    }
}
