//! What a mapping is called here: its function and its source.

use crate::aws::Id;
use crate::aws::lambda::LIVE;
use crate::name::Site;

/// The name of the mapping of a source to a function: `shop--test-worker:sqs:shop--test-jobs`. Region and account of the
/// source are part of it where they are not the function's. A table's stream is named by its table.
pub fn physical(site: &Site, function: &str, source_arn: &str) -> String {
    of(function, source_arn, site.region.as_str(), site.account.as_str())
}

/// The physical name of a mapping's function.
pub fn function_name(id: &Id) -> &str {
    id.name.split(':').next().unwrap_or_default()
}

/// The alias in a function's ARN, if it is of one.
pub(super) fn qualifier(function_arn: &str) -> Option<String> {
    function_arn.splitn(8, ':').nth(7).map(str::to_owned)
}

/// The name of a mapping of these ARNs; `None` where it is of another alias or a version.
pub(super) fn of_arns(function_arn: &str, source_arn: &str) -> Option<String> {
    // arn:aws:lambda:<region>:<account>:function:<name>
    let parts: Vec<&str> = function_arn.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", region, account, "function", name] => Some(of(name, source_arn, region, account)),
        ["arn", _, "lambda", region, account, "function", name, LIVE] => Some(of(name, source_arn, region, account)),
        _ => None,
    }
}

fn of(function: &str, source_arn: &str, region: &str, account: &str) -> String {
    // arn:aws:<service>:<region>:<account>:<resource>
    let parts: Vec<&str> = source_arn.splitn(6, ':').collect();
    let &["arn", _, service, of_region, of_account, resource] = parts.as_slice() else {
        return format!("{function}:{source_arn}");
    };
    let resource =
        resource.split_once("/stream/").filter(|_| service == "dynamodb").map_or(resource, |(table, _)| table);
    match (of_region, of_account) == (region, account) {
        true => format!("{function}:{service}:{resource}"),
        false => format!("{function}:{service}:{of_region}:{of_account}:{resource}"),
    }
}
