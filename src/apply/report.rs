//! What an apply did, while it is in memory. On disk it is a [`super::receipt::Receipt`].

#![expect(clippy::disallowed_methods, reason = "a report is dated")]

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::aws::error::Reach;
use crate::aws::request_id::Requests;
use crate::aws::{AwsError, Call};
use crate::canonical::Sha;
use crate::name::Address;
use crate::plan::Action;

/// The outcome of every change, in the plan's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Which plan.
    pub plan_id: Sha,
    /// Change by change.
    pub results: Vec<ChangeResult>,
    /// The app's outputs, where all that they need is known.
    pub outputs: BTreeMap<String, String>,
    /// Every call that was sent, in order.
    pub calls: Vec<Sent>,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeResult {
    /// Which resource.
    pub address: Address,
    /// Its physical name.
    pub name: String,
    /// What was planned.
    pub action: Action,
    /// What became of it.
    pub outcome: Outcome,
    /// How many calls were sent, repetitions included.
    pub calls: usize,
    /// From its first read to its end.
    #[serde(rename = "milliseconds", serialize_with = "write_duration", deserialize_with = "read_duration")]
    pub duration: Duration,
}

fn write_duration<S: Serializer>(duration: &Duration, output: S) -> Result<S::Ok, S::Error> {
    output.serialize_u64(milliseconds(*duration))
}

fn read_duration<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    u64::deserialize(input).map(Duration::from_millis)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All its calls were sent and the goal is reached.
    Done,
    /// The goal had been reached before.
    AlreadyDone,
    /// A call failed; why.
    Failed(String),
    /// Its alias points to the version before again; which alarm has ended it.
    PutBack(String),
    /// A change that it waits for did not get done.
    Blocked { by: Address },
    /// Live state moved since the plan; what moved.
    Drifted(Vec<String>),
    /// Stopped on request after its first call.
    Stopped,
    /// Stopped before its first call.
    NotStarted,
}

impl Outcome {
    /// True if the goal is reached.
    pub fn is_reached(&self) -> bool {
        matches!(self, Self::Done | Self::AlreadyDone)
    }
}

/// A call that was sent. Its input is the plan's, at that change and step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// Which change.
    pub address: Address,
    /// Which of its steps, from 0.
    pub step: usize,
    /// `service:Operation`.
    pub api: String,
    /// The digest of the call as the plan has it.
    pub call: Sha,
    /// Which try of this step, from 1.
    pub attempt: u32,
    /// When, in RFC 3339.
    pub started: String,
    /// How long AWS took to answer.
    pub milliseconds: u64,
    /// What came of it.
    pub answer: Answered,
    /// AWS's id of the request; `None` where no answer came.
    pub request_id: Option<String>,
    /// What AWS said, unless it simply did it.
    pub error: Option<String>,
    /// For a call of many requests: of files, or of all that there is to delete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// AWS has done it.
    Accepted,
    /// AWS has refused it.
    Refused,
    /// The answer was lost or cannot be read.
    Lost,
    /// It never left.
    NotSent,
    /// It was about to be sent when the program ended.
    Unknown,
}

/// What a sweeping call took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// Requests.
    pub requests: u64,
    /// Objects that they have deleted.
    pub objects: u64,
    /// The requests' ids, in order, null where none is known; of very many, the first ones and the last.
    pub request_ids: Vec<Option<String>>,
}

impl Sent {
    /// A call that is about to be sent.
    pub fn new(address: &Address, step: usize, attempt: u32, planned: &Call) -> serde_json::Result<Self> {
        Ok(Self {
            address: address.clone(),
            step,
            api: planned.api().to_owned(),
            call: digest(planned)?,
            attempt,
            started: now(),
            milliseconds: 0,
            answer: Answered::Unknown,
            request_id: None,
            error: None,
            sweep: None,
        })
    }

    /// Fills in what came of it.
    pub fn answered(&mut self, answer: &Result<(), AwsError>, requests: Requests, took: Duration) {
        let error = answer.as_ref().err();
        self.milliseconds = milliseconds(took);
        self.answer = match error.map(|error| error.reach) {
            None => Answered::Accepted,
            Some(Reach::Refused) => Answered::Refused,
            Some(Reach::Unknown) => Answered::Lost,
            Some(Reach::NotSent) => Answered::NotSent,
        };
        self.request_id = requests.ids.last().cloned().flatten();
        self.error = error.map(ToString::to_string);
        self.sweep = (requests.count > 1 || requests.objects > 0).then_some(Sweep {
            requests: requests.count,
            objects: requests.objects,
            request_ids: requests.ids,
        });
    }

    /// Fills in that it was not sent after all.
    pub fn not_sent(&mut self, why: String) {
        self.answer = Answered::NotSent;
        self.error = Some(why);
    }
}

/// The digest of a call as the plan has it: ids that AWS makes up are still references in it.
pub fn digest(planned: &Call) -> serde_json::Result<Sha> {
    Sha::of_json(planned)
}

/// The time, in RFC 3339.
pub fn now() -> String {
    let now = aws_smithy_types::DateTime::from(std::time::SystemTime::now());
    now.fmt(aws_smithy_types::date_time::Format::DateTime).unwrap_or_default()
}

impl Report {
    /// True if every change reached its goal.
    pub fn is_done(&self) -> bool {
        self.results.iter().all(|result| result.outcome.is_reached())
    }

    /// True if an alias was put back.
    pub fn is_put_back(&self) -> bool {
        self.results.iter().any(|result| matches!(result.outcome, Outcome::PutBack(_)))
    }

    /// True if anything had moved.
    pub fn is_drifted(&self) -> bool {
        self.results.iter().any(|result| matches!(result.outcome, Outcome::Drifted(_)))
    }
}
