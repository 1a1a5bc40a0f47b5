//! A function's URL: its state and its calls.
//!
//! An update keeps what it leaves out; an empty `Cors` clears it. AWS writes headers in lower case. A URL has its host for as
//! long as it lives, and another one afterwards.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::members::{Shape, members, unread};
use crate::aws::kit::settings::{Part, settings};
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::{Aws, Id};

const GET: &str = "lambda:GetFunctionUrlConfig";

/// An update that names `Cors` replaces all of it.
const SHAPE: Shape = Shape {
    at: &["Cors"],
    named_by: "",
    members: members! { AllowCredentials, AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders, MaxAge },
    erased_by: "lambda:UpdateFunctionUrlConfig",
};

/// What was read of a URL.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) url: FunctionUrl,
    /// Where it is.
    pub(super) at: String,
    /// What of it nothing here knows.
    pub(super) unread: Vec<Unmodelled>,
}

/// A function's URL, without the URL itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionUrl {
    /// The alias that it invokes; `None`: the function itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// `AWS_IAM` or `NONE`.
    pub auth_type: String,
    /// Which pages of other origins may call it; `None`: none.
    pub cors: Option<Cors>,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: String,
}

/// What pages of other origins may do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Cors {
    /// True if they may send cookies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_credentials: bool,
    /// In lower case, as AWS keeps them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_headers: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_methods: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub allow_origins: BTreeSet<String>,
    /// In lower case, as AWS keeps them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub expose_headers: BTreeSet<String>,
    /// Seconds for which a browser keeps the answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_age: i32,
}

fn is_zero(number: &i32) -> bool {
    *number == 0
}

impl Cors {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Part<Option<Cors>> for Cors {
    fn of(cors: &Option<Cors>) -> Self {
        cors.clone().unwrap_or_default()
    }

    fn attribute(&self) -> Option<Cors> {
        Some(self.clone()).filter(|cors| !cors.is_none())
    }
}

settings! {
    /// Input of `CreateFunctionUrlConfig`.
    #[serde(rename_all = "PascalCase")]
    create CreateFunctionUrlConfig {
        /// The physical name.
        function_name: String,
        /// The alias that it invokes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        qualifier: Option<String>,
    }
    /// Input of `UpdateFunctionUrlConfig`: what it leaves out is kept.
    #[serde(rename_all = "PascalCase")]
    update UpdateFunctionUrlConfig {
        /// The physical name.
        function_name: String,
        /// The alias that it invokes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        qualifier: Option<String>,
    }
    UrlSettings of FunctionUrl {
        /// `AWS_IAM` or `NONE`.
        auth_type: String = auth_type,
        cors: Cors = cors [serde(default, skip_serializing_if = "Cors::is_none")],
        /// `BUFFERED` or `RESPONSE_STREAM`.
        invoke_mode: String = invoke_mode,
    }
}

impl CreateFunctionUrlConfig {
    /// The URL that this makes.
    pub(super) fn url(&self) -> FunctionUrl {
        let qualifier = self.qualifier.clone();
        let none = FunctionUrl { qualifier, auth_type: String::new(), cors: None, invoke_mode: String::new() };
        let mut url = none;
        self.parts().apply(&mut url);
        url
    }
}

/// Reads the URL of a function, or of its alias.
pub(super) async fn read(aws: &Aws, id: &Id, qualifier: Option<&str>) -> Result<Option<Found>, AwsError> {
    let request = aws.read.lambda.get_function_url_config().function_name(&id.name);
    let request = request.set_qualifier(qualifier.map(str::to_owned));
    let (answer, unread) = unread(&SHAPE, request.send()).await;
    let Some(answer) = answer.found(GET, &["ResourceNotFoundException"])? else { return Ok(None) };
    let cors = answer.cors().map(cors).filter(|cors| !cors.is_none());
    let mode = answer.invoke_mode().map_or("BUFFERED", |mode| mode.as_str());
    let (auth_type, qualifier) = (answer.auth_type().as_str().to_owned(), qualifier.map(str::to_owned));
    let url = FunctionUrl { qualifier, auth_type, cors, invoke_mode: mode.to_uppercase() };
    Ok(Some(Found { url, at: answer.function_url().to_owned(), unread: unread.all() }))
}

fn cors(live: &aws_sdk_lambda::types::Cors) -> Cors {
    let set = |texts: &[String]| texts.iter().cloned().collect();
    let lower = |texts: &[String]| texts.iter().map(|text| text.to_lowercase()).collect();
    Cors {
        allow_credentials: live.allow_credentials().unwrap_or(false),
        allow_headers: lower(live.allow_headers()),
        allow_methods: set(live.allow_methods()),
        allow_origins: set(live.allow_origins()),
        expose_headers: lower(live.expose_headers()),
        max_age: live.max_age().unwrap_or(0),
    }
}

/// Sends a create.
pub(super) async fn create(aws: &Aws, api: &'static str, input: &CreateFunctionUrlConfig) -> Result<(), AwsError> {
    let request = aws.write.lambda.create_function_url_config().function_name(&input.function_name);
    let request = request.set_qualifier(input.qualifier.clone());
    let request = request.auth_type(input.auth_type.as_str().into()).invoke_mode(input.invoke_mode.as_str().into());
    let cors = Some(&input.cors).filter(|cors| !cors.is_none()).map(sdk);
    request.set_cors(cors).send().await.answer(api).map(drop)
}

/// Sends an update.
pub(super) async fn update(aws: &Aws, api: &'static str, input: &UpdateFunctionUrlConfig) -> Result<(), AwsError> {
    let request = aws.write.lambda.update_function_url_config().function_name(&input.function_name);
    let request = request
        .set_qualifier(input.qualifier.clone())
        .set_auth_type(input.auth_type.as_deref().map(Into::into))
        .set_invoke_mode(input.invoke_mode.as_deref().map(Into::into))
        .set_cors(input.cors.as_ref().map(sdk));
    request.send().await.answer(api).map(drop)
}

/// What is not asked for is left out: AWS refuses an empty list.
fn sdk(cors: &Cors) -> aws_sdk_lambda::types::Cors {
    let list = |texts: &BTreeSet<String>| Some(Vec::from_iter(texts.iter().cloned())).filter(|all| !all.is_empty());
    aws_sdk_lambda::types::Cors::builder()
        .set_allow_credentials(Some(cors.allow_credentials).filter(|allowed| *allowed))
        .set_allow_headers(list(&cors.allow_headers))
        .set_allow_methods(list(&cors.allow_methods))
        .set_allow_origins(list(&cors.allow_origins))
        .set_expose_headers(list(&cors.expose_headers))
        .set_max_age(Some(cors.max_age).filter(|seconds| *seconds != 0))
        .build()
}
