//! What a function's resource policy is.

use serde_json::json;

use super::*;

/// Who may invoke one function. Without statements it does not exist.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    /// The statements by their id.
    pub statements: BTreeMap<String, Statement>,
}

/// One statement that allows to invoke it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// A service such as `apigateway.amazonaws.com`; `*`, for everybody, in the statements of a URL alone.
    pub principal: String,
    /// `lambda:InvokeFunction`, or `lambda:InvokeFunctionUrl` for a URL.
    #[serde(skip_serializing_if = "is_invoke")]
    pub action: String,
    /// On whose behalf the service may do so.
    pub source_arn: Option<Text>,
    /// The account that this must belong to.
    pub source_account: Option<String>,
    /// `NONE`, where only a URL without authorization lets anybody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function_url_auth_type: Option<String>,
    /// True if it must be invoked by its URL.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub invoked_via_function_url: bool,
    /// The whole statement, where it is of a form that this program never writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Value>,
}

/// What most statements allow.
pub(super) const INVOKE: &str = "lambda:InvokeFunction";
/// What the first of the two statements of a URL allows.
pub(super) const INVOKE_URL: &str = "lambda:InvokeFunctionUrl";

pub(super) fn is_invoke(action: &str) -> bool {
    action == INVOKE
}

pub(super) fn invoke() -> String {
    INVOKE.into()
}

impl Default for Statement {
    fn default() -> Self {
        Self {
            principal: String::new(),
            action: invoke(),
            source_arn: None,
            source_account: None,
            function_url_auth_type: None,
            invoked_via_function_url: false,
            foreign: None,
        }
    }
}

/// Bytes that AWS takes for the policy of a function.
pub const POLICY_BYTES: usize = 20_480;

impl Permission {
    /// The bytes of the policy of a function with this ARN, as AWS writes it and counts it.
    pub fn bytes(&self, function: &str) -> usize {
        let policy = json!({"Version": "2012-10-17", "Id": "default", "Statement": []}).to_string().len();
        let statements: usize = self.statements.iter().map(|(sid, one)| one.bytes(sid, function) + 1).sum();
        policy + statements.saturating_sub(1)
    }
}

impl Statement {
    /// Its bytes, under this id, in the policy of a function with this ARN.
    pub(super) fn bytes(&self, sid: &str, function: &str) -> usize {
        if let Some(foreign) = &self.foreign {
            return foreign.to_string().len();
        }
        let mut condition = BTreeMap::<&str, BTreeMap<&str, String>>::new();
        let mut is = |operator, key, value| drop(condition.entry(operator).or_default().insert(key, value));
        if let Some(account) = &self.source_account {
            is("StringEquals", "AWS:SourceAccount", account.clone());
        }
        if let Some(auth_type) = &self.function_url_auth_type {
            is("StringEquals", "lambda:FunctionUrlAuthType", auth_type.clone());
        }
        if self.invoked_via_function_url {
            is("Bool", "lambda:InvokedViaFunctionUrl", "true".into());
        }
        if let Some(source) = &self.source_arn {
            is("ArnLike", "AWS:SourceArn", source.shortest());
        }
        let principal = if self.principal == "*" { json!("*") } else { json!({"Service": self.principal}) };
        let mut written = json!({
            "Sid": sid, "Effect": "Allow", "Principal": principal, "Action": self.action, "Resource": function,
        });
        if !condition.is_empty() {
            written["Condition"] = json!(condition);
        }
        written.to_string().len()
    }

    /// True if it stands for all routes of an API: any stage, method and path.
    pub(super) fn is_of_all_routes(&self) -> bool {
        let source = self.source_arn.as_ref().map(Text::shortest).unwrap_or_default();
        self.principal == "apigateway.amazonaws.com" && source.split_once('/').is_some_and(|(_, of)| of == "*/*")
    }

    /// The two statements by which anybody may call a URL without authorization, by their ids. With one of them alone AWS
    /// answers 403.
    pub fn of_open_url() -> [(&'static str, Self); 2] {
        let anybody = || Self { principal: "*".into(), ..Self::default() };
        let to_url = Self { action: INVOKE_URL.into(), function_url_auth_type: Some("NONE".into()), ..anybody() };
        [("function-url", to_url), ("function-url-invoke", Self { invoked_via_function_url: true, ..anybody() })]
    }
}
