//! What a task calls.

use super::check::{At, Check, Language};
use super::json::Value;

impl Check {
    /// What is particular to a task.
    pub fn task(&self, state: &At<'_>, language: Language) {
        if let Some(resource) = state.get("Resource") {
            self.resource(&resource);
        }
        if let Some(credentials) = state.get("Credentials") {
            self.credentials(&credentials, language);
        }
        if let (Some(timeout), Some(heartbeat)) = (whole(state, "TimeoutSeconds"), state.get("HeartbeatSeconds"))
            && whole(state, "HeartbeatSeconds").is_some_and(|heartbeat| heartbeat >= timeout)
        {
            self.fault(&heartbeat, format!("it must be less than TimeoutSeconds, {timeout}"));
        }
    }

    fn resource(&self, at: &At<'_>) {
        let Some(arn) = at.text() else { return self.fault(at, "expected an ARN") };
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, region, _, resource] = parts.as_slice() else {
            return self.fault(at, format!("{arn:?} is not an ARN"));
        };
        if resource.is_empty() {
            return self.fault(at, format!("{arn:?} is not an ARN: it has no resource"));
        }
        match *service {
            "lambda" => self.function(at, resource),
            "states" if self.express => self.express(at, resource, region.is_empty()),
            _ => {}
        }
    }

    /// `function:<name>` or `function:<name>:<version or alias>`.
    fn function(&self, at: &At<'_>, resource: &str) {
        let Some(named) = resource.strip_prefix("function:") else { return };
        let mut parts = named.split(':');
        let fits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "-_.$".contains(c));
        if !parts.all(fits) || named.matches(':').count() > 1 {
            self.fault(at, format!("{named:?} is not a function: write its name, or name:alias"));
        }
    }

    /// Express workflows wait for nothing that outlives a request.
    fn express(&self, at: &At<'_>, resource: &str, integration: bool) {
        if resource.starts_with("activity:") {
            self.fault(at, "an express workflow cannot have activities");
        }
        for pattern in [".sync", ".waitForTaskToken"] {
            if integration && (resource.ends_with(pattern) || resource.contains(&format!("{pattern}:"))) {
                self.fault(at, format!("an express workflow does not support {pattern}"));
            }
        }
    }

    fn credentials(&self, at: &At<'_>, language: Language) {
        if !self.object(at) {
            return;
        }
        let dynamic = language == Language::JsonPath && at.has("RoleArn.$");
        if !at.has("RoleArn") && !dynamic {
            self.fault(at, "it needs RoleArn");
        }
        self.template(at, language, false);
    }
}

fn whole(state: &At<'_>, name: &str) -> Option<u64> {
    match &state.node.get(name)?.value {
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}
