//! One request for each call on an IP set.

use aws_sdk_wafv2::types::IpAddressVersion;

use super::*;

/// Sends a call, once.
pub async fn send(waf: &Client, call: &Call) -> Result<(), AwsError> {
    match call {
        Call::Create(input) => {
            let api = "wafv2:CreateIPSet";
            let request = waf.create_ip_set().name(&input.name).scope(scope(&input.scope));
            let request = request.set_description(input.description.clone());
            let request = request.ip_address_version(IpAddressVersion::from(input.ip_address_version.as_str()));
            let request = request.set_addresses(Some(input.addresses.iter().cloned().collect()));
            let tags = Some(tags::sdk(api, &input.tags)?).filter(|tags| !tags.is_empty());
            request.set_tags(tags).send().await.answer(api).map(drop)
        }
        Call::Update(input) => {
            let api = "wafv2:UpdateIPSet";
            let request = waf.update_ip_set().name(&input.name).scope(scope(&input.scope));
            let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
            let request = request.set_description(input.description.clone());
            let request = request.set_addresses(Some(input.addresses.iter().cloned().collect()));
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => send_tags(waf, input).await,
        Call::Untag(input) => send_untag(waf, input).await,
        Call::Delete(input) => {
            let api = "wafv2:DeleteIPSet";
            let request = waf.delete_ip_set().name(&input.name).scope(scope(&input.scope));
            let request = request.id(literal(api, &input.id)?).lock_token(literal(api, &input.lock_token)?);
            request.send().await.answer(api).map(drop)
        }
    }
}
