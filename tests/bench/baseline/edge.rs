//! REST APIs, and the firewall before them.

use futures_util::future::try_join_all;
use serverless_app::aws::{Answer, AwsError, Id};

use super::{Read, Reader, together};

/// The stage that an API is deployed to unless its section says otherwise.
const STAGE: &str = "v1";

impl Reader<'_> {
    pub(super) async fn rest_api(&self, id: &Id) -> Read {
        let Some(api) = self.api_id(&id.name).await? else { return Ok(()) };
        let client = &self.clients.apigateway;
        let arn = format!("arn:{}:apigateway:{}::/restapis/{api}", id.site.partition, id.site.region);
        let others = async {
            together!(self,
                "apigateway:GetRestApi" => client.get_rest_api().rest_api_id(&api),
                "apigateway:GetDeployments" => client.get_deployments().rest_api_id(&api),
                "apigateway:GetStage" => client.get_stage().rest_api_id(&api).stage_name(STAGE),
                "apigateway:GetTags" => client.get_tags().resource_arn(&arn),
            )
        };
        tokio::try_join!(self.methods(&api), others).map(drop)
    }

    /// The paths, and then each method and its integration.
    async fn methods(&self, api: &str) -> Read {
        let client = &self.clients.apigateway;
        let name = "apigateway:GetResources";
        let mut pages = client.get_resources().rest_api_id(api).limit(500).into_paginator().items().send();
        let mut methods = Vec::new();
        while let Some(resource) = pages.next().await {
            let resource = resource.answer(name)?;
            let path = resource.id.unwrap_or_default();
            methods.extend(resource.resource_methods.into_iter().flatten().map(|(method, _)| (path.clone(), method)));
        }
        let each = methods.iter().map(|(path, method)| async move {
            together!(self,
                "apigateway:GetMethod" =>
                    client.get_method().rest_api_id(api).resource_id(path).http_method(method),
                "apigateway:GetIntegration" =>
                    client.get_integration().rest_api_id(api).resource_id(path).http_method(method),
            )
        });
        try_join_all(each).await.map(drop)
    }

    /// AWS makes it up, so that the listing alone tells it.
    async fn api_id(&self, name: &str) -> Result<Option<String>, AwsError> {
        let mut pages = self.clients.apigateway.get_rest_apis().limit(500).into_paginator().items().send();
        while let Some(api) = pages.next().await {
            let api = api.answer("apigateway:GetRestApis")?;
            if api.name() == Some(name) {
                return Ok(api.id);
            }
        }
        Ok(None)
    }

    pub(super) async fn association(&self, id: &Id) -> Read {
        let Some((name, stage)) = id.name.rsplit_once('/') else { return Ok(()) };
        let Some(api) = self.api_id(name).await? else { return Ok(()) };
        let arn = format!("arn:{}:apigateway:{}::/restapis/{api}/stages/{stage}", id.site.partition, id.site.region);
        let request = self.clients.wafv2.get_web_acl_for_resource().resource_arn(arn);
        self.ask("wafv2:GetWebACLForResource", request.send()).await.map(drop)
    }
}
