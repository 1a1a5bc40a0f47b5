use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::aws::steps::steps;
use crate::aws::test_support::{assert_properties, test_id};
use crate::aws::{Kind, State};

fn ours() -> Account {
    Account::of(&role_arn(&test_id(Kind::ApiAccount, ROLE_NAME).site))
}

fn lives() -> impl Strategy<Value = Account> {
    let id = test_id(Kind::ApiAccount, ROLE_NAME);
    let attached: BTreeSet<String> = [policy_arn(&id.site), "arn:other".into()].into();
    let bare = Account::with_role(state::trust());
    select(vec![
        Account::of("arn:aws:iam::123456789012:role/others"),
        ours(),
        bare.clone(),
        Account { managed_policy_arns: attached, ..bare },
    ])
}

proptest! {
    #[test]
    fn the_three_properties_hold(live in of(lives())) {
        let mut want = ours();
        live.iter().for_each(|live| want.keep(live));
        let (want, live) = (State::from(want), live.map(State::from));
        assert_properties(&test_id(Kind::ApiAccount, ROLE_NAME), Some(&want), live.as_ref());
    }
}

#[test]
fn an_account_without_a_role_gets_one_and_keeps_whichever_it_has() {
    let id = test_id(Kind::ApiAccount, ROLE_NAME);
    let calls = |live: Option<Account>| {
        let mut want = ours();
        live.iter().for_each(|live| want.keep(live));
        let planned = steps(&id, Some(&want.into()), live.map(State::from).as_ref()).expect("a plan");
        planned.iter().map(|step| step.call.api().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(calls(None), ["iam:CreateRole", "iam:AttachRolePolicy", "apigateway:UpdateAccount"]);
    assert_eq!(calls(Some(Account::of("arn:others"))), [""; 0]);
    assert_eq!(Account::next_call(&id, None, Some(&ours())), None, "nothing takes it away");
}

#[test]
fn a_role_of_the_name_that_others_may_assume_stands_in_the_way() {
    let open = Document::new(vec![json!({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})]);
    let live = Account::with_role(open);
    assert!(ours().obstacle(Some(&live), &[]).is_some_and(|why| why.contains(ROLE_NAME)));
    assert_eq!(ours().obstacle(Some(&Account::with_role(state::trust())), &[]), None);
    assert_eq!(ours().obstacle(None, &[]), None);
}
