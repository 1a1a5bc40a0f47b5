//! Notes of a plan about live state. Such a note may be gone or different once the resource has changed.

use crate::aws::Unmodelled;

/// The end of a note of what is left alone.
const ALONE: &str = ", which this tool does not model and leaves alone";

/// That a resource has something that this tool does not model.
pub fn unmodelled(name: &str, found: &Unmodelled) -> String {
    format!("{name} has {}{ALONE}", found.attribute)
}

/// That a part of what is asked for comes with a later plan.
pub fn later(name: &str, rest: &str) -> String {
    format!("{name} gets the rest later: {rest}")
}

/// True for a note that the rest of this resource comes later.
pub fn is_later(name: &str, message: &str) -> bool {
    message.strip_prefix(name).is_some_and(|rest| rest.starts_with(" gets the rest later: "))
}

/// That something of a deleted resource stays.
pub fn stays(name: &str, what: &str) -> String {
    format!("{name} leaves behind {what}")
}

/// True for a note of what stays of this resource.
pub fn is_of_what_stays(name: &str, message: &str) -> bool {
    message.strip_prefix(name).is_some_and(|rest| rest.starts_with(" leaves behind "))
}

/// That a resource stays for somebody else.
pub fn needed(name: &str, who: &str) -> String {
    format!("{name} stays for {who}")
}

/// True for a note that this resource stays for somebody else. Who needs it is not decided here: what nobody needs any
/// more is deleted by a change, which has to be approved.
pub fn is_needed(name: &str, message: &str) -> bool {
    message.strip_prefix(name).is_some_and(|rest| rest.starts_with(" stays for "))
}

/// That a resource is still pending.
pub fn pending(name: &str, what: &str) -> String {
    format!("{name} is {what}")
}

/// That another tool still manages a resource, and so many others of this plan.
pub fn managed(name: &str, others: usize, by: &str) -> String {
    let (who, belongs) = match others {
        0 => (name.to_owned(), "belongs"),
        1 => (format!("{name} and one more"), "belong"),
        _ => (format!("{name} and {others} more"), "belong"),
    };
    format!(
        "{who} still {belongs} to {by}, whose next deployment may change or delete what is taken over: remove it \
         there first, without deleting it (docs/handover.md)"
    )
}

/// That CDK empties a bucket when its stack lets go of it, as this tag says.
pub fn emptied(name: &str, tag: &str) -> String {
    format!(
        "{name} still belongs to a custom resource of CDK ({tag}), which empties it when that is deleted: remove \
         `autoDeleteObjects` and deploy first (docs/handover.md)"
    )
}

/// True for a note that another tool still manages this resource. Whether it has let go can change between two plans.
pub fn is_managed(name: &str, message: &str) -> bool {
    message.strip_prefix(name).is_some_and(|rest| rest.contains(" still belong"))
}

/// True for a note of what a plan leaves alone in this resource.
pub fn is_unmodelled(name: &str, message: &str) -> bool {
    message.strip_prefix(name).is_some_and(|rest| rest.starts_with(" has ") && rest.ends_with(ALONE))
}

/// True for a note that this resource is pending, in one of AWS's words for that; the words of a failure are not among
/// them.
pub fn is_pending(name: &str, message: &str) -> bool {
    let Some(word) = message.strip_prefix(name).and_then(|rest| rest.strip_prefix(" is ")) else { return false };
    let is_status = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    is_status || [crate::aws::iam::PROPAGATING, "Pending", "InProgress"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_in_passing_are_told_from_others() {
        for (message, is) in [
            ("t is UPDATING", true),
            ("t is DELETE_IN_PROGRESS", true),
            ("t is InProgress", true),
            (&pending("t", crate::aws::iam::PROPAGATING), true),
            ("t is safe", false),
            ("t is ", false),
            ("t is Failed: no such image", false),
            ("u is UPDATING", false),
        ] {
            assert_eq!(is_pending("t", message), is, "{message}");
        }
        let note = unmodelled("t", &Unmodelled { attribute: "a key".into(), erased_by: None, forbids: None });
        let left = stays("t", "a record");
        assert!(
            is_of_what_stays("t", &left) && !is_of_what_stays("u", &left) && !is_of_what_stays("t", "t is UPDATING")
        );
        let kept = needed("t", "the function f");
        assert!(is_needed("t", &kept) && !is_needed("u", &kept) && !is_needed("t", &left) && !is_pending("t", &kept));
        let others = [managed("t", 0, "x"), managed("t", 1, "x"), managed("t", 12, "x"), emptied("t", "x")];
        assert!(others.iter().all(|note| is_managed("t", note) && !is_managed("u", note) && !is_pending("t", note)));
        assert!(others[2].starts_with("t and 12 more still belong to x, "), "{}", others[2]);
        assert!(is_unmodelled("t", &note) && !is_unmodelled("u", &note) && !is_unmodelled("t", "t has a key"));
    }
}
