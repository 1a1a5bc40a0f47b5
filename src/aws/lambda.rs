//! Lambda: functions, and who may invoke them.
//!
//! Two concurrent writes of one function can lose one of them, so function and permission share a lane.

mod absent;
mod configuration;
mod function;
mod permission;

pub use function::{Blob, Call as FunctionCall, Function};
pub use permission::{Call as PermissionCall, Permission, Statement};

use crate::aws::need::{Need, anywhere};
use crate::aws::{Aws, AwsError, Found, logs};
use crate::name::Owner;

/// Functions that may be ours: listing an account's functions would cost as much as the account is large, while
/// each of ours has a log group of its name, which goes only after the function has gone.
async fn candidates(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
    let folder = "/aws/lambda/";
    let groups = logs::list_in(aws, folder, owner).await?;
    let names = groups.iter().filter_map(|group| group.log_group_name()?.strip_prefix(folder));
    Ok(names.map(|name| Found { name: name.to_owned(), seed: () }).collect())
}

/// What it takes to find [`candidates`], and what is [`absent`].
fn needs_for_candidates() -> Vec<Need> {
    anywhere(&["lambda:ListFunctions", "logs:DescribeLogGroups"])
}
