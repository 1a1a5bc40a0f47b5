//! Zips that were written before.

use super::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// The zips that are kept of a function's folder.
fn kept(sandbox: &Sandbox) -> Vec<PathBuf> {
    let shelves = fs::read_dir(sandbox.cache.path().join("zips")).unwrap();
    let files = shelves.flat_map(|shelf| fs::read_dir(shelf.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path()).collect()
}

#[test]
fn what_did_not_change_is_not_compressed_again() {
    let sandbox = Sandbox::new("ruby3.4", &[("main.js", &"0123456789".repeat(200_000))]);
    let first = sandbox.build().unwrap();
    let [path] = kept(&sandbox).try_into().unwrap();
    // Under the key of the same content lies another zip, with a true digest: nothing but the cache can give it.
    let (key, _) = path.file_name().unwrap().to_str().unwrap().split_once('-').unwrap();
    let other = path.with_file_name(format!("{key}-{}.zip", hex_sha256(b"other")));
    fs::rename(&path, &other).unwrap();
    fs::write(&other, b"other").unwrap();
    assert_eq!(sandbox.build().unwrap().zip.bytes().unwrap(), b"other");
    // Whoever else writes to the cache can do the same, so there it is not looked at, and nothing is kept.
    assert_eq!(build(&sandbox.source, &sandbox.shared()).unwrap().sha256, first.sha256);
    assert_eq!(kept(&sandbox), std::slice::from_ref(&other));
    // A damaged one is not used, and is replaced.
    fs::write(&other, b"damaged").unwrap();
    assert_eq!(sandbox.build().unwrap().sha256, first.sha256);
    assert_eq!(kept(&sandbox), [path]);
}

#[test]
fn a_change_of_content_mode_or_name_makes_a_new_zip_in_the_place_of_the_old() {
    let text = "0123456789".repeat(200_000);
    let sandbox = Sandbox::new("ruby3.4", &[("main.js", &text)]);
    let mut seen = std::collections::BTreeSet::from([sandbox.build().unwrap().sha256]);
    sandbox.write("main.js", &text.replace('5', "6"));
    assert!(seen.insert(sandbox.build().unwrap().sha256));
    fs::rename(sandbox.file("main.js"), sandbox.file("index.js")).unwrap();
    assert!(seen.insert(sandbox.build().unwrap().sha256));
    fs::set_permissions(sandbox.file("index.js"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(seen.insert(sandbox.build().unwrap().sha256));
    assert_eq!(kept(&sandbox).len(), 1);
}

/// A file that was last written, or used, so many days ago.
fn aged(path: &Path, days: u64) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60)).unwrap();
    path.to_owned()
}

#[test]
fn what_is_too_old_goes_when_another_zip_is_kept() {
    let sandbox = Sandbox::new("ruby3.4", &[("main.js", &"0123456789".repeat(200_000))]);
    let at = |path: &str, days: u64| aged(&sandbox.cache.path().join(path), days);
    let gone = [
        at("zips/unused/a-b.zip", 31),
        at("zips/killed/.tmpAbCdEf", 2),
        at("wheels/0123/.tmpAbCdEf", 2),
        at(".tmpAbCdEf", 2),
    ];
    let stays = [
        at("zips/used/a-b.zip", 29),
        at("zips/used/.tmpGhIjKl", 0),
        at("wheels/0123/a-1-py3-none-any.whl", 400),
        at("uv.lock", 400),
        at(".tmpGhIjKl", 0),
        at(".tmpFolder/uv", 400),
    ];
    let first = sandbox.build().unwrap();
    let there = |paths: &[PathBuf]| paths.iter().filter(|path| path.exists()).cloned().collect::<Vec<_>>();
    assert_eq!((there(&gone), there(&stays)), (vec![], stays.to_vec()));
    assert!(!sandbox.cache.path().join("zips/unused").exists(), "nor is there an empty folder");
    // Where none is kept, nothing is looked at.
    let old = at(".tmpMnOpQr", 2);
    assert_eq!(sandbox.build().unwrap().sha256, first.sha256);
    build(&sandbox.source, &sandbox.shared()).unwrap();
    assert!(old.exists());
}

