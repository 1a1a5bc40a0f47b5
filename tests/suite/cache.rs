//! What lies in the cache folder, where the archive of a workflow's cache can have written anything.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::pull_request::World;
use crate::support::project::EXAMPLE;

/// A pull request's job whose cache folder is one of its own.
struct Job {
    world: World,
    cache: TempDir,
}

impl Job {
    async fn new(manifest: &str) -> Self {
        let world = World::new().await;
        world.project.write(manifest);
        Self { world, cache: TempDir::with_prefix("serverless-app-cache-").expect("a folder") }
    }

    /// Plans on this machine, without GitHub Actions; gives the plan.
    fn plan_here(&self) -> String {
        let ran = self.world.project.cli(&["plan"]).env("SERVERLESS_APP_CACHE", self.cache.path()).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        self.plan_file()
    }

    /// Plans in GitHub Actions; gives the plan.
    fn plan_there(&self) -> String {
        let event = json!({"pull_request": self.world.github.state().pulls[&7]});
        let cli = self.world.in_job("pull_request", &event, &self.world.merge, &["plan"]);
        let temporary = TempDir::new().expect("a folder");
        let ran = cli.env("SERVERLESS_APP_CACHE", self.cache.path()).env("RUNNER_TEMP", temporary.path()).run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(files(temporary.path()), Vec::<PathBuf>::new(), "nothing is left");
        self.plan_file()
    }

    fn plan_file(&self) -> String {
        fs::read_to_string(self.world.bundle().join("plan.json")).expect("a plan")
    }

    /// The files of a folder of the cache.
    fn kept(&self, folder: &str) -> Vec<PathBuf> {
        files(&self.cache.path().join(folder))
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_zip_is_not_packaged_in_github_actions() {
    let manifest = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.big]\nsource = \"big\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n";
    let job = Job::new(manifest).await;
    let folder = job.world.project.folder().join("big");
    fs::create_dir(&folder).expect("a folder");
    let code = "// 0123456789\n".repeat(100_000);
    fs::write(folder.join("index.js"), format!("exports.handler = async () => 1\n{code}")).expect("a file");
    let approved = job.plan_here();
    // The right key and a true digest, but other code.
    let [zip] = job.kept("zips").try_into().expect("one zip");
    let digest = serverless_app::canonical::Sha::of(b"other code").hex();
    let (key, _) = zip.file_name().and_then(|name| name.to_str()).and_then(|name| name.split_once('-')).expect("a key");
    fs::write(zip.with_file_name(format!("{key}-{digest}.zip")), "other code").expect("a zip");
    fs::remove_file(&zip).expect("a zip less");
    assert_eq!(job.plan_there(), approved);
    assert!(!approved.contains(&digest));
    assert!(job.plan_here().contains(&digest), "on the machine that keeps it, it is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_wheel_is_not_used_in_github_actions() {
    let job = Job::new(EXAMPLE).await;
    let approved = job.plan_here();
    let wheels = job.kept("wheels");
    assert!(!wheels.is_empty());
    for wheel in &wheels {
        fs::write(wheel, "another wheel").expect("a forged wheel");
    }
    assert_eq!(job.plan_there(), approved);
    for wheel in &wheels {
        assert_ne!(fs::read(wheel).expect("a wheel"), b"another wheel", "what is not what the lock says is replaced");
    }
}
