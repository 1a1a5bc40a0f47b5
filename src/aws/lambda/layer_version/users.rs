//! Users of a version that do not belong to this app and stage: AWS would delete it all the same.

use super::*;
use crate::aws::Tags;
use crate::aws::error::Answer;
use crate::name::Site;

const LIST: &str = "lambda:ListFunctions";

/// The functions of the account and region that use each version, by its ARN.
pub type Users = BTreeMap<String, BTreeSet<String>>;

/// Asks for all of them.
pub(super) async fn all(aws: &Aws) -> Result<Users, AwsError> {
    let mut users = Users::new();
    let mut pages = aws.read.lambda.list_functions().into_paginator().send();
    while let Some(page) = pages.next().await {
        for function in page.answer(LIST)?.functions.unwrap_or_default() {
            let name = function.function_name().unwrap_or_default();
            for arn in function.layers().iter().filter_map(|layer| layer.arn()) {
                users.entry(arn.to_owned()).or_default().insert(name.to_owned());
            }
        }
    }
    Ok(users)
}

/// Those of a version that are not ours. A function of ours has another version by the time that this one goes.
pub(super) fn foreign(users: &Users, owner: &Owner, arn: &str) -> BTreeSet<String> {
    let prefix = owner.prefix();
    let all = users.get(arn).into_iter().flatten();
    all.filter(|name| !name.starts_with(&prefix)).cloned().collect()
}

/// Those that the tagging index does not know as ours: what has a name of its own no prefix tells.
pub(super) fn unknown(users: BTreeSet<String>, site: &Site, index: &BTreeMap<String, Tags>) -> BTreeSet<String> {
    let is_known = |name: &String| index.contains_key(&site.arn("lambda", &format!("function:{name}")));
    users.into_iter().filter(|name| !is_known(name)).collect()
}

/// Some of them, for people; `None` where there are none.
pub(super) fn shown(users: &BTreeSet<String>) -> Option<String> {
    let some: Vec<&str> = users.iter().take(3).map(String::as_str).collect();
    match (users.len(), some.as_slice()) {
        (0, _) => None,
        (1, [one]) => Some(format!("the function {one}")),
        (many, _) if many > some.len() => {
            Some(format!("the functions {} and {} more", some.join(", "), many - some.len()))
        }
        _ => Some(format!("the functions {}", some.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::test_support::test_id;

    #[test]
    fn a_function_of_ours_does_not_count_and_many_others_are_cut() {
        let owner = test_id(Kind::LayerVersion, "l").owner;
        let names = |all: &[&str]| all.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
        let users = Users::from([("a".to_owned(), names(&["shop--test-f", "shop--tests-f", "other"]))]);
        assert_eq!(foreign(&users, &owner, "a"), names(&["shop--tests-f", "other"]));
        assert_eq!(foreign(&users, &owner, "b"), names(&[]));
        let (site, arn) =
            (test_id(Kind::LayerVersion, "l").site, "arn:aws:lambda:us-west-2:123456789012:function:Handler");
        let index = BTreeMap::from([(arn.to_owned(), Tags::new())]);
        assert_eq!(unknown(names(&["Handler", "Handlers"]), &site, &index), names(&["Handlers"]));
        assert_eq!(shown(&names(&[])), None);
        assert_eq!(shown(&names(&["a"])).as_deref(), Some("the function a"));
        assert_eq!(shown(&names(&["a", "b", "c"])).as_deref(), Some("the functions a, b, c"));
        assert_eq!(shown(&names(&["a", "b", "c", "d", "e"])).as_deref(), Some("the functions a, b, c and 2 more"));
    }
}
