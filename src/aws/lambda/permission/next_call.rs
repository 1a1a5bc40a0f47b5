//! Which call comes next. A statement has to go before it can come changed. One that stands for all routes of an API comes before
//! theirs go, and goes after theirs have come: callers are let in all the while.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Permission>, live: Option<&Permission>) -> Option<Call> {
    let none = BTreeMap::new();
    let (want, live) = (want.map_or(&none, |w| &w.statements), live.map_or(&none, |l| &l.statements));
    let is_new = |(sid, _): &(&String, &Statement)| !live.contains_key(*sid);
    let is_stale = |(sid, statement): &(&String, &Statement)| want.get(*sid) != Some(*statement);
    let is_wide = |(_, statement): &(&String, &Statement)| statement.is_of_all_routes();
    let remove = |(sid, _): (&String, &Statement)| {
        Call::Remove(RemovePermission { function_name: id.name.clone(), statement_id: sid.clone() })
    };
    let wide = want.iter().filter(is_new).find(is_wide).map(|new| add(id, new));
    wide.or_else(|| live.iter().filter(is_stale).find(|one| !is_wide(one) || want.contains_key(one.0)).map(remove))
        .or_else(|| want.iter().find(is_new).map(|new| add(id, new)))
        .or_else(|| live.iter().find(is_stale).map(remove))
}

fn add(id: &Id, (sid, new): (&String, &Statement)) -> Call {
    Call::Add(AddPermission {
        function_name: id.name.clone(),
        statement_id: sid.clone(),
        action: new.action.clone(),
        principal: new.principal.clone(),
        source_arn: new.source_arn.clone(),
        source_account: new.source_account.clone(),
        function_url_auth_type: new.function_url_auth_type.clone(),
        invoked_via_function_url: new.invoked_via_function_url,
    })
}
