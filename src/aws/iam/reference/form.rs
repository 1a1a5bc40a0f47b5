//! Whether an ARN pattern can match any ARN of a given form.

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    One(char),
    AnyOne,
    Any,
    /// Like `Any`, in a name that has no slash.
    AnyButSlash,
}

/// Names that have no slash, by what forms call them: behind one stands something else, which has a form of its own.
const WITHOUT_SLASH: [&str; 2] = ["BucketName", "TableName"];
/// Longer ARNs there are not.
const LONGEST: usize = 2_048;

/// The service that the ARNs of a form are of; none where that may be any.
pub fn service_of(form: &str) -> Option<&str> {
    form.split(':').next().filter(|service| !service.starts_with('{'))
}

/// True if there can be something of this form that an ARN with wildcards stands for: `sqs:{Region}:{Account}:{QueueName}`
/// and `arn:aws:sqs:*:123456789012:jobs-*`. Wildcards stay between colons, but for those in what comes last.
pub fn is_about(form: &str, arn: &str) -> bool {
    let form: Vec<&str> = form.splitn(4, ':').collect();
    let arn: Vec<&str> = arn.splitn(6, ':').skip(2).collect();
    form.len() == 4
        && arn.len() == 4
        && arn.iter().map(|part| part.len()).sum::<usize>() <= LONGEST
        && form.iter().zip(&arn).all(|(form, arn)| overlap(&of_form(form), &of_arn(arn)))
}

fn of_arn(text: &str) -> Vec<Part> {
    let part = |c| match c {
        '*' => Part::Any,
        '?' => Part::AnyOne,
        c => Part::One(c),
    };
    text.chars().map(part).collect()
}

/// What stands in braces is one letter at least.
fn of_form(text: &str) -> Vec<Part> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        parts.extend(of_arn(before));
        parts.push(Part::AnyOne);
        parts.push(if WITHOUT_SLASH.contains(&name) { Part::AnyButSlash } else { Part::Any });
        rest = after;
    }
    parts.extend(of_arn(rest));
    parts
}

/// True if some text is what both patterns say.
fn overlap(one: &[Part], other: &[Part]) -> bool {
    let width = other.len() + 1;
    let mut below = vec![false; width];
    for i in (0..=one.len()).rev() {
        let mut row = vec![false; width];
        for j in (0..width).rev() {
            row[j] = match (one.get(i), other.get(j)) {
                (None, None) => true,
                (Some(a), _) if is_many(*a) => below[j] || other.get(j).is_some_and(|b| fits(*a, *b)) && row[j + 1],
                (_, Some(b)) if is_many(*b) => row[j + 1] || one.get(i).is_some_and(|a| fits(*b, *a)) && below[j],
                (Some(a), Some(b)) => (a == b || *a == Part::AnyOne || *b == Part::AnyOne) && below[j + 1],
                _ => false,
            };
        }
        below = row;
    }
    below[0]
}

fn is_many(part: Part) -> bool {
    matches!(part, Part::Any | Part::AnyButSlash)
}

/// True if a part that stands for many letters can stand for this one.
fn fits(many: Part, one: Part) -> bool {
    many == Part::Any || one != Part::One('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_about_a_form_if_something_can_be_both() {
        let table = "dynamodb:{Region}:{Account}:table/{TableName}";
        let stream = "dynamodb:{Region}:{Account}:table/{TableName}/stream/{StreamLabel}";
        let (bucket, object) = ("s3:::{BucketName}", "s3:::{BucketName}/{ObjectName}");
        let model = "bedrock:{Region}::foundation-model/{ResourceId}";
        for (form, arn) in [
            (table, "arn:aws:dynamodb:us-west-2:123456789012:table/x"),
            (table, "arn:aws:dynamodb:*:*:*"),
            (table, "arn:aws:dynamodb:us-west-?:*:table/*"),
            (stream, "arn:aws:dynamodb:us-west-2:123456789012:table/x/stream/*"),
            (stream, "arn:aws:dynamodb:us-west-2:123456789012:table/*"),
            (bucket, "arn:aws:s3:::b*"),
            (object, "arn:aws:s3:::b/*"),
            (object, "arn:aws:s3:::*"),
            (object, "arn:aws:s3:::b/a/b/c"),
            (model, "arn:aws:bedrock:*::foundation-model/*"),
        ] {
            assert!(is_about(form, arn), "{form} {arn}");
        }
        for (form, arn) in [
            (table, "arn:aws:dynamodb:us-west-2:123456789012:x"),
            (table, "arn:aws:dynamodb:us-west-2:123456789012:table/"),
            (table, "arn:aws:dynamodb::123456789012:table/x"),
            (table, "arn:aws:dynamodb*:table/x"),
            (table, "arn:aws:sqs:us-west-2:123456789012:table/x"),
            (stream, "arn:aws:dynamodb:us-west-2:123456789012:table/x"),
            (table, "arn:aws:dynamodb:us-west-2:123456789012:table/x/stream/*"),
            (bucket, "arn:aws:s3:::b/*"),
            (object, "arn:aws:s3:::b"),
            (model, "arn:aws:bedrock:us-west-2:123456789012:foundation-model/x"),
            (model, "*"),
            (model, ""),
        ] {
            assert!(!is_about(form, arn), "{form} {arn}");
        }
    }

    #[test]
    fn patterns_with_many_stars_are_compared_in_bounded_time() {
        let arn = format!("arn:aws:sqs:us-west-2:123456789012:{}", "*a".repeat(900));
        assert!(is_about("sqs:{Region}:{Account}:{QueueName}", &arn));
        assert!(!is_about("sqs:{Region}:{Account}:{QueueName}", &format!("{arn}{}", "b".repeat(5_000))));
    }

    #[test]
    fn a_form_says_its_service_unless_that_may_be_any() {
        assert_eq!(service_of("sqs:{Region}:{Account}:{QueueName}"), Some("sqs"));
        assert_eq!(service_of("{Vendor}:{Region}:*:{ResourceType}:{RecoveryPointId}"), None);
    }
}
