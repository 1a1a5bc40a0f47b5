//! Session policies: what one plan's apply may do, each AWS service by itself.
//!
//! All of a plan's changes share one policy for each service, as long as those fit ([`Share`]). Where they do not, halves of
//! the changes have policies of their own, and halves of those: each is narrower than one for all would be.
//!
//! A session policy has 2,048 characters. What one service's calls need is written as narrowly as fits:
//!
//! 1. [`Width::Exact`]: the very resources.
//! 2. [`Width::Names`]: everything that the app and its stage own; below a REST API, everything of that API; of mappings,
//!    every one of the app's and stage's functions.
//! 3. [`Width::Service`]: the same, and whatever bears the app's and stage's names with all of the plan's actions of the
//!    service. What does not (questions about all of an account, keys, layers) keeps to its own actions.
//!
//! Never beyond that: no step allows an action that the plan does not need, nor a resource outside of the app's and
//! stage's names where IAM can tell. One change that does not fit then is an error, and not a wider policy.
//!
//! AWS packs session policies, and has a limit of the packed size that nobody can compute. So the wider forms are kept for
//! it to choose from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::aws::document::Document;
use crate::aws::required_actions::Conditions;
use crate::aws::{RequiredAction, tag_index};
use crate::name::{Address, Owner, Site};
use crate::plan::{Change, Plan};
use crate::policy::document::{SESSION, length};
use crate::policy::scope::{OwnNames, without_covered};
use crate::policy::{TooLong, documents, key_of_function};

/// What the client of one service may send.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The service, as calls name it.
    pub service: String,
    /// How narrow it is.
    pub width: Width,
    /// The session policy.
    pub document: Document,
    /// The wider forms, should AWS not take that one, the narrowest first.
    pub wider: Vec<(Width, Document)>,
}

impl Session {
    /// The policies to try, one after another.
    pub fn policies(&self) -> Vec<String> {
        let wider = self.wider.iter().map(|(_, document)| document.to_string());
        std::iter::once(self.document.to_string()).chain(wider).collect()
    }
}

/// Changes of a plan that have one session for each service.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// What the changes are of.
    pub changes: BTreeSet<Address>,
    /// By service.
    pub sessions: Vec<Session>,
}

/// How narrow a session policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// The plan's resources alone.
    Exact,
    /// Everything that bears the app's and stage's names.
    Names,
    /// The same, with each of the service's actions that the plan needs.
    Service,
}

impl Width {
    const ALL: [Width; 3] = [Width::Exact, Width::Names, Width::Service];
}

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exactly the plan's resources",
            Self::Names => "everything of the app's and stage's names",
            Self::Service => "any of the plan's actions on everything of the app's and stage's names",
        })
    }
}

/// A service's needs fit into no session policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooWide {
    /// All together are too long at the widest.
    #[error("the rights to {service} take {length} characters of the {SESSION} that a session policy has")]
    Together {
        /// The service.
        service: String,
        /// The characters of the widest form.
        length: usize,
    },
    /// One alone is too long.
    #[error(transparent)]
    Alone(#[from] TooLong),
    /// A change has a part of the plan for itself, and that is still too wide.
    #[error("{address}: {why}")]
    Change {
        /// Of what.
        address: Box<Address>,
        /// In what way.
        why: Box<TooWide>,
    },
}

/// The sessions of a plan's apply: one share, or as many as it takes. Each may ask the tagging index, which an apply waits
/// for in the end.
pub fn sessions(plan: &Plan) -> Result<Vec<Share>, TooWide> {
    sessions_within(plan, SESSION)
}

/// The same, with policies of at most so many characters.
pub fn sessions_within(plan: &Plan, most: usize) -> Result<Vec<Share>, TooWide> {
    let scope = OwnNames::new(&plan.owner(), &plan.site);
    let changes: Vec<&Change> = plan.changes.iter().collect();
    let shared = |changes: &[&Change]| {
        let sessions = by_service(plan, changes).into_iter();
        let sessions =
            sessions.map(|(service, actions)| session(&scope, service, actions, most)).collect::<Result<_, _>>();
        let share =
            |sessions| Share { changes: changes.iter().map(|change| change.address.clone()).collect(), sessions };
        match (sessions, changes) {
            (Err(why), [one]) => Err(TooWide::Change { address: Box::new(one.address.clone()), why: Box::new(why) }),
            (sessions, _) => sessions.map(share),
        }
    };
    halved(&changes, &shared)
}

