//! What IAM must allow for functions.

use super::{Call, FileSystemConfig, Function, VpcConfig};
use crate::aws::lambda::{actions_for_candidates, any_layer_version};
use crate::aws::required_actions::{RequiredAction, RequiredActions, anywhere, on, pass_role};
use crate::aws::{Id, required_actions};
use crate::name::{Owner, Site};
use crate::text::Text;

impl RequiredActions for Function {
    fn required_actions(id: &Id, call: &Call) -> Vec<RequiredAction> {
        let function = |actions| on(arn(id), actions);
        match call {
            Call::Create(input) => {
                let create = function(&["lambda:CreateFunction", "lambda:TagResource"]);
                let reached = reached(Some(&input.vpc_config), &input.file_system_configs);
                let key = with_key(id, &input.kms_key_arn);
                let code = input.code.required_actions(id);
                [create, vec![passed(&input.role)], layers(id, &input.layers), reached, key, code].concat()
            }
            Call::UpdateCode(input) => {
                [function(&["lambda:UpdateFunctionCode"]), input.code.required_actions(id)].concat()
            }
            Call::UpdateConfiguration(input) => {
                let role = input.role.as_deref().map(passed).into_iter().collect();
                let layers = layers(id, input.layers.as_deref().unwrap_or_default());
                let mounted = input.file_system_configs.as_deref().unwrap_or_default();
                let reached = reached(input.vpc_config.as_ref(), mounted);
                let key = with_key(id, input.kms_key_arn.as_deref().unwrap_or_default());
                [function(&["lambda:UpdateFunctionConfiguration"]), role, layers, reached, key].concat()
            }
            Call::PutConcurrency(_) => function(&["lambda:PutFunctionConcurrency"]),
            Call::DeleteConcurrency(_) => function(&["lambda:DeleteFunctionConcurrency"]),
            Call::CreateUrl(_) => function(&["lambda:CreateFunctionUrlConfig"]),
            Call::UpdateUrl(_) => function(&["lambda:UpdateFunctionUrlConfig"]),
            Call::DeleteUrl(_) => function(&["lambda:DeleteFunctionUrlConfig"]),
            Call::PutInvokeConfig(_) => function(&["lambda:PutFunctionEventInvokeConfig"]),
            Call::DeleteInvokeConfig(_) => function(&["lambda:DeleteFunctionEventInvokeConfig"]),
            Call::PutRuntime(_) => function(&["lambda:PutRuntimeManagementConfig"]),
            Call::PutRecursion(_) => function(&["lambda:PutFunctionRecursionConfig"]),
            Call::Publish(_) => function(&["lambda:PublishVersion"]),
            Call::CreateAlias(_) => function(&["lambda:CreateAlias"]),
            // Before an alias is moved alarms may be asked.
            Call::UpdateAlias(_) => {
                let alarms = on(id.site.arn("cloudwatch", "alarm:*"), &["cloudwatch:DescribeAlarms"]);
                [function(&["lambda:UpdateAlias"]), alarms].concat()
            }
            Call::DeleteAlias(_) => function(&["lambda:DeleteAlias"]),
            Call::PutProvisioned(_) => of_a_version(id, "lambda:PutProvisionedConcurrencyConfig"),
            Call::DeleteProvisioned(_) => of_a_version(id, "lambda:DeleteProvisionedConcurrencyConfig"),
            Call::Tag(_) => function(&["lambda:TagResource"]),
            Call::Untag(_) => function(&["lambda:UntagResource"]),
            Call::Delete(input) if input.qualifier.is_some() => of_a_version(id, "lambda:DeleteFunction"),
            Call::Delete(_) => function(&["lambda:DeleteFunction"]),
        }
    }

    fn actions_of_all_calls(id: &Id) -> Vec<RequiredAction> {
        let of_versions = &[
            "lambda:DeleteFunction",
            "lambda:DeleteProvisionedConcurrencyConfig",
            "lambda:PutProvisionedConcurrencyConfig",
        ];
        let of_function = on(
            arn(id),
            &[
                "lambda:CreateAlias",
                "lambda:CreateFunction",
                "lambda:CreateFunctionUrlConfig",
                "lambda:DeleteAlias",
                "lambda:DeleteFunction",
                "lambda:DeleteFunctionConcurrency",
                "lambda:DeleteFunctionEventInvokeConfig",
                "lambda:DeleteFunctionUrlConfig",
                "lambda:PublishVersion",
                "lambda:PutFunctionConcurrency",
                "lambda:PutFunctionEventInvokeConfig",
                "lambda:PutFunctionRecursionConfig",
                "lambda:PutRuntimeManagementConfig",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:UpdateAlias",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
                "lambda:UpdateFunctionUrlConfig",
            ],
        );
        [of_function, on(format!("{}:*", arn(id)), of_versions)].concat()
    }

