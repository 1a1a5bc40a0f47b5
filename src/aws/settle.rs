//! The only place that retries and waits.
//!
//! AWS answers before it is done, refuses what will work in a moment, and loses answers. What each refusal means is
//! defined by a [`Rule`], beside the kind that has the call; everything else is final. After any failure, the live
//! state is read before anything is sent again: at the old checkpoint the call may be sent again, at the new one it has
//! worked.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::aws::Kind;
use crate::aws::error::{AwsError, Reach};

/// A refusal that time heals.
#[derive(Debug)]
pub struct Rule {
    /// The call, `service:Operation`, or `service:` for all of a service's, or empty for every call.
    pub api: &'static str,
    /// The error code.
    pub code: &'static str,
    /// A part of the message; empty for any.
    pub message: &'static str,
    /// How long to go on.
    pub ceiling: Duration,
    /// What is being waited for, for people.
    pub reason: &'static str,
}

/// A rule.
pub(in crate::aws) const fn rule(
    api: &'static str,
    code: &'static str,
    message: &'static str,
    seconds: u64,
    reason: &'static str,
) -> Rule {
    Rule { api, code, message, ceiling: Duration::from_secs(seconds), reason }
}

/// What several rules wait for.
pub(in crate::aws) mod reason {
    pub const ROLE: &str = "a new role to be known everywhere";
    pub const BUSY: &str = "another change of the same resource";
    pub const RATE: &str = "the request rate to fall";
}

use reason::RATE;

/// The refusals of any call that time heals; those of a kind's calls stand with the kind, as `Resource::HEALS`.
static OF_ANY_CALL: &[Rule] = &[
    rule("", "Throttling", "", 300, RATE),
    rule("", "ThrottlingException", "", 300, RATE),
    rule("", "ThrottledException", "", 300, RATE),
    rule("", "Throttled", "", 300, RATE),
    rule("", "RequestThrottled", "", 300, RATE),
    rule("", "RequestThrottledException", "", 300, RATE),
    rule("", "RequestLimitExceeded", "", 300, RATE),
    rule("", "TooManyRequestsException", "", 300, RATE),
    rule("", "SlowDown", "", 300, RATE),
    rule("", "PriorRequestNotComplete", "", 300, RATE),
    rule("", "RequestTimeout", "", 120, "AWS to answer in time"),
    rule("", "RequestTimeoutException", "", 120, "AWS to answer in time"),
];

/// Every refusal that time heals, and for how long it is worth waiting.
fn rules() -> impl Iterator<Item = &'static Rule> {
    OF_ANY_CALL.iter().chain(Kind::ALL.iter().flat_map(|kind| kind.heals()))
}

/// What a failed call means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Worth sending again, for so long.
    Again {
        /// How long after the first try.
        within: Duration,
        /// What is being waited for.
        reason: &'static str,
    },
    /// Whether it worked is not known: look, then send again, for so long.
    Look {
        /// How long after the first try.
        within: Duration,
    },
    /// It will not work.
    Final,
}

/// True if a call that worked must not be sent again, because AWS would do it again.
pub fn makes_another(api: &str) -> bool {
    Kind::ALL.iter().any(|kind| kind.makes_another().contains(&api))
}

/// How long a call whose answers get lost is worth repeating.
const LOST: Duration = Duration::from_secs(180);

/// What a failed call means.
pub fn verdict(error: &AwsError) -> Verdict {
    let code = error.code.as_deref().unwrap_or_default();
    let fits = |rule: &&Rule| {
        (error.api == rule.api || rule.api.is_empty() || rule.api.ends_with(':') && error.api.starts_with(rule.api))
            && (code == rule.code || code.strip_suffix("Exception") == Some(rule.code))
            && error.message.contains(rule.message)
    };
    let specific = rules().filter(fits).max_by_key(|rule| (rule.api.len(), rule.message.len()));
    match (specific, error.reach, error.status) {
        (_, Reach::NotSent, _) => Verdict::Final,
        (Some(rule), _, _) => Verdict::Again { within: rule.ceiling, reason: rule.reason },
        (None, Reach::Unknown, _) | (None, _, Some(500..)) => Verdict::Look { within: LOST },
        (None, _, Some(429)) => Verdict::Again { within: Duration::from_secs(300), reason: RATE },
        _ => Verdict::Final,
    }
}

/// Makes every time limit longer or shorter: accounts differ, and so does patience.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor(f64);

impl Factor {
    /// A ceiling as it counts.
    pub fn of(self, ceiling: Duration) -> Duration {
        ceiling.mul_f64(self.0)
    }
}

