//! `vpc = { ... }` and `file_system = { ... }` of a function: the subnets that it is connected to, the file system that it mounts,
//! and what its role needs for both.
//!
//! Lambda creates and deletes network interfaces with the function's role. The code itself does not need those rights,
//! so a statement denies them to it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::aws::lambda;
use crate::manifest::Cursor;
use crate::manifest::function::Function;

/// The VPC subnets that a function is connected to. It can reach only what can be reached from them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Ids of subnets of one VPC: at most 16, preferably in two availability zones.
    pub subnets: Vec<String>,
    /// Ids of security groups of that VPC: 1 to 5.
    pub security_groups: Vec<String>,
    /// Allows it to reach IPv6 addresses: its subnets must be dual-stack.
    #[serde(default)]
    pub ipv6: bool,
}

/// A file system that a function mounts. It needs `vpc`, with subnets from which it can be reached.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileSystem {
    /// The ARN of an access point of EFS.
    pub access_point: String,
    /// Where it is mounted: `/mnt/<name>`.
    pub path: String,
    /// Allows the function only to read.
    #[serde(default)]
    pub read_only: bool,
}

/// What Lambda does with the role's rights. AWS's guide asks for all ids; these are the types that such requests name.
const INTERFACES: [&str; 4] = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
];
/// What EC2 scopes by no resource.
const LOOKS: [&str; 2] = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

impl Function {
    pub(super) fn lower_vpc(&self, here: &Cursor) -> lambda::VpcConfig {
        let Some(vpc) = &self.vpc else { return lambda::VpcConfig::default() };
        let here = here.at("vpc");
        check_ids(&vpc.subnets, "subnet-", 16, "subnet", &here.at("subnets"));
        check_ids(&vpc.security_groups, "sg-", 5, "security group", &here.at("security_groups"));
        lambda::VpcConfig {
            subnet_ids: vpc.subnets.iter().cloned().collect(),
            security_group_ids: vpc.security_groups.iter().cloned().collect(),
            ipv6_allowed_for_dual_stack: vpc.ipv6,
        }
    }

    pub(super) fn lower_file_system(&self, here: &Cursor) -> Option<lambda::FileSystemConfig> {
        let system = self.file_system.as_ref()?;
        let here = here.at("file_system");
        if self.vpc.is_none() {
            let help = "add vpc = { subnets = [\"subnet-...\"], security_groups = [\"sg-...\"] }";
            here.problem("a function can mount a file system only in a VPC", Some(help));
        }
        check_access_point(&system.access_point, &here.at("access_point"));
        check_path(&system.path, &here.at("path"));
        Some(lambda::FileSystemConfig { arn: system.access_point.clone(), local_mount_path: system.path.clone() })
    }

    /// What its role needs for its subnets and its file system.
    pub fn network_grants(&self, here: &Cursor) -> Vec<Value> {
        let connected = self.vpc.iter().flat_map(|_| interfaces(here));
        connected.chain(self.file_system.iter().map(FileSystem::grant)).collect()
    }
}

/// The rights that Lambda uses, and that no function's code has: others may share the role. Subnets and security groups may be
/// of another account, which shares its VPC.
fn interfaces(here: &Cursor) -> [Value; 3] {
    let all: BTreeSet<&str> = INTERFACES.into_iter().chain(LOOKS).collect();
    let site = here.site;
    let shared = |any: &str| format!("arn:{}:ec2:{}:*:{any}", site.partition, site.region);
    let any = [site.arn("ec2", "network-interface/*"), shared("security-group/*"), shared("subnet/*")];
    [
        json!({"Sid": "NetworkInterfaces", "Effect": "Allow", "Action": INTERFACES, "Resource": any}),
        json!({"Sid": "NetworkLooks", "Effect": "Allow", "Action": LOOKS, "Resource": "*"}),
        json!({
            "Sid": "NetworkNotByCode", "Effect": "Deny", "Action": all, "Resource": "*",
            "Condition": {"ArnLike": {"lambda:SourceFunctionArn": [site.arn("lambda", "function:*")]}},
        }),
    ]
}

