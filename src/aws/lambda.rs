//! Lambda: functions, their layers, who may invoke them, and what it fetches for them from queues and streams.
//!
//! Of two concurrent writes to one function, one can be lost, so function and permission share a lane.

mod absent;
mod configuration;
mod event_source_mapping;
mod function;
mod layer_version;
mod permission;

pub use event_source_mapping::{
    Call as MappingCall, EventSourceMapping, function_name as function_of_mapping, mappings_of,
    pattern as filter_pattern, physical as mapping_name,
};
pub use function::{
    Blob, Call as FunctionCall, Canary, Cors, Course, FileSystemConfig, Function, FunctionUrl, IN_A_REQUEST,
    ImageConfig, ImageUri, InvokeConfig, LIVE, LoggingConfig, PackageType, Release, RuntimeManagementConfig, Through,
    UpdateAlias, Version, VpcConfig, Way, actions_by_way_of, actions_to_read_with_key, code_location,
};
pub use layer_version::{
    Call as LayerVersionCall, DESCRIPTION as LAYER_DESCRIPTION, LayerVersion, layer_of, location as layer_location,
    newest as newest_layers, oldest_of,
};
pub use permission::{Call as PermissionCall, POLICY_BYTES, Permission, Statement};

use function::Code;
use layer_version::any_version as any_layer_version;

use crate::aws::rate::{Limit, Operations, limit};
use crate::aws::required_actions::{RequiredAction, anywhere};
use crate::aws::settle::{
    Rule,
    reason::{BUSY, RATE, ROLE},
    rule,
};
use crate::aws::{AwsError, Found, PlanReader, Tags, logs};
use crate::name::Owner;

const DESTINATION: &str = "a new destination to be known everywhere";

/// The refusals that time heals, of any call of the service.
const HEALS: &[Rule] = &[
    rule("lambda:", "InvalidParameterValueException", "cannot be assumed by Lambda", 900, ROLE),
    rule("lambda:", "InvalidParameterValueException", "execution role does not have permissions", 900, ROLE),
    rule("lambda:", "InvalidParameterValueException", "KMS key is invalid for CreateGrant", 900, ROLE),
    rule("lambda:", "InvalidParameterValueException", "throttled by EC2", 900, RATE),
    // It may expire between two requests: then it is put again.
    rule("lambda:", "InvalidParameterValueException", "S3 Error Code: NoSuchKey", 120, "the zip to lie in its bucket"),
    rule(
        "lambda:PutFunctionEventInvokeConfig",
        "InvalidParameterValueException",
        "The destination ARN",
        120,
        DESTINATION,
    ),
    rule("lambda:", "ResourceConflictException", "in progress", 600, BUSY),
    // A revision moves once more when what was under way ends. What somebody else has changed is seen before the next try.
    rule("lambda:", "PreconditionFailedException", "", 120, BUSY),
    rule("lambda:", "ResourceConflictException", "concurrent update", 600, BUSY),
    rule("lambda:", "ResourceConflictException", "cannot be performed at this time", 600, BUSY),
];

/// The request rates of the service.
const LIMITS: &[Limit] = &[
    limit("Lambda", Operations::These(&["GetFunction"]), 100.0, 100.0),
    limit("Lambda", Operations::These(&["GetPolicy"]), 15.0, 15.0),
    limit("Lambda", Operations::AllBut(&["GetFunction", "GetPolicy"]), 15.0, 15.0),
];

/// The runtimes that the SDK knows, deprecated ones too.
pub fn runtimes() -> &'static [&'static str] {
    aws_sdk_lambda::types::Runtime::values()
}

/// Functions that may be ours: listing an account's functions would cost as much as the account is large, while
/// each of ours has a log group of its name, which goes only after the function has gone.
async fn candidates(reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let folder = "/aws/lambda/";
    let groups = logs::list_in(reader, folder, owner).await?;
    let names = groups.iter().filter_map(|group| group.log_group_name()?.strip_prefix(folder));
    Ok(names.map(|name| Found { name: name.to_owned(), seed: () }).collect())
}

/// The policies of the aliases that the tags of functions tell of, by ARN.
pub fn policies_of_aliases<'a>(tags: impl Iterator<Item = (&'a String, &'a Tags)>) -> impl Iterator<Item = String> {
    tags.filter(|(_, tags)| function::has_versions(tags))
        .filter_map(|(arn, _)| Some(format!("{}:{LIVE}", arn.split_once(":function:")?.1)))
}

/// What it takes to find [`candidates`], and what is [`absent`].
fn actions_for_candidates() -> Vec<RequiredAction> {
    anywhere(&["lambda:ListFunctions", "logs:DescribeLogGroups"])
}
