//! Validated names: what they may contain is checked once, here, so that nothing inside checks them again.
//!
//! Physical names are a pure function of app, stage and the manifest's name, so a plan needs no state file to find what
//! an earlier apply has created.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, de};
use sha2::{Digest, Sha256};

use crate::kind::Kind;

mod reserved;

/// A name that does not have the form that its type asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not a valid {what}: {rule}")]
pub struct NameError {
    value: String,
    what: &'static str,
    rule: &'static str,
}

macro_rules! newtype {
    ($(#[$doc:meta])* $type:ident, $what:literal, $rule:literal, $valid:expr $(, except $reserved:path)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = NameError;
            fn from_str(value: &str) -> Result<Self, NameError> {
                let valid: fn(&str) -> bool = $valid;
                let wrong = |rule| Err(NameError { value: value.to_owned(), what: $what, rule });
                if !valid(value) {
                    return wrong($rule);
                }
                $(if let Some(rule) = $reserved(value) {
                    return wrong(rule);
                })?
                Ok(Self(value.to_owned()))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: de::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                String::deserialize(input)?.parse().map_err(de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $rule })
            }
        }
    };
}

newtype!(
    /// The name of a section of the manifest, such as `api-handler`.
    Name, "name", "use lower-case letters, digits and single hyphens, a letter first, 64 characters at most",
    |s| is_kebab(s) && s.len() <= 64
);
newtype!(
    /// The app's name: the first part of every physical name. Never one that AWS keeps for itself.
    AppName, "app name", "use lower-case letters, digits and single hyphens, a letter first, 32 characters at most",
    |s| is_kebab(s) && s.len() <= 32, except reserved::of_aws
);
newtype!(
    /// One deployment of the app; without hyphens, so that it ends where the first hyphen after it is.
    Stage, "stage", "use lower-case letters and digits, a letter first, 16 characters at most",
    |s| is_kebab(s) && !s.contains('-') && s.len() <= 16
);
newtype!(
    /// An AWS account id.
    Account, "AWS account id", "use 12 digits",
    |s| s.len() == 12 && s.bytes().all(|b| b.is_ascii_digit())
);
newtype!(
    /// An AWS region, such as `us-west-2`.
    Region, "AWS region", "use a region's code, such as us-west-2",
    |s| is_kebab(s) && s.split('-').count() >= 3 && s.ends_with(|c: char| c.is_ascii_digit())
);

impl Region {
    /// The regions that this release knows, as `fixtures/aws/regions.py` takes them out of botocore.
    pub fn known() -> Vec<&'static str> {
        include_str!("name/regions.txt").lines().collect()
    }
}

fn is_kebab(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Kind and name together, such as `dynamodb.table/orders`: what a plan calls a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The resource's type.
    pub kind: Kind,
    /// The manifest's name for it, or one derived from the section that needs it.
    pub name: Name,
}

impl Address {
    /// Puts kind and name together.
    pub fn new(kind: Kind, name: Name) -> Self {
        Self { kind, name }
    }
}

impl Address {
    /// The name used here for a resource that has this address in its tags, while the manifest gives another name for
    /// it in AWS: it was created under an earlier `name`. It is a function of both, so that it is the same in every
    /// plan.
    pub fn formerly(&self, physical: &str) -> Self {
        let digest = &hex(&Sha256::digest(physical.as_bytes()))[..10];
        let start: String = self.name.as_str().chars().take(FORMERLY).collect();
        let name = format!("{}-was-{digest}", start.trim_end_matches('-'));
        Self::new(
            self.kind,
            name.parse().expect("the start of a name, a word and digits joined by single hyphens are a name"),
        )
    }
}

/// How much of a name [`Address::formerly`] keeps: a word, ten digits and two hyphens follow.
const FORMERLY: usize = 48;

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// An address that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// There is no `/` between kind and name.
    #[error("{0:?} is not an address: write kind/name, such as dynamodb.table/orders")]
    Form(String),
    /// No kind has this name.
    #[error("{0:?} is not a kind of resource; the kinds are {kinds}", kinds = Kind::list())]
    Kind(String),
    /// The name is not valid.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl FromStr for Address {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (kind, name) = text.split_once('/').ok_or_else(|| AddressError::Form(text.into()))?;
        let kind = Kind::parse(kind).ok_or_else(|| AddressError::Kind(kind.into()))?;
        Ok(Self::new(kind, name.parse()?))
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: de::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

/// Where a plan is for: a plan for one site is never applied to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The AWS account.
    pub account: Account,
    /// The region, such as `us-west-2`.
    pub region: Region,
    /// `aws`, `aws-cn`, `aws-us-gov` and so on.
    pub partition: String,
    /// `aws`, or the URL of an emulator.
    pub endpoint: String,
}

impl Site {
    /// The endpoint that stands for AWS itself.
    pub const AWS: &'static str = "aws";

