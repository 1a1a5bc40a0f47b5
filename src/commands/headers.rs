//! `check --thorough`: headers of files that somebody has set by hand, which no listing shows and so no plan.

use crate::aws::observe::ReadErrors;
use crate::aws::s3::files::{HeaderDrift, MARKER, actions_to_look, look};
use crate::aws::{Aws, AwsError, Id, State};
use crate::error::Error;
use crate::plan::{Action, Change};
use crate::planning::LivePlan;

/// Files of a bucket that are named; the others are counted.
const NAMED: usize = 20;

/// What is reported about headers that were set by hand; empty if there are none. Files that the plan uploads anyway
/// are not checked.
pub async fn set_by_hand(live: &LivePlan, aws: &Aws) -> Result<String, Error> {
    let mut text = String::new();
    for wanted in live.wanted.values() {
        let State::Files(files) = &wanted.state else { continue };
        if live.plan.changes.iter().any(|change| change.address == wanted.id.address && puts_all(change)) {
            continue;
        }
        let found = look(aws, &wanted.id, files).await;
        let found = found.map_err(|error| ReadErrors(vec![explained(&wanted.id, error)]))?;
        if !found.is_empty() {
            text += &said(&wanted.id, files.headers.as_deref().unwrap_or_default(), &found);
        }
    }
    Ok(if text.is_empty() { text } else { format!("\nHeaders set by hand:\n{text}") })
}

/// True if a change puts every file, with its headers.
fn puts_all(change: &Change) -> bool {
    change.action == Action::Create || change.diff.iter().any(|diff| diff.path == "Headers")
}

fn said(id: &Id, digest: &str, found: &[HeaderDrift]) -> String {
    let value =
        |value: &Option<String>| value.as_ref().map_or_else(|| "absent".to_owned(), |value| format!("{value:?}"));
    let line = |one: &HeaderDrift| {
        format!("  {:?}: {} is {}; the manifest: {}\n", one.key, one.header, value(&one.live), value(&one.wanted))
    };
    let lines: String = found.iter().take(NAMED).map(line).collect();
    let more = match found.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("  and {more} more\n"),
    };
    let place = &id.name;
    format!(
        "{lines}{more}To have the next plan upload every file of {place} again: aws s3 rm \
         s3://{place}{MARKER}{digest}\n"
    )
}

/// A request without a body is refused without a word.
fn explained(id: &Id, error: AwsError) -> AwsError {
    if error.status != Some(403) {
        return error;
    }
    let needs = actions_to_look(id).into_iter().map(|one| format!("{} on {}", one.action, one.resource));
    let needs: Vec<String> = needs.collect();
    let message = format!(
        "the role may not read headers, which needs {}: print the policy of the plan role again, or run `bootstrap` \
         again",
        needs.join(", ")
    );
    AwsError { message, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    fn drift(key: &str) -> HeaderDrift {
        let live = Some("max-age=9".to_owned());
        HeaderDrift { key: key.into(), header: "Cache-Control".into(), wanted: None, live }
    }

    #[test]
    fn each_header_is_said_with_both_sides_and_what_puts_it_back() {
        let id = test_id(Kind::Files, "site-bucket/v1/");
        let text = said(&id, "0123", &[drift("v1/index.html")]);
        assert_eq!(
            text,
            "  \"v1/index.html\": Cache-Control is \"max-age=9\"; the manifest: absent\n\
             To have the next plan upload every file of site-bucket/v1/ again: aws s3 rm \
             s3://site-bucket/v1/.serverless-app/headers-0123\n"
        );
        let many: Vec<HeaderDrift> = (0..23).map(|number| drift(&format!("v1/{number}\u{1b}"))).collect();
        let text = said(&id, "0123", &many);
        assert!(text.contains("\n  and 3 more\n") && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_refusal_says_which_right_is_missing_and_where_it_comes_from() {
        let id = test_id(Kind::Files, "site-bucket/v1/");
        let refused = AwsError { status: Some(403), ..AwsError::malformed("s3:HeadObject", "service error") };
        let text = explained(&id, refused).to_string();
        assert!(
            text.contains("s3:GetObject on arn:aws:s3:::site-bucket/v1/*: print the policy of the plan role"),
            "{text}"
        );
        let other = AwsError { status: Some(500), ..AwsError::malformed("s3:HeadObject", "service error") };
        assert_eq!(explained(&id, other.clone()), other);
    }
}
