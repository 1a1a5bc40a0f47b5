//! Which resources a need is about: what covers what, and what the app and its stage own.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::RequiredAction;
use crate::aws::events::archive;
use crate::name::{Account, Owner, Site};

/// The names of one app and stage.
#[derive(Debug, Clone)]
pub struct OwnNames {
    /// How names begin, and those of archives where an app and stage are long.
    prefixes: BTreeSet<String>,
    path: String,
    account: Account,
}

impl OwnNames {
    /// Of this app and stage.
    pub fn new(owner: &Owner, site: &Site) -> Self {
        let prefixes = [owner.prefix(), archive::prefix(owner)].into();
        Self { prefixes, path: owner.path(), account: site.account.clone() }
    }

    /// The needs, each about everything of the app's and stage's instead of one of its resources; others stay.
    pub fn widen(&self, actions: impl IntoIterator<Item = RequiredAction>) -> Vec<RequiredAction> {
        without_covered(actions.into_iter().map(|required| self.widened(required)).collect())
    }

    fn widened(&self, required: RequiredAction) -> RequiredAction {
        let conditions = required.conditions.into_iter().map(|((operator, key), values)| {
            let values = values.into_iter().map(|value| match operator {
                "ArnLike" => self.arn(&value),
                "StringLike" => self.name(&value),
                _ => value,
            });
            ((operator, key), values.collect())
        });
        RequiredAction { resource: self.arn(&required.resource), conditions: conditions.collect(), ..required }
    }

    /// The ARN with `*` for what comes after our path or prefix in it. An ARN of another account stays.
    pub fn arn(&self, arn: &str) -> String {
        let fields: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, _, _, account, resource] = fields.as_slice() else { return arn.to_owned() };
        if !account.is_empty() && *account != self.account.as_str() {
            return arn.to_owned();
        }
        let start = &arn[..arn.len() - resource.len()];
        if let Some(at) = resource.find(&self.path) {
            return format!("{start}{}*", &resource[..at + self.path.len()]);
        }
        match self.find_prefix(resource) {
            Some(end) => format!("{start}{}*{}", &resource[..end], rest(&resource[end..])),
            None => arn.to_owned(),
        }
    }

    /// True for an ARN of something that bears our names.
    pub fn owns(&self, arn: &str) -> bool {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let account = arn.split(':').nth(4).unwrap_or_default();
        let here = account.is_empty() || account == self.account.as_str();
        here && (resource.contains(&self.path) || self.find_prefix(resource).is_some())
    }

    fn name(&self, name: &str) -> String {
        let prefix = self.prefixes.iter().find(|prefix| name.starts_with(prefix.as_str()));
        prefix.map_or_else(|| name.to_owned(), |prefix| format!("{prefix}*"))
    }

    /// Where the prefix of a name ends that begins the resource or a part of it.
    fn find_prefix(&self, resource: &str) -> Option<usize> {
        let of = |prefix: &String| {
            let starts = resource.match_indices(prefix.as_str()).map(|(at, _)| at);
            let mut whole = starts.filter(|at| *at == 0 || resource[..*at].ends_with(['/', ':']));
            whole.next().map(|at| at + prefix.len())
        };
        self.prefixes.iter().find_map(of)
    }
}

/// What follows a name, each part as any.
fn rest(after: &str) -> String {
    after.chars().filter(|c| ['/', ':'].contains(c)).flat_map(|separator| [separator, '*']).collect()
}

/// Drops every need that another one covers.
pub fn without_covered(actions: BTreeSet<RequiredAction>) -> Vec<RequiredAction> {
    let mut by_action: BTreeMap<&str, Vec<&RequiredAction>> = BTreeMap::new();
    actions.iter().for_each(|required| by_action.entry(required.action).or_default().push(required));
    let covered = |required: &RequiredAction| {
        by_action[required.action].iter().any(|other| *other != required && covers(other, required))
    };
    let kept: Vec<bool> = actions.iter().map(|required| !covered(required)).collect();
    actions.into_iter().zip(kept).filter_map(|(required, keep)| keep.then_some(required)).collect()
}

/// True if whatever `narrow` allows, `wide` allows too.
pub fn covers(wide: &RequiredAction, narrow: &RequiredAction) -> bool {
    let mut conditions = wide.conditions.iter();
    let holds = conditions.all(|(key, values)| narrow.conditions.get(key).is_some_and(|some| some.is_subset(values)));
    wide.action == narrow.action && holds && matches(&wide.resource, &narrow.resource)
}

