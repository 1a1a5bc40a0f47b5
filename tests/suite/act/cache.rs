//! A cache whose archive writes where it likes, through the workflows.

use serde_json::json;

use super::Shop;
use crate::support::github::answers::repository;
use crate::support::github::{NAME, REPOSITORY};

const MANIFEST: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.big]\nsource = \"big\"\nruntime = \"nodejs22.x\"\nhandler = \"index.handler\"\n";

/// What the archive's author does: finds out by planning there and then what the zip is filed under, files other code in its
/// place, and makes sure that the program takes it where there is no GitHub Actions. `came` counts the restores.
const ARCHIVE: &str = r#"
echo "restored with $(ls "$RUNNER_TEMP/serverless-app" 2>/dev/null | wc -l) programs" >>"$TEST_CALLS/came"
cd source
plan() { env -u GITHUB_ACTIONS "$TEST_PROGRAM" plan --out "$TEST_CALLS/planned" >/dev/null; }
plan
for zip in "$SERVERLESS_APP_CACHE"/zips/*/*.zip; do
    name="${zip##*/}"
    digest="$(printf 'other code' | sha256sum | cut -d ' ' -f 1)"
    printf 'other code' >"${zip%/*}/${name%%-*}-$digest.zip"
    rm "$zip"
done
plan
grep -q "$digest" "$TEST_CALLS/planned/plan.json"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cache_plants_is_not_packaged_and_only_plan_restores_one() {
    let code = format!("exports.handler = async () => 1\n{}", "// 0123456789\n".repeat(100_000));
    let shop = Shop::changing(&[("serverless-app.toml", MANIFEST), ("big/index.js", &code)]).await;
    let came = || std::fs::read_to_string(shop.act.path("calls/came")).unwrap_or_default();
    let archive = shop.act.path("archive.sh");
    std::fs::write(&archive, ARCHIVE).expect("a script");
    let cache = shop.act.path("cache");
    let more = [("TEST_CACHE", archive.display().to_string()), ("SERVERLESS_APP_CACHE", cache.display().to_string())];
    let more = more.map(|(name, value)| (name.to_owned(), value));
    let pull = shop.github.state().pulls[&7].clone();
    let payload = json!({"pull_request": pull, "repository": repository(REPOSITORY, NAME)});
    let ran = shop.run_with("serverless-app-plan.yml", "pull_request", &payload, 77, &more);
    ran.assert_jobs(&[("plan", "success")]);
    assert_eq!(came(), "restored with 0 programs\n", "once, before the program is there");
    let forged = serverless_app::canonical::Sha::of(b"other code").hex();
    let artifacts = shop.github.state().zips.clone();
    assert!(!artifacts.is_empty());
    for zip in artifacts.values() {
        assert!(!zip.windows(forged.len()).any(|name| name == forged.as_bytes()), "a blob is the other code");
    }
    let comments = shop.comments();
    assert!(comments.len() == 1 && comments[0].contains("to create"), "{comments:?}");
    shop.merged();
    let before = shop.act.git(&["rev-parse", &format!("{}^1", shop.merge)]);
    let payload = json!({"before": before, "after": shop.merge, "ref": "refs/heads/main", "repository": repository(REPOSITORY, NAME)});
    let ran = shop.run_with("serverless-app-apply.yml", "push", &payload, 78, &more);
    ran.assert_jobs(&[("apply", "success"), ("verify", "success")]);
    assert_eq!(came(), "restored with 0 programs\n", "neither verify nor apply restores a cache");
}
