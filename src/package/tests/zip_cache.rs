//! Zips that were written before.

use super::*;

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
