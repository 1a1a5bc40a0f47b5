//! What the types of each tool are here: a file a tool, a line a type.
//!
//! - `aws_sqs_queue is sqs.queue`: it is of that kind.
//! - `aws_sqs_queue_policy of sqs.queue`: it is a part of something of that kind, and is read with it.
//! - `aws_kms_key beside keys`: no section can say it, and [`advice`] has words for what to do.
//!
//! A type that ends with `*` stands for all that begin so; the longest one counts.

use crate::kind::Kind;

/// What a type of a tool is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// It is of a kind.
    Is(Kind),
    /// It is read with what it is a part of.
    PartOf(Kind),
    /// It stays where it is, for which reason, and what to do.
    Beside(&'static str),
}

/// What stands for a type that no line is about.
pub const NO_SECTION: &str =
    "a manifest has no section for it: leave it with the tool that created it, and refer to it by its name or ARN";

/// One tool's types.
#[derive(Debug, Clone, Copy)]
pub struct Table(&'static str);

/// Of CloudFormation, by which SAM, CDK and the Serverless Framework deploy.
pub const CLOUDFORMATION: Table = Table(include_str!("cloudformation.txt"));
/// Of Terraform's provider `aws`.
pub const TERRAFORM: Table = Table(include_str!("terraform.txt"));
/// Of Pulumi's provider `aws`.
pub const PULUMI: Table = Table(include_str!("pulumi.txt"));

impl Table {
    /// What a type is here.
    pub fn means(self, of_type: &str) -> Means {
        let fits = |name: &str| name.strip_suffix('*').map_or(name == of_type, |start| of_type.starts_with(start));
        let lines = self.0.lines().filter(|line| fits(name(line)));
        lines.max_by_key(|line| name(line).len()).and_then(row).map_or(Means::Beside(NO_SECTION), |(_, means)| means)
    }

    /// The type of this name whatever its case, for a tool that writes it otherwise.
    pub fn type_like(self, of_type: &str) -> Option<&'static str> {
        self.0.lines().map(name).find(|name| name.eq_ignore_ascii_case(of_type))
    }

    /// All lines.
    #[cfg(test)]
    pub fn rows(self) -> impl Iterator<Item = (&'static str, Means)> {
        self.0.lines().filter_map(row)
    }
}

/// The type that a line is about.
fn name(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

fn row(line: &'static str) -> Option<(&'static str, Means)> {
    let words: Vec<&str> = line.split(' ').collect();
    let [name, relation, what] = words.as_slice() else { return None };
    let means = match *relation {
        "is" => Means::Is(Kind::parse(what)?),
        "of" => Means::PartOf(Kind::parse(what)?),
        "beside" => Means::Beside(advice(what)?),
        _ => return None,
    };
    Some((name, means))
}

/// The advice of this name.
fn advice(name: &str) -> Option<&'static str> {
    Some(match name {
        "keys" => "a key stays where it is: sections name it by its ARN or alias",
        "secrets" => {
            "a parameter or secret stays where it is: `environment` of a function names it, as in \
             `API_KEY = { ssm = \"/app/api-key\" }`"
        }
        "network" => {
            "the network stays where it is: `vpc` of a function names subnets and security groups by their ids"
        }
        "policies" => {
            "a managed policy has no section: it stays where it is, attached to the roles that are taken over, which name it \
             by its ARN"
        }
        "records" => {
            "a DNS record has no section: one that leads to an API's domain name belongs to `domain` of that API, others stay \
             where they are"
        }
        "account" => "it is a setting of the account, which other apps share: it stays as it is",
        "files" => {
            "a file in a bucket has no section: put it into a folder, and name that in `files` of the bucket's section"
        }
        "groups" => {
            "an app has a schedule group of its own, which a plan creates: this one stays for whatever else is in it"
        }
        "users" => "users and sign-ups stay where they are: an API's authorizer names their pool by its ARN",
        "deployments" => {
            "gradual releases are `release = { canary = … }` in a function's section, without CodeDeploy: this stays until its \
             stack is deleted"
        }
        "helpers" => "it belongs to the other tool itself: nothing to take over, it is not needed after the handover",
        "custom" => {
            "it is a custom resource, a program that the stack runs: before the stack is deleted, find out what it \
             does when it is deleted, and do that another way"
        }
        "untouched" => "plans do not look at it: it stays as it is, and whoever created it keeps changing it",
        "aliases" => {
            "plans do not move it: with `release`, a function's section has an alias `live` of its own, to which \
             callers move; this one stays as it is"
        }
        "nothing" => "it does not exist in AWS: nothing to take over",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Table; 3] = [CLOUDFORMATION, TERRAFORM, PULUMI];

    #[test]
    fn each_line_of_the_tables_is_read_and_no_type_is_there_twice() {
        for table in ALL {
            let mut names: Vec<&str> = table.rows().map(|(name, _)| name).collect();
            assert_eq!(names.len(), table.0.lines().count(), "{:?}", table.0.lines().find(|line| row(line).is_none()));
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }

    /// What no other tool has a resource for: Lambda's resource policy is many there, and what a section makes beside its main one.
    const PARTS: [Kind; 3] = [Kind::Files, Kind::OidcProvider, Kind::Policy];

    #[test]
    fn every_kind_has_a_type_of_every_tool() {
        for table in ALL {
            let is_there =
                |kind: &Kind| table.rows().any(|(_, means)| means == Means::Is(*kind) || means == Means::PartOf(*kind));
            let of_owner = [Kind::ApiAccount, Kind::Permission, Kind::Record, Kind::ScheduleGroup, Kind::Association];
            let lacking = Kind::ALL.iter().filter(|kind| !is_there(kind) && !PARTS.contains(kind));
            let lacking: Vec<&Kind> = lacking.filter(|kind| !of_owner.contains(kind)).collect();
            assert_eq!(lacking, [&Kind::EventSourceMapping]);
        }
    }

    #[test]
    fn the_longest_line_counts_and_what_has_none_is_said_to_have_no_section() {
        assert_eq!(TERRAFORM.means("aws_sqs_queue"), Means::Is(Kind::Queue));
        assert_eq!(TERRAFORM.means("aws_sqs_queue_policy"), Means::PartOf(Kind::Queue));
        assert!(matches!(TERRAFORM.means("aws_vpc_endpoint"), Means::Beside(why) if why.contains("network")));
        assert_eq!(TERRAFORM.means("aws_rds_cluster"), Means::Beside(NO_SECTION));
        assert_eq!(CLOUDFORMATION.type_like("aws::lambda::function"), Some("AWS::Lambda::Function"));
    }
}
