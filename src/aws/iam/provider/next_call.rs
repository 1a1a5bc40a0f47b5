//! Which call comes next.

use super::*;

/// Whatever is wanted, nothing goes.
pub(super) fn next_call(id: &Id, want: Option<&OidcProvider>, live: Option<&OidcProvider>) -> Option<Call> {
    match (want?, live) {
        (want, None) => {
            let (url, client_id_list) = (format!("https://{}", id.name), want.client_id_list.clone());
            Some(Call::Create(CreateProvider { url, client_id_list }))
        }
        (want, Some(live)) => {
            let client_id = want.client_id_list.difference(&live.client_id_list).next()?.clone();
            Some(Call::AddClientId(AddClientId { arn: arn(&id.site, &id.name), client_id }))
        }
    }
}
