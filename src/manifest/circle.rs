//! Resources that need each other.
//!
//! A value that is known before its resource exists, such as the ARN of a state machine, can be written into a resource
//! that is created first. So if resources refer to each other in a circle, such a reference need not wait. The circle
//! is an error only if each reference needs a resource that exists, or an id that AWS generates.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Wanted;
use crate::manifest::cursor::{Cursor, Need, Needs};
use crate::name::Address;
use crate::plan::order;

/// Takes out of what resources need whatever is not wanted at all, and what lets a circle be opened; a circle that stays is
/// a problem where one of its references stands.
pub(super) fn untangle(wanted: &mut BTreeMap<Address, Wanted>, why: &BTreeMap<Address, Needs>, top: &Cursor) {
    let known: BTreeSet<Address> = wanted.keys().cloned().collect();
    wanted.values_mut().for_each(|wanted| wanted.needs.retain(|need| known.contains(need)));
    loop {
        let needs = wanted.iter().map(|(address, wanted)| (address.clone(), wanted.needs.clone())).collect();
        let Some(cycle) = order::cycle(&needs) else { return };
        let reason = |pair: &[Address]| Some((why.get(&pair[0])?.get(&pair[1])?, pair[0].clone(), pair[1].clone()));
        let reasons: Vec<(&Need, Address, Address)> = cycle.windows(2).filter_map(reason).collect();
        match reasons.iter().find(|(need, ..)| need.is_known) {
            Some((_, from, to)) => drop(wanted.get_mut(from).map(|wanted| wanted.needs.remove(to))),
            None => return report(&cycle, &reasons, top),
        }
    }
}

fn report(cycle: &[Address], reasons: &[(&Need, Address, Address)], top: &Cursor) {
    let path: Vec<String> = cycle.iter().map(Address::to_string).collect();
    let help = "break the circle: remove one of the references";
    let reference = reasons.iter().find(|(need, ..)| need.is_reference).or(reasons.first());
    let here = reference.map_or(top.clone(), |(need, ..)| top.of_need(need));
    here.problem(format!("circular reference: {}", path.join(" needs ")), Some(help));
}

#[cfg(test)]
mod tests {
    use crate::manifest::function::tests::{lowered, needs, problems, state};

    const FLOW: &str =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${function.f.arn}", "End": true}}}"#;

    fn manifest(function: &str, rest: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.f]\nsource = \"src\"\nruntime = \"python3.11\"\n\
             handler = \"main.handler\"\n{function}\n{rest}"
        )
    }

    #[test]
    fn a_function_may_know_the_arn_of_the_workflow_that_invokes_it() {
        let flow = "[workflow.w]\ndefinition = \"w.json\"\ninvokes = [\"f\"]\n";
        let text = manifest("environment = { FLOW = \"${workflow.w.arn}\" }", flow);
        let all = lowered(&text, &[("w.json", FLOW)]).unwrap();
        let arn = "arn:aws:states:us-west-2:123456789012:stateMachine:shop--test-w";
        assert_eq!(state(&all, "lambda.function/f")["Environment"]["FLOW"], arn);
        assert_eq!(needs(&all, "lambda.function/f"), ["iam.role/f-function", "logs.log-group/f-function"]);
        assert_eq!(needs(&all, "stepfunctions.state-machine/w"), ["iam.role/w-workflow", "lambda.function/f"]);
    }

    #[test]
    fn a_function_may_start_the_workflow_that_invokes_it() {
        let flow = "[workflow.w]\ndefinition = \"w.json\"\ninvokes = [\"f\"]\n";
        let text = manifest("access = [{ workflow = \"w\", actions = \"start\" }]", flow);
        let all = lowered(&text, &[("w.json", FLOW)]).unwrap();
        assert!(!needs(&all, "lambda.function/f").contains(&"stepfunctions.state-machine/w".to_owned()));
    }

    #[test]
    fn what_is_named_without_a_circle_comes_first_as_before() {
        let table = "[table.t]\nhash_key = { name = \"id\", type = \"S\" }\n";
        let all = lowered(&manifest("environment = { TABLE = \"${table.t.arn}\" }", table), &[]).unwrap();
        assert!(needs(&all, "lambda.function/f").contains(&"dynamodb.table/t".to_owned()));
    }

    #[test]
    fn workflows_may_name_each_other() {
        let start = |other: &str| {
            format!(
                "{{\"StartAt\": \"A\", \"States\": {{\"A\": {{\"Type\": \"Pass\", \"Result\": \"${{workflow.{other}.arn}}\", \"End\": true}}}}}}"
            )
        };
        let flows = "[workflow.v]\ndefinition = \"v.json\"\n[workflow.w]\ndefinition = \"w.json\"\n";
        let all = lowered(&manifest("", flows), &[("v.json", &start("w")), ("w.json", &start("v"))]).unwrap();
        let other = |name: &str| needs(&all, name).iter().filter(|need| need.starts_with("stepfunctions")).count();
        assert_eq!((other("stepfunctions.state-machine/v"), other("stepfunctions.state-machine/w")), (0, 1));
    }

    #[test]
    fn a_circle_of_what_must_exist_first_is_told_where_a_reference_stands() {
        let api = "[api.a]\nroutes = [{ method = \"GET\", path = \"/\", function = \"f\" }]\n";
        let text = manifest("environment = { URL = \"${api.a.url}\" }", api);
        let path = "apigateway.rest-api/a needs lambda.function/f needs apigateway.rest-api/a";
        assert_eq!(problems(&text, &[]), [format!("8:23: circular reference: {path}")]);
    }
}