    /// `GetFunction` leaves the tags out where they must not be listed.
    fn actions_to_read(id: &Id) -> Vec<RequiredAction> {
        [on(arn(id), &["lambda:GetFunction", "lambda:ListTags"]), parts(id)].concat()
    }

    /// A plan's credentials read how a function is set up, and not its code, of which `GetFunction` gives a link.
    fn actions_to_plan(id: &Id) -> Vec<RequiredAction> {
        let set_up = &["lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration", "lambda:ListTags"];
        [on(arn(id), set_up), parts(id)].concat()
    }

    fn actions_to_list(_: &Site, _: &Owner) -> Vec<RequiredAction> {
        actions_for_candidates()
    }
}

fn arn(id: &Id) -> String {
    id.site.arn("lambda", &format!("function:{}", id.name))
}

fn of_a_version(id: &Id, action: &'static str) -> Vec<RequiredAction> {
    on(format!("{}:*", arn(id)), &[action])
}

fn parts(id: &Id) -> Vec<RequiredAction> {
    let beside = &[
        "lambda:GetFunctionEventInvokeConfig",
        "lambda:GetFunctionRecursionConfig",
        "lambda:GetFunctionUrlConfig",
        "lambda:GetRuntimeManagementConfig",
        "lambda:ListAliases",
        "lambda:ListVersionsByFunction",
    ];
    let of_versions = &["lambda:GetFunctionConfiguration", "lambda:GetProvisionedConcurrencyConfig"];
    [on(arn(id), beside), on(format!("{}:*", arn(id)), of_versions)].concat()
}

fn passed(role: &str) -> RequiredAction {
    pass_role(role, "lambda.amazonaws.com")
}

/// What Lambda does with a key of the user's in the name of whoever encrypts a function's environment with it.
const WITH_KEY: &[&str] = &["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"];

fn with_key(id: &Id, key: &str) -> Vec<RequiredAction> {
    if key.is_empty() {
        return Vec::new();
    }
    on(key, WITH_KEY).into_iter().map(|required| by_lambda(&id.site, required)).collect()
}

fn by_lambda(site: &Site, required: RequiredAction) -> RequiredAction {
    required.when("StringEquals", "kms:ViaService", &format!("lambda.{}.{}", site.region, site.dns_suffix()))
}

/// Reading a function whose environment this key encrypts: Lambda decrypts it in the reader's name, and says which function's it is.
pub fn actions_to_read_with_key(id: &Id, key: &str) -> RequiredAction {
    let decrypt = by_lambda(&id.site, RequiredAction::new("kms:Decrypt", key));
    decrypt.when("ArnLike", "kms:EncryptionContext:aws:lambda:FunctionArn", &arn(id))
}

/// Lambda looks, in the caller's name, at what a function is connected to and what it mounts. Which file system an access point
/// belongs to its ARN does not say.
fn reached(vpc: Option<&VpcConfig>, mounted: &[FileSystemConfig]) -> Vec<RequiredAction> {
    let connects = vpc.is_some_and(|vpc| !vpc.is_none());
    let network: &[&str] = &["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"];
    let network = if connects { anywhere(network) } else { Vec::new() };
    let systems = mounted.iter().flat_map(|one| {
        let point = RequiredAction::new("elasticfilesystem:DescribeAccessPoints", &one.arn);
        [point, RequiredAction::new("elasticfilesystem:DescribeMountTargets", one.file_systems())]
    });
    network.into_iter().chain(systems).collect()
}

/// Lambda looks at layers in the caller's name. The number of a version of ours is not known before it is made.
fn layers(id: &Id, versions: &[Text]) -> Vec<RequiredAction> {
    let arn = |version: &Text| match version.references().next() {
        Some(reference) => any_layer_version(&id.site, &id.owner, &reference.address),
        None => required_actions::pattern(version),
    };
    versions.iter().map(|version| RequiredAction::new("lambda:GetLayerVersion", arn(version))).collect()
}
