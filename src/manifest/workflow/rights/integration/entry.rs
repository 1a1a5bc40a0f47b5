//! The form of a row of the tables of integrations.

use crate::manifest::workflow::rights::target::Target;

/// Actions, and what they are done with.
pub type Need = (&'static [&'static str], Target);

/// One integration: `arn:aws:states:::<name>`.
pub struct Integration {
    /// Such as `glue:startJobRun`.
    pub name: &'static str,
    /// What every call needs.
    pub needs: &'static [Need],
    /// What waiting for its end needs too (`.sync`).
    pub sync: &'static [Need],
    /// The rule by which Step Functions learns of its end; a `*` in it stands for the kind of a job.
    pub rule: Option<&'static str>,
}

/// One that is not waited for.
pub const fn plain(name: &'static str, needs: &'static [Need]) -> Integration {
    Integration { name, needs, sync: &[], rule: None }
}

/// One whose end Step Functions asks for.
pub const fn polled(name: &'static str, needs: &'static [Need], sync: &'static [Need]) -> Integration {
    Integration { name, needs, sync, rule: None }
}

/// One whose end Step Functions learns of by a rule.
pub const fn ruled(
    name: &'static str,
    needs: &'static [Need],
    sync: &'static [Need],
    rule: &'static str,
) -> Integration {
    Integration { name, needs, sync, rule: Some(rule) }
}

/// The right to give a service a role.
pub const PASS: &[&str] = &["iam:PassRole"];

/// A role by ARN or name.
pub const ROLE: &str = "iam:role/{}";

/// What waiting for another state machine needs: given without a line where that is known.
pub const EXECUTIONS: &[&str] = &["states:DescribeExecution", "states:StopExecution"];
