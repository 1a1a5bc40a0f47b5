//! Reads what an API has besides its paths, as far as its tags, or a plan, require it.

use aws_sdk_apigateway::types;

use super::{ABSENT, PAGE};
use crate::aws::apigateway::parts::{AUTHORIZERS, ByHand, MODELS, RESPONSES, VALIDATORS, says};
use crate::aws::apigateway::{gateway_response, read};
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::members::unread;
use crate::aws::kit::pages::pages;
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
    /// What is there although no apply has set it.
    pub by_hand: ByHand,
    /// What nothing here knows.
    pub unread: Vec<Unmodelled>,
}

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
    let by_hand = ByHand::default();
    Ok(Some(BesidePaths { authorizers, models, validators, responses, by_hand, unread }.of_ours(tags)))
}

impl BesidePaths {
    /// What no apply has set is kept apart: it would be drift as soon as the tag names its sort.
    fn of_ours(mut self, tags: &Tags) -> Self {
        for (word, names) in read::names(&self) {
            if says(tags, word) {
                continue;
            }
            match word {
                RESPONSES => self.by_hand.responses = read::responses(&self).collect(),
                _ if names.is_empty() => {}
                _ => drop(self.by_hand.others.insert(word, names)),
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
    if !asks {
        return Ok(Some(Vec::new()));
    }
    let (api, request) = ("apigateway:GetAuthorizers", aws.read.apigateway.get_authorizers());
    let request = request.rest_api_id(api_id).limit(PAGE);
    let all = pages!(api, position => {
        let page = request.clone().set_position(position).send().await.found(api, ABSENT)?;
        page.map(|page| (page.items.unwrap_or_default(), page.position))
    });
    all.await
}

async fn validators(aws: &Aws, api_id: &str, asks: bool) -> Result<Option<Vec<types::RequestValidator>>, AwsError> {
    if !asks {
        return Ok(Some(Vec::new()));
    }
    let (api, request) = ("apigateway:GetRequestValidators", aws.read.apigateway.get_request_validators());
    let request = request.rest_api_id(api_id).limit(PAGE);
    let all = pages!(api, position => {
        let page = request.clone().set_position(position).send().await.found(api, ABSENT)?;
        page.map(|page| (page.items.unwrap_or_default(), page.position))
    });
    all.await
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
