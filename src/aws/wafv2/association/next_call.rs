//! Which call comes next.

use super::*;

pub(super) fn next_call(want: Option<&Association>, live: Option<&Association>) -> Option<Call> {
    let disassociate = |live: &Association| DisassociateWebAcl { resource_arn: live.resource_arn.clone() };
    match (want, live) {
        (want, Some(live)) if want.is_none_or(|want| want.resource_arn != live.resource_arn) => {
            Some(Call::Disassociate(disassociate(live)))
        }
        (Some(want), live) if Some(want) != live => {
            let (web_acl_arn, resource_arn) = (want.web_acl_arn.clone(), want.resource_arn.clone());
            Some(Call::Associate(AssociateWebAcl { web_acl_arn, resource_arn }))
        }
        _ => None,
    }
}
