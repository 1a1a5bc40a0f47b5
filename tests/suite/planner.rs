//! The planner on data: each folder of `fixtures/plan` holds `before.toml` (what an earlier apply has made; absent:
//! nothing), `after.toml` (what is wanted; absent: destroy), and the expected `plan.json` and `plan.md`.
//!
//! `UPDATE_GOLDEN=1` writes the expected files; look at the difference before committing it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serverless_app::aws::lambda::layer_of;
use serverless_app::aws::observe::is_made_up;
use serverless_app::aws::{Kind, Live, Observed, Wanted};
use serverless_app::manifest::lower::{LayerCode, Lowered, Sources, lower};
use serverless_app::manifest::read::read;
use serverless_app::name::{Address, Owner, Site};
use serverless_app::package::{Package, static_files};
use serverless_app::plan::build::{Refusals, Request, known, plan};
use serverless_app::plan::{Blob, Mode, Plan, Whose, file};
use serverless_app::render::markdown;

pub fn site() -> Site {
    Site {
        account: "123456789012".parse().unwrap(),
        region: "us-west-2".parse().unwrap(),
        partition: "aws".into(),
        endpoint: "aws".into(),
    }
}

pub fn owner(text: &str) -> Owner {
    let app = text.lines().skip_while(|line| *line != "[app]").find_map(|line| line.strip_prefix("name = \""));
    let app = app.expect("a name in [app]");
    Owner { app: app.trim_end_matches('"').parse().unwrap(), stage: "test".parse().unwrap() }
}

/// Packages without a folder behind them: the zip is the function's name and the text of its `source`, as large as that says.
pub fn sources(folder: &Path, text: &str, owner: &Owner) -> Sources {
    let source = read("m.toml", text, &owner.stage).unwrap_or_else(|e| panic!("{}:\n{e}", folder.display()));
    let packaged = source.manifest.function.iter().filter(|(_, function)| function.is_packaged());
    let packages = packaged.map(|(name, function)| {
        let mut zip = format!("{name}:{}", function.source).into_bytes();
        let sha256 = serverless_app::canonical::Sha::of(&zip).hex();
        if let Some(size) = function.source.strip_suffix(" MB") {
            zip.resize(size.parse::<usize>().expect("a number") << 20, 0);
        }
        (name.clone(), Package { zip: zip.into(), sha256, requirements: Vec::new() })
    });
    let packages = packages.collect();
    let layers = source.manifest.layer.iter().map(|(name, layer)| {
        let zip = format!("layer {name}:{}", layer.source).into_bytes();
        let sha256 = serverless_app::canonical::Sha::of(&zip).hex();
        let package = Package { zip: zip.into(), sha256, requirements: Vec::new() };
        (name.clone(), Ok(LayerCode { package, built_from: None }))
    });
    let layers = layers.collect();
    let files = source.manifest.files().into_iter().map(|file| {
        let text = std::fs::read_to_string(folder.join(&file)).map_err(|e| e.to_string());
        (file, text)
    });
    let folders = source.manifest.folders().into_iter();
    let folders = folders.map(|(name, site)| (name, static_files(folder, &site)));
    Sources { packages, layers, files: files.collect(), folders: folders.collect(), ..Sources::default() }
}

pub fn lowered(folder: &Path, text: &str) -> Lowered {
    let owner = owner(text);
    let source = read("m.toml", text, &owner.stage).unwrap_or_else(|e| panic!("{}:\n{e}", folder.display()));
    lower(&source, &owner, &site(), &sources(folder, text, &owner))
        .unwrap_or_else(|e| panic!("{}:\n{e}", folder.display()))
}

