use serde_json::json;

use super::*;

const HEAD: &str = "aa";

fn review(login: &str, state: &str, commit: &str, hour: u32) -> Review {
    serde_json::from_value(json!({"state": state, "commit_id": commit, "user": {"login": login},
        "submitted_at": format!("2026-03-01T{hour:02}:00:00Z"), "author_association": "OWNER"}))
    .unwrap()
}

fn at(hour: i64) -> DateTime {
    DateTime::from_secs(hour * 3600)
}

#[test]
fn an_approval_is_of_the_planned_commit_and_stands_until_changes_are_requested() {
    let of = |reviews: &[Review]| {
        let counts = approvers(reviews, HEAD).into_iter().filter(|(_, approval)| approval.is_of_head);
        counts.map(|(login, _)| login.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of(&[review("ann", "APPROVED", HEAD, 9), review("bob", "APPROVED", HEAD, 10)]), ["ann", "bob"]);
    assert!(of(&[review("ann", "APPROVED", "bb", 9)]).is_empty(), "another commit");
    for state in ["COMMENTED", "DISMISSED", "PENDING", "CHANGES_REQUESTED", "approved"] {
        assert!(of(&[review("ann", state, HEAD, 9)]).is_empty(), "{state}");
    }
    let approved = || review("ann", "APPROVED", HEAD, 9);
    assert!(of(&[approved(), review("ann", "CHANGES_REQUESTED", HEAD, 10)]).is_empty());
    assert_eq!(of(&[approved(), review("bob", "CHANGES_REQUESTED", HEAD, 10)]), ["ann"]);
    assert_eq!(of(&[approved(), review("ann", "COMMENTED", HEAD, 10)]), ["ann"], "a word more takes nothing back");
    assert_eq!(of(&[review("ann", "CHANGES_REQUESTED", "bb", 8), approved()]), ["ann"]);
    let nobody: Review = serde_json::from_value(json!({"state": "APPROVED", "commit_id": HEAD, "user": null})).unwrap();
    assert!(of(&[nobody]).is_empty());
    let gone = json!({"state": "APPROVED", "commit_id": null, "user": {"login": "ann"}});
    assert!(of(&[serde_json::from_value(gone).unwrap()]).is_empty());
}

#[test]
fn the_last_approval_counts_of_one_who_approves_twice() {
    let twice = [review("ann", "APPROVED", HEAD, 9), review("ann", "APPROVED", HEAD, 11)];
    assert_eq!(approvers(&twice, HEAD)["ann"].at, Some("2026-03-01T11:00:00Z"));
}

#[test]
fn write_access_is_what_github_calls_admin_or_write() {
    let may = |permission: &str| Permission { permission: permission.into() }.may_write();
    assert!(may("admin") && may("write"));
    for less in ["read", "none", "", "ADMIN", "triage"] {
        assert!(!may(less), "{less}");
    }
}

#[test]
fn a_late_plan_is_pointed_out_or_refused_and_no_approval_is_never_in_time() {
    let terms = |late, required| Terms { late, required };
    let of_head = |hour| Last { of_head: Some(at(hour)), of_other: None };
    let decide = |last, terms| judge(at(12), last, HEAD, terms);
    let reason = |decided: Result<Option<String>, Refusal>| decided.unwrap_err().reason().word();
    for late in [Late::Warn, Late::Refuse, Late::Unguarded] {
        assert_eq!(decide(of_head(12), terms(late, true)), Ok(None), "made before it was approved");
        assert_eq!(reason(decide(Last::default(), terms(late, true))), "not-approved");
        let said = decide(Last::default(), terms(late, false)).unwrap().unwrap();
        assert!(said.contains("nobody with write access has approved"), "{said}");
    }
    assert!(decide(of_head(11), terms(Late::Warn, true)).unwrap().unwrap().contains("after the last"));
    assert_eq!(reason(decide(of_head(11), terms(Late::Refuse, false))), "plan-after-review");
    assert_eq!(reason(decide(of_head(11), terms(Late::Unguarded, false))), "late-without-reviewers");
}

#[test]
fn a_commit_that_came_after_the_approval_of_another_is_late_too() {
    let of_other = |hour| Last { of_head: None, of_other: Some(at(hour)) };
    let decide = |last, late| judge(at(12), last, HEAD, Terms { late, required: false });
    assert_eq!(decide(of_other(11), Late::Refuse).unwrap_err().reason().word(), "plan-after-review");
    assert_eq!(decide(of_other(11), Late::Unguarded).unwrap_err().reason().word(), "late-without-reviewers");
    for (hour, late) in [(11, Late::Warn), (13, Late::Refuse), (13, Late::Unguarded)] {
        assert!(decide(of_other(hour), late).unwrap().unwrap().contains("nobody with write access"), "{hour} {late:?}");
    }
    let both = Last { of_head: Some(at(12)), of_other: Some(at(11)) };
    assert_eq!(decide(both, Late::Unguarded), Ok(None));
    let required = Terms { late: Late::Warn, required: true };
    assert_eq!(judge(at(12), of_other(13), HEAD, required).unwrap_err().reason().word(), "not-approved");
}
