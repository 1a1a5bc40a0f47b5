use proptest::prelude::*;

use super::*;
use crate::render::golden;

fn change(functions: &[&str], beside: Beside) -> CodeChange {
    let functions = functions.iter().map(|name| name.parse().unwrap()).collect();
    CodeChange { functions, size: 679_400, beside, files: Listed::default(), packages: Listed::default() }
}

fn base(is_live: Option<bool>) -> Beside {
    Beside::Base { size: 678_100, is_live }
}

fn lines(path: &str, action: FileAction, added: usize, removed: usize) -> FileChange {
    let lines = Some(LineCount { added, removed, at_most: false });
    FileChange { path: path.into(), action, lines, sizes: (10, 20), executable: None }
}

fn binary(path: &str, action: FileAction, sizes: (u64, u64)) -> FileChange {
    FileChange { path: path.into(), action, lines: None, sizes, executable: None }
}

fn packaged(name: &str, old: Option<&str>, new: Option<&str>) -> PackageChange {
    PackageChange { name: name.into(), old: old.map(str::to_owned), new: new.map(str::to_owned) }
}

fn listed<T>(first: Vec<T>, more: usize) -> Listed<T> {
    Listed { first, more }
}

fn beside(code: Vec<CodeChange>) -> Extra {
    Extra { code, ..Extra::default() }
}

fn shown(change: CodeChange) -> String {
    markdown(&beside(vec![change]), usize::MAX).concat()
}

fn address(name: &str) -> Address {
    Address::new(Kind::Function, name.parse().unwrap())
}

/// Functions that share a zip of which everything differs that can.
fn everything() -> CodeChange {
    let files = vec![
        lines("app.py", FileAction::Changed, 3, 1),
        lines("lib/new.py", FileAction::Added, 1_040, 0),
        lines("old.py", FileAction::Removed, 0, 12),
        lines("__init__.py", FileAction::Added, 0, 0),
        binary("logo.png", FileAction::Changed, (3_100, 4_000)),
        binary("font.woff", FileAction::Added, (0, 12)),
        FileChange { executable: Some(true), ..lines("run.sh", FileAction::Changed, 0, 0) },
        FileChange {
            lines: Some(LineCount { added: 9, removed: 8, at_most: true }),
            ..lines("data.json", FileAction::Changed, 0, 0)
        },
    ];
    let packages = vec![
        packaged("chardet", Some("5.2.0"), None),
        packaged("idna", None, Some("3.7")),
        packaged("numpy", Some("2.0"), Some("2.0")),
        packaged("requests", Some("2.31.0"), Some("2.32.3")),
    ];
    CodeChange {
        files: listed(files, 0),
        packages: listed(packages, 0),
        ..change(&["orders", "reports"], base(Some(true)))
    }
}

#[test]
fn a_change_of_code_is_its_files_its_packages_and_its_size() {
    let all = everything();
    assert_eq!(
        shown(all.clone()),
        "- `orders`, `reports`: `app.py` +3 −1, `lib/new.py` +1,040 (new), `old.py` −12 (removed), `__init__.py` (new), \
         `logo.png` 3.1 kB → 4.0 kB, `font.woff` 12 bytes (new), `run.sh` (executable), `data.json` at most +9 −8, \
         − `chardet` `5.2.0`, + `idna` `3.7`, `numpy` `2.0` (another wheel), `requests` `2.31.0` → `2.32.3`, \
         678 kB → 679 kB.\n"
    );
    let extra = beside(vec![all]);
    assert_eq!(
        terminal(&extra, &address("orders")),
        ["code: app.py +3 −1, lib/new.py +1,040 (new), old.py −12 (removed), __init__.py (new), \
          logo.png 3.1 kB → 4.0 kB and 3 more, − chardet 5.2.0, + idna 3.7, numpy 2.0 (another wheel), \
          requests 2.31.0 → 2.32.3, 678 kB → 679 kB"]
    );
    assert_eq!(terminal(&extra, &address("reports")), ["code: the same as that of orders"]);
    assert_eq!(terminal(&extra, &address("others")), [""; 0]);
    let of_another_kind = Address { kind: Kind::Role, ..address("orders") };
    assert_eq!(terminal(&extra, &of_another_kind), [""; 0]);
}