/// What an earlier apply has made: the wanted states as they were, with an id where AWS makes one up.
pub fn live(lowered: &Lowered) -> BTreeMap<Address, Live> {
    let live = lowered.wanted.values().map(|wanted| {
        let mut observed = Observed::of(wanted.state.clone());
        let mut id = format!("made-up-{}", wanted.id.address.name);
        if wanted.id.address.kind == Kind::Certificate {
            id = format!("arn:aws:acm:us-west-2:123456789012:certificate/{id}");
        }
        if wanted.id.address.kind == Kind::LayerVersion {
            id = format!("{}:3", site().arn("lambda", &format!("layer:{}", layer_of(&wanted.id.name))));
            observed.outputs.insert("version".into(), "3".into());
        }
        let (attribute, tells) = match wanted.id.address.kind {
            Kind::Certificate => ("arn", true),
            Kind::DomainName => ("regionalDomainName", true),
            Kind::HttpApi | Kind::RestApi | Kind::WebAcl | Kind::IpSet => ("id", true),
            Kind::EventSourceMapping => ("uuid", true),
            Kind::LayerVersion => ("arn", true),
            Kind::Table => ("stream_arn", false),
            Kind::Function => ("url", false),
            _ => ("", false),
        };
        observed.identity = tells.then(|| id.clone());
        if !attribute.is_empty() {
            observed.outputs.insert(attribute.into(), id);
        }
        (wanted.id.address.clone(), Live { id: wanted.id.clone(), observed })
    });
    let mut live: BTreeMap<Address, Live> = live.collect();
    // A version that is no longer asked for stands literally in its functions.
    let mut made = known(&live);
    made.retain(|reference, _| reference.address.kind == Kind::LayerVersion);
    live.values_mut().for_each(|live| live.observed.state.texts(&mut |text| *text = text.resolve(&made)));
    live
}

/// What there is as reads find it: what is wanted by its name, under whatever address it was made, and what has got another name as
/// what it was.
fn as_called(live: BTreeMap<Address, Live>, wanted: &BTreeMap<Address, Wanted>) -> BTreeMap<Address, Live> {
    let called = |(address, mut one): (Address, Live)| {
        let is_it = |wanted: &&Wanted| wanted.id.address.kind == address.kind && wanted.id.name == one.id.name;
        let other = wanted.get(&address).filter(|wanted| wanted.id.name != one.id.name);
        if let Some(wanted) = wanted.values().find(is_it) {
            one.id = wanted.id.clone();
        } else if other.is_some_and(|wanted| wanted.named || !is_made_up(&one.id)) {
            one.id.address = address.formerly(&one.id.name);
        }
        (one.id.address.clone(), one)
    };
    live.into_iter().map(called).collect()
}

pub fn make(folder: &Path) -> Result<Plan, Refusals> {
    make_from(folder, text(folder, "after.toml"))
}

/// The plan from what an earlier apply of one manifest has made to another manifest; `folder` has the files that they name.
pub fn between(folder: &Path, before: Option<&str>, after: Option<&str>) -> Result<Plan, Refusals> {
    planned(folder, before.map(str::to_owned), after.map(str::to_owned))
}

fn text(folder: &Path, name: &str) -> Option<String> {
    std::fs::read_to_string(folder.join(name)).ok()
}

fn make_from(folder: &Path, after: Option<String>) -> Result<Plan, Refusals> {
    planned(folder, text(folder, "before.toml"), after)
}

fn planned(folder: &Path, before: Option<String>, after: Option<String>) -> Result<Plan, Refusals> {
    let any = after.as_ref().or(before.as_ref()).expect("a manifest");
    let owner = owner(any);
    let live = before.as_ref().map(|text| live(&lowered(folder, text))).unwrap_or_default();
    let wanted = after.as_ref().map(|text| lowered(folder, text));
    let live = match &wanted {
        Some(wanted) => as_called(live, &wanted.wanted),
        None => live,
    };
    let sources = sources(folder, any, &owner);
    let blob = |whose: Whose, package: &Package| {
        let blob = Blob { whose, size: package.zip.size(), packages: Vec::new(), built_from: None };
        (package.sha256.clone(), blob)
    };
    let functions = sources.packages.iter().map(|(name, package)| blob(Whose::Function(name.clone()), package));
    let layers = sources.layers.iter().filter_map(|(name, layer)| Some((name, layer.as_ref().ok()?)));
    let layers = layers.map(|(name, layer)| blob(Whose::Layer(name.clone()), &layer.package));
    let blobs = functions.chain(layers);
    let none = BTreeMap::new();
    plan(&Request {
        owner: &owner,
        site: &site(),
        wanted: wanted.as_ref().map_or(&none, |w| &w.wanted),
        live: &live,
        mode: if wanted.is_some() { Mode::Deploy } else { Mode::Destroy },
        adopt: &BTreeSet::new(),
        blobs: blobs.collect(),
        outputs: &wanted.as_ref().map(|w| w.outputs.clone()).unwrap_or_default(),
    })
}

pub fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plan");
    let mut cases: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