impl Default for Factor {
    fn default() -> Self {
        Self(1.0)
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Factor {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(factor) if (0.01..=100.0).contains(&factor) => Ok(Self(factor)),
            _ => Err("give a number from 0.01 to 100".into()),
        }
    }
}

/// True for what a read tells of a resource that will not get where it was on its way to, in AWS's words: `Failed: …` of a function,
/// `FAILED (…)` of a domain name, `CREATE_FAILED (…)` of an archive, `VALIDATION_TIMED_OUT (…)` of a certificate. See [`Observed::pending`](crate::aws::Observed::pending).
pub fn has_failed(pending: &str) -> bool {
    let word = pending.split([' ', ':']).next().unwrap_or_default();
    word == "Failed" || word.ends_with("FAILED") || word.ends_with("TIMED_OUT")
}

/// For how long reads have to say that something has failed before it counts. Right after a call they may show what it is to
/// mend: environments that could not be kept ready for a version that an alias has just left.
pub const FAILED_FOR: Duration = Duration::from_secs(10);

/// The pause before try number `attempt` (from 1): 0.25, 0.5, 1, then 2 seconds.
pub fn pause(attempt: u32) -> Duration {
    Duration::from_millis(match attempt {
        0 | 1 => 250,
        2 => 500,
        3 => 1000,
        _ => 2000,
    })
}

/// The pause before read number `attempt` (from 0) while waiting for a state: quick at first, since most states
/// are reached at once.
pub fn poll(attempt: u32) -> Duration {
    Duration::from_millis(match attempt {
        0 => 0,
        1 => 50,
        2 => 150,
        3 => 400,
        4 => 1000,
        5..=20 => 2000,
        _ => 5000,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(api: &'static str, code: &str, message: &str, status: u16) -> AwsError {
        let base = AwsError::malformed(api, message);
        AwsError { code: Some(code.into()), status: Some(status), reach: Reach::Refused, ..base }
    }

    fn within(error: &AwsError) -> Option<u64> {
        match verdict(error) {
            Verdict::Again { within, .. } => Some(within.as_secs()),
            _ => None,
        }
    }

    #[test]
    fn a_refusal_is_judged_by_call_code_and_message() {
        let assume = "The role defined for the function cannot be assumed by Lambda.";
        assert_eq!(within(&refused("lambda:CreateFunction", "InvalidParameterValueException", assume, 400)), Some(900));
        assert_eq!(
            within(&refused("lambda:CreateFunction", "InvalidParameterValueException", "bad handler", 400)),
            None
        );
        assert_eq!(within(&refused("wafv2:AssociateWebACL", "WAFUnavailableEntityException", "", 400)), Some(600));
        assert_eq!(within(&refused("wafv2:CreateWebACL", "WAFUnavailableEntityException", "", 400)), Some(300));
        assert_eq!(within(&refused("apigateway:CreateStage", "ConflictException", "Stage already exists", 409)), None);
        assert_eq!(within(&refused("sns:Subscribe", "Throttled", "", 429)), Some(300));
        assert_eq!(within(&refused("logs:TagResource", "LimitExceededException", "", 400)), None);
    }

    #[test]
    fn a_failure_is_told_from_what_is_on_its_way() {
        for failed in [
            "Failed: no such image",
            "Failed to update: role",
            "FAILED (why)",
            "FAILED",
            "CREATE_FAILED (no key)",
            "VALIDATION_TIMED_OUT (no CNAME)",
        ] {
            assert!(has_failed(failed), "{failed}");
        }
        for other in ["UPDATING", "Pending", "PENDING (once FAILED)", "DELETE_IN_PROGRESS", ""] {
            assert!(!has_failed(other), "{other}");
        }
    }

    #[test]
    fn a_factor_is_a_number_within_reason() {
        let minute = Duration::from_secs(60);
        assert_eq!(Factor::default().of(minute), minute);
        assert_eq!("2.5".parse::<Factor>().unwrap().of(minute), Duration::from_secs(150));
        assert_eq!("02.50".parse::<Factor>().unwrap().to_string(), "2.5");
        for bad in ["", "0", "-1", "101", "NaN", "inf", "1e9", "two"] {
            assert!(bad.parse::<Factor>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_lost_answer_is_looked_into_and_a_request_that_never_left_is_final() {
        assert!(matches!(verdict(&AwsError::malformed("sns:CreateTopic", "reset")), Verdict::Look { .. }));
        assert!(matches!(verdict(&refused("s3:PutBucketTagging", "InternalError", "", 500)), Verdict::Look { .. }));
        assert_eq!(verdict(&AwsError::not_sent("sns:CreateTopic", "bad input")), Verdict::Final);
    }
}
