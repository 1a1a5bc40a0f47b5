//! One request for each call on a domain name.

use aws_sdk_apigateway::types;

use super::*;
use crate::aws::kit::calls::Calls;

/// Sends a call, once.
pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let api = call.api();
    match call {
        Call::Create(input) => create(aws, api, input).await,
        Call::AddMapping(_) | Call::UpdateMapping(_) | Call::RemoveMapping(_) => send_mapping(aws, api, call).await,
        Call::AddBasePath(_) | Call::UpdateBasePath(_) | Call::RemoveBasePath(_) => send_path(aws, api, call).await,
        Call::Update(input) => {
            let request = aws.write.apigateway.update_domain_name().domain_name(&input.domain_name);
            let patches = patches(api, &input.patch_operations)?;
            request.set_patch_operations(Some(patches)).send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = aws.write.apigateway.tag_resource().resource_arn(&input.resource_arn);
            request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = aws.write.apigateway.untag_resource().resource_arn(&input.resource_arn);
            request.set_tag_keys(Some(input.tag_keys.clone())).send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = aws.write.apigateway.delete_domain_name().domain_name(&input.domain_name);
            request.send().await.answer(api).map(drop)
        }
    }
}

async fn create(aws: &Aws, api: &'static str, input: &CreateDomainName) -> Result<(), AwsError> {
    let endpoint = &input.endpoint_configuration;
    let types = endpoint.types.iter().map(|of| of.as_str().into()).collect();
    let configuration = types::EndpointConfiguration::builder().set_types(Some(types));
    let configuration = configuration.ip_address_type(endpoint.ip_address_type.as_str().into()).build();
    let tls = input.mutual_tls_authentication.as_ref().map(|tls| {
        let built = types::MutualTlsAuthenticationInput::builder().truststore_uri(&tls.truststore_uri);
        built.set_truststore_version(tls.truststore_version.clone()).build()
    });
    let request = aws.write.apigateway.create_domain_name().domain_name(&input.domain_name);
    let request = request.regional_certificate_arn(literal(api, &input.regional_certificate_arn)?);
    let request = request.security_policy(input.security_policy.as_str().into());
    let request = request.set_endpoint_access_mode(input.endpoint_access_mode.as_deref().map(Into::into));
    let request = request.endpoint_configuration(configuration).set_mutual_tls_authentication(tls);
    request.set_tags(Some(tags::map(&input.tags))).send().await.answer(api).map(drop)
}

async fn send_path(aws: &Aws, api: &'static str, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigateway;
    match call {
        Call::AddBasePath(input) => {
            let request = client.create_base_path_mapping().domain_name(&input.domain_name);
            let request = request.base_path(&input.base_path).rest_api_id(literal(api, &input.rest_api_id)?);
            request.stage(&input.stage).send().await.answer(api).map(drop)
        }
        Call::UpdateBasePath(input) => {
            let request = client.update_base_path_mapping().domain_name(&input.domain_name).base_path(&input.base_path);
            let patches = patches(api, &input.patch_operations)?;
            request.set_patch_operations(Some(patches)).send().await.answer(api).map(drop)
        }
        Call::RemoveBasePath(input) => {
            let request = client.delete_base_path_mapping().domain_name(&input.domain_name);
            request.base_path(&input.base_path).send().await.answer(api).map(drop)
        }
        _ => Ok(()),
    }
}

async fn send_mapping(aws: &Aws, api: &'static str, call: &Call) -> Result<(), AwsError> {
    let client = &aws.write.apigatewayv2;
    let key = |key: &String| Some(key.clone()).filter(|key| !key.is_empty());
    match call {
        Call::AddMapping(input) => {
            let request = client.create_api_mapping().domain_name(&input.domain_name);
            let request = request.set_api_mapping_key(key(&input.api_mapping_key));
            let request = request.api_id(literal(api, &input.api_id)?).stage(&input.stage);
            request.send().await.answer(api).map(drop)
        }
        Call::UpdateMapping(input) => {
            let request = client.update_api_mapping().domain_name(&input.domain_name);
            let request = request.api_mapping_id(literal(api, &input.api_mapping_id)?);
            let request = request.set_api_mapping_key(key(&input.api_mapping_key));
            let request = request.api_id(literal(api, &input.api_id)?).stage(&input.stage);
            request.send().await.answer(api).map(drop)
        }
        Call::RemoveMapping(input) => {
            let request = client.delete_api_mapping().domain_name(&input.domain_name);
            let request = request.api_mapping_id(literal(api, &input.api_mapping_id)?);
            request.send().await.answer(api).map(drop)
        }
        _ => Ok(()),
    }
}

fn patches(api: &'static str, all: &[PatchOperation]) -> Result<Vec<types::PatchOperation>, AwsError> {
    let one = |patch: &PatchOperation| {
        let value = patch.value.as_ref().map(|value| literal(api, value)).transpose()?;
        let builder = types::PatchOperation::builder().op(patch.op.as_str().into()).path(&patch.path);
        Ok(builder.set_value(value.map(str::to_owned)).build())
    };
    all.iter().map(one).collect()
}
