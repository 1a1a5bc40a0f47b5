//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Permission>, live: Option<&Permission>) -> Option<Call> {
    let none = BTreeMap::new();
    let (want, live) = (want.map_or(&none, |w| &w.statements), live.map_or(&none, |l| &l.statements));
    let function_name = id.name.clone();
    let stale = live.iter().find(|(sid, statement)| want.get(*sid) != Some(statement));
    if let Some((sid, _)) = stale {
        return Some(Call::Remove(RemovePermission { function_name, statement_id: sid.clone() }));
    }
    let (sid, new) = want.iter().find(|(sid, _)| !live.contains_key(*sid))?;
    Some(Call::Add(AddPermission {
        function_name,
        statement_id: sid.clone(),
        action: new.action.clone(),
        principal: new.principal.clone(),
        source_arn: new.source_arn.clone(),
        source_account: new.source_account.clone(),
        function_url_auth_type: new.function_url_auth_type.clone(),
        invoked_via_function_url: new.invoked_via_function_url,
    }))
}
