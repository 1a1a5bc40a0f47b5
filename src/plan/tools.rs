//! Other tools that manage resources, by the tags that they write.
//!
//! CloudFormation tags whatever can bear tags, so stacks of SAM, CDK and the Serverless Framework are known by its
//! tags. SST tags what its apps deploy. Terraform and Pulumi write no tags of their own: nothing shows that they manage
//! something.

use std::collections::BTreeMap;

use crate::aws::Tags;
use crate::name::Address;
use crate::plan::{Note, remark};

/// By this tag CDK's custom resource knows that it may empty a bucket.
const EMPTIES: &str = "aws-cdk:auto-delete-objects";

const STACK: &str = "aws:cloudformation:stack-name";
const STACK_ID: &str = "aws:cloudformation:stack-id";

/// By these tags SAM says what it has made.
const OF_SAM: [&str; 3] = ["lambda:createdBy", "httpapi:createdBy", "stateMachine:createdBy"];

/// True for a tag that a tool writes by itself, and that says nothing once something is taken over from it.
pub fn is_own_tag(key: &str) -> bool {
    ["aws-cdk:", "sst:"].iter().any(|start| key.starts_with(start)) || OF_SAM.contains(&key)
}

/// The tool that manages something with these tags, for people.
pub fn manager(tags: &Tags) -> Option<String> {
    let get = |key: &str| tags.get(key).map(String::as_str);
    let of_arn = || get(STACK_ID)?.split(":stack/").nth(1)?.split('/').next();
    if let Some(stack) = get(STACK).or_else(of_arn) {
        let is_sam = OF_SAM.iter().any(|key| get(key) == Some("SAM"));
        return Some(format!("the CloudFormation stack {stack}{}", if is_sam { ", which SAM created" } else { "" }));
    }
    Some(match (get("sst:app")?, get("sst:stage")) {
        (app, Some(stage)) => format!("the SST app {app} at the stage {stage}"),
        (app, None) => format!("the SST app {app}"),
    })
}

/// A note for each tool that manages some of these, at the first of them, and one for each bucket that CDK would empty.
/// By address, with the physical name and all tags.
pub fn notes(tagged: &BTreeMap<Address, (String, Tags)>) -> Vec<Note> {
    let mut managed: BTreeMap<String, Vec<(&Address, &str)>> = BTreeMap::new();
    let mut notes = Vec::new();
    for (address, (name, tags)) in tagged {
        if let Some(tool) = manager(tags) {
            managed.entry(tool).or_default().push((address, name));
        }
        if tags.contains_key(EMPTIES) {
            notes.push(Note { address: address.clone(), message: remark::emptied(name, EMPTIES) });
        }
    }
    let of_tools = managed.iter().filter_map(|(tool, all)| {
        let (address, name) = all.first()?;
        Some(Note { address: (*address).clone(), message: remark::managed(name, all.len() - 1, tool) })
    });
    notes.extend(of_tools);
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[(&str, &str)]) -> Tags {
        tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_tool_is_known_by_the_tags_that_it_writes_by_itself() {
        let id = "arn:aws:cloudformation:us-west-2:123456789012:stack/shop/0a1b";
        for (written, tool) in [
            (&[(STACK, "shop")][..], Some("the CloudFormation stack shop")),
            (&[(STACK_ID, id)], Some("the CloudFormation stack shop")),
            (&[(STACK, "shop"), ("lambda:createdBy", "SAM")], Some("the CloudFormation stack shop, which SAM created")),
            (&[("sst:app", "shop"), ("sst:stage", "live")], Some("the SST app shop at the stage live")),
            (&[("sst:app", "shop")], Some("the SST app shop")),
            (&[("lambda:createdBy", "SAM")], None),
            (&[("STAGE", "dev"), ("Project", "shop"), ("sst:stage", "live")], None),
        ] {
            assert_eq!(manager(&tags(written)).as_deref(), tool, "{written:?}");
        }
    }

    #[test]
    fn a_tool_is_named_once_with_how_much_it_looks_after() {
        let all = [
            ("dynamodb.table/orders", "Orders", tags(&[(STACK, "shop")])),
            ("s3.bucket/files", "shop-files", tags(&[(STACK, "shop"), (EMPTIES, "true")])),
            ("sns.topic/alerts", "Alerts", tags(&[("sst:app", "other")])),
            ("sqs.queue/jobs", "Jobs", tags(&[("Project", "shop")])),
        ];
        let all = all.map(|(address, name, tags)| (address.parse().unwrap(), (name.to_owned(), tags)));
        let notes = notes(&BTreeMap::from(all));
        let said: Vec<String> = notes.iter().map(|note| format!("{}: {}", note.address, note.message)).collect();
        let begins = [
            "s3.bucket/files: shop-files still belongs to a custom resource of CDK (aws-cdk:auto-delete-objects)",
            "dynamodb.table/orders: Orders and one more still belong to the CloudFormation stack shop, ",
            "sns.topic/alerts: Alerts still belongs to the SST app other, ",
        ];
        assert_eq!(said.len(), begins.len(), "{said:?}");
        assert!(said.iter().zip(begins).all(|(said, begin)| said.starts_with(begin)), "{said:?}");
    }
}
