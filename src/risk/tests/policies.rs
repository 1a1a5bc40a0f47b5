//! Roles, policies and who may invoke functions. What statements allow is worked out here by trying requests one by one.

use super::*;
use crate::aws::iam::{OidcProvider, Policy, Role};
use crate::aws::lambda::{Permission, Statement};
use crate::text::Text;

const ACTIONS: [&str; 10] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:Get*",
    "s3:*",
    "iam:PassRole",
    "iam:Pass*",
    "iam:*",
    "sts:AssumeRole",
    "logs:CreateLogDelivery",
    "*",
];
const RESOURCES: [&str; 5] = [
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/x",
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::123456789012:role/app",
    "*",
];
/// Requests of which each pattern above has one that no narrower pattern has.
const TRIED_ACTIONS: [&str; 11] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:GetOther",
    "s3:Other",
    "iam:PassRole",
    "iam:PassOther",
    "iam:Other",
    "sts:AssumeRole",
    "logs:CreateLogDelivery",
    "x:Other",
    "s3:GetX",
];
const TRIED_RESOURCES: [&str; 5] = [
    "arn:aws:s3:::b/x",
    "arn:aws:s3:::b/other",
    "arn:aws:iam::123456789012:role/app",
    "arn:aws:iam::123456789012:role/other",
    "arn:aws:x:::other",
];

/// What one statement allows.
type Rule = (Vec<&'static str>, Vec<&'static str>);

fn rules() -> impl Strategy<Value = Vec<Rule>> + Clone {
    let actions = prop::sample::subsequence(ACTIONS.to_vec(), 1..4);
    let resources = prop::sample::subsequence(RESOURCES.to_vec(), 1..3);
    prop::collection::vec((actions, resources), 1..3)
}

fn values(rules: &[Rule]) -> Vec<Value> {
    rules.iter().map(|(actions, on)| json!({"Effect": "Allow", "Action": actions, "Resource": on})).collect()
}

/// A pattern of the lists above, which end in their only star.
fn matches(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |start| text.starts_with(start))
}

fn allows(rules: &[Rule], action: &str, resource: &str) -> bool {
    let any = |patterns: &[&str], text| patterns.iter().any(|pattern| matches(pattern, text));
    rules.iter().any(|(actions, resources)| any(actions, action) && any(resources, resource))
}

/// The risks of allowing what was not allowed, pair by pair of action and resource.
fn of_rights(old: &[Rule], new: &[Rule], widens: bool) -> BTreeSet<RiskKind> {
    let mut found = BTreeSet::new();
    for (actions, resources) in new {
        for (action, resource) in actions.iter().flat_map(|a| resources.iter().map(move |r| (*a, *r))) {
            let tried = TRIED_ACTIONS.iter().filter(|tried| matches(action, tried));
            let pairs =
                tried.flat_map(|a| TRIED_RESOURCES.iter().filter(|r| matches(resource, r)).map(move |r| (a, r)));
            if !pairs.into_iter().all(|(action, resource)| allows(old, action, resource)) {
                found.extend(of_pair(action, resource, widens));
            }
        }
    }
    found
}

fn of_pair(action: &str, resource: &str, widens: bool) -> Option<RiskKind> {
    let all_roles = matches(resource, "arn:aws:iam::123456789012:role/other");
    match action {
        "*" | "iam:*" => Some(RiskKind::Administrator),
        "sts:AssumeRole" if all_roles => Some(RiskKind::Administrator),
        "iam:PassRole" | "iam:Pass*" if all_roles => Some(RiskKind::PassRole),
        "s3:*" => Some(RiskKind::Wildcard),
        // Nothing narrower can be asked for there.
        "logs:CreateLogDelivery" => widens.then_some(RiskKind::MoreRights),
        _ if resource == "*" => Some(RiskKind::Wildcard),
        _ => widens.then_some(RiskKind::MoreRights),
    }
}

