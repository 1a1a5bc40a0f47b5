//! Finds the hosted zone that the manifest refers to.

use crate::aws::route53::Zone;
use crate::manifest::Cursor;

const HELP: &str =
    "list zones with `aws route53 list-hosted-zones`; leave `zone` out if the domain is managed elsewhere";

/// The zone's id, or a problem. Where nobody has looked, a name stands for itself.
pub(super) fn find(raw: &str, domain: &str, here: &Cursor) -> Option<String> {
    let zone = here.literal(raw).trim_end_matches('.').to_owned();
    let is_id = is_id(&zone);
    if !is_id && !is_above(&zone.to_lowercase(), domain) {
        let message = format!("{zone:?} is neither the id of a hosted zone nor the name of one that contains {domain}");
        here.problem(message, Some("write an id such as Z0123456789ABCDEFGHIJ, or a name such as example.org"));
        return None;
    }
    let Some(zones) = &here.sources.zones else { return Some(zone) };
    let fits = |one: &&Zone| if is_id { one.id == zone } else { !one.is_private && one.name == zone.to_lowercase() };
    let found: Vec<&Zone> = zones.iter().filter(fits).collect();
    match found.as_slice() {
        [one] if is_above(&one.name, domain) => Some(one.id.clone()),
        [one] => {
            let message = format!("the hosted zone {} is for {}, which does not contain {domain}", one.id, one.name);
            here.problem(message, Some(HELP));
            None
        }
        [] => {
            here.problem(format!("there is no public hosted zone {zone} in this account"), Some(HELP));
            None
        }
        many => {
            let ids: Vec<&str> = many.iter().map(|one| one.id.as_str()).collect();
            let message = format!("there are several public hosted zones {zone}: {}", ids.join(", "));
            here.problem(message, Some("write the id of the intended zone"));
            None
        }
    }
}

/// `Z0123456789ABCDEFGHIJ`
pub(super) fn is_id(text: &str) -> bool {
    let is_of = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.starts_with('Z') && (4..=32).contains(&text.len()) && text.bytes().all(is_of)
}

fn is_above(zone: &str, domain: &str) -> bool {
    !zone.is_empty() && domain.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
