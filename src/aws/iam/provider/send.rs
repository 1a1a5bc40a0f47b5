//! One request for each call on GitHub's identity provider.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let iam = &aws.write.iam;
    match call {
        Call::Create(input) => {
            let request = iam.create_open_id_connect_provider().url(&input.url);
            let request = request.set_client_id_list(Some(input.client_id_list.iter().cloned().collect()));
            request.send().await.answer("iam:CreateOpenIDConnectProvider").map(drop)
        }
        Call::AddClientId(input) => {
            let request = iam.add_client_id_to_open_id_connect_provider().client_id(&input.client_id);
            let request = request.open_id_connect_provider_arn(&input.arn);
            request.send().await.answer("iam:AddClientIDToOpenIDConnectProvider").map(drop)
        }
    }
}