const MANAGED: [(&str, bool); 8] = [
    ("arn:aws:iam::aws:policy/AdministratorAccess", true),
    ("arn:aws:iam::aws:policy/IAMFullAccess", true),
    ("arn:aws:iam::aws:policy/PowerUserAccess", true),
    ("arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess_v2", true),
    ("arn:aws:iam::aws:policy/job-function/DatabaseAdministrator", true),
    ("arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess", false),
    ("arn:aws:iam::123456789012:policy/FullAccess", false),
    ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", false),
];

#[derive(Debug, Clone)]
struct RoleParts {
    managed: Vec<(&'static str, bool)>,
    inline: Option<Vec<Rule>>,
    boundary: Option<u8>,
    trusted: Vec<&'static str>,
    duration: i32,
}

fn role_parts() -> impl Strategy<Value = RoleParts> + Clone {
    let trusted = prop::sample::subsequence(
        vec!["lambda.amazonaws.com", "states.amazonaws.com", "*", OTHER, "arn:aws:iam::123456789012:role/app"],
        1..4,
    );
    let managed = prop::sample::subsequence(MANAGED.to_vec(), 0..4);
    (managed, prop::option::of(rules()), prop::option::of(0u8..2), trusted, 3600i32..3602).prop_map(
        |(managed, inline, boundary, trusted, duration)| RoleParts { managed, inline, boundary, trusted, duration },
    )
}

fn role(parts: &RoleParts) -> State {
    let trust = |who: &&str| {
        let kind = if who.ends_with(".com") { "Service" } else { "AWS" };
        json!({"Effect": "Allow", "Principal": {kind: who}, "Action": "sts:AssumeRole"})
    };
    let managed = parts.managed.iter().map(|(arn, _)| (*arn).to_owned()).collect();
    let inline = parts.inline.iter().map(|rules| ("in.line".to_owned(), document(values(rules)))).collect();
    let mut role = Role::for_service("lambda.amazonaws.com", managed, inline, Tags::new());
    role.assume_role_policy_document = document(parts.trusted.iter().map(trust).collect());
    role.permissions_boundary = parts.boundary.map(|n| format!("arn:aws:iam::{ACCOUNT}:policy/boundary-{n}"));
    role.max_session_duration = parts.duration;
    role.into()
}

fn of_role(old: Option<&RoleParts>, new: Option<&RoleParts>) -> BTreeSet<RiskKind> {
    let Some(new) = new else { return [RiskKind::Gone].into() };
    let none = RoleParts { managed: vec![], inline: None, boundary: None, trusted: vec![], duration: 3600 };
    let (stays, before) = (old.is_some(), old.unwrap_or(&none));
    let rules = |parts: &RoleParts| parts.inline.clone().unwrap_or_default();
    let attached = |admin| new.managed.iter().any(|one| one.1 == admin && !before.managed.contains(one));
    let trusts = |these: &[&str]| {
        let had = |who: &str| before.trusted.contains(&who) || before.trusted.contains(&"*");
        new.trusted.iter().any(|who| these.contains(who) && !had(who))
    };
    let mut all = of_rights(&rules(before), &rules(new), stays);
    all.extend(expected(&[
        (RiskKind::Administrator, attached(true)),
        (RiskKind::MoreRights, stays && attached(false)),
        (RiskKind::Boundary, before.boundary.is_some() && new.boundary.is_none()),
        (RiskKind::MoreRights, before.boundary.is_some() && new.boundary.is_some_and(|n| before.boundary != Some(n))),
        (RiskKind::Everybody, trusts(&["*"])),
        (RiskKind::OtherAccount, trusts(&[OTHER])),
        (RiskKind::Trust, {
            let own = ["lambda.amazonaws.com", "states.amazonaws.com", "arn:aws:iam::123456789012:role/app"];
            stays && trusts(&own)
        }),
    ]));
    all
}

/// What may invoke a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    OwnApi,
    OtherApi,
    AnyApi,
    OfOwnAccount,
    OfOtherAccount,
    Anybody,
    OtherAccount,
}

