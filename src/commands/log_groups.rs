//! Which log group a section of the manifest writes to.

use std::collections::BTreeMap;

use crate::aws::{Kind, State, Wanted};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::problem::unknown;
use crate::name::Address;

/// The kinds that log, with the section of each. A name that several have is the first one's.
const SECTIONS: [(Kind, &str); 5] = [
    (Kind::Function, "function"),
    (Kind::StateMachine, "workflow"),
    (Kind::RestApi, "api"),
    (Kind::HttpApi, "http_api"),
    (Kind::LogGroup, "log_group"),
];

/// The log groups of all functions, by their names in the manifest.
pub fn of_functions(wanted: &BTreeMap<Address, Wanted>) -> BTreeMap<String, String> {
    let functions = wanted.values().filter(|one| one.id.address.kind == Kind::Function);
    functions.filter_map(|one| Some((one.id.address.name.to_string(), group(one)?))).collect()
}

/// The log group of the section that is named, `hello` or `function.hello`.
pub fn choose(wanted: &BTreeMap<Address, Wanted>, manifest: &Manifest, given: &str) -> Result<String, Error> {
    let is_section = |one: &&Wanted| {
        // Others are groups of sections that are in the list themselves.
        let Address { kind, name } = &one.id.address;
        *kind != Kind::LogGroup || manifest.log_group.contains_key(name)
    };
    let of = |(kind, section): &(Kind, &'static str)| {
        let (kind, section) = (*kind, *section);
        let all = wanted.values().filter(move |one| one.id.address.kind == kind).filter(is_section);
        all.map(move |one| (section, one)).collect::<Vec<_>>()
    };
    let all: Vec<(&str, &Wanted)> = SECTIONS.iter().flat_map(of).collect();
    let named = |(section, one): &&(&str, &Wanted)| {
        let name = one.id.address.name.as_str();
        given == name || given.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')) == Some(name)
    };
    let Some((section, one)) = all.iter().find(named) else {
        return Err(Error::Usage(unknown_section(&all, given)));
    };
    let name = &one.id.address.name;
    group(one).ok_or_else(|| {
        let field = if *section == "workflow" { "logging" } else { "access_logs" };
        Error::Usage(format!("{section} {name} writes no log: add `{field}` to [{section}.{name}], plan and apply"))
    })
}

fn unknown_section(all: &[(&str, &Wanted)], given: &str) -> String {
    let what = "function, workflow, API or log group";
    match given.contains('.') {
        true => {
            let names: Vec<String> =
                all.iter().map(|(section, one)| format!("{section}.{}", one.id.address.name)).collect();
            unknown(what, given, names.iter().map(String::as_str))
        }
        false => unknown(what, given, all.iter().map(|(_, one)| one.id.address.name.as_str())),
    }
}

/// The group that a resource writes to, or is; `None` where it writes none.
fn group(one: &Wanted) -> Option<String> {
    match &one.state {
        State::Function(function) => {
            let own = || format!("/aws/lambda/{}", one.id.name);
            Some(function.logging_config.log_group.clone().unwrap_or_else(own))
        }
        State::StateMachine(machine) => of_arn(&machine.logging.as_ref()?.log_group_arn),
        State::RestApi(api) => {
            api.stages.values().find_map(|stage| of_arn(&stage.access_log_settings.as_ref()?.destination_arn))
        }
        State::HttpApi(api) => {
            api.stages.values().find_map(|stage| of_arn(&stage.access_log_settings.as_ref()?.destination_arn))
        }
        State::LogGroup(_) => Some(one.id.name.clone()),
        _ => None,
    }
}

/// The name in a log group's ARN; `None` where it is another destination's.
fn of_arn(arn: &str) -> Option<String> {
    let (_, name) = arn.split_once(":log-group:")?;
    Some(name.strip_suffix(":*").unwrap_or(name).to_owned())
}
