//! Plans that hold what the merged source does not ask for, or other ids than AWS's: forged throughout, they are refused by
//! `verify` and by `apply --source`, with a reason of their own and without one write.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::pull_request::World;
use crate::support::emulator;
use crate::support::emulator::Make;
use crate::support::forge;
use crate::support::proxy::{Proxy, is_change};

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const TOPIC: &str = "\n[topic.alerts]\n";
/// A role that may do everything, with a policy of its own, and a topic.
const MORE: &str = "\n[topic.more]\n\n[role.more]\nmanaged = [\"arn:aws:iam::aws:policy/AdministratorAccess\"]\naccess = [ { topic = \"more\", actions = \"publish\" } ]\n";

/// A pull request of this manifest, planned and merged; the proxy sees what is asked of AWS.
async fn merged(manifest: &str) -> (World, Proxy) {
    let (world, proxy) = open(manifest).await;
    world.plan_job(0);
    world.merged(&world.merge.clone());
    (world, proxy)
}

async fn open(manifest: &str) -> (World, Proxy) {
    let mut world = World::new().await;
    let proxy = Proxy::start(&emulator::endpoint(Make::Moto).await, Duration::ZERO);
    world.project.reach(&proxy.endpoint());
    world.project.write(manifest);
    (world, proxy)
}

/// Verifies and applies, with the source: both refuse for this reason, and nothing is written.
fn assert_refused(world: &World, proxy: &Proxy, id: &str, reason: &str, named: &str) {
    proxy.clear();
    let verified = world.verify(4);
    assert_eq!(world.output("failure-reason"), reason, "{}", verified.stderr);
    assert!(verified.stderr.contains(named) && verified.stderr.contains("manual apply"), "{}", verified.stderr);
    let arguments = ["apply", "serverless-app-plan", "--expect", id, "--source", ".", "--allow-emulator"];
    let applied = world.push(&world.merge, &arguments, 4);
    assert_eq!(world.output("failure-reason"), reason, "{}", applied.stderr);
    assert!(applied.stderr.contains(named), "{}", applied.stderr);
    let written: Vec<String> =
        proxy.log().into_iter().map(|exchange| exchange.operation).filter(|o| is_change(o)).collect();
    assert_eq!(written, Vec::<String>::new());
    assert!(!proxy.log().is_empty(), "AWS was asked");
}

