//! What is in a stack of CloudFormation, and in those nested in it. SAM, CDK and the Serverless Framework make such stacks.

use std::collections::BTreeSet;

use crate::aws::observe::ReadErrors;
use crate::aws::stack::{self, StackResource};
use crate::aws::{Aws, AwsError};
use crate::error::Error;
use crate::import::source::helpers;
use crate::import::source::identity::by_physical_id;
use crate::import::source::table::{CLOUDFORMATION, Means};
use crate::import::{Found, Inventory, Unsaid};

/// A stack in a stack.
const NESTED: &str = "AWS::CloudFormation::Stack";

/// What a stack names.
pub async fn inventory(aws: &Aws, stack: &str) -> Result<Inventory, Error> {
    let (mut inventory, mut seen) = (Inventory::default(), BTreeSet::new());
    let mut stacks = vec![stack.to_owned()];
    while let Some(stack) = stacks.pop().filter(|stack| seen.insert(stack.clone())) {
        let resources = stack::resources(aws, &stack).await.map_err(unread)?.ok_or_else(|| absent(aws, &stack))?;
        for resource in resources {
            let nested = resource.physical_id.clone().filter(|_| resource.of_type == NESTED);
            match nested {
                Some(nested) => stacks.push(nested),
                None => add(&mut inventory, name(&stack), &resource),
            }
        }
    }
    Ok(inventory)
}

fn unread(error: AwsError) -> Error {
    Error::Read(ReadErrors(vec![error]))
}

fn absent(aws: &Aws, stack: &str) -> Error {
    let region = aws.region();
    Error::Usage(format!(
        "there is no stack {stack:?} in {region}: check account and region; `aws cloudformation list-stacks --region \
         {region}` lists those that exist"
    ))
}

/// A stack's name, of its ARN too.
fn name(stack: &str) -> &str {
    stack.split(":stack/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(stack)
}

pub(super) fn add(inventory: &mut Inventory, stack: &str, resource: &StackResource) {
    let StackResource { logical_id, physical_id, of_type } = resource;
    let origin = format!("{logical_id} in the stack {stack}");
    let unsaid = |why: String| Unsaid { what: origin.clone(), why: format!("{of_type}: {why}") };
    let means = CLOUDFORMATION.means(of_type);
    if let (Means::Is(_) | Means::Beside(_), Some(why)) = (means, helpers::why(logical_id)) {
        return inventory.unsaid.push(unsaid(why.into()));
    }
    match means {
        Means::PartOf(_) => {}
        Means::Beside(why) => inventory.unsaid.push(unsaid(why.into())),
        Means::Is(kind) => match physical_id.as_deref().map(|id| (id, by_physical_id(kind, id))) {
            Some((_, Some((kind, name, id)))) => {
                let section = Some(without_digest(logical_id).to_owned());
                inventory.found.push(Found { kind, name, id, section, origin: origin.clone() });
            }
            Some((id, None)) => {
                inventory.unsaid.push(unsaid(format!("a manifest cannot have {id}: leave it where it is")));
            }
            None => inventory.unsaid.push(unsaid("it was never created: nothing to take over".into())),
        },
    }
}

/// A logical id without the eight digits with which CDK ends it.
fn without_digest(logical_id: &str) -> &str {
    let is_digest = |end: &str| end.bytes().all(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(&b));
    match logical_id.len().checked_sub(8).and_then(|at| logical_id.split_at_checked(at)) {
        Some((start, end)) if !start.is_empty() && is_digest(end) => start,
        _ => logical_id,
    }
}
