//! What goes, stays behind, is taken over or replaced; and how lines are put together.

use super::guards::function;
use super::*;
use crate::aws::iam::{Policy, Role};
use crate::aws::logs::LogGroup;
use crate::aws::sns::Topic;
use crate::aws::sqs::Queue;
use crate::risk::Level;

fn log_group(tags: &[&str]) -> State {
    let tags = tags.iter().map(|tag| ((*tag).to_owned(), String::new())).collect();
    LogGroup { retention_in_days: Some(14), tags, ..LogGroup::default() }.into()
}

fn role() -> State {
    Role::for_service("lambda.amazonaws.com", BTreeSet::new(), BTreeMap::new(), Tags::new()).into()
}

fn policy() -> State {
    let on = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
    Policy::new(document(vec![on]), Tags::new()).into()
}

#[test]
fn a_function_goes_with_its_role_and_policy_in_one_line_and_its_logs_stay() {
    let gone = |kind, name: &str, state| case(kind, name, Some(state), None);
    let plan = planned(vec![
        gone(Kind::Function, "report", function().into()),
        gone(Kind::Role, "report-function", role()),
        gone(Kind::Policy, "report-function", policy()),
        gone(Kind::LogGroup, "report-function", log_group(&["keep"])),
        gone(Kind::Function, "bare", function().into()),
        gone(Kind::Role, "shared", role()),
        gone(Kind::Topic, "news", Topic::default().into()),
    ]);
    assert_eq!(
        lines(&plan),
        [
            "Gone: function <bare>, role <shared>, topic <news>",
            "Gone: function <report> with its role and policy; its logs stay",
        ]
    );
}

#[test]
fn what_keeps_its_data_is_left_behind_and_what_comes_back_is_taken_over() {
    let gone = |name: &str| case(Kind::LogGroup, name, Some(log_group(&["keep"])), None);
    let text = lines(&planned(vec![gone("one"), gone("two")]));
    assert_eq!(text, ["Left behind: log groups <one>, <two>: kept with their data, no longer managed"]);
    let mut released = case(Kind::LogGroup, "one", Some(log_group(&[])), Some(log_group(&[])));
    released.old = released.old.map(|mut state| {
        state.tags_mut().unwrap().insert(tag::RELEASED.into(), owner().released(&released.address));
        state
    });
    let text = lines(&released_plan(released));
    assert_eq!(text, ["Taken over: log group <one>: exists and becomes this app's"]);
}

/// A plan of a resource that was let go: it has no tags of ours but that one.
fn released_plan(case: Case) -> Plan {
    let id = Id { address: case.address.clone(), name: case.name, site: site(), owner: owner() };
    let mut wanted = case.new.unwrap();
    wanted.tags_mut().unwrap().extend(owner().tags(&case.address));
    let wanted = Wanted { id: id.clone(), state: wanted, needs: BTreeSet::new(), adopt: false, named: false };
    let live = Live { id, observed: Observed::of(case.old.unwrap()) };
    plan(&Request {
        owner: &owner(),
        site: &site(),
        wanted: &[(case.address.clone(), wanted)].into(),
        live: &[(case.address, live)].into(),
        mode: Mode::Deploy,
        adopt: &BTreeSet::new(),
        blobs: BTreeMap::new(),
        outputs: &BTreeMap::new(),
    })
    .unwrap()
}

#[test]
fn a_replacement_says_what_is_lost_and_because_of_what() {
    let queue = |fifo_queue| Some(State::from(Queue { fifo_queue, ..Queue::default() }));
    let text = lines(&planned(vec![case(Kind::Queue, "jobs", queue(false), queue(true))]));
    assert_eq!(
        text,
        ["Data loss: queue <shop--test-jobs> is deleted with all its messages and recreated, empty (<FifoQueue>)"]
    );
}

#[test]
fn everything_that_goes_with_the_app_is_one_list_that_is_cut() {
    let gone = |n: usize| case(Kind::Function, &format!("f{n}"), Some(function().into()), None);
    let plan = planned_in(Mode::Destroy, (0..1_000).map(gone).collect());
    assert_eq!(lines(&plan), ["Gone: functions <f0>, <f1>, <f10>, <f100>, <f101>, <f102> and 994 more"]);
    assert_eq!(risks(&plan)[0].addresses.len(), 1_000);
}

#[test]
fn the_worst_comes_first_and_the_same_plan_gives_the_same_lines() {
    let plan = || {
        planned(vec![
            case(Kind::Function, "report", Some(function().into()), None),
            case(Kind::LogGroup, "logs", Some(log_group(&[])), None),
        ])
    };
    let found = risks(&plan());
    assert!(found.is_sorted_by_key(|risk| risk.kind));
    assert_eq!(found[0].kind.level(), Level::Caution);
    assert_eq!(found, risks(&plan()));
}

fn schedule(state: &str) -> Option<State> {
    use crate::aws::scheduler::schedule::{FlexibleTimeWindow, RetryPolicy, Schedule, Target};
    let target = Target {
        arn: "arn:f".into(),
        role_arn: "arn:r".into(),
        input: None,
        retry_policy: RetryPolicy::default(),
        dead_letter_config: None,
        sqs_parameters: None,
        event_bridge_parameters: None,
    };
    let schedule = Schedule {
        schedule_expression: "rate(1 hour)".into(),
        schedule_expression_timezone: "UTC".into(),
        start_date: None,
        end_date: None,
        flexible_time_window: FlexibleTimeWindow::of(None),
        target,
        state: state.into(),
        description: None,
        kms_key_arn: None,
        action_after_completion: "NONE".into(),
    };
    Some(schedule.into())
}

#[test]
fn a_schedule_that_is_switched_off_no_longer_fires_and_a_group_is_not_missed() {
    let (on, off) = (|| schedule("ENABLED"), || schedule("DISABLED"));
    let text = lines(&planned(vec![case(Kind::Schedule, "nightly", on(), off())]));
    assert_eq!(text, ["Switched off: schedule <nightly>: it no longer fires"]);
    for (old, new) in [(off(), on()), (on(), on()), (None, on()), (None, off()), (off(), off())] {
        assert_eq!(lines(&planned(vec![case(Kind::Schedule, "nightly", old, new)])), Vec::<String>::new());
    }
    let group = crate::aws::scheduler::ScheduleGroup::default();
    let gone = vec![
        case(Kind::Schedule, "nightly", on(), None),
        case(Kind::ScheduleGroup, "schedules", Some(group.into()), None),
    ];
    assert_eq!(lines(&planned(gone)), ["Gone: schedule <nightly>"]);
}
