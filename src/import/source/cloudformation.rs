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
    let all = stack::resources(aws, stack).await.map_err(|error| Error::Read(ReadErrors(vec![error])))?;
    let all = all.ok_or_else(|| absent(aws, stack))?;
    let (mut inventory, mut seen) = (Inventory::default(), BTreeSet::from([stack.to_owned()]));
    let mut stacks = add_all(&mut inventory, stack, &all);
    while let Some(stack) = stacks.pop() {
        if seen.insert(stack.clone()) {
            let inside = nested(&mut inventory, &stack, stack::resources(aws, &stack).await);
            stacks.extend(inside);
        }
    }
    Ok(inventory)
}

/// Adds what is in a stack; gives the stacks in it.
fn add_all(inventory: &mut Inventory, stack: &str, all: &[StackResource]) -> Vec<String> {
    let (stacks, others): (Vec<_>, Vec<_>) =
        all.iter().partition(|one| one.of_type == NESTED && one.physical_id.is_some());
    others.into_iter().for_each(|one| add(inventory, name(stack), one));
    stacks.into_iter().filter_map(|one| one.physical_id.clone()).collect()
}

/// The same of a stack in a stack. One that is not told, or not there, is a line of the report.
pub(super) fn nested(
    inventory: &mut Inventory,
    stack: &str,
    all: Result<Option<Vec<StackResource>>, AwsError>,
) -> Vec<String> {
    let line = |why: String| Unsaid { what: format!("the stack {}", name(stack)), why };
    match all {
        Ok(Some(all)) => return add_all(inventory, stack, &all),
        Ok(None) => inventory.unsaid.push(line("AWS does not know it: it is gone, and what was in it with it".into())),
        Err(error) => {
            inventory.unread.push(line(format!("what is in it cannot be read ({error}): nothing is written of that")));
        }
    }
    Vec::new()
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
