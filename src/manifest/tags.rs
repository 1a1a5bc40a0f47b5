//! Tags that AWS would refuse, reported before anything is sent.
//!
//! One rule, the strictest, for everything that has tags: the app's tags are also set on roles, whose keys IAM compares
//! without regard to case, and on buckets, for whose values S3 allows only letters, digits, spaces and a few signs.

use std::collections::BTreeMap;

use crate::aws::Tags;
use crate::manifest::Cursor;
use crate::name::tag;

/// Characters of a key.
const KEY: usize = 128;
/// Characters of a value.
const VALUE: usize = 256;
/// Tags of one resource, ours among them.
const TAGS: usize = 50;
/// How no key may begin, in capitals or not: what AWS keeps for itself, and what says whose a resource is.
const RESERVED: [&str; 2] = ["aws:", "serverless-app:"];

const SIGNS: &str = "letters, digits, spaces and any of _.:/=+-@";

/// Reports the tags of a section, or of the app, each at its own place.
pub(super) fn check(tags: &Tags, here: &Cursor) {
    for (key, value) in tags {
        let here = here.at(key);
        if !(1..=KEY).contains(&key.chars().count()) || !key.chars().all(is_allowed) {
            let help = format!("use 1 to {KEY} {SIGNS}");
            here.problem(format!("{key:?} is not a valid tag key"), Some(&help));
        }
        if value.chars().count() > VALUE || !value.chars().all(is_allowed) {
            let help = format!("use at most {VALUE} {SIGNS}");
            here.problem(format!("the tag {key:?} has a value that AWS does not accept"), Some(&help));
        }
        let lower = key.to_lowercase();
        if let Some(reserved) = RESERVED.iter().find(|reserved| lower.starts_with(*reserved)) {
            let help = "choose another key: aws: is reserved for AWS, and serverless-app: for the tags that say who \
                        owns a resource";
            here.problem(format!("the key {key:?} begins with {reserved}, which is reserved"), Some(help));
        }
    }
}

/// Reports what is wrong with a section's tags together with the app's. `all` are those of the resource, ours included.
pub(super) fn check_together(all: &Tags, section: &Tags, here: &Cursor) {
    // What the app's tags do by themselves is told where they stand.
    let app = here.top().at("app").at("tags");
    let mut seen: BTreeMap<String, &String> = BTreeMap::new();
    for key in all.keys().filter(|key| !tag::OURS.contains(&key.as_str())) {
        if let Some(other) = seen.insert(key.to_lowercase(), key) {
            let place = [key, other].into_iter().find(|key| section.contains_key(*key));
            let here = place.map_or(app.at(key), |key| here.at("tags").at(key));
            let help = "keep one of them: IAM treats them as the same key, and the app's tags are also set on roles";
            here.problem(format!("the tags {other:?} and {key:?} differ only in upper and lower case"), Some(help));
        }
    }
    if all.len() > TAGS {
        let ours = all.keys().filter(|key| tag::OURS.contains(&key.as_str())).count();
        let help = format!("use {} at most: {ours} more say who owns the resource", TAGS - ours);
        let here = if section.is_empty() { app } else { here.at("tags") };
        here.problem(format!("there are {} tags", all.len() - ours), Some(&help));
    }
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || " _.:/=+-@".contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::manifest::function::tests::{lowered, problems};

    /// A manifest whose app and whose topic have these tags; a topic stands for all that carries tags.
    fn manifest(app: &str, topic: &str) -> String {
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\ntags = {{ {app} }}\n[topic.t]\ntags = {{ {topic} }}\n")
    }

    fn told(app: &str, topic: &str) -> Vec<String> {
        match lowered(&manifest(app, topic), &[]) {
            Ok(_) => Vec::new(),
            Err(_) => problems(&manifest(app, topic), &[]),
        }
    }

    fn numbered(count: usize) -> String {
        (0..count).map(|number| format!("k{number} = \"v\"")).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_tag_is_taken_up_to_its_limits_and_refused_beyond_them() {
        let (key, value) = ("ü".repeat(128), "ß".repeat(256));
        assert_eq!(told(&format!("\"{key}\" = \"{value}\""), ""), [""; 0]);
        assert_eq!(told("", "\"a b_.:/=+-@9\" = \"a b_.:/=+-@9\", empty = \"\""), [""; 0]);
        let longer = told(&format!("\"{key}k\" = \"{value}v\""), "");
        assert_eq!(longer.len(), 2, "{longer:?}");
        assert!(longer[0].starts_with("4:") && longer[0].ends_with("is not a valid tag key"), "{longer:?}");
        assert!(longer[1].ends_with("has a value that AWS does not accept"), "{longer:?}");
        for bad in ["\"\" = \"v\"", "\"a<b\" = \"v\"", "a = \"b,c\"", "a = \"é(\"", "a = \"a\\nb\""] {
            assert_eq!(told("", bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_reserved_key_is_refused_in_any_spelling() {
        for reserved in ["aws:x", "AWS:x", "serverless-app:app", "Serverless-App:x"] {
            let told = told("", &format!("\"{reserved}\" = \"v\""));
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].contains("which is reserved"), "{told:?}");
        }
        assert_eq!(told("", "\"awsx\" = \"v\", \"x:aws:y\" = \"v\""), [""; 0]);
    }

    #[test]
    fn two_keys_that_differ_in_capitals_only_are_refused_wherever_they_stand() {
        let message = "the tags \"Team\" and \"team\" differ only in upper and lower case";
        assert_eq!(told("Team = \"a\", team = \"b\"", ""), [format!("4:29: {message}")]);
        assert_eq!(told("", "Team = \"a\", team = \"b\""), [format!("6:29: {message}")]);
        assert_eq!(told("Team = \"a\"", "team = \"b\""), [format!("6:17: {message}")]);
        assert_eq!(told("Team = \"a\"", "Team = \"b\""), [""; 0], "a section's own value");
    }

    #[test]
    fn fifty_tags_with_ours_are_taken_and_one_more_is_not() {
        assert_eq!(told(&numbered(47), ""), [""; 0]);
        assert_eq!(told("", &numbered(47)), [""; 0]);
        assert_eq!(told(&numbered(47), &numbered(40)), [""; 0], "the same keys");
        assert_eq!(told(&numbered(48), ""), ["4:1: there are 48 tags"]);
        assert_eq!(told(&numbered(47), "more = \"v\""), ["6:1: there are 48 tags"]);
        let deleted = format!(
            "{}[table.t]\nhash_key = {{ name = \"id\", type = \"S\" }}\non_delete = \"delete\"\n",
            manifest(&numbered(46), "")
        );
        assert!(lowered(&deleted, &[]).is_ok());
        let one_more = deleted.replace("k45 = \"v\"", "k45 = \"v\", k46 = \"v\"");
        assert_eq!(problems(&one_more, &[]), ["4:1: there are 47 tags"], "a fourth of ours: it may be deleted");
    }

    proptest! {
        /// Whatever the pattern of IAM holds of a key and the limits allow is taken, and nothing else.
        #[test]
        fn a_key_is_taken_if_and_only_if_each_of_its_characters_is(key in "[ -~äπ]{1,130}") {
            let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
            let fine = key.chars().all(|c| c.is_alphanumeric() || " _.:/=+-@".contains(c))
                && key.chars().count() <= 128
                && !["aws:", "serverless-app:"].iter().any(|reserved| key.to_lowercase().starts_with(reserved));
            prop_assert_eq!(told("", &format!("\"{quoted}\" = \"v\"")).is_empty(), fine, "{}", key);
        }
    }
}
