//! API Gateway: usage plans, and the API keys that identify callers.
//!
//! AWS generates a key's value and shows it in the answer to the call that creates the key, and to whoever asks for it
//! explicitly. Nothing here does: the value is removed from every answer before anything reads it
//! ([`key_value`](crate::aws::key_value)).
//!
//! Names of plans and keys are not unique: ownership tags distinguish ours from others with the same name, as with
//! APIs. A key is created together with its name and its tags, so that it is found by them after a lost answer. Two of
//! ours with the same name are an error, since nothing says which one callers use.

use std::collections::HashMap;

use crate::aws::error::AwsError;
use crate::aws::kit::tags::collect;
use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::settle::{Rule, reason::RATE, rule};
use crate::aws::tags::Tags;
use crate::aws::{Id, Reader};
use crate::name::{Owner, Ownership, Site};
use crate::text::{OutputRef, Text};

mod api_key;
mod required_actions;
mod send;
mod usage_plan;

pub use api_key::{ApiKey, Call as ApiKeyCall};
pub use usage_plan::{ApiStage, Call as UsagePlanCall, Limits, Method, Quota, UsagePlan};

/// Codes of an answer that says that there is no such thing.
const ABSENT: &[&str] = &["NotFoundException"];
/// The most that one page can hold.
const PAGE: i32 = 500;
/// Where the paths of keys begin.
const KEYS: &str = "/apikeys";
/// Where the paths of plans begin.
const PLANS: &str = "/usageplans";

const KEY: &str = "a new key to be known everywhere";
const STAGE: &str = "a new stage to be known everywhere";
const OTHER_PLAN: &str = "the key to leave another usage plan";
const TWO_PLANS: &str = "multiple Usage Plans";
const DETACHED: &str = "the usage plan to release its stages";

/// AWS takes one update of a usage plan in 20 seconds, whichever it is. A key that changes plans leaves one while it comes
/// to the other.
const HEALS: &[Rule] = &[
    rule("apigateway:UpdateUsagePlan", "TooManyRequestsException", "", 900, RATE),
    rule("apigateway:UpdateUsagePlan", "LimitExceededException", "", 900, RATE),
    rule("apigateway:UpdateUsagePlan", "NotFoundException", "Invalid API Stage", 60, STAGE),
    rule("apigateway:UpdateUsagePlan", "ConflictException", TWO_PLANS, 600, OTHER_PLAN),
    rule("apigateway:UpdateUsagePlan", "BadRequestException", TWO_PLANS, 600, OTHER_PLAN),
    rule("apigateway:CreateUsagePlan", "NotFoundException", "Invalid API Stage", 60, STAGE),
    rule("apigateway:CreateUsagePlanKey", "NotFoundException", "", 60, KEY),
    // Whatever it says: a key is in conflict with nothing but another plan that it has yet to leave.
    rule("apigateway:CreateUsagePlanKey", "ConflictException", "", 600, OTHER_PLAN),
    rule("apigateway:CreateUsagePlanKey", "BadRequestException", TWO_PLANS, 600, OTHER_PLAN),
    rule("apigateway:DeleteUsagePlan", "BadRequestException", "API Stages associated", 120, DETACHED),
];

/// Beside those of the service, which stand with REST APIs.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const LIMITS: &[Limit] = &[
    limit("API Gateway", Operations::These(&["CreateApiKey"]), 5.0, 5.0),
    limit("API Gateway", Operations::These(&["DeleteApiKey"]), 5.0, 5.0),
    limit("API Gateway", Operations::These(&["UpdateUsagePlan"]), 0.05, 1.0),
];

/// The id that AWS made up.
fn made_up_id(id: &Id) -> Text {
    OutputRef::new(&id.address, "id").into()
}

/// The ARN of what has this id, or of any; of all where there is none.
fn arn_of(site: &Site, path: &str, id: &str) -> String {
    let start = format!("arn:{}:apigateway:{}::{path}", site.partition, site.region);
    if id.is_empty() { start } else { format!("{start}/{id}") }
}

/// The ARN of the resource, which ends in the id that AWS made up.
fn arn(id: &Id, path: &str) -> Text {
    Text::from(arn_of(&id.site, path, "")).then("/").then(made_up_id(id))
}

/// The ARN of an API key.
pub fn key_arn(id: &Id) -> Text {
    arn(id, KEYS)
}

