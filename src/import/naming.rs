//! The names of sections: what the source calls a thing, else its physical name, without what tools and stages add to it.

use std::collections::{BTreeMap, BTreeSet};

use crate::canonical::Sha;
use crate::import::Found;
use crate::import::section;
use crate::kind::Kind;
use crate::name::{Name, Owner};

/// A name for each of these: unique in its section, and always the same for the same things.
pub fn names(found: &[Found], owner: &Owner) -> BTreeMap<(Kind, String), Name> {
    let prefix = common_prefix(found);
    let mut taken: BTreeSet<(Kind, Name)> = BTreeSet::new();
    let mut names = BTreeMap::new();
    let mut sorted: Vec<&Found> = found.iter().collect();
    sorted.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    for one in sorted {
        let name = free(one.kind, name(one, &prefix, owner), &taken);
        taken.insert((one.kind, name.clone()));
        names.insert((one.kind, one.name.clone()), name);
    }
    names
}

/// The name, or the first of `name-2`, `name-3` and so on that no other thing of the kind has.
pub fn free(kind: Kind, name: Name, taken: &BTreeSet<(Kind, Name)>) -> Name {
    let short: String = name.as_str().chars().take(60).collect();
    let numbered = (2..).filter_map(|number| format!("{}-{number}", short.trim_end_matches('-')).parse().ok());
    let mut all = std::iter::once(name.clone()).chain(numbered);
    all.find(|name| !taken.contains(&(kind, name.clone()))).unwrap_or(name)
}

/// The name of a section by the physical name of its resource alone.
pub fn of_physical(kind: Kind, physical: &str, owner: &Owner) -> Name {
    let found = Found { kind, name: physical.to_owned(), id: None, section: None, origin: String::new() };
    name(&found, "", owner)
}

fn name(found: &Found, prefix: &str, owner: &Owner) -> Name {
    let own = physical(found);
    let of_ours = own.strip_prefix(owner.prefix().as_str());
    let of_source = found.section.as_deref().map(without_hash);
    let given = of_ours.or(of_source).unwrap_or_else(|| {
        let rest = own.strip_prefix(prefix).filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        without_suffix(rest.unwrap_or(own))
    });
    let words = as_words(given);
    let noun = section::of(found.kind).unwrap_or_default().replace('_', "-");
    let bare = words.strip_suffix(&noun).and_then(|rest| rest.strip_suffix('-'));
    let named = bare.and_then(as_name).or_else(|| as_name(&words));
    named.or_else(|| as_name(&format!("{noun}-{words}"))).or_else(|| as_name(&noun)).unwrap_or_else(fallback)
}

fn fallback() -> Name {
    "found".parse().expect("a lower-case word is a name")
}

/// The name of its own: of a role without its path, of a rule without its bus, of a log group what its folders end in.
fn physical(found: &Found) -> &str {
    match found.kind {
        Kind::Role | Kind::EventRule | Kind::LogGroup => found.name.rsplit('/').next().unwrap_or(&found.name),
        Kind::Queue | Kind::Topic => found.name.strip_suffix(".fifo").unwrap_or(&found.name),
        _ => &found.name,
    }
}

/// How the names of all of them begin, up to a hyphen, an underscore or a dot: what they have of app and stage.
fn common_prefix(found: &[Found]) -> String {
    let mut names = found.iter().map(physical);
    let Some(first) = names.next().filter(|_| found.len() > 1) else { return String::new() };
    let shared = names.fold(first, |shared, name| {
        let length = shared.bytes().zip(name.bytes()).take_while(|(one, other)| one == other).count();
        let length = (0..=length).rev().find(|at| shared.is_char_boundary(*at)).unwrap_or(0);
        &shared[..length]
    });
    let end = shared.rfind(['-', '_', '.']).map_or(0, |at| at + 1);
    shared[..end].to_owned()
}

/// A logical id without the digest that CDK puts at its end.
fn without_hash(called: &str) -> &str {
    let is_digest = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    let cut = called.len().checked_sub(8).filter(|cut| *cut > 0 && called.is_char_boundary(*cut));
    let rest = cut.filter(|cut| is_digest(&called[*cut..])).map(|cut| &called[..cut]);
    rest.filter(|rest| rest.ends_with(|c: char| c.is_ascii_lowercase())).unwrap_or(called)
}

