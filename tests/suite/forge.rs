//! The forger of whole chains, held to its word: what is refused of its work is refused for what was forged.

use crate::pull_request::{AFTER, World};
use crate::support::forge;

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_plan_that_is_sealed_again_still_verifies() {
    let world = World::new().await;
    world.plan_job(0);
    let (id, comment) = (world.project.plan_id(), world.comments()[0]["body"].clone());
    let check = world.github.state().check_runs[0].clone();
    world.merged(&world.merge.clone());
    assert_eq!(world.forge(|_| {}), id);
    assert_eq!(world.comments()[0]["body"], comment, "the comment that publish wrote");
    let mut sealed = world.github.state().check_runs[0].clone();
    sealed["output"]["summary"] = check["output"]["summary"].clone();
    assert_eq!(sealed, check, "the check run that publish made");
    world.verify(0);
    assert_eq!(world.output("plan-id"), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_plan_in_its_place_is_what_everything_says_then() {
    let world = World::new().await;
    world.plan_job(0);
    let first = world.project.plan_id();
    world.merged(&world.merge.clone());
    // What the program itself plans of another manifest, which is the merged one as well: nothing is wrong with it.
    world.project.write(&AFTER.replace("@octocat", "somebody"));
    world.project.plan(&[]);
    let other = tempfile::TempDir::new().expect("a folder");
    forge::lay(&forge::files(&world.bundle()), other.path());
    let id = world.forge(|forgery| forgery.take(other.path()));
    assert_ne!(id, first);
    assert!(world.comments()[0]["body"].as_str().is_some_and(|body| body.contains(&id) && !body.contains(&first)));
    world.verify(0);
    assert_eq!(world.output("plan-id"), id);
}
