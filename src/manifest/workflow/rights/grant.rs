//! What a role's statements allow.

use std::collections::BTreeSet;

use serde_json::Value;

use super::right::{On, Right};

/// The statements of a role.
pub struct Grants<'s>(pub &'s [Value]);

impl Grants<'_> {
    /// The actions of a right that no statement allows.
    pub fn lacking(&self, right: &Right) -> BTreeSet<String> {
        let lacking: BTreeSet<_> =
            right.actions.iter().filter(|action| !self.allow(action, &right.on)).cloned().collect();
        let enough = right.any && lacking.len() < right.actions.len();
        if enough { BTreeSet::new() } else { lacking }
    }

    /// True if a statement allows an action on something.
    pub fn allow(&self, action: &str, on: &On) -> bool {
        self.0.iter().any(|statement| {
            let actions = list(&statement["Action"]).iter().filter_map(Value::as_str);
            let is_one = actions.into_iter().any(|allowed| allowed.eq_ignore_ascii_case(action));
            is_one && list(&statement["Resource"]).iter().any(|allowed| is_on(allowed, on))
        })
    }
}

/// What has an id that AWS has yet to make up is no text, and may be what is meant.
fn is_on(allowed: &Value, on: &On) -> bool {
    match on {
        On::Everything => allowed == "*",
        On::Resource(arn) => allowed.as_str().is_none_or(|allowed| overlap(allowed, arn)),
        On::Unknown(_) => true,
    }
}

/// A list, or the one value that stands in its place.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// The longest ARN that AWS makes.
const ARN: usize = 2048;

/// True if some text fits both patterns, in which `*` stands for any text and `?` for any letter. What is longer than an ARN
/// is not judged.
pub fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() > ARN || other.len() > ARN {
        return true;
    }
    // Of each rest of `other`, whether some text fits it and the rest of `one` that has been reached, from the end.
    let mut below: Vec<bool> = (0..=other.len()).map(|j| other[j..].iter().all(|byte| *byte == b'*')).collect();
    for a in one.iter().rev() {
        let mut row = vec![false; other.len() + 1];
        row[other.len()] = *a == b'*' && below[other.len()];
        for (j, b) in other.iter().enumerate().rev() {
            row[j] = match (a, b) {
                (b'*', _) | (_, b'*') => below[j] || row[j + 1],
                (b'?', _) | (_, b'?') => below[j + 1],
                _ => a == b && below[j + 1],
            };
        }
        below = row;
    }
    below[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn patterns_overlap_where_a_text_fits_both() {
        for (one, other) in [
            ("a", "a"),
            ("*", ""),
            ("", ""),
            ("*", "a*b"),
            ("a*", "*b"),
            ("a?c", "abc"),
            ("a*c", "a?c"),
            ("table/x*", "table/x/index/*"),
            ("secret:a-??????", "secret:a-AbCdEf"),
            ("a**b", "ab"),
        ] {
            assert!(overlap(one, other) && overlap(other, one), "{one} {other}");
        }
        for (one, other) in
            [("a", "b"), ("a", ""), ("a*", "b*"), ("a?", "a"), ("*a", "*b"), ("a*c", "ab"), ("ab", "abc")]
        {
            assert!(!overlap(one, other) && !overlap(other, one), "{one} {other}");
        }
    }

    #[test]
    fn what_is_longer_than_an_arn_is_not_judged() {
        assert!(overlap(&"a".repeat(1 << 20), &"b".repeat(1 << 20)));
    }

    #[test]
    fn a_right_is_given_by_its_action_on_its_resource() {
        let statements = [
            json!({"Action": "sqs:SendMessage", "Resource": "arn:q"}),
            json!({"Action": ["batch:DescribeJobs", "ecs:StopTask"], "Resource": ["*", "arn:x"]}),
            json!({"Action": ["batch:CancelJob"], "Resource": ["arn:x*"]}),
        ];
        let allow = |action: &str, on: On| Grants(&statements).allow(action, &on);
        assert!(allow("sqs:sendMessage", On::Resource("arn:q".into())), "the case of an action does not matter");
        assert!(!allow("sqs:SendMessage", On::Resource("arn:Q".into())), "that of a resource does");
        assert!(!allow("sqs:ReceiveMessage", On::Resource("arn:q".into())));
        assert!(allow("sqs:SendMessage", On::Unknown(Vec::new())), "what is not known may be it");
        assert!(allow("batch:DescribeJobs", On::Everything) && !allow("batch:CancelJob", On::Everything));
        let any = Right::any(["a:X", "sqs:SendMessage"], On::Unknown(Vec::new()));
        assert_eq!(Grants(&statements).lacking(&any), BTreeSet::new());
        let all = Right { any: false, ..any };
        assert_eq!(Grants(&statements).lacking(&all), BTreeSet::from(["a:X".to_owned()]));
    }

    proptest! {
        #[test]
        fn a_pattern_overlaps_what_it_was_made_from(text in "[ab]{0,8}", stars in prop::collection::vec(any::<prop::sample::Index>(), 0..3)) {
            let mut pattern: Vec<char> = text.chars().collect();
            for star in stars {
                let at = star.index(pattern.len() + 1);
                pattern.insert(at, '*');
            }
            let pattern: String = pattern.into_iter().collect();
            prop_assert!(overlap(&pattern, &text) && overlap(&text, &pattern));
        }
    }
}
