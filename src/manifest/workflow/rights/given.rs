//! The rights that a state machine gets automatically: what Step Functions does with its role to see the end of what it
//! has started, and to run the items of a map.
//!
//! Sources: the pages on AWS Step Functions, AWS Batch and others under "IAM Policies for integrated services", and "IAM
//! policies for using Distributed Map states" of the developer guide.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::integration::EXECUTIONS;
use crate::name::Site;

/// What of a definition brings rights by itself.
#[derive(Debug, Default)]
pub struct Given {
    /// True if there is a distributed map.
    pub distributed: bool,
    /// The rules by which Step Functions learns of the end of jobs.
    pub rules: BTreeSet<&'static str>,
    /// The executions that it waits for, by ARN.
    pub executions: BTreeSet<String>,
}

impl Given {
    /// The statements for it, of a state machine of this physical name.
    pub fn statements(&self, name: &str, site: &Site) -> Vec<Value> {
        let mut statements = Vec::new();
        if self.distributed {
            let machine = site.arn("states", &format!("stateMachine:{name}"));
            statements.push(allow("MapRuns", &["states:StartExecution"], json!(machine)));
            // The executions of a map's items are named after the state machine and the map: `<name>/<label>:<id>`.
            let executions = [":*", "/*"].map(|rest| site.arn("states", &format!("execution:{name}{rest}")));
            let actions = [EXECUTIONS, &["states:RedriveExecution"]].concat();
            statements.push(allow("MapRunExecutions", &actions, json!(executions)));
        }
        if !self.executions.is_empty() {
            statements.push(allow("Executions", EXECUTIONS, json!(self.executions)));
        }
        if !self.rules.is_empty() {
            let actions = ["events:DescribeRule", "events:PutRule", "events:PutTargets"];
            let rules: Vec<String> =
                self.rules.iter().map(|rule| site.arn("events", &format!("rule/{rule}"))).collect();
            statements.push(allow("JobEvents", &actions, json!(rules)));
        }
        statements
    }
}

fn allow(sid: &str, actions: &[&str], resources: Value) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources})
}
