//! What a function's resource policy is.

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

impl Statement {
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
