//! How a topic's deliveries are logged: three attributes for each protocol.

use super::*;
use crate::aws::kit::text::some_text;

/// The protocols whose deliveries SNS logs, as its attributes begin with them.
pub const PROTOCOLS: [&str; 5] = ["Application", "Firehose", "HTTP", "Lambda", "SQS"];

const FAILURE_ROLE: &str = "FailureFeedbackRoleArn";
const SUCCESS_ROLE: &str = "SuccessFeedbackRoleArn";
const SUCCESS_RATE: &str = "SuccessFeedbackSampleRate";

/// How deliveries by one protocol are logged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Feedback {
    /// The role that logs failures; `None`: they are not logged.
    pub failure_feedback_role_arn: Option<String>,
    /// The role that logs successes; `None`: they are not logged.
    pub success_feedback_role_arn: Option<String>,
    /// How many of a hundred successes are logged.
    pub success_feedback_sample_rate: i32,
}

impl Feedback {
    fn values(&self) -> [(&'static str, String); 3] {
        let text = |role: &Option<String>| role.clone().unwrap_or_default();
        [
            (FAILURE_ROLE, text(&self.failure_feedback_role_arn)),
            (SUCCESS_ROLE, text(&self.success_feedback_role_arn)),
            (SUCCESS_RATE, self.success_feedback_sample_rate.to_string()),
        ]
    }
}

/// True for an attribute that [`set`] reads.
pub(super) fn is_one(name: &str) -> bool {
    parts(name).is_some()
}

/// True for an attribute that names a role.
pub(super) fn is_role(name: &str) -> bool {
    parts(name).is_some_and(|(_, what)| what != SUCCESS_RATE)
}

/// True for an attribute that is a number of a hundred.
pub(super) fn is_rate(name: &str) -> bool {
    parts(name).is_some_and(|(_, what)| what == SUCCESS_RATE)
}

fn parts(name: &str) -> Option<(&'static str, &str)> {
    let of = |protocol: &'static str| name.strip_prefix(protocol).map(|what| (protocol, what));
    PROTOCOLS.into_iter().filter_map(of).find(|(_, what)| [FAILURE_ROLE, SUCCESS_ROLE, SUCCESS_RATE].contains(what))
}

/// Reads one of AWS's attributes; others change nothing.
pub(super) fn set(all: &mut BTreeMap<String, Feedback>, name: &str, value: &str) {
    let Some((protocol, what)) = parts(name) else { return };
    let feedback = all.entry(protocol.to_owned()).or_default();
    match what {
        FAILURE_ROLE => feedback.failure_feedback_role_arn = some_text(Some(value)),
        SUCCESS_ROLE => feedback.success_feedback_role_arn = some_text(Some(value)),
        _ => feedback.success_feedback_sample_rate = value.parse().unwrap_or_default(),
    }
    all.retain(|_, feedback| *feedback != Feedback::default());
}

/// The attributes in which `want` differs from `live`, as AWS wants them: an empty text takes a role away.
pub(super) fn unlike(want: &BTreeMap<String, Feedback>, live: &BTreeMap<String, Feedback>) -> Vec<(String, String)> {
    let none = Feedback::default();
    let mut differ = Vec::new();
    for protocol in PROTOCOLS {
        let of = |all: &'_ BTreeMap<String, Feedback>| all.get(protocol).unwrap_or(&none).values();
        let both = of(want).into_iter().zip(of(live)).filter(|(want, live)| want != live);
        differ.extend(both.map(|((what, value), _)| (format!("{protocol}{what}"), value)));
    }
    differ
}
