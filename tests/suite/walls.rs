//! Imports point one way, what is pure stays so, and nothing grows too long.

pub mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::SourceFile;

/// The rooms of the house from the ground floor up: each uses only those that stand before it.
const ROOMS: [&str; 26] = [
    "environment",
    "kind",
    "name",
    "text",
    "position",
    "reason",
    "canonical",
    "child",
    "package",
    "emulator",
    "aws",
    "plan",
    "policy",
    "apply",
    "risk",
    "render",
    "manifest",
    "bootstrap",
    "bundle",
    "github",
    "error",
    "planning",
    "import",
    "cli",
    "commands",
    "main",
];

/// Rooms that never see others below them, and why that would be wrong.
const NEVER: &[(&str, &[&str], &str)] = &[
    ("apply", &["package"], "it sends what the plan says"),
    ("aws", &["package", "emulator"], "a kind knows AWS alone"),
    ("plan", &["emulator", "child"], "a plan is a function of what it is given"),
    ("planning", &["apply", "github"], "it makes plans, and prints and publishes nothing"),
    ("import", &["apply", "github"], "it reads, and writes text"),
    ("github", &["manifest", "aws", "apply", "bootstrap"], "it proves bytes; it does not plan them"),
];

/// Rooms that compute and do nothing else: no waiting, no files, no environment, no clock.
const PURE: [&str; 10] =
    ["kind", "name", "text", "position", "canonical", "plan", "policy", "risk", "manifest", "bootstrap"];

/// Files in which the lint against files, environment, clock and processes is lifted; each says why.
const LIFTED: &str = "clippy::disallowed_methods";

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for source in source::program().iter().filter(|source| !source.module.is_empty()) {
        let own = floor(source.room()).unwrap_or_else(|| panic!("{} is in no room of the list", source.path));
        for used in source.uses.iter().filter(|used| used.path[0] == "crate" && used.path.len() > 1) {
            let room = used.path[1].as_str();
            let never = NEVER.iter().any(|(from, rooms, _)| *from == source.room() && rooms.contains(&room));
            if floor(room).is_some_and(|floor| floor > own) || never && !used.test {
                wrong.push(format!("{}:{} uses {}", source.path, used.line, used.path.join("::")));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

fn floor(room: &str) -> Option<usize> {
    ROOMS.iter().position(|name| *name == room)
}

#[test]
fn every_room_is_in_the_list_and_on_the_page_about_the_house() {
    let sources = source::program();
    let rooms: BTreeSet<&str> = sources.iter().map(SourceFile::room).filter(|room| !room.is_empty()).collect();
    assert_eq!(rooms, ROOMS.into_iter().collect());
    let page = &sources.iter().find(|source| source.path == "src/lib.rs").expect("the library's page").text;
    let order = ROOMS.map(|room| format!("`{room}`")).join(", ");
    let page: String = page.lines().map(|line| line.trim_start_matches("//!").trim()).collect::<Vec<_>>().join(" ");
    assert!(page.contains(&order), "src/lib.rs does not list the rooms in this order: {order}");
}

/// A file and those in its folder belong together; between all others, arrows do not come back.
#[test]
fn no_two_files_need_each_other() {
    let sources = source::program();
    let modules: BTreeSet<&[String]> = sources.iter().map(|source| source.module.as_slice()).collect();
    let mut arrows: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for source in sources {
        for used in source.uses.iter().filter(|used| used.path[0] == "crate" && !used.test) {
            let depth = (1..used.path.len()).rev().find(|end| modules.contains(&used.path[1..=*end]));
            let Some(target) = depth.and_then(|end| modules.get(&used.path[1..=end])) else { continue };
            if !target.starts_with(&source.module) && !source.module.starts_with(target) {
                arrows.entry(&source.module).or_default().insert(target);
            }
        }
    }
    let back = |from: &&[String]| reach(&arrows, from).contains(from);
    let circles: Vec<String> = arrows.keys().filter(|from| back(from)).map(|module| module.join("::")).collect();
    assert_eq!(circles, [""; 0]);
}

/// Everything that a file needs, by way of others too.
fn reach<'a>(arrows: &BTreeMap<&'a [String], BTreeSet<&'a [String]>>, from: &'a [String]) -> BTreeSet<&'a [String]> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(module) = next.pop() {
        next.extend(arrows.get(module).into_iter().flatten().copied().filter(|target| reached.insert(*target)));
    }
    reached
}