/// The ARN of a usage plan.
pub fn plan_arn(id: &Id) -> Text {
    arn(id, PLANS)
}

/// One of several of a name.
struct Candidate<T> {
    /// The id that AWS made up.
    id: String,
    /// When it was made, in seconds since 1970, where AWS says so.
    made: Option<i64>,
    tags: Tags,
    known: T,
}

/// Which of several of one name is meant: ours; else one that was ours and is kept; else the oldest.
fn choose<T>(
    api: &'static str,
    owner: &Owner,
    name: &str,
    mut named: Vec<Candidate<T>>,
) -> Result<Option<T>, AwsError> {
    named.sort_by(|one, other| (one.made, &one.id).cmp(&(other.made, &other.id)));
    let rank = |candidate: &Candidate<T>| match owner.of(&candidate.tags) {
        Ownership::Owned(_) => 0,
        Ownership::Released(_) => 1,
        Ownership::Foreign => 2,
    };
    let ours: Vec<&str> = named.iter().filter(|one| rank(one) == 0).map(|one| one.id.as_str()).collect();
    if ours.len() > 1 {
        let message = format!("several of this app are called {name}: {}; delete all but one", ours.join(", "));
        return Err(AwsError::malformed(api, message));
    }
    Ok(named.into_iter().min_by_key(rank).map(|candidate| candidate.known))
}

/// The tags that an answer shows; `None` where it shows none, which says nothing: AWS leaves them out of some.
fn shown_tags(tags: Option<&HashMap<String, String>>) -> Option<Tags> {
    tags.filter(|tags| !tags.is_empty()).map(|tags| collect(tags.clone()))
}

/// The tags that a listing shows, or that the tagging index says as they are wanted.
fn known_tags(reader: Reader<'_>, site: &Site, path: &str, id: &str, shown: Option<Tags>) -> Option<Tags> {
    shown.or_else(|| reader.trusted(&arn_of(site, path, id)).map(|tags| collect(tags.clone())))
}

/// An id that is not the value of a key: of keys from before 2016 it is. Those cannot be written down.
fn check_id(api: &'static str, id: &str) -> Result<(), AwsError> {
    if id.len() < 20 {
        return Ok(());
    }
    let why = "there is a key whose id is its value, as is possible for keys from before 2016; such a value must not \
               be written down: replace the key by hand, and remove it from its usage plans";
    Err(AwsError::malformed(api, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::tag;

    fn owner() -> Owner {
        Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() }
    }

    fn candidate(id: &str, made: i64, tags: Tags) -> Candidate<String> {
        Candidate { id: id.into(), made: Some(made), tags, known: id.into() }
    }

    fn ours() -> Tags {
        owner().tags(&"apigateway.api-key/partner".parse().unwrap())
    }

    #[test]
    fn of_several_of_one_name_ours_is_meant_then_one_that_was_ours_then_the_oldest() {
        let released = Tags::from([(tag::RELEASED.to_owned(), "shop/test/apigateway.api-key/partner".to_owned())]);
        let of = |named: Vec<Candidate<String>>| choose("apigateway:GetApiKeys", &owner(), "name", named);
        let foreign = || [candidate("old", 1, Tags::new()), candidate("new", 2, Tags::new())];
        assert_eq!(of(foreign().into()), Ok(Some("old".into())));
        assert_eq!(
            of(foreign().into_iter().chain([candidate("was", 3, released.clone())]).collect()),
            Ok(Some("was".into()))
        );
        let all = foreign().into_iter().chain([candidate("was", 3, released), candidate("is", 4, ours())]);
        assert_eq!(of(all.collect()), Ok(Some("is".into())));
        assert_eq!(of(Vec::new()), Ok(None));
        let twice = of(vec![candidate("b", 1, ours()), candidate("a", 1, ours())]).unwrap_err().to_string();
        assert!(twice.contains("several of this app are called name: a, b; delete all but one"), "{twice}");
    }

    #[test]
    fn an_id_that_is_a_value_is_not_repeated() {
        assert_eq!(check_id("apigateway:GetApiKeys", "a1b2c3d4e5"), Ok(()));
        let planted = "planted-value-0123456789";
        let error = check_id("apigateway:GetApiKeys", planted).unwrap_err().to_string();
        assert!(error.contains("whose id is its value") && !error.contains(planted), "{error}");
    }
}