fn callers() -> impl Strategy<Value = Vec<Option<Caller>>> + Clone {
    use Caller::*;
    let caller =
        prop::sample::select(vec![OwnApi, OtherApi, AnyApi, OfOwnAccount, OfOtherAccount, Anybody, OtherAccount]);
    prop::collection::vec(prop::option::weighted(0.8, caller), 3)
        .prop_filter("a permission has a statement", |all| all.iter().any(Option::is_some))
}

fn permission(callers: &[Option<Caller>]) -> State {
    let statement = |caller: Caller| {
        let arn = |account: &str| Some(Text::from(format!("arn:aws:execute-api:us-west-2:{account}:abc/*/GET/")));
        let principal = match caller {
            Caller::Anybody => "*",
            Caller::OtherAccount => "999999999999",
            _ => "apigateway.amazonaws.com",
        };
        let source_arn = match caller {
            Caller::OwnApi => arn(ACCOUNT),
            Caller::OtherApi => arn("999999999999"),
            _ => None,
        };
        let source_account = match caller {
            Caller::OfOwnAccount => Some(ACCOUNT.to_owned()),
            Caller::OfOtherAccount => Some("999999999999".to_owned()),
            _ => None,
        };
        Statement { principal: principal.into(), source_arn, source_account, ..Statement::default() }
    };
    let all = callers.iter().enumerate().filter_map(|(at, caller)| Some((format!("sid-{at}"), statement((*caller)?))));
    Permission { statements: all.collect() }.into()
}

proptest! {
    #[test]
    fn a_policy_has_exactly_the_risks_of_its_change((old, new) in maybe(rules())) {
        let state = |rules: &Vec<Rule>| State::from(Policy::new(document(values(rules)), Tags::new()));
        let expected = new.as_ref().map_or_else(BTreeSet::new, |new| {
            of_rights(old.as_deref().unwrap_or_default(), new, old.is_some())
        });
        let plan = planned(vec![case(Kind::Policy, "thing", old.as_ref().map(state), new.as_ref().map(state))]);
        prop_assert_eq!(kinds(&plan), expected, "{:#?}", lines(&plan));
    }

    #[test]
    fn a_role_has_exactly_the_risks_of_its_change((old, new) in maybe(role_parts())) {
        let plan = planned(vec![case(Kind::Role, "thing", old.as_ref().map(role), new.as_ref().map(role))]);
        prop_assert_eq!(kinds(&plan), of_role(old.as_ref(), new.as_ref()), "{:#?}", lines(&plan));
    }

    #[test]
    fn a_permission_has_exactly_the_risks_of_its_change((old, new) in maybe(callers())) {
        let none = vec![None; 3];
        let (before, after) = (old.as_ref().unwrap_or(&none), new.as_ref().unwrap_or(&none));
        let moved = |these: &[Caller]| (0..3).any(|at| after[at] != before[at] && after[at].is_some_and(|c| these.contains(&c)));
        let again = (0..3).any(|at| before[at].is_some() && after[at].is_some() && before[at] != after[at]);
        let others = [Caller::OtherApi, Caller::OfOtherAccount, Caller::OtherAccount];
        let all = [
            (RiskKind::Everybody, moved(&[Caller::Anybody])),
            (RiskKind::OtherAccount, moved(&others)),
            (RiskKind::AnySource, moved(&[Caller::AnyApi])),
            (RiskKind::Downtime, again),
        ];
        assert_kinds(Kind::Permission, old.as_deref().map(permission), new.as_deref().map(permission), &all);
    }
}