impl FileSystem {
    /// Through its access point alone.
    fn grant(&self) -> Value {
        let write = (!self.read_only).then_some("elasticfilesystem:ClientWrite");
        let actions: Vec<&str> = ["elasticfilesystem:ClientMount"].into_iter().chain(write).collect();
        let mounted = lambda::FileSystemConfig { arn: self.access_point.clone(), local_mount_path: self.path.clone() };
        json!({
            "Sid": "FileSystem", "Effect": "Allow", "Action": actions, "Resource": mounted.file_systems(),
            "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": [self.access_point]}},
        })
    }
}

fn check_ids(ids: &[String], begins: &str, most: usize, what: &str, here: &Cursor) {
    if ids.is_empty() || ids.len() > most {
        let help = format!("name from 1 to {most} {what}s, or remove vpc");
        here.problem(format!("a function needs 1 to {most} {what}s"), Some(&help));
    }
    for (here, id) in here.each(ids) {
        let rest = id.strip_prefix(begins).unwrap_or_default();
        if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            let help = format!("write its id, such as {begins}0123456789abcdef0");
            here.problem(format!("{id:?} is not the id of a {what}"), Some(&help));
        }
    }
}

fn check_access_point(arn: &str, here: &Cursor) {
    let site = here.site;
    let help = "write the ARN of an EFS access point, arn:aws:elasticfilesystem:...:access-point/fsap-...";
    match arn.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, "s3files", ..] => {
            here.problem("file systems of S3 Files are not supported", Some(help));
        }
        ["arn", _, "elasticfilesystem", region, _, point]
            if point.strip_prefix("access-point/fsap-").is_some_and(is_hex) =>
        {
            if *region != site.region.as_str() {
                here.problem(format!("the access point is in {region}"), Some("name one in the function's region"));
            }
        }
        _ => here.problem(format!("{arn:?} is not the ARN of an access point"), Some(help)),
    }
}

