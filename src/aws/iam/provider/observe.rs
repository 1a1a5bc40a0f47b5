//! What AWS reports of GitHub's identity provider.

use super::*;

pub(super) async fn observe(aws: &Aws, id: &Id) -> Result<Option<Observed<OidcProvider>>, AwsError> {
    let api = "iam:GetOpenIDConnectProvider";
    let request = aws.read.iam.get_open_id_connect_provider().open_id_connect_provider_arn(arn(&id.site, &id.name));
    let answer = request.send().await.found(api, ABSENT)?;
    let ids = answer.map(|answer| answer.client_id_list.unwrap_or_default().into_iter().collect());
    Ok(ids.map(|client_id_list| Observed::of(OidcProvider { client_id_list })))
}