#[test]
fn a_use_makes_a_zip_stay_as_if_it_were_new() {
    let sandbox = Sandbox::new("ruby3.4", &[("main.js", &"0123456789".repeat(200_000))]);
    let first = sandbox.build().unwrap();
    let [path] = kept(&sandbox).try_into().unwrap();
    aged(&path, 31);
    let again = sandbox.build().unwrap();
    let own: Vec<PathBuf> = fs::read_dir(sandbox.cache.path()).unwrap().map(|file| file.unwrap().path()).collect();
    let own = own.into_iter().filter(|path| path.is_file());
    for used in own.chain([path]) {
        let age = used.metadata().unwrap().modified().unwrap().elapsed().unwrap_or_default();
        assert!(age < Duration::from_secs(3600), "{} {age:?}", used.display());
    }
    assert_eq!(again.zip.bytes().unwrap(), first.zip.bytes().unwrap());
}

#[test]
fn a_zip_that_another_process_deletes_meanwhile_is_written_again() {
    let sandbox = Sandbox::new("ruby3.4", &[("main.js", &"0123456789".repeat(110_000))]);
    let (sha256, is_done) = (sandbox.build().unwrap().sha256, AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                kept_now(&sandbox).iter().for_each(|path| drop(fs::remove_file(path)));
                shelves(&sandbox).iter().for_each(|shelf| drop(fs::remove_dir(shelf)));
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let all: Vec<_> = (0..20).map(|_| sandbox.build().map(|package| package.sha256)).collect();
        is_done.store(true, Ordering::Relaxed);
        all.into_iter().for_each(|one| assert_eq!(one.unwrap(), sha256));
    });
}

fn shelves(sandbox: &Sandbox) -> Vec<PathBuf> {
    let shelves = fs::read_dir(sandbox.cache.path().join("zips")).unwrap();
    shelves.map(|shelf| shelf.unwrap().path()).collect()
}

/// The zips that are kept, though what is there changes.
fn kept_now(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = shelves(sandbox).into_iter().filter_map(|shelf| fs::read_dir(shelf).ok()).flatten();
    files.flatten().map(|file| file.path()).filter(|path| path.extension().is_some_and(|is| is == "zip")).collect()
}

#[test]
fn small_zips_are_not_kept() {
    let sandbox = Sandbox::new("ruby3.4", &[("main.js", "")]);
    sandbox.build().unwrap();
    assert!(!sandbox.cache.path().join("zips").exists());
}

/// Builds, and says what is wrong after a change of the section alone, though a zip of the same files was kept.
fn wrong_after(runtime: &str, files: &[(&str, &str)], good: FunctionSource, bad: FunctionSource) -> String {
    let mut sandbox = Sandbox::new(runtime, files);
    let of = |section: FunctionSource, source: &FunctionSource| {
        let FunctionSource { handler, exclude, has_layers, layer, .. } = section;
        FunctionSource { handler, exclude, has_layers, layer, ..source.clone() }
    };
    sandbox.source = of(good, &sandbox.source);
    sandbox.build().unwrap();
    assert_eq!(kept(&sandbox).len(), 1);
    sandbox.source = of(bad, &sandbox.source);
    sandbox.error()
}

#[test]
fn a_kept_zip_is_not_taken_where_it_would_be_checked_otherwise() {
    let (digits, any) = ("0123456789".repeat(200_000), FunctionSource::default);
    let of = |runtimes: [&str; 2]| FunctionSource { layer: Some(runtimes.map(str::to_owned).into()), ..any() };
    let shared = [("python/shared.py", digits.as_str())];
    let error = wrong_after("", &shared, of(["python3.12", "python3.13"]), of(["python3.12", "nodejs22.x"]));
    assert_says(&error, &["`nodejs22.x`", "`app/nodejs/`"]);

    let with_layers = FunctionSource { has_layers: true, ..any() };
    let error = wrong_after("provided.al2023", &[("data", digits.as_str())], with_layers, any());
    assert_says(&error, &["`app/bootstrap`"]);

    let code = format!("exports.handler = async () => ({{}});\n// {digits}\n");
    let files = [("main.js", code.as_str()), ("package.json", "{\"dependencies\": {\"left\": \"1\"}}")];
    let own = FunctionSource { handler: "main.handler".into(), ..any() };
    let bundled = FunctionSource { exclude: vec!["node_modules".into()], ..own.clone() };
    assert_says(&wrong_after("nodejs22.x", &files, bundled, own), &["`app/node_modules`"]);
}