/// Verifies and applies: both go through.
fn assert_applied(world: &World, id: &str) {
    world.verify(0);
    assert_eq!(world.output("plan-id"), id);
    let arguments = ["apply", "serverless-app-plan", "--expect", id, "--source", ".", "--allow-emulator"];
    world.push(&world.merge, &arguments, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_more_than_the_merged_source_is_refused() {
    let source = format!("{APP}{TOPIC}");
    let (world, proxy) = merged(&source).await;
    // The real program's plan of another manifest, everything sealed again.
    world.project.write(&format!("{source}{MORE}"));
    let plan = world.project.plan(&[]);
    assert!(plan.to_string().contains("AdministratorAccess"), "{plan}");
    let other = tempfile::TempDir::new().expect("a folder");
    forge::lay(&forge::files(&world.bundle()), other.path());
    world.project.write(&source);
    let id = world.forge(|forgery| forgery.take(other.path()));
    assert_refused(&world, &proxy, &id, "not-in-source", "/more");
    // The control: the plan of the source, sealed by the same hand.
    world.project.plan(&[]);
    forge::lay(&forge::files(&world.bundle()), other.path());
    let id = world.forge(|forgery| forgery.take(other.path()));
    assert_applied(&world, &id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_another_pull_request_has_removed_since_is_not_made() {
    let (world, proxy) = merged(&format!("{APP}{TOPIC}\n[topic.old]\n")).await;
    let id = world.project.plan_id();
    world.project.write(&format!("{APP}{TOPIC}"));
    assert_refused(&world, &proxy, &id, "not-in-source", "sns.topic/old");
    // The control: with the section it is asked for.
    world.project.write(&format!("{APP}{TOPIC}\n[topic.old]\n"));
    assert_applied(&world, &id);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_own_is_not_deleted_by_a_plan_that_names_it() {
    let (world, proxy) = open(&format!("{APP}{TOPIC}\n[topic.old]\n")).await;
    world.project.deploy(&[]);
    world.project.write(&format!("{APP}{TOPIC}\n[topic.news]\n"));
    world.plan_job(0);
    world.merged(&world.merge.clone());
    let honest = world.project.plan_id();
    let sns = world.project.aws().await.write.sns;
    sns.create_topic().name("theirs").send().await.expect("a topic");
    // The topic that may go, and another one's, which is not ours and so in no fresh plan.
    let id = world.forge(|forgery| {
        let mut theirs = forgery.change("sns.topic/old").clone();
        let text =
            theirs.to_string().replace("sns.topic/old", "sns.topic/theirs").replace("shop--production--old", "theirs");
        theirs = serde_json::from_str(&text).expect("JSON");
        theirs["waits_for"] = json!([]);
        forgery.plan["changes"].as_array_mut().expect("changes").push(theirs);
    });
    assert_ne!(id, honest);
    assert_refused(&world, &proxy, &id, "not-in-source", "sns.topic/theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_read_of_a_change_is_what_it_does() {
    let (world, proxy) = merged(&format!("{APP}\n[topic.alerts]\ndisplay_name = \"Alerts\"\n")).await;
    let edits: [fn(&mut Value); 3] = [
        |change| change["diff"].as_array_mut().expect("diffs").truncate(1),
        |change| change["name"] = json!("shop--production--other"),
        |change| change["lane"] = json!("nobody-waits-here"),
    ];
    let mut honest = None;
    for edit in edits {
        let kept = honest.get_or_insert_with(|| forge::files(&world.bundle())).clone();
        let id = world.forge(|forgery| edit(forgery.change("sns.topic/alerts")));
        assert_refused(&world, &proxy, &id, "plan-differs", "sns.topic/alerts");
        let folder = tempfile::TempDir::new().expect("a folder");
        forge::lay(&kept, folder.path());
        world.forge(|forgery| forgery.take(folder.path()));
    }
    assert_applied(&world, &world.project.plan_id());
}

/// A function that is told the address of an API of the same app.
fn caller(variable: &str) -> String {
    let functions = "\n[function.hello]\nsource = \"hello\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n";
    let caller = "\n[function.caller]\nsource = \"hello\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n";
    let api = "\n[api.public]\nroutes = [ { method = \"GET\", path = \"/\", function = \"hello\" } ]\n";
    format!("{APP}{functions}{caller}environment = {{ {variable} = \"${{api.public.url}}\" }}\n{api}")
}

fn write_code(folder: &Path) {
    std::fs::create_dir(folder.join("hello")).expect("a folder");
    std::fs::write(folder.join("hello/index.js"), "exports.handler = async () => 1\n").expect("code");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_another_api_is_never_sent() {
    let (world, proxy) = open(&caller("BEFORE")).await;
    write_code(world.project.folder());
    world.project.deploy(&[]);
    world.project.write(&caller("AFTER"));
    world.plan_job(0);
    world.merged(&world.merge.clone());
    let honest = world.project.plan_id();
    let shown = world.comments()[0]["body"].as_str().expect("a text").to_owned();
    let mut real = String::new();
    let id = world.forge(|forgery| {
        let known = &mut forgery.plan["known"]["apigateway.rest-api/public.id"];
        real = known.as_str().expect("an id").to_owned();
        *known = json!("evil12345");
        // What shows the id already shows the other one as well.
        let text = forgery.plan.to_string().replace(&real, "evil12345");
        forgery.plan = serde_json::from_str(&text).expect("JSON");
    });
    assert!(shown.contains(&real), "people see the ids that calls use: {shown}");
    assert_refused(&world, &proxy, &id, "other-ids", "apigateway.rest-api/public.id");
    // On a laptop, without the source, as well.
    proxy.clear();
    let ran = world.project.run(&["apply", "serverless-app-plan", "--expect", &id], 4);
    assert!(ran.stderr.contains("apigateway.rest-api/public.id") && ran.stderr.contains(&real), "{}", ran.stderr);
    assert!(proxy.log().iter().all(|exchange| !is_change(&exchange.operation)));
    // The control.
    let id = world.forge(|forgery| {
        let text = forgery.plan.to_string().replace("evil12345", &real);
        forgery.plan = serde_json::from_str(&text).expect("JSON");
    });
    assert_eq!(id, honest);
    assert_applied(&world, &id);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_laptop_ids_are_read_again_and_sent_as_aws_tells_them() {
    let (world, _proxy) = open(&caller("BEFORE")).await;
    write_code(world.project.folder());
    world.project.deploy(&[]);
    world.project.write(&caller("AFTER"));
    world.project.plan(&[]);
    world.project.apply(0);
    assert!(world.project.plan(&[])["changes"].as_array().is_some_and(Vec::is_empty));
}