pub fn expect(path: &Path, found: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        return std::fs::write(path, found).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    if let Some((number, (old, new))) =
        expected.lines().zip(found.lines()).enumerate().find(|(_, (old, new))| old != new)
    {
        panic!("{}:{}\n  expected {old}\n  found    {new}", path.display(), number + 1);
    }
    assert_eq!(expected.len(), found.len(), "{}", path.display());
}

fn pretty(plan: &Plan) -> String {
    format!("{}\n", serde_json::to_string_pretty(plan).unwrap())
}

#[test]
fn each_case_gives_its_plan() {
    for case in cases() {
        match make(&case) {
            Ok(plan) => {
                let bytes = file::write(&plan).unwrap();
                assert_eq!(file::read(&bytes).unwrap(), plan, "{}: the file is read back", case.display());
                expect(&case.join("plan.json"), &pretty(&plan));
                expect(&case.join("plan.md"), &markdown(&plan, &file::id(&bytes)));
            }
            Err(refusals) => expect(&case.join("refused.txt"), &format!("{refusals}\n")),
        }
    }
}

#[test]
fn every_kind_has_a_case_that_makes_it() {
    let plans: Vec<Plan> = cases().iter().filter_map(|case| make(case).ok()).collect();
    for kind in Kind::ALL.iter().filter(|kind| !kind.of_the_account()) {
        let made = plans.iter().flat_map(|plan| &plan.changes).any(|change| change.address.kind == *kind);
        assert!(made, "no case of fixtures/plan has a change of {kind}");
    }
}

#[test]
fn a_plan_of_what_is_there_already_is_empty() {
    for case in cases() {
        let Ok(text) = std::fs::read_to_string(case.join("after.toml")) else { continue };
        let lowered = lowered(&case, &text);
        let (owner, live) = (owner(&text), live(&lowered));
        let request = Request {
            owner: &owner,
            site: &site(),
            wanted: &lowered.wanted,
            live: &live,
            mode: Mode::Deploy,
            adopt: &BTreeSet::new(),
            blobs: BTreeMap::new(),
            outputs: &lowered.outputs,
        };
        assert_eq!(plan(&request).unwrap().changes, vec![], "{}", case.display());
    }
}

/// The sections, the keys in each, and the items of lists of tables, in the opposite order.
fn turned_round(text: &str) -> String {
    let sections: Vec<Vec<&str>> =
        text.lines().filter(|line| !line.trim().is_empty()).fold(Vec::new(), |mut all, line| {
            if line.starts_with('[') || all.is_empty() {
                all.push(Vec::new());
            }
            all.last_mut().expect("one was pushed").push(line);
            all
        });
    let turned = |section: &Vec<&str>| {
        let (head, keys) = section.split_first().expect("a head");
        let is_flat = keys.iter().all(|line| line.contains(" = ") && !line.ends_with(['[', '{', ',']));
        let keys: Vec<&str> = if is_flat { keys.iter().rev().copied().collect() } else { keys.to_vec() };
        format!("{head}\n{}\n", keys.join("\n"))
    };
    sections.iter().rev().map(turned).collect()
}

#[test]
fn the_order_of_the_manifest_is_no_matter() {
    for case in cases() {
        let Some(text) = text(&case, "after.toml") else { continue };
        let turned = turned_round(&text);
        assert_ne!(turned, text, "{}", case.display());
        match (make(&case), make_from(&case, Some(turned))) {
            (Ok(one), Ok(other)) => assert_eq!(file::write(&one).unwrap(), file::write(&other).unwrap()),
            (one, other) => assert_eq!(one.unwrap_err().to_string(), other.unwrap_err().to_string()),
        }
    }
}

#[test]
fn every_byte_of_a_plan_counts() {
    let small = cases().into_iter().find(|case| case.ends_with("replaced")).unwrap();
    let plan = make(&small).unwrap();
    let bytes = file::write(&plan).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_ne!(file::id(&changed), file::id(&bytes));
        if let Ok(read) = file::read(&changed) {
            assert_ne!(read, plan, "byte {at} says nothing");
        }
    }
}

#[test]
fn a_plan_that_ends_early_is_told_at_a_place_that_there_is() {
    let message = "plan.json:2:1: EOF while parsing an object; plan again: a plan file is never edited";
    assert_eq!(file::read(b"{\n").unwrap_err().to_string(), message);
}
