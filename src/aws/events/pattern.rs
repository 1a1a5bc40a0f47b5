//! Asking EventBridge about a pattern before it is sent.

use serde_json::json;

use crate::aws::Aws;
use crate::aws::error::{Answer, AwsError};
use crate::aws::required_actions::{RequiredAction, anywhere};
use crate::name::Site;

/// The call.
const API: &str = "events:TestEventPattern";

/// What EventBridge has against a pattern, in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

/// Asks whether EventBridge takes a pattern, with an event that may fit it or not. One call.
pub async fn test_pattern(aws: &Aws, site: &Site, pattern: &str) -> Result<Result<(), Refused>, AwsError> {
    let request = aws.read.events.test_event_pattern().event_pattern(pattern).event(event(site));
    judge(request.send().await.answer(API).map(drop))
}

fn judge(answer: Result<(), AwsError>) -> Result<Result<(), Refused>, AwsError> {
    match answer {
        Ok(()) => Ok(Ok(())),
        Err(error) if error.is(&["InvalidEventPatternException"]) => Ok(Err(Refused(error.message))),
        Err(error) => Err(error),
    }
}

/// An event with all members that EventBridge asks for.
fn event(site: &Site) -> String {
    let event = json!({
        "id": "00000000-0000-0000-0000-000000000000",
        "account": site.account,
        "source": "serverless-app",
        "time": "2000-01-01T00:00:00Z",
        "region": site.region,
        "resources": [],
        "detail-type": "pattern",
        "detail": {},
    });
    event.to_string()
}

/// What IAM must allow for it.
pub fn actions_to_test_patterns() -> Vec<RequiredAction> {
    anywhere(&[API])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    #[test]
    fn only_what_aws_says_of_the_pattern_is_against_it() {
        let refused = |code: &str| {
            let base = AwsError::malformed(API, "Event pattern is not valid. Reason: Unrecognized match type prefx");
            judge(Err(AwsError { code: Some(code.into()), ..base }))
        };
        assert_eq!(judge(Ok(())), Ok(Ok(())));
        let Ok(Err(Refused(why))) = refused("InvalidEventPatternException") else { panic!("a refusal") };
        assert!(why.contains("prefx"), "{why}");
        assert!(refused("AccessDeniedException").is_err() && refused("InternalException").is_err());
    }

    #[test]
    fn the_event_has_all_that_eventbridge_asks_for() {
        let event: serde_json::Value = serde_json::from_str(&event(&test_id(Kind::EventRule, "any").site)).unwrap();
        let members: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["account", "detail", "detail-type", "id", "region", "resources", "source", "time"]);
    }
}