    /// The partition that a region belongs to.
    pub fn partition_of(region: &Region) -> &'static str {
        let mut rows = partitions();
        rows.find(|row| region.as_str().starts_with(row.begin)).map_or("aws", |row| row.name)
    }

    /// An ARN in this account and region.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account)
    }

    /// An ARN of a service without regions (`iam`) in this account.
    pub fn global_arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}::{}:{resource}", self.partition, self.account)
    }

    /// The ARN of a policy that AWS itself manages, such as `service-role/AWSLambdaBasicExecutionRole`.
    pub fn managed_policy_arn(&self, path: &str) -> String {
        format!("arn:{}:iam::aws:policy/{path}", self.partition)
    }

    /// `amazonaws.com`, or what it is in this partition.
    pub fn dns_suffix(&self) -> &'static str {
        partitions().find(|row| row.name == self.partition).map_or("amazonaws.com", |row| row.dns_suffix)
    }

    /// True for AWS itself, false for an emulator.
    pub fn is_aws(&self) -> bool {
        self.endpoint == Self::AWS
    }
}

/// A partition that is not `aws`.
struct Partition {
    /// How the names of its regions begin.
    begin: &'static str,
    name: &'static str,
    /// The domain of its services.
    dns_suffix: &'static str,
}

/// What botocore says of them; `fixtures/aws/partitions.py` writes it.
fn partitions() -> impl Iterator<Item = Partition> {
    include_str!("name/partitions.txt").lines().filter_map(|line| {
        let (begin, rest) = line.split_once(' ')?;
        let (name, dns_suffix) = rest.split_once(' ')?;
        Some(Partition { begin, name, dns_suffix })
    })
}

/// Whose a resource is: app and stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The app.
    pub app: AppName,
    /// Its stage.
    pub stage: Stage,
}

/// The tag keys that say whose a resource is.
pub mod tag {
    /// The app's name.
    pub const APP: &str = "serverless-app:app";
    /// The stage.
    pub const STAGE: &str = "serverless-app:stage";
    /// The address.
    pub const ADDRESS: &str = "serverless-app:address";
    /// `<app>/<stage>/<address>` on what was kept when it left the manifest.
    pub const RELEASED: &str = "serverless-app:released";
    /// `delete` where the manifest allows that data goes with its resource.
    pub const ON_DELETE: &str = "serverless-app:on-delete";
    /// What a function has besides itself: `invoke-config mappings url`, see `aws::lambda`; or a bucket:
    /// `notifications`, see `aws::s3`; or a domain name: `alias Z0123456789`, see `aws::apigateway_domain`. None of
    /// [`OURS`]: it is regarded where the manifest asks for it or the resource has it.
    pub const PARTS: &str = "serverless-app:parts";
    /// The repository that a function's image was taken from. None of [`OURS`] either.
    pub const IMAGE: &str = "serverless-app:image";
    /// All of them but what is of some kinds alone: tags that a plan always regards, whatever the manifest sets.
    pub const OURS: [&str; 5] = [APP, STAGE, ADDRESS, RELEASED, ON_DELETE];
}

/// What the tags of a resource say of its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ownership {
    /// Ours, at this address.
    Owned(Address),
    /// Ours once, kept when its address left the manifest.
    Released(Address),
    /// Somebody else's, or nobody's.
    Foreign,
}

impl Stage {
    /// What takes the stage's place in the names of the roles that deploy an app. No stage can have this name.
    pub fn bootstrap() -> Self {
        Self("bootstrap".into())
    }
}

impl Owner {
    /// The owner of the roles that deploy this app.
    pub fn bootstrap(&self) -> Self {
        Self { app: self.app.clone(), stage: Stage::bootstrap() }
    }

    /// `<app>--<stage>-`: how every physical name begins, and no name of another owner. App names hold no `--` and end
    /// with no hyphen, so it tells where the app ends; stages hold no hyphen at all.
    pub fn prefix(&self) -> String {
        format!("{}--{}-", self.app, self.stage)
    }

    /// `/<app>/<stage>/`: the path of roles and policies.
    pub fn path(&self) -> String {
        format!("/{}/{}/", self.app, self.stage)
    }

    /// The physical name `<app>--<stage>-<rest>`, shortened to `limit` characters by [`shorten`]. From 63 on, the
    /// prefix is kept whole, since it has 51 characters at most and the digest takes 11.
    pub fn physical(&self, rest: &str, limit: usize) -> String {
        shorten(&format!("{}{rest}", self.prefix()), limit)
    }

    /// The other app and stage to whose names this one could belong, if there is one: a part of it begins as theirs do,
    /// so the policies of their roles would let them change it.
    pub fn other_owner(&self, physical: &str) -> Option<Self> {
        let whose = |part: &str| {
            let (app, rest) = part.split_once("--")?;
            let (stage, _) = rest.split_once('-')?;
            Some(Self { app: app.parse().ok()?, stage: stage.parse().ok()? })
        };
        physical.split(['/', ':']).filter_map(whose).find(|owner| owner != self)
    }

    /// The three ownership tags of a resource.
    pub fn tags(&self, address: &Address) -> BTreeMap<String, String> {
        BTreeMap::from([
            (tag::APP.into(), self.app.to_string()),
            (tag::STAGE.into(), self.stage.to_string()),
            (tag::ADDRESS.into(), address.to_string()),
        ])
    }