/// What `made` makes of all, or of each half.
fn halved<T, U, E>(all: &[T], made: &impl Fn(&[T]) -> Result<U, E>) -> Result<Vec<U>, E> {
    match made(all) {
        Ok(made) => Ok(vec![made]),
        Err(why) if all.len() < 2 => Err(why),
        Err(_) => {
            let (first, second) = all.split_at(all.len() / 2);
            let mut parts = halved(first, made)?;
            parts.extend(halved(second, made)?);
            Ok(parts)
        }
    }
}

/// The sessions of planning, which is of no change.
pub fn of_planning(actions: Vec<RequiredAction>, owner: &Owner, site: &Site) -> Result<Share, TooWide> {
    let mut by_service: BTreeMap<String, BTreeSet<RequiredAction>> = BTreeMap::new();
    for required in actions {
        by_service.entry(client(&required)).or_default().insert(required);
    }
    let scope = OwnNames::new(owner, site);
    let sessions = by_service.into_iter().map(|(service, actions)| session(&scope, service, actions, SESSION));
    Ok(Share { changes: BTreeSet::new(), sessions: sessions.collect::<Result<_, _>>()? })
}

/// In one line, what the credentials of an apply will be allowed to do.
///
/// A service is named under the widest of its sessions.
pub fn summary(shares: &[Share]) -> String {
    let mut widest: BTreeMap<&str, Width> = BTreeMap::new();
    for session in shares.iter().flat_map(|share| &share.sessions) {
        let width = widest.entry(&session.service).or_insert(session.width);
        *width = session.width.max(*width);
    }
    let of = |width: Width| {
        let services: Vec<&str> = widest.iter().filter(|(_, of)| **of == width).map(|(service, _)| *service).collect();
        (!services.is_empty()).then(|| format!("{}: {width}", services.join(", ")))
    };
    Width::ALL.into_iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

/// The needs of each service's client. What a call needs of other services is asked of whoever sends it; a read needs
/// nothing but its own action.
fn by_service(plan: &Plan, changes: &[&Change]) -> BTreeMap<String, BTreeSet<RequiredAction>> {
    let mut by_service: BTreeMap<String, BTreeSet<RequiredAction>> = BTreeMap::new();
    for required in tag_index::required_actions() {
        by_service.entry(client(&required)).or_default().insert(required);
    }
    for change in changes {
        let id = plan.id(change);
        for required in change.address.kind.actions_to_read(&id).into_iter().chain(key_of_function(change, &id)) {
            by_service.entry(client(&required)).or_default().insert(required);
        }
        for step in &change.steps {
            let (caller, required) = (service(step.call.api()), step.call.required_actions(&id));
            for other in required.iter().filter(|one| is_sent_beside(&caller, one)) {
                by_service.entry(client(other)).or_default().insert(other.clone());
            }
            by_service.entry(caller).or_default().extend(required);
        }
    }
    by_service
}

/// What a call of Lambda's needs of other clients: a zip is put into its bucket before Lambda fetches it by the caller's rights, and
/// alarms are asked before an alias is moved.
fn is_sent_beside(caller: &str, required: &RequiredAction) -> bool {
    caller == "lambda" && matches!(service(required.action).as_str(), "cloudwatch" | "s3")
}

/// Whose client asks for what is read, as calls name it. IAM has one service for both of API Gateway's APIs, and each has a
/// client of its own. What Lambda asks of a key goes by the credentials of whoever reads a function, and what WAF asks other
/// services about what it protects goes by the credentials of whoever asks WAF.
pub fn client(required: &RequiredAction) -> String {
    let path = required.resource.split_once("::/apis").map(|(_, rest)| rest);
    if required.resource.contains("/apimappings") {
        return "apigatewayv2".to_owned();
    }
    let by_lambda = |((_, key), of): (&(_, &str), &BTreeSet<String>)| {
        *key == "kms:ViaService" && of.iter().any(|service| service.starts_with("lambda."))
    };
    match service(required.action).as_str() {
        "kms" if required.conditions.iter().any(by_lambda) => "lambda".to_owned(),
        "apigateway" if path.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) => "apigatewayv2".to_owned(),
        "appsync" | "cognito-idp" | "elasticloadbalancing" => "wafv2".to_owned(),
        service => service.to_owned(),
    }
}