fn is_hex(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn check_path(path: &str, here: &Cursor) {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name = path.strip_prefix("/mnt/").unwrap_or_default();
    if name.is_empty() || path.len() > 160 || !name.chars().all(is_letter) {
        let help = "write /mnt/<name>, with letters, digits, `-`, `_` and `.`";
        here.problem(format!("{path:?} is not a path at which Lambda can mount a file system"), Some(help));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::manifest::function::tests::{lowered, problems, state};

    const POINT: &str = "arn:aws:elasticfilesystem:us-west-2:123456789012:access-point/fsap-0123456789abcdef0";
    const VPC: &str = "vpc = { subnets = [\"subnet-b\", \"subnet-a\"], security_groups = [\"sg-a\"] }\n";

    fn manifest(function: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.f]\nsource = \"src\"\nruntime = \"python3.12\"\n\
             handler = \"main.handler\"\n{function}"
        )
    }

    fn statements(text: &str, policy: &str) -> Value {
        state(&lowered(text, &[]).unwrap(), policy)["PolicyDocument"]["Statement"].clone()
    }

    #[test]
    fn a_connected_functions_role_makes_interfaces_for_lambda_and_its_code_does_not() {
        let text = manifest(VPC);
        let connected = json!({"SubnetIds": ["subnet-a", "subnet-b"], "SecurityGroupIds": ["sg-a"], "Ipv6AllowedForDualStack": false});
        assert_eq!(state(&lowered(&text, &[]).unwrap(), "lambda.function/f")["VpcConfig"], connected);
        let said = statements(&text, "iam.policy/f-function");
        let any = [
            "arn:aws:ec2:us-west-2:*:security-group/*",
            "arn:aws:ec2:us-west-2:*:subnet/*",
            "arn:aws:ec2:us-west-2:123456789012:network-interface/*",
        ];
        assert_eq!(said[0]["Resource"], json!(any));
        assert_eq!(said[1]["Action"], json!(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]));
        let of = |index: usize| said[index]["Action"].as_array().unwrap().len();
        assert_eq!((said[2]["Effect"].as_str(), of(2)), (Some("Deny"), of(0) + of(1)), "all that is allowed");
        let code =
            json!({"ArnLike": {"lambda:SourceFunctionArn": ["arn:aws:lambda:us-west-2:123456789012:function:*"]}});
        assert_eq!(said[2]["Condition"], code, "of whatever function has the role");
    }

    #[test]
    fn a_shared_role_allows_it_once_and_denies_it_to_the_code_of_any_function() {
        let other = "[function.g]\nsource = \"src\"\nruntime = \"python3.12\"\nhandler = \"main.handler\"\n";
        let text = manifest(&format!("{VPC}role = \"r\"\n{other}{VPC}role = \"r\"\n[role.r]\n"));
        let said = statements(&text, "iam.policy/r");
        let sids: Vec<_> = said.as_array().unwrap().iter().map(|one| one["Sid"].as_str().unwrap()).collect();
        assert_eq!(sids, ["NetworkInterfaces", "NetworkLooks", "NetworkNotByCode"]);
    }

    #[test]
    fn a_file_system_is_reached_by_its_access_point_alone_and_written_unless_it_is_only_read() {
        let mount = |more: &str| {
            manifest(&format!("{VPC}file_system = {{ access_point = \"{POINT}\", path = \"/mnt/data\"{more} }}\n"))
        };
        let mounted = json!({"Arn": POINT, "LocalMountPath": "/mnt/data"});
        let lowered = lowered(&mount(""), &[]).unwrap();
        assert_eq!(state(&lowered, "lambda.function/f")["FileSystemConfig"], mounted);
        let grant = |more: &str| statements(&mount(more), "iam.policy/f-function")[3].clone();
        let both = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"];
        assert_eq!(grant("")["Action"], json!(both));
        assert_eq!(grant(", read_only = true")["Action"], json!(both[..1]));
        assert_eq!(grant("")["Resource"], json!(["arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/*"]));
        let by_point = json!({"StringEquals": {"elasticfilesystem:AccessPointArn": [POINT]}});
        assert_eq!(grant("")["Condition"], by_point);
    }

    #[test]
    fn what_lambda_would_refuse_is_a_problem_at_its_place() {
        let groups: Vec<String> = (0..6).map(|n| format!("\"sg-{n}\"")).collect();
        let vpc = format!("vpc = {{ subnets = [], security_groups = [{}] }}\n", groups.join(", "));
        let counts = ["8:19: a function needs 1 to 16 subnets", "8:41: a function needs 1 to 5 security groups"];
        assert_eq!(problems(&manifest(&vpc), &[]), counts);
        let vpc = "vpc = { subnets = [\"vpc-1\"], security_groups = [\"sg-A\"] }\n";
        let ids = ["8:20: \"vpc-1\" is not the id of a subnet", "8:49: \"sg-A\" is not the id of a security group"];
        assert_eq!(problems(&manifest(vpc), &[]), ids);
        let system =
            |point: &str, path: &str| format!("file_system = {{ access_point = \"{point}\", path = \"{path}\" }}\n");
        let said = |text: &str| problems(&manifest(text), &[]);
        assert_eq!(said(&system(POINT, "/mnt/a")), ["8:1: a function can mount a file system only in a VPC"]);
        for (point, message) in [
            ("arn:aws:s3files:us-west-2:123456789012:file-system/fs-1", "file systems of S3 Files are not supported"),
            (&POINT.replace("us-west-2", "eu-west-1"), "the access point is in eu-west-1"),
            ("fsap-1", "\"fsap-1\" is not the ARN of an access point"),
        ] {
            assert_eq!(said(&format!("{VPC}{}", system(point, "/mnt/a"))), [format!("9:32: {message}")]);
        }
        let path = said(&format!("{VPC}{}", system(POINT, "/data")));
        assert!(path[0].ends_with("\"/data\" is not a path at which Lambda can mount a file system"), "{path:?}");
    }
}