    /// The value of the tag that a kept resource carries.
    pub fn released(&self, address: &Address) -> String {
        format!("{}/{}/{address}", self.app, self.stage)
    }

    /// Reads a resource's owner from its tags.
    pub fn of(&self, tags: &BTreeMap<String, String>) -> Ownership {
        let get = |key: &str| tags.get(key).map(String::as_str);
        let ours = get(tag::APP) == Some(self.app.as_str()) && get(tag::STAGE) == Some(self.stage.as_str());
        if let (true, Some(Ok(address))) = (ours, get(tag::ADDRESS).map(str::parse)) {
            return Ownership::Owned(address);
        }
        let rest = get(tag::RELEASED).and_then(|r| r.strip_prefix(&format!("{}/{}/", self.app, self.stage)));
        match rest.map(str::parse) {
            Some(Ok(address)) => Ownership::Released(address),
            _ => Ownership::Foreign,
        }
    }
}

/// `full` where it fits into `limit` characters, else as much of it as fits, a hyphen and the first ten hex
/// digits of the SHA-256 of the full name.
pub fn shorten(full: &str, limit: usize) -> String {
    if full.len() <= limit {
        return full.to_owned();
    }
    let kept = full.chars().take(limit.saturating_sub(11)).collect::<String>();
    format!("{}-{}", kept.trim_end_matches('-'), &hex(&Sha256::digest(full.as_bytes()))[..10])
}

/// Lower-case hexadecimal digits of `bytes`.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod disjoint;
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_over_its_limit_keeps_what_fits_and_a_digest_of_the_whole() {
        let short = shorten("serverless-app--production-static-assets-123456789012-ap-southeast-1", 63);
        assert_eq!(short.len(), 63);
        assert!(short.starts_with("serverless-app--production-static-assets-"), "{short}");
        assert_ne!(short, shorten("serverless-app--production-static-assets-123456789012-ap-southeast-2", 63));
        assert_eq!(shorten("short", 63), "short");
    }

    #[test]
    fn names_that_aws_would_refuse_do_not_parse() {
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "1a", "a.b", "ä"] {
            assert!(bad.parse::<Name>().is_err(), "{bad:?}");
        }
        assert!("pre-prod".parse::<Stage>().is_err());
        assert!("12345678901".parse::<Account>().is_err());
        assert!("us-west".parse::<Region>().is_err());
    }

    #[test]
    fn a_region_is_in_the_partition_that_its_name_says() {
        for (region, partition, domain) in [
            ("us-west-2", "aws", "amazonaws.com"),
            ("eu-central-1", "aws", "amazonaws.com"),
            ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
            ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
            ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
            ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
            ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
            ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk"),
            ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov"),
        ] {
            let (account, region): (Account, Region) = ("123456789012".parse().unwrap(), region.parse().unwrap());
            assert_eq!(Site::partition_of(&region), partition, "{region}");
            let site = Site { account, region, partition: partition.into(), endpoint: Site::AWS.into() };
            assert_eq!(site.dns_suffix(), domain, "{partition}");
        }
        assert_eq!(partitions().count(), include_str!("name/partitions.txt").lines().count());
    }

    #[test]
    fn a_name_in_another_owner_s_pattern_tells_whose() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        let other = |name: &str| owner.other_owner(name).map(|other| other.prefix());
        for (name, whose) in [
            ("shop--prod-x", "shop--prod-"),
            ("/aws/lambda/a-b--c1-x", "a-b--c1-"),
            ("Bus/a--b-c", "a--b-"),
            ("shop--bootstrap-x", "shop--bootstrap-"),
        ] {
            assert_eq!(other(name).as_deref(), Some(whose), "{name}");
        }
        for name in
            ["shop--test-x", "/a/shop--test-x", "News", "A--b-c", "a--B-c", "a--b", "a---b-c", "--b-c", "x-a--b.c"]
        {
            assert_eq!(other(name), None, "{name}");
        }
    }

    #[test]
    fn what_something_was_has_an_address_of_its_own_that_never_changes() {
        let address: Address = "sns.topic/alerts".parse().unwrap();
        let was = address.formerly("Alerts");
        assert_eq!(was, address.formerly("Alerts"));
        assert_ne!(was, address.formerly("alerts"));
        let longest = Address::new(Kind::Topic, format!("a{}", "-b".repeat(31)).parse().unwrap());
        assert_ne!(longest.formerly("x"), longest.formerly("y"));
    }

    #[test]
    fn ownership_is_read_from_the_tags_alone() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        let address: Address = "sns.topic/alerts".parse().unwrap();
        assert_eq!(owner.of(&owner.tags(&address)), Ownership::Owned(address.clone()));
        let released = BTreeMap::from([(tag::RELEASED.into(), owner.released(&address))]);
        assert_eq!(owner.of(&released), Ownership::Released(address));
        assert_eq!(owner.of(&BTreeMap::new()), Ownership::Foreign);
    }
}