/// A physical name without what makes it unique: seven or eight hexadecimal digits (Pulumi), twelve or thirteen capitals and
/// digits (CloudFormation), twenty-six digits (Terraform), account and region.
fn without_suffix(name: &str) -> &str {
    let Some((rest, last)) = name.rsplit_once(['-', '_']).filter(|(rest, _)| !rest.is_empty()) else { return name };
    let all = |is: fn(&u8) -> bool| last.bytes().all(|byte| is(&byte));
    let has_digit = last.bytes().any(|byte| byte.is_ascii_digit());
    let is_hex =
        (7..=8).contains(&last.len()) && has_digit && all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
    let is_capital =
        (12..=13).contains(&last.len()) && has_digit && all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let is_number = last.len() >= 12 && all(u8::is_ascii_digit);
    if is_hex || is_capital || is_number { rest } else { name }
}

/// `OrdersTable`, `orders_table` and `Orders.Table` as `orders-table`.
pub fn as_words(text: &str) -> String {
    let mut words = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(at + 1);
        let begins = c.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                || before.is_some_and(|b| b.is_ascii_uppercase()) && after.is_some_and(char::is_ascii_lowercase));
        if begins {
            words.push('-');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    }
    words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// The words as a name, if they can be one.
fn as_name(words: &str) -> Option<Name> {
    let start = words.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let cut: String = start.chars().take(48).collect();
    cut.trim_end_matches('-').parse().ok()
}

/// A name for something that has no section.
pub fn without_section(physical: &str) -> Name {
    let digest: String = Sha::of(physical.as_bytes()).hex().chars().take(10).collect();
    let words: String = as_words(physical).chars().take(40).collect();
    let named = format!("found-{words}-{digest}").replace("--", "-");
    named
        .parse()
        .unwrap_or_else(|_| format!("found-{digest}").parse().expect("lower-case letters and digits are a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, name: &str, section: Option<&str>) -> Found {
        Found { kind, name: name.into(), id: None, section: section.map(str::to_owned), origin: String::new() }
    }

    fn named(all: &[(Kind, &str, Option<&str>)]) -> Vec<String> {
        let found: Vec<Found> = all.iter().map(|(kind, name, section)| found(*kind, name, *section)).collect();
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        let names = names(&found, &owner);
        all.iter().map(|(kind, name, _)| names[&(*kind, (*name).to_owned())].to_string()).collect()
    }

    #[test]
    fn what_the_source_calls_a_thing_is_its_name_as_the_manifest_writes_names() {
        for (called, expected) in [
            ("OrdersTable", "orders"),
            ("OrdersTable8F2A1B3C", "orders"),
            ("orders", "orders"),
            ("HTTPOrders", "http-orders"),
            ("Table", "table"),
            ("2024", "table-2024"),
            ("Ünïcode", "n-code"),
            (&"x".repeat(100), &"x".repeat(48)),
        ] {
            assert_eq!(named(&[(Kind::Table, "anything", Some(called))]), [expected], "{called}");
        }
    }

    #[test]
    fn a_physical_name_goes_without_what_all_share_and_without_what_makes_it_unique() {
        let all = [
            (Kind::Table, "shop-prod-orders-1a2b3c4", None),
            (Kind::Queue, "shop-prod-jobs-0d9e8f7.fifo", None),
            (Kind::Role, "/service-role/shop-prod-Handler-1A2B3C4D5E6F", None),
        ];
        assert_eq!(named(&all), ["orders", "jobs", "handler"]);
        assert_eq!(named(&[(Kind::Table, "Orders", None)]), ["orders"]);
        assert_eq!(named(&[(Kind::Table, "shop--test-orders", None)]), ["orders"]);
    }

    #[test]
    fn no_two_things_of_a_kind_have_one_name() {
        let all = [
            (Kind::Table, "a", Some("Orders")),
            (Kind::Table, "b", Some("orders")),
            (Kind::Topic, "c", Some("orders")),
        ];
        assert_eq!(named(&all), ["orders", "orders-2", "orders"]);
    }
}
