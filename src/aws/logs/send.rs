//! One request for each call on a log group.

use super::*;

pub(super) async fn send(aws: &Aws, call: &Call) -> Result<(), AwsError> {
    let (logs, api) = (&aws.write.logs, call.api());
    match call {
        Call::Create(input) => {
            let request = logs.create_log_group().log_group_name(&input.log_group_name);
            let class = input.log_group_class.as_deref().map(Into::into);
            let request = request.set_log_group_class(class).set_tags(Some(tags::map(&input.tags)));
            request.send().await.answer(api).map(drop)
        }
        Call::PutRetention(input) => {
            let request = logs.put_retention_policy().log_group_name(&input.log_group_name);
            let request = request.retention_in_days(input.retention_in_days);
            request.send().await.answer(api).map(drop)
        }
        Call::DeleteRetention(input) => {
            let request = logs.delete_retention_policy().log_group_name(&input.log_group_name);
            request.send().await.answer(api).map(drop)
        }
        Call::Tag(input) => {
            let request = logs.tag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tags(Some(tags::map(&input.tags)));
            request.send().await.answer(api).map(drop)
        }
        Call::Untag(input) => {
            let request = logs.untag_resource().resource_arn(&input.resource_arn);
            let request = request.set_tag_keys(Some(input.tag_keys.clone()));
            request.send().await.answer(api).map(drop)
        }
        Call::Delete(input) => {
            let request = logs.delete_log_group().log_group_name(&input.log_group_name);
            request.send().await.answer(api).map(drop)
        }
    }
}
