//! Which call comes next. Callers are let in all the while: what is new comes before what is not wanted any more goes, which may let
//! in the same caller under another id. One that stands for all routes of an API comes first, and goes last. Only a statement that
//! changes has to go before it can come changed, and where AWS takes no policy with both of them, another goes first that is not
//! wanted any more.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Permission>, live: Option<&Permission>) -> Option<Call> {
    let none = Permission { statements: BTreeMap::new() };
    let (want, live) = (want.unwrap_or(&none), live.unwrap_or(&none));
    let is_wide = |(_, statement): &(&String, &Statement)| statement.is_of_all_routes();
    let new: Vec<_> = want.statements.iter().filter(|(sid, _)| !live.statements.contains_key(*sid)).collect();
    let stale = live.statements.iter().filter(|(sid, statement)| want.statements.get(*sid) != Some(*statement));
    let (late, early): (Vec<_>, Vec<_>) = stale.partition(|one| is_wide(one) && !want.statements.contains_key(one.0));
    let wide = new.iter().copied().find(is_wide);
    let changed = early.iter().find(|(sid, _)| want.statements.contains_key(*sid));
    let come = |one: (&String, &Statement)| match early.first().or(late.first()) {
        Some(other) if !fits(id, live, one) => remove(id, *other),
        _ => add(id, one),
    };
    wide.map(come)
        .or_else(|| changed.map(|one| remove(id, *one)))
        .or_else(|| new.first().map(|one| come(*one)))
        .or_else(|| early.first().or(late.first()).map(|one| remove(id, *one)))
}

/// True if AWS takes a policy with this statement besides those that are there.
fn fits(id: &Id, live: &Permission, (sid, statement): (&String, &Statement)) -> bool {
    let function = id.site.arn("lambda", &format!("function:{}", id.name));
    live.bytes(&function) + 1 + statement.bytes(sid, &function) <= POLICY_BYTES
}

fn remove(id: &Id, (sid, _): (&String, &Statement)) -> Call {
    let (function, alias) = qualified(&id.name);
    let (function_name, qualifier) = (function.to_owned(), alias.map(str::to_owned));
    Call::Remove(RemovePermission { function_name, qualifier, statement_id: sid.clone() })
}

fn add(id: &Id, (sid, new): (&String, &Statement)) -> Call {
    let (function, alias) = qualified(&id.name);
    Call::Add(AddPermission {
        function_name: function.to_owned(),
        qualifier: alias.map(str::to_owned),
        statement_id: sid.clone(),
        action: new.action.clone(),
        principal: new.principal.clone(),
        source_arn: new.source_arn.clone(),
        source_account: new.source_account.clone(),
        function_url_auth_type: new.function_url_auth_type.clone(),
        invoked_via_function_url: new.invoked_via_function_url,
    })
}
