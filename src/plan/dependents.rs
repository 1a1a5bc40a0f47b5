//! What a delete waits for: whatever may refer to the deleted resource has to be changed first.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Kind;
use crate::name::Address;

/// Of each kind that is deleted from, the changes that such a delete waits for: all of the kinds that may refer to it,
/// but for those that another delete among them waits for already. `changes` says of each whether it is a delete.
pub fn dependents(changes: &BTreeMap<&Address, bool>) -> BTreeMap<Kind, BTreeSet<Address>> {
    let gone = changes.iter().filter(|(_, is_delete)| **is_delete);
    let deleted: BTreeSet<Kind> = gone.map(|(address, _)| address.kind).collect();
    let mut by_kind: BTreeMap<Kind, Vec<&Address>> = BTreeMap::new();
    changes.keys().for_each(|address| by_kind.entry(address.kind).or_default().push(address));
    let of = |kind: &Kind| {
        let covered = covered(*kind, &deleted);
        let left = kind.used_by().iter().filter(|user| !covered.contains(user));
        left.filter_map(|user| by_kind.get(user)).flatten().map(|address| (*address).clone()).collect()
    };
    deleted.iter().map(|kind| (*kind, of(kind))).collect()
}

/// The kinds that deletes of a kind's users wait for.
fn covered(kind: Kind, deleted: &BTreeSet<Kind>) -> BTreeSet<Kind> {
    let (mut open, mut covered) = (kind.used_by().to_vec(), BTreeSet::new());
    while let Some(user) = open.pop() {
        if deleted.contains(&user) {
            open.extend(user.used_by().iter().filter(|further| covered.insert(**further)));
        }
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::order;
    use proptest::prelude::*;

    fn address(kind: Kind, number: usize) -> Address {
        format!("{kind}/n{number}").parse().expect("an address")
    }

    #[test]
    fn no_kinds_use_each_other() {
        let uses = Kind::ALL.iter().map(|kind| (*kind, kind.used_by().iter().copied().collect())).collect();
        assert_eq!(order::cycle(&uses), None);
    }

    /// All that comes before a delete, if deletes wait for what `direct` says and nothing else waits for anything.
    fn before(direct: &BTreeMap<&Address, BTreeSet<Address>>, address: &Address) -> BTreeSet<Address> {
        let (mut open, mut found) = (vec![address.clone()], BTreeSet::new());
        while let Some(next) = open.pop() {
            open.extend(direct.get(&next).into_iter().flatten().filter(|user| found.insert((*user).clone())).cloned());
        }
        found
    }

    proptest! {
        #[test]
        fn what_is_left_out_comes_before_all_the_same(
            picked in proptest::collection::vec((0..Kind::ALL.len(), 0..3usize, any::<bool>()), 0..30),
        ) {
            let picked: BTreeMap<Address, bool> =
                picked.into_iter().map(|(kind, number, gone)| (address(Kind::ALL[kind], number), gone)).collect();
            let changes: BTreeMap<&Address, bool> = picked.iter().map(|(address, gone)| (address, *gone)).collect();
            let (users, gone) = (dependents(&changes), || picked.iter().filter(|(_, gone)| **gone).map(|(address, _)| address));
            let few = gone().map(|address| (address, users[&address.kind].clone())).collect();
            let may_refer = |address: &Address, other: &Address| address.kind.used_by().contains(&other.kind);
            let all = gone().map(|address| {
                (address, picked.keys().filter(|other| may_refer(address, other)).cloned().collect())
            });
            let all = all.collect();
            for address in gone() {
                prop_assert_eq!(before(&few, address), before(&all, address));
            }
        }
    }

    #[test]
    fn functions_that_go_with_their_api_wait_for_it_alone() {
        let (function, permission, api) =
            (address(Kind::Function, 1), address(Kind::Permission, 1), address(Kind::RestApi, 1));
        let mut changes = BTreeMap::from([(&function, true), (&permission, true), (&api, true)]);
        assert_eq!(dependents(&changes)[&Kind::Function], BTreeSet::from([api.clone()]));
        assert_eq!(dependents(&changes)[&Kind::RestApi], BTreeSet::from([permission.clone()]));
        // An API that stays waits for nothing.
        changes.insert(&api, false);
        assert_eq!(dependents(&changes)[&Kind::Function], BTreeSet::from([permission.clone(), api.clone()]));
    }
}