/// The name that a service's calls have.
fn service(api: &str) -> String {
    api.split(':').next().unwrap_or_default().to_owned()
}

fn session(
    scope: &OwnNames,
    service: String,
    actions: BTreeSet<RequiredAction>,
    most: usize,
) -> Result<Session, TooWide> {
    let (mut why, mut forms) = (None, Vec::<(Width, Document)>::new());
    for width in Width::ALL {
        match documents(widened(scope, actions.clone(), width), most).as_deref() {
            Ok([document]) if forms.iter().all(|(_, form)| form != document) => forms.push((width, document.clone())),
            Ok([_]) => {}
            Ok(made) => {
                why = Some(TooWide::Together { service: service.clone(), length: made.iter().map(length).sum() })
            }
            Err(alone) => why = Some(alone.clone().into()),
        }
    }
    let mut forms = forms.into_iter();
    match forms.next() {
        Some((width, document)) => Ok(Session { service, width, document, wider: forms.collect() }),
        None => Err(why.unwrap_or(TooWide::Together { service, length: 0 })),
    }
}

fn widened(scope: &OwnNames, actions: BTreeSet<RequiredAction>, width: Width) -> Vec<RequiredAction> {
    match width {
        Width::Exact => without_covered(actions),
        Width::Names => {
            let below = actions.into_iter().map(|required| RequiredAction { resource: whole(&required), ..required });
            scope.widen(below)
        }
        Width::Service => every_pair(scope, widened(scope, actions, Width::Names)),
    }
}

/// What an id that AWS has made up is part of.
fn whole(required: &RequiredAction) -> String {
    whole_mappings(required).unwrap_or_else(|| whole_api(&required.resource))
}

/// Any mapping, where a condition says of which function or whose it is.
fn whole_mappings(required: &RequiredAction) -> Option<String> {
    let (start, _) = required.resource.split_once(":event-source-mapping:")?;
    (!required.conditions.is_empty()).then(|| format!("{start}:event-source-mapping:*"))
}

/// Everything of the API that a path is of; the API itself, and all other ARNs, stay.
fn whole_api(arn: &str) -> String {
    let below = |all: &str| {
        let (start, path) = arn.split_once(all)?;
        let (api, _) = path.split_once('/')?;
        Some(format!("{start}{all}{api}/*"))
    };
    ["::/restapis/", "::/apis/"].into_iter().find_map(below).unwrap_or_else(|| arn.to_owned())
}

/// Each action with each resource, of those needs that are about something of ours: by the name of the resource, under no
/// condition, or under the same condition that names something of ours.
fn every_pair(scope: &OwnNames, actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
    let (ours, apart): (Vec<_>, Vec<_>) = actions.into_iter().partition(|required| is_ours(scope, required));
    let mut groups: BTreeMap<Conditions, Vec<RequiredAction>> = BTreeMap::new();
    ours.into_iter().for_each(|required| groups.entry(required.conditions.clone()).or_default().push(required));
    without_covered(groups.into_values().flat_map(pairs).chain(apart).collect())
}

fn is_ours(scope: &OwnNames, required: &RequiredAction) -> bool {
    if required.conditions.is_empty() {
        return scope.owns(&required.resource);
    }
    let mut conditions = required.conditions.iter();
    conditions.any(|((operator, _), values)| *operator == "ArnLike" && values.iter().all(|arn| scope.owns(arn)))
}