/// True if a text is what a pattern of IAM's allows: `*` is any text, `?` any one character, and `${*}` the asterisk itself. A
/// text that is a pattern itself matches if all that it allows is allowed.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t, mut star) = (0, 0, None);
    while let Some((found, after)) = sign(text, t) {
        match sign(pattern, p) {
            Some((Sign::Any, next)) => {
                star = Some((next, t));
                p = next;
            }
            Some((Sign::One, next)) if found != Sign::Any => (p, t) = (next, after),
            Some((wanted, next)) if wanted == found => (p, t) = (next, after),
            _ => match star {
                Some((next, from)) => {
                    let from = sign(text, from).map_or(text.len(), |(_, after)| after);
                    star = Some((next, from));
                    (p, t) = (next, from);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// What stands at one place of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Any,
    One,
    Just(u8),
}

/// What stands at a place, and where the next begins.
fn sign(pattern: &[u8], at: usize) -> Option<(Sign, usize)> {
    Some(match &pattern[at..] {
        [] => return None,
        [b'$', b'{', itself @ (b'*' | b'?' | b'$'), b'}', ..] => (Sign::Just(*itself), at + 4),
        [b'*', ..] => (Sign::Any, at + 1),
        [b'?', ..] => (Sign::One, at + 1),
        [itself, ..] => (Sign::Just(*itself), at + 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> OwnNames {
        scope_of("shop", "test")
    }

    fn scope_of(app: &str, stage: &str) -> OwnNames {
        let site = Site {
            account: "123456789012".parse().unwrap(),
            region: "us-west-2".parse().unwrap(),
            partition: "aws".into(),
            endpoint: "aws".into(),
        };
        OwnNames::new(&Owner { app: app.parse().unwrap(), stage: stage.parse().unwrap() }, &site)
    }

    #[test]
    fn a_name_of_ours_becomes_all_of_ours_and_no_other_does() {
        for (arn, wide) in [
            ("arn:aws:sns:us-west-2:123456789012:shop--test-a", "arn:aws:sns:us-west-2:123456789012:shop--test-*"),
            ("arn:aws:s3:::shop--test-a-1/*", "arn:aws:s3:::shop--test-*/*"),
            ("arn:aws:iam::123456789012:role/shop/test/shop--test-a", "arn:aws:iam::123456789012:role/shop/test/*"),
            ("arn:aws:iam::123456789012:role/shop--test-a", "arn:aws:iam::123456789012:role/shop--test-*"),
            (
                "arn:aws:logs:us-west-2:123456789012:log-group:/aws/lambda/shop--test-a:*",
                "arn:aws:logs:us-west-2:123456789012:log-group:/aws/lambda/shop--test-*:*",
            ),
            (
                "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/shop--test-a/0-1",
                "arn:aws:wafv2:us-west-2:123456789012:regional/webacl/shop--test-*/*",
            ),
        ] {
            assert_eq!(scope().arn(arn), wide);
            assert_eq!(scope().arn(wide), wide);
            assert!(scope().owns(arn) && scope().owns(wide));
        }
        for other in [
            "arn:aws:iam::999999999999:policy/shop/test/x",
            "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
            "arn:aws:sns:us-west-2:123456789012:my-shop--test-a",
            "arn:aws:apigateway:us-west-2::/restapis/abc",
            "*",
        ] {
            assert_eq!(scope().arn(other), other);
            assert!(!scope().owns(other), "{other}");
        }
    }

    #[test]
    fn archives_of_an_app_and_stage_of_long_names_are_ours() {
        let owner = Owner { app: "orders-and-more-of-them".parse().unwrap(), stage: "production".parse().unwrap() };
        let (own, scope) = (archive::prefix(&owner), scope_of(owner.app.as_str(), owner.stage.as_str()));
        let arn = |prefix: &str| format!("arn:aws:events:us-west-2:123456789012:archive/{prefix}");
        assert!(!own.starts_with(&owner.prefix()));
        assert_eq!(scope.arn(&arn(&format!("{own}bus"))), arn(&format!("{own}*")));
        assert!(scope.owns(&arn(&format!("{own}bus"))) && !scope_of("shop", "test").owns(&arn(&format!("{own}bus"))));
    }

    #[test]
    fn a_pattern_covers_the_patterns_that_are_narrower() {
        for (wide, narrow) in [
            ("*", "a"),
            ("a*", "a*b"),
            ("a*c", "abc"),
            ("a/*/*", "a/b*/c"),
            ("a?c", "abc"),
            ("a*", "a"),
            ("aab*c", "aababc"),
        ] {
            assert!(matches(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in
            [("*.a", "${*}.a"), ("${*}.a", "${*}.a"), ("?.a", "${*}.a"), ("*.a", "x${?}.a"), ("${$}", "$")]
        {
            assert!(matches(wide, narrow), "{wide} {narrow}");
        }
        for (one, other) in
            [("${*}.a", "*.a"), ("${*}.a", "x.a"), ("${*}.a", "${?}.a"), ("${?}", "x"), ("${*}", "${x}")]
        {
            assert!(!matches(one, other), "{one} {other}");
        }
        for (one, other) in [("a", "*"), ("a*b", "a*"), ("a?c", "a*c"), ("a", "ab"), ("ab", "a"), ("", "a")] {
            assert!(!matches(one, other), "{one} {other}");
        }
    }

    #[test]
    fn what_a_wider_need_covers_is_dropped() {
        let all = RequiredAction::new("sns:Publish", "a*");
        let passed = |value| RequiredAction::new("sns:Publish", "ab").when("StringEquals", "k", value);
        assert_eq!(without_covered([all.clone(), RequiredAction::new("sns:Publish", "ab"), passed("v")].into()), [all]);
        assert_eq!(without_covered([passed("v"), passed("w")].into()).len(), 2);
        let narrower = passed("v").when("StringEquals", "l", "x");
        assert_eq!(without_covered([passed("v"), narrower.clone()].into()), [passed("v")]);
        assert_eq!(without_covered([passed("w"), narrower].into()).len(), 2);
        let (either, one) = (passed("v").when("StringEquals", "k", "w"), passed("w"));
        assert_eq!(without_covered([either.clone(), one].into()), [either]);
    }
}