/// Clippy refuses files, environment, clock and processes (`clippy.toml`) but in files that say why they need them.
#[test]
fn what_is_pure_does_nothing_but_compute() {
    let sources = source::program();
    for source in sources.iter().filter(|source| PURE.contains(&source.room())) {
        assert!(!source.is_async, "{} is asynchronous", source.path);
        let foreign = source.uses.iter().find(|used| used.path[0] == "tokio" && !used.test);
        assert_eq!(foreign, None, "{}", source.path);
        assert!(!source.product().contains(LIFTED), "{} lifts the lint", source.path);
    }
    let lifted = sources.iter().filter(|source| source.product().contains(LIFTED) && source.path != "src/lib.rs");
    assert!(lifted.count() > 5, "the lint is lifted where files are read");
}

/// The compiler keeps cached answers from whoever has an `Aws`; so an apply never has anything else.
#[test]
fn an_apply_has_no_reader_for_plans() {
    for source in source::program().iter().filter(|source| source.room() == "apply") {
        let text = source.product();
        let found = ["PlanReader", "observe_for_plan", "PlanCache"].iter().find(|word| text.contains(**word));
        assert_eq!(found, None, "{}", source.path);
    }
}

#[test]
fn one_module_starts_other_programs() {
    let sources = source::program();
    assert!(sources.len() > 200, "{}", sources.len());
    for source in sources {
        let (path, text) = (&source.path, source.product());
        let found =
            ["Command::new", "process::Command::", "posix_spawn", "execvp"].iter().find(|word| text.contains(**word));
        assert_eq!(found.is_some(), path == "src/child.rs", "{path} starts {found:?}; src/child.rs does that");
    }
}

/// A runner takes some lines for commands, so what is printed passes one module.
#[test]
fn one_module_prints() {
    let words =
        ["print!(", "println!(", "dbg!(", "io::stdout", "io::stderr", "anstream", ".print()", ".exit()", "Cli::parse("];
    for source in source::program() {
        let (path, text) = (&source.path, source.product());
        let found: Vec<&&str> = words.iter().filter(|word| text.contains(**word)).collect();
        let prints = path == "src/github/runner/print.rs";
        assert_eq!(!found.is_empty(), prints, "{path} prints by {found:?}; src/github/runner/print.rs does that");
    }
}

#[test]
fn no_file_is_longer_than_500_lines_and_no_function_than_80() {
    let mut long = Vec::new();
    for source in source::program().iter().chain(&source::all("tests")) {
        let lines = source.text.lines().count();
        long.extend((lines > 500).then(|| format!("{} has {lines} lines", source.path)));
        let functions = source.functions.iter().filter(|(.., lines)| *lines > 80);
        long.extend(functions.map(|(name, first, lines)| format!("{}:{first} {name} has {lines}", source.path)));
    }
    assert_eq!(long, [""; 0]);
}

#[test]
fn files_and_functions_stay_short() {
    let sources = source::program();
    let product = |source: &&SourceFile| !source.product().trim().is_empty();
    let files = sources.iter().filter(product).map(|source| source.product().lines().count()).collect();
    let functions = sources.iter().flat_map(|source| &source.functions).map(|(.., lines)| *lines).collect();
    let [middle, tenth, longest] = spread(files);
    assert!(middle <= 200 && tenth <= 400 && longest <= 500, "files: {middle}/{tenth}/{longest}");
    let [middle, tenth, longest] = spread(functions);
    assert!(middle <= 10 && tenth <= 40 && longest <= 80, "functions: {middle}/{tenth}/{longest}");
    println!("functions: {middle}/{tenth}/{longest}");
}

/// A field may go without where its name says it all; the compiler's lint knows no such exception.
#[test]
fn what_is_public_is_documented() {
    let all = source::program()
        .iter()
        .flat_map(|source| source.undocumented.iter().map(|(name, line)| format!("{}:{line} {name}", source.path)));
    assert_eq!(all.collect::<Vec<_>>(), [""; 0]);
}

/// The median, what nine of ten stay below, and the largest.
fn spread(mut lengths: Vec<usize>) -> [usize; 3] {
    lengths.sort_unstable();
    let at = |part: usize| lengths[(lengths.len() * part / 100).min(lengths.len() - 1)];
    [at(50), at(90), at(100)]
}
