//! No owner's patterns match what belongs to another: the properties that everything about names rests on.

use proptest::prelude::*;

use super::*;

fn app() -> impl Strategy<Value = AppName> {
    let parts = "[a-c]([a-c0-1]|-[a-c0-1]){0,15}";
    parts.prop_filter_map("what AWS reserves", |name| name.parse().ok())
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![4 => "[a-c][a-c0-1]{0,15}", 1 => Just("bootstrap".to_owned())].prop_map(|name| name.parse().unwrap())
}

fn name() -> impl Strategy<Value = Name> {
    "[a-c]([a-c0-1]|-[a-c0-1]){0,31}".prop_map(|name| name.parse().unwrap())
}

fn owner() -> impl Strategy<Value = Owner> {
    (app(), stage()).prop_map(|(app, stage)| Owner { app, stage })
}

/// Owners whose names are made of one another's, as those that mislead are.
fn pair() -> impl Strategy<Value = (Owner, Owner)> {
    let near = (owner(), stage(), name()).prop_flat_map(|(one, stage, more)| {
        let longer = |app: String| app.parse::<AppName>().ok();
        let mut others = vec![Owner { stage: stage.clone(), ..one.clone() }];
        let apps = [
            format!("{}-{}", one.app, one.stage),
            format!("{}-{}-{more}", one.app, one.stage),
            format!("{}{more}", one.app),
        ];
        others.extend(apps.into_iter().filter_map(longer).map(|app| Owner { app, stage: stage.clone() }));
        let stages = [format!("{}{stage}", one.stage)];
        let stages = stages.into_iter().filter_map(|stage| stage.parse().ok());
        others.extend(stages.map(|stage| Owner { app: one.app.clone(), stage }));
        (Just(one), proptest::sample::select(others))
    });
    prop_oneof![near, (owner(), owner())].prop_filter("two owners", |(one, other)| one != other)
}

/// The limits of the kinds, in characters, and the greatest of all.
const LIMITS: [usize; 7] = [63, 64, 80, 128, 255, 256, 1024];

proptest! {
    #[test]
    fn names_of_two_owners_never_begin_alike((one, other) in pair(), name in name(), limit in proptest::sample::select(&LIMITS[..])) {
        for (one, other) in [(&one, &other), (&other, &one)] {
            let physical = other.physical(name.as_str(), limit);
            prop_assert!(!physical.starts_with(&one.prefix()), "{physical} is not {}'s", one.prefix());
            let (part, inside) = (format!("/{}", one.prefix()), format!("/aws/lambda/{physical}"));
            prop_assert!(!inside.contains(&part), "{part} {inside}");
            prop_assert!(!other.path().starts_with(&one.path()), "{} {}", one.path(), other.path());
        }
    }

    #[test]
    fn every_physical_name_begins_with_the_whole_of_its_owners_prefix_and_fits(
        owner in owner(), name in name(), limit in proptest::sample::select(&LIMITS[..])
    ) {
        let physical = owner.physical(name.as_str(), limit);
        prop_assert!(physical.starts_with(&owner.prefix()) && physical.len() > owner.prefix().len(), "{physical}");
        prop_assert!(physical.len() <= limit, "{physical}");
        prop_assert!(physical.matches("--").count() == 1 && !physical.ends_with('-'), "{physical}");
    }
}

#[test]
fn the_longest_names_keep_their_owners_prefix_under_the_lowest_limit() {
    let owner = Owner { app: "a".repeat(32).parse().unwrap(), stage: "s".repeat(16).parse().unwrap() };
    for rest in ["x".to_owned(), "x".repeat(64), "x-".repeat(31) + "x-123456789012-ap-southeast-1"] {
        let physical = owner.physical(&rest, 63);
        assert!(physical.starts_with(&owner.prefix()) && physical.len() <= 63, "{physical}");
        assert!(!physical[owner.prefix().len()..].starts_with('-'), "{physical}");
    }
}

#[test]
fn no_bucket_ends_as_s3_reserves() {
    let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
    for region in ["us-west-2", "ap-southeast-1", "us-gov-east-1"] {
        for name in ["s3alias", "ol-s3", "x-s3", "table-s3", "mrap", "an", &"x-s3-".repeat(12)] {
            let bucket = owner.physical(&format!("{name}-123456789012-{region}").replace("--", "-"), 63);
            for reserved in ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"] {
                assert!(!bucket.ends_with(reserved), "{bucket}");
            }
        }
    }
}
