//! What Lambda does if a function calls itself in a loop: the call.
//!
//! AWS shows this setting only in a read of its own, and nothing deletes it: the default is `Terminate`.

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::{Aws, Id};

const GET: &str = "lambda:GetFunctionRecursionConfig";
const TERMINATE: &str = "Terminate";

/// Input of `PutFunctionRecursionConfig`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutFunctionRecursionConfig {
    /// The physical name.
    pub(super) function_name: String,
    /// `Allow` or `Terminate`.
    pub(super) recursive_loop: String,
}

impl PutFunctionRecursionConfig {
    /// The call that leaves a function with this.
    pub(super) fn of(function_name: String, want: Option<&str>) -> Self {
        Self { function_name, recursive_loop: want.unwrap_or(TERMINATE).to_owned() }
    }

    /// What it leaves a function with.
    pub(super) fn setting(&self) -> Option<String> {
        setting(&self.recursive_loop)
    }
}

fn setting(said: &str) -> Option<String> {
    Some(said.to_owned()).filter(|said| said != TERMINATE)
}

/// Reads what a function has.
pub(super) async fn read(aws: &Aws, id: &Id) -> Result<Option<String>, AwsError> {
    let answer = aws.read.lambda.get_function_recursion_config().function_name(&id.name).send().await;
    let answer = answer.found(GET, &["ResourceNotFoundException"])?;
    Ok(answer.and_then(|answer| answer.recursive_loop.and_then(|said| setting(said.as_str()))))
}

/// Sends a put.
pub(super) async fn put(aws: &Aws, api: &'static str, input: &PutFunctionRecursionConfig) -> Result<(), AwsError> {
    let request = aws.write.lambda.put_function_recursion_config().function_name(&input.function_name);
    request.recursive_loop(input.recursive_loop.as_str().into()).send().await.answer(api).map(drop)
}
