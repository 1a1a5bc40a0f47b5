//! Asking for what an API has beside its paths, as far as its tags, or a plan, ask for it.

use aws_sdk_apigateway::types;

use super::{ABSENT, PAGE};
use crate::aws::apigateway::parts::{AUTHORIZERS, MODELS, RESPONSES, VALIDATORS, says};
use crate::aws::apigateway::{gateway_response, read};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::members::unread;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::tags::Tags;
use crate::aws::{Aws, Id, Kind, Reader};

/// What was read beside an API's paths.
#[derive(Debug, Default)]
pub struct BesidePaths {
    /// Its authorizers.
    pub authorizers: Vec<types::Authorizer>,
    /// Its models, AWS's own among them.
    pub models: Vec<types::Model>,
    /// Its validators.
    pub validators: Vec<types::RequestValidator>,
    /// What callers get, of each type.
    pub responses: Vec<types::GatewayResponse>,
    /// What is there although no apply has set it, and what nothing here knows.
    pub unread: Vec<Unmodelled>,
}

/// Each sort, and the call that would make one of it.
const SORTS: [(&str, &str); 4] = [
    (AUTHORIZERS, "apigateway:CreateAuthorizer"),
    (MODELS, "apigateway:CreateModel"),
    (RESPONSES, "apigateway:PutGatewayResponse"),
    (VALIDATORS, "apigateway:CreateRequestValidator"),
];

/// Reads the parts that tags name, and looks for those that a plan wants; `None` if the API has gone.
pub(super) async fn read(
    reader: Reader<'_>,
    id: &Id,
    api_id: &str,
    tags: &Tags,
) -> Result<Option<BesidePaths>, AwsError> {
    let aws = reader.aws();
    let asks = |word: &str| says(tags, word) || reader.wants_part(Kind::RestApi, &id.name, word);
    let (authorizers, models, responses, validators) = tokio::try_join!(
        authorizers(aws, api_id, asks(AUTHORIZERS)),
        models(aws, api_id, asks(MODELS)),
        responses(aws, api_id, asks(RESPONSES)),
        validators(aws, api_id, asks(VALIDATORS)),
    )?;
    let (Some(authorizers), Some(models), Some((responses, unread)), Some(validators)) =
        (authorizers, models, responses, validators)
    else {
        return Ok(None);
    };
    Ok(Some(BesidePaths { authorizers, models, validators, responses, unread }.of_ours(tags)))
}

impl BesidePaths {
    /// What no apply has set is left out, and said: it would be drift as soon as the tag names its sort.
    fn of_ours(mut self, tags: &Tags) -> Self {
        for ((word, by), is_there) in SORTS.into_iter().zip(read::are_there(&self)) {
            if says(tags, word) {
                continue;
            }
            if is_there {
                self.unread.push(Unmodelled::erased(format!("{word} made by others"), by));
            }
            match word {
                AUTHORIZERS => self.authorizers.clear(),
                MODELS => self.models.clear(),
                RESPONSES => self.responses.clear(),
                _ => self.validators.clear(),
            }
        }
        self
    }
}

async fn authorizers(aws: &Aws, api_id: &str, asks: bool) -> Result<Option<Vec<types::Authorizer>>, AwsError> {
    let (mut all, mut position) = (Vec::new(), None);
    if !asks {
        return Ok(Some(all));
    }
    loop {
        let request = aws.read.apigateway.get_authorizers().rest_api_id(api_id).limit(PAGE).set_position(position);
        let Some(page) = request.send().await.found("apigateway:GetAuthorizers", ABSENT)? else { return Ok(None) };
        all.extend(page.items.unwrap_or_default());
        position = page.position;
        if position.is_none() {
            return Ok(Some(all));
        }
    }
}

async fn validators(aws: &Aws, api_id: &str, asks: bool) -> Result<Option<Vec<types::RequestValidator>>, AwsError> {
    let (mut all, mut position) = (Vec::new(), None);
    if !asks {
        return Ok(Some(all));
    }
    loop {
        let request =
            aws.read.apigateway.get_request_validators().rest_api_id(api_id).limit(PAGE).set_position(position);
        let answer = request.send().await.found("apigateway:GetRequestValidators", ABSENT)?;
        let Some(page) = answer else { return Ok(None) };
        all.extend(page.items.unwrap_or_default());
        position = page.position;
        if position.is_none() {
            return Ok(Some(all));
        }
    }
}

async fn models(aws: &Aws, api_id: &str, asks: bool) -> Result<Option<Vec<types::Model>>, AwsError> {
    if !asks {
        return Ok(Some(Vec::new()));
    }
    let pages = aws.read.apigateway.get_models().rest_api_id(api_id).limit(PAGE).into_paginator().items().send();
    pages.collect::<Result<Vec<_>, _>>().await.found("apigateway:GetModels", ABSENT)
}

type Responses = (Vec<types::GatewayResponse>, Vec<Unmodelled>);

/// AWS gives all of them at once.
async fn responses(aws: &Aws, api_id: &str, asks: bool) -> Result<Option<Responses>, AwsError> {
    if !asks {
        return Ok(Some(Responses::default()));
    }
    let request = aws.read.apigateway.get_gateway_responses().rest_api_id(api_id);
    let (answer, unread) = unread(&gateway_response::SHAPE, request.send()).await;
    let Some(answer) = answer.found("apigateway:GetGatewayResponses", ABSENT)? else { return Ok(None) };
    let all = answer.items.unwrap_or_default();
    let said = all.iter().filter(|one| !one.default_response()).filter_map(|one| one.response_type());
    let unread = said.flat_map(|of| unread.of(of.as_str())).collect();
    Ok(Some((all, unread)))
}