/// Each action with each resource of needs under one condition.
fn pairs(actions: Vec<RequiredAction>) -> Vec<RequiredAction> {
    let resources: BTreeSet<&String> = actions.iter().map(|required| &required.resource).collect();
    let unique: BTreeMap<&'static str, &RequiredAction> =
        actions.iter().map(|required| (required.action, required)).collect();
    let with = |required: &RequiredAction, resource: &String| RequiredAction {
        resource: resource.clone(),
        ..required.clone()
    };
    unique.values().flat_map(|required| resources.iter().map(|resource| with(required, resource))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::required_actions::on;

    fn site() -> Site {
        Site {
            account: "123456789012".parse().unwrap(),
            region: "us-west-2".parse().unwrap(),
            partition: "aws".into(),
            endpoint: "aws".into(),
        }
    }

    fn scope() -> OwnNames {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        OwnNames::new(&owner, &site())
    }

    fn role(number: usize) -> String {
        format!("arn:aws:iam::123456789012:role/shop/test/shop--test-role-number-{number}")
    }

    #[test]
    fn a_policy_is_widened_only_as_far_as_it_must() {
        let few = (0..3).flat_map(|number| on(role(number), &["iam:CreateRole", "iam:DeleteRole"])).collect();
        assert_eq!(session(&scope(), "iam".into(), few, SESSION).unwrap().width, Width::Exact);
        let many = (0..60).flat_map(|number| on(role(number), &["iam:CreateRole", "iam:DeleteRole"])).collect();
        let made = session(&scope(), "iam".into(), many, SESSION).unwrap();
        assert_eq!(made.width, Width::Names);
        assert_eq!(made.document.statements()[0]["Resource"][0], "arn:aws:iam::123456789012:role/shop/test/*");
    }

    #[test]
    fn as_the_last_step_all_actions_share_all_resources_of_ours_and_nothing_else_does() {
        let recorders = "arn:aws:config:us-west-2:123456789012:configuration-recorder/*";
        let (ours, without_path) =
            ("arn:aws:iam::123456789012:role/shop/test/*", "arn:aws:iam::123456789012:role/shop--test-*");
        let apart = [
            RequiredAction::new("iam:PassRole", ours).when("StringEquals", "iam:PassedToService", "x"),
            RequiredAction::new("iam:ListRoles", "*"),
            RequiredAction::new("config:DescribeConfigurationRecorders", recorders),
        ];
        let plain = [RequiredAction::new("iam:CreateRole", role(1)), RequiredAction::new("iam:GetRole", without_path)];
        let pairs = widened(&scope(), apart.iter().chain(&plain).cloned().collect(), Width::Service);
        let all = ["iam:CreateRole", "iam:GetRole"]
            .map(|action| [RequiredAction::new(action, ours), RequiredAction::new(action, without_path)]);
        let expected: BTreeSet<RequiredAction> = apart.into_iter().chain(all.into_iter().flatten()).collect();
        assert_eq!(pairs.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn mappings_of_our_functions_are_named_by_their_functions_once_their_ids_do_not_fit() {
        let start = "arn:aws:lambda:us-west-2:123456789012:";
        let of = |function: &str, action, resource: String| {
            RequiredAction::new(action, resource).when(
                "ArnLike",
                "lambda:FunctionArn",
                &format!("{start}function:{function}"),
            )
        };
        let mapping = |id: usize| format!("{start}event-source-mapping:{id}");
        let tags = RequiredAction::new("lambda:ListTags", mapping(0));
        let actions = (1..9).flat_map(|id| {
            let function = format!("shop--test-{id}");
            ["lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"]
                .map(|action| of(&function, action, mapping(id)))
        });
        let create = of("shop--test-1", "lambda:CreateEventSourceMapping", "*".into());
        let actions: BTreeSet<RequiredAction> = actions.chain([create, tags.clone()]).collect();
        let ours = |action, resource: &str| of("shop--test-*", action, resource.to_owned());
        let any = format!("{start}event-source-mapping:*");
        let mut expected = vec![
            ours("lambda:CreateEventSourceMapping", "*"),
            ours("lambda:DeleteEventSourceMapping", &any),
            tags.clone(),
            ours("lambda:UpdateEventSourceMapping", &any),
        ];
        assert_eq!(widened(&scope(), actions.clone(), Width::Names), expected);
        expected.iter_mut().filter(|required| **required != tags).for_each(|required| required.resource = "*".into());
        assert_eq!(widened(&scope(), actions, Width::Service), expected);
    }

    #[test]
    fn what_fits_at_no_width_is_an_error_with_its_size() {
        let layer = |number: usize| format!("arn:aws:lambda:us-west-2:999999999999:layer:a-layer-{number:03}:1");
        let actions = (0..100).map(|number| RequiredAction::new("lambda:GetLayerVersion", layer(number))).collect();
        let error = session(&scope(), "lambda".into(), actions, SESSION).unwrap_err().to_string();
        assert!(error.starts_with("the rights to lambda take ") && error.contains(" of the 2048 "), "{error}");
    }

    #[test]
    fn both_of_api_gateway_s_apis_have_a_session_of_their_own() {
        let of = |path: &str| {
            client(&RequiredAction::new("apigateway:GET", format!("arn:aws:apigateway:us-west-2::{path}")))
        };
        for path in ["/apis", "/apis/abc/routes", "/apis/*/stages", "/domainnames/api.example.org/apimappings"] {
            assert_eq!(of(path), "apigatewayv2", "{path}");
        }
        for path in
            ["/restapis", "/restapis/abc", "/apikeys", "/usageplans/*", "/domainnames", "/domainnames/api.example.org"]
        {
            assert_eq!(of(path), "apigateway", "{path}");
        }
    }

    #[test]
    fn what_waf_asks_of_others_is_in_its_own_session() {
        let of = |action| client(&RequiredAction::new(action, "*"));
        for action in [
            "appsync:ListResourcesForWebACL",
            "cognito-idp:GetWebACLForResource",
            "elasticloadbalancing:DescribeWebACLAssociation",
            "wafv2:ListResourcesForWebACL",
        ] {
            assert_eq!(of(action), "wafv2", "{action}");
        }
    }

    #[test]
    fn what_firewalls_protect_is_asked_of_their_own_client() {
        for action in [
            "appsync:GetWebACLForResource",
            "cognito-idp:ListResourcesForWebACL",
            "elasticloadbalancing:DescribeWebACLAssociation",
            "wafv2:GetWebACL",
        ] {
            assert_eq!(client(&RequiredAction::new(action, "*")), "wafv2", "{action}");
        }
    }

    #[test]
    fn below_a_rest_api_everything_of_that_api_is_the_wider_form() {
        let start = "arn:aws:apigateway:us-west-2:";
        assert_eq!(whole_api(&format!("{start}:/restapis/abc/stages/v1")), format!("{start}:/restapis/abc/*"));
        assert_eq!(whole_api(&format!("{start}:/apis/abc/routes/*")), format!("{start}:/apis/abc/*"));
        for other in [
            format!("{start}:/apis/abc"),
            format!("{start}:/restapis/abc"),
            format!("{start}:/restapis"),
            "*".to_owned(),
        ] {
            assert_eq!(whole_api(&other), other);
        }
    }

    #[test]
    fn the_summary_is_one_line_that_names_each_service_under_its_width() {
        let of = |service: &str, width| {
            let document = Document::new(Vec::new());
            Session { service: service.into(), width, document, wider: Vec::new() }
        };
        let share = |sessions: &[Session]| Share { changes: BTreeSet::new(), sessions: sessions.to_vec() };
        let first = share(&[of("iam", Width::Names), of("s3", Width::Exact), of("sns", Width::Exact)]);
        let line = "s3, sns: exactly the plan's resources; iam: everything of the app's and stage's names";
        assert_eq!(summary(std::slice::from_ref(&first)), line);
        let second = share(&[of("iam", Width::Exact), of("sns", Width::Names)]);
        let line = "s3: exactly the plan's resources; iam, sns: everything of the app's and stage's names";
        assert_eq!(summary(&[first, second]), line);
    }

    #[test]
    fn what_does_not_fit_together_is_halved_until_it_does_in_its_order() {
        let at_most = |most: usize| {
            move |part: &[usize]| match part.iter().sum::<usize>() {
                sum if sum <= most => Ok(part.to_vec()),
                sum => Err(sum),
            }
        };
        assert_eq!(halved(&[1, 2, 3, 4], &at_most(10)), Ok(vec![vec![1, 2, 3, 4]]));
        assert_eq!(halved(&[1, 2, 3, 4], &at_most(9)), Ok(vec![vec![1, 2], vec![3, 4]]));
        assert_eq!(halved(&[1, 2, 3, 4], &at_most(4)), Ok(vec![vec![1, 2], vec![3], vec![4]]));
        assert_eq!(halved(&[1, 2, 3, 4], &at_most(3)), Err(4));
        assert_eq!(halved(&[], &at_most(0)), Ok(vec![Vec::<usize>::new()]));
    }
}