#[test]
fn changes_of_code_are_rendered_as_their_golden_files_say() {
    let many = (0..20).map(|n| lines(&format!("lib/file-{n:02}.py"), FileAction::Changed, n, 1)).collect();
    let hostile = vec![lines("`@octocat` <b>\u{202e}|\n# x.py", FileAction::Added, 1, 0)];
    let extra = beside(vec![
        everything(),
        CodeChange { files: listed(many, 31), ..change(&["large"], base(Some(true))) },
        CodeChange { files: listed(hostile, 0), ..change(&["new"], Beside::New) },
        change(&["drifted"], base(Some(false))),
        change(&["alone"], Beside::Nothing),
    ]);
    let (plan, _) = golden::load("empty");
    golden::check("code.md", &crate::render::beside::facts(&plan, &extra, usize::MAX));
    let names = ["orders", "reports", "large", "new", "drifted", "alone"];
    let lines = |name: &str| {
        let lines = terminal(&extra, &address(name)).into_iter().map(|line| format!("  {line}\n"));
        format!("{name}\n{}", lines.collect::<String>())
    };
    golden::check("code.txt", &names.map(lines).concat());
}

#[test]
fn no_room_leaves_whole_items_and_says_how_many_are_left_out() {
    let all: Vec<CodeChange> = (0..60).map(|n| change(&[&format!("f{n}")], base(Some(true)))).collect();
    let (plan, _) = golden::load("empty");
    for limit in (0..4_000).step_by(37) {
        let text = crate::render::beside::facts(&plan, &beside(all.clone()), limit);
        assert!(text.len() <= limit, "{limit}: {text}");
        let items = text.lines().filter(|line| line.starts_with("- `f")).count();
        assert!(text.is_empty() || items == 60 || text.contains(&format!("… and {} more\n", 60 - items)) || items == 0);
    }
}

#[test]
fn what_is_live_and_was_not_built_from_the_base_branch_is_said() {
    let drifted = change(&["orders"], base(Some(false)));
    assert_eq!(
        shown(drifted.clone()),
        "- `orders`: the same as in the base branch, 678 kB → 679 kB. **What is live was not built from the base branch.**\n"
    );
    assert_eq!(
        terminal(&beside(vec![drifted]), &address("orders")),
        ["code: the same as in the base branch, 678 kB → 679 kB", "! What is live was not built from the base branch."]
    );
    assert!(!shown(change(&["orders"], base(None))).contains("live"));
}

#[test]
fn without_a_base_branch_nothing_is_made_up() {
    let packages = listed(vec![packaged("idna", None, Some("3.7"))], 0);
    let alone = CodeChange { packages, ..change(&["orders"], Beside::Nothing) };
    assert_eq!(shown(alone), "- `orders`: + `idna` `3.7`, 679 kB.\n");
    let new = CodeChange {
        files: listed(vec![lines("app.py", FileAction::Added, 3, 0)], 1),
        ..change(&["orders"], Beside::New)
    };
    assert_eq!(shown(new), "- `orders`: new, `app.py` +3 (new) and 1 more, 679 kB.\n");
}

#[test]
fn an_item_that_has_no_room_lists_fewer_and_then_counts() {
    let files = (0..20).map(|n| lines(&format!("file-{n:02}.py"), FileAction::Changed, 1, 1)).collect();
    let extra = beside(vec![CodeChange { files: listed(files, 31), ..change(&["orders"], base(None)) }]);
    let fitted = |limit| markdown(&extra, limit).concat();
    assert!(fitted(usize::MAX).contains("`file-19.py` +1 −1 and 31 more, 678 kB"), "{}", fitted(usize::MAX));
    assert!(fitted(300).contains("`file-07.py` +1 −1 and 43 more, 678 kB") && fitted(300).len() <= 300);
    assert_eq!(fitted(60), "- `orders`: 51 files, 678 kB → 679 kB.\n");
}

#[test]
fn sizes_read_well() {
    assert_eq!(
        [0, 1, 999, 1_000, 9_999, 678_900, 999_999, 1_400_000, 52_428_800].map(size),
        ["0 bytes", "1 byte", "999 bytes", "1.0 kB", "9.9 kB", "678 kB", "999 kB", "1.4 MB", "52 MB"]
    );
}

proptest! {
    #[test]
    fn no_path_leaves_its_code_span_or_its_line(path in any::<String>(), version in any::<String>()) {
        let extra = beside(vec![CodeChange {
            files: listed(vec![lines(&path, FileAction::Changed, 1, 0)], 0),
            packages: listed(vec![packaged("p", None, Some(&version))], 0),
            ..change(&["orders"], base(Some(false)))
        }]);
        let item = markdown(&extra, usize::MAX).concat();
        let (path, version) = (code(&shortened(&path, LONGEST)), code(&shortened(&version, LONGEST)));
        prop_assert_eq!(
            &item,
            &format!("- `orders`: {path} +1, + `p` {version}, 678 kB → 679 kB. **{NOT_LIVE}**\n")
        );
        prop_assert_eq!(item.matches('\n').count(), 1);
        let lines = terminal(&extra, &address("orders"));
        prop_assert!(lines.iter().all(|line| !line.chars().any(char::is_control)), "{lines:?}");
    }
}