#[test]
fn rights_are_named_with_what_they_are_on_and_denials_that_go_count() {
    let deny = json!({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"});
    let one = |action: &str| json!({"Effect": "Allow", "Action": action, "Resource": "arn:aws:dynamodb:us-west-2:123456789012:table/t"});
    let state = |statements: Vec<Value>| Some(State::from(Policy::new(document(statements), Tags::new())));
    let old = state(vec![one("dynamodb:GetItem"), deny]);
    let new = state(vec![one("dynamodb:GetItem"), one("dynamodb:PutItem"), one("dynamodb:DeleteItem")]);
    let text = lines(&planned(vec![case(Kind::Policy, "notify", old, new)]));
    assert_eq!(
        text,
        [
            "More rights: policy <notify>: also <dynamodb:DeleteItem>, <dynamodb:PutItem> on <dynamodb:table/t>",
            "More rights: policy <notify>: no longer denied: <s3:DeleteObject>",
        ]
    );
}

#[test]
fn a_star_is_a_risk_unless_aws_knows_nothing_narrower() {
    let of = |action: &str, resource: Value| {
        let one = json!({"Effect": "Allow", "Action": action, "Resource": resource});
        let policy = Policy::new(document(vec![one]), Tags::new());
        lines(&planned(vec![case(Kind::Policy, "p", None, Some(policy.into()))]))
    };
    for (action, resource) in [
        ("s3:GetObject", "arn:aws:s3:::*"),
        ("s3:GetObject", "arn:aws:s3:::*/*"),
        ("sqs:SendMessage", "arn:aws:sqs:*:*:*"),
        ("bedrock:InvokeModel", "*"),
        // Of identities and accounts nothing is without risk.
        ("iam:GetAccountSummary", "*"),
        ("polly:SynthesizeSpeech", "*"),
        ("no-service:Action", "*"),
    ] {
        assert_eq!(of(action, json!(resource)), [format!("Wildcard rights: policy <p>: <{action}> on <{resource}>")]);
    }
    for (action, resource) in [
        ("bedrock:InvokeModel", "arn:aws:bedrock:*::foundation-model/*"),
        ("xray:PutTraceSegments", "*"),
        ("cloudwatch:PutMetricData", "*"),
        ("s3:GetObject", "arn:aws:s3:::b*"),
    ] {
        assert_eq!(of(action, json!(resource)), [""; 0], "{action} {resource}");
    }
}

#[test]
fn what_aws_makes_up_is_named_by_whose_it_is() {
    let on = |resource: Value| {
        let one = json!({"Effect": "Allow", "Action": "dynamodb:GetRecords", "Resource": [resource]});
        let inline = BTreeMap::from([("access".to_owned(), document(vec![one]))]);
        Some(State::from(Role::for_service("lambda.amazonaws.com", BTreeSet::new(), inline, Tags::new())))
    };
    let (old, new) = (
        on(json!("arn:aws:dynamodb:us-west-2:123456789012:table/t/stream/x")),
        on(json!({"$output": "dynamodb.table/t.stream_arn"})),
    );
    assert_eq!(
        lines(&planned(vec![case(Kind::Role, "r", old, new)])),
        ["More rights: role <r>: also <dynamodb:GetRecords> on <${dynamodb.table/t.stream_arn}>"]
    );
}

#[test]
fn a_new_policy_widens_a_role_that_exists_and_not_one_that_is_new() {
    let policy = || {
        let on = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"});
        case(Kind::Policy, "p", None, Some(Policy::new(document(vec![on]), Tags::new()).into()))
    };
    let arn = "arn:aws:iam::123456789012:policy/shop/test/shop--test-p".to_owned();
    let role = |managed: BTreeSet<String>| -> State {
        Role::for_service("lambda.amazonaws.com", managed, BTreeMap::new(), Tags::new()).into()
    };
    let with = || Some(role([arn.clone()].into()));
    assert_eq!(lines(&planned(vec![policy(), case(Kind::Role, "r", None, with())])), [""; 0]);
    let old = Some(role(BTreeSet::new()));
    assert_eq!(
        lines(&planned(vec![policy(), case(Kind::Role, "r", old, with())])),
        ["More rights: policy <p>: also <s3:GetObject> on <arn:aws:s3:::b/*>"]
    );
}

#[test]
fn a_provider_that_takes_more_tokens_is_wider_trust() {
    let provider = |ids: &[&str]| {
        let client_id_list = ids.iter().map(|id| (*id).to_owned()).collect();
        Some(State::from(OidcProvider { client_id_list }))
    };
    let plan = planned(vec![case(Kind::OidcProvider, "github", provider(&["a"]), provider(&["a", "b"]))]);
    assert_eq!(lines(&plan), ["Wider trust: identity provider <github>: also takes tokens for <b>"]);
}
