//! What a web ACL has besides itself: a log, and associated resources that the manifest names by ARN.
//!
//! Reading them for every web ACL would cost each plan calls of which AWS allows one a second, so a tag of ours
//! ([`tag::PARTS`]) says which of them an apply has set, and only those are read.

use crate::aws::Tags;
use crate::name::tag;

/// That there is a log.
pub const LOGGING: &str = "logging";

/// Resources that are named by ARN: the word for them, what their ARN looks like, and what WAF calls their type.
const PROTECTED: [(&str, &str, &str); 3] = [
    ("alb", ":elasticloadbalancing:", "APPLICATION_LOAD_BALANCER"),
    ("appsync", ":appsync:", "APPSYNC"),
    ("cognito", ":cognito-idp:", "COGNITO_USER_POOL"),
];

/// True if the tags of a web ACL name this part.
pub fn says(tags: &Tags, word: &str) -> bool {
    tags.get(tag::PARTS).is_some_and(|words| words.split(' ').any(|one| one == word))
}

/// The word for what this ARN names, if WAF can protect it.
pub fn word(arn: &str) -> Option<&'static str> {
    PROTECTED.into_iter().find(|(_, service, _)| arn.contains(service)).map(|(word, ..)| word)
}

/// The types of the resources that the tags of a web ACL name.
pub(super) fn types(tags: &Tags) -> Vec<&'static str> {
    PROTECTED.into_iter().filter(|(word, ..)| says(tags, word)).map(|(.., of)| of).collect()
}

/// All that WAF can protect here.
pub(super) fn all_types() -> impl Iterator<Item = &'static str> {
    PROTECTED.into_iter().map(|(.., of)| of).chain(["API_GATEWAY"])
}

/// Sets the tag to these words, or removes it.
pub fn mark(tags: &mut Tags, mut words: Vec<&str>) {
    words.sort_unstable();
    words.dedup();
    match words.is_empty() {
        true => drop(tags.remove(tag::PARTS)),
        false => drop(tags.insert(tag::PARTS.into(), words.join(" "))),
    }
}

/// The tag as it has to be while a resource of a type that is named there may still be protected: until its web ACL goes.
pub(super) fn keep(want: &mut Tags, live: &Tags) {
    let words = |tags: &Tags| -> Vec<&'static str> {
        let all = PROTECTED.iter().map(|(word, ..)| *word).chain([LOGGING]);
        all.filter(|word| says(tags, word)).collect()
    };
    let kept = words(live).into_iter().filter(|word| *word != LOGGING);
    let all = words(want).into_iter().chain(kept).collect();
    mark(want, all);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_once_protected_stays_named_and_a_log_does_not() {
        let of = |words: &[&str]| {
            let mut tags = Tags::new();
            mark(&mut tags, words.to_vec());
            tags
        };
        let mut want = of(&["cognito"]);
        keep(&mut want, &of(&["logging", "alb", "cognito"]));
        assert_eq!(want[tag::PARTS], "alb cognito");
        let mut none = Tags::new();
        keep(&mut none, &of(&["logging"]));
        assert_eq!(none, Tags::new());
        assert_eq!(types(&of(&["alb", "appsync"])), ["APPLICATION_LOAD_BALANCER", "APPSYNC"]);
        assert_eq!(word("arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_a"), Some("cognito"));
        assert_eq!(word("arn:aws:s3:::bucket"), None);
    }
}
