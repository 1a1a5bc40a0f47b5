//! Changes that nobody has to look at first.

use super::guards::function;
use super::*;
use crate::aws::iam::Role;
use crate::aws::logs::LogGroup;
use crate::aws::sns::Topic;
use crate::aws::sqs::Queue;
use crate::text::Text;

type Words = (String, String, i32, i32);

fn words() -> impl Strategy<Value = Words> {
    ("[a-z]{1,8}", "[a-z]{1,8}", 1i32..100, 1i32..100)
}

/// Resources of several kinds in which everything differs that protects, opens and allows nothing.
fn states((one, other, number, more): &Words) -> Vec<(Kind, State)> {
    let tags = || Tags::from([("Team".to_owned(), one.clone()), (other.clone(), one.clone())]);
    let mut role = Role::for_service("lambda.amazonaws.com", BTreeSet::new(), BTreeMap::new(), tags());
    role.description = Some(one.clone());
    role.max_session_duration = 3600 + number;
    vec![
        (Kind::Role, role.into()),
        (
            Kind::Function,
            crate::aws::lambda::Function {
                description: one.clone(),
                memory_size: 128 + number,
                timeout: *more,
                handler: format!("{one}.{other}"),
                environment: BTreeMap::from([
                    ("KEY".to_owned(), Text::from(one.as_str())),
                    (other.to_uppercase(), Text::from(other.as_str())),
                ]),
                layers: vec![format!("arn:aws:lambda:us-west-2:{ACCOUNT}:layer:{one}:{number}").into()],
                ephemeral_storage_size: 512 + number,
                dead_letter_target_arn: Some(format!("arn:aws:sqs:us-west-2:{ACCOUNT}:{one}")),
                tags: tags(),
                ..function()
            }
            .into(),
        ),
        (Kind::Topic, Topic { display_name: Some(one.clone()), tags: tags(), ..Topic::default() }.into()),
        (
            Kind::Queue,
            Queue { visibility_timeout: *number, delay_seconds: *more, tags: tags(), ..Queue::default() }.into(),
        ),
        (Kind::LogGroup, LogGroup { tags: tags(), ..LogGroup::default() }.into()),
    ]
}

proptest! {
    #[test]
    fn descriptions_tags_sizes_times_and_variables_are_no_risk(old in words(), new in words()) {
        let pairs = states(&old).into_iter().zip(states(&new));
        let cases = pairs.map(|((kind, old), (_, new))| case(kind, "thing", Some(old), Some(new))).collect();
        let plan = planned(cases);
        prop_assert_eq!(lines(&plan), Vec::<String>::new());
    }

    #[test]
    fn a_small_app_that_is_new_is_no_risk(new in words()) {
        let cases = states(&new).into_iter().map(|(kind, new)| case(kind, "thing", None, Some(new))).collect();
        let plan = planned(cases);
        prop_assert_eq!(lines(&plan), Vec::<String>::new());
    }
}
