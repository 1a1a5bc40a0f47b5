//! `runtime_updates` and `recursive_loops` of a function: what Lambda does with it on its own.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::lambda::RuntimeManagementConfig;
use crate::manifest::Cursor;
use crate::manifest::function::Function;

/// When a function gets a new version of its runtime.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuntimeUpdates {
    /// When AWS releases one.
    #[default]
    Auto,
    /// When the function is changed.
    FunctionUpdate,
    /// Never: it keeps the version with this ARN.
    Manual(String),
}

/// What becomes of a loop in which a function calls itself by way of a queue, a topic or a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RecursiveLoops {
    /// Lambda ends it after about 16 rounds.
    #[default]
    Terminate,
    /// It continues.
    Allow,
}

impl Function {
    pub(super) fn lower_runtime_updates(&self, here: &Cursor) -> Option<RuntimeManagementConfig> {
        let (update_runtime_on, runtime_version_arn) = match &self.runtime_updates {
            RuntimeUpdates::Auto => return None,
            RuntimeUpdates::FunctionUpdate => ("FunctionUpdate".to_owned(), None),
            RuntimeUpdates::Manual(arn) => ("Manual".to_owned(), Some(arn.clone())),
        };
        if let Some(arn) = &runtime_version_arn {
            check_version(arn, &here.at("runtime_updates").at("manual"));
        }
        Some(RuntimeManagementConfig { update_runtime_on, runtime_version_arn })
    }

    pub(super) fn lower_recursive_loops(&self) -> Option<String> {
        (self.recursive_loops == RecursiveLoops::Allow).then(|| "Allow".to_owned())
    }
}

/// `arn:aws:lambda:<region>::runtime:<id>`
fn check_version(arn: &str, here: &Cursor) {
    let begins = format!("arn:{}:lambda:{}::runtime:", here.site.partition, here.site.region);
    let is_id = |id: &str| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    if !arn.strip_prefix(&begins).is_some_and(is_id) {
        let help = format!("write the ARN from the line INIT_START in the function's log, {begins}...");
        here.problem(format!("{arn:?} is not the ARN of a runtime version in this region"), Some(&help));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::manifest::function::tests::{lowered, problems, state};

    fn manifest(line: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.f]\nsource = \"src\"\nruntime = \"python3.12\"\n\
             handler = \"main.handler\"\n{line}\n"
        )
    }

    #[test]
    fn what_lambda_does_by_itself_is_left_to_it_and_anything_else_is_remembered_by_the_tag() {
        let function = |line: &str| state(&lowered(&manifest(line), &[]).unwrap(), "lambda.function/f");
        let auto = function("runtime_updates = \"auto\"\nrecursive_loops = \"terminate\"");
        assert_eq!(auto, function(""));
        assert!(auto.get("RuntimeManagementConfig").is_none() && auto.get("RecursiveLoop").is_none());
        let arn = "arn:aws:lambda:us-west-2::runtime:0123abcd";
        let kept = function(&format!("runtime_updates = {{ manual = \"{arn}\" }}\nrecursive_loops = \"allow\""));
        let manual = json!({"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": arn});
        assert_eq!((&kept["RuntimeManagementConfig"], &kept["RecursiveLoop"]), (&manual, &json!("Allow")));
        assert_eq!(kept["Tags"]["serverless-app:parts"], "recursion runtime-management");
        let on_update = json!({"UpdateRuntimeOn": "FunctionUpdate", "RuntimeVersionArn": null});
        assert_eq!(function("runtime_updates = \"function-update\"")["RuntimeManagementConfig"], on_update);
    }

    #[test]
    fn a_version_is_named_by_its_arn_in_the_functions_region() {
        for arn in ["python3.12", "arn:aws:lambda:eu-west-1::runtime:0123", "arn:aws:lambda:us-west-2::runtime:"] {
            let said = problems(&manifest(&format!("runtime_updates = {{ manual = \"{arn}\" }}")), &[]);
            let expected = format!("8:30: {arn:?} is not the ARN of a runtime version in this region");
            assert_eq!(said, [expected]);
        }
    }
}
