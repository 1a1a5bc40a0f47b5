//! How a plan is shown here: the terminal's width, and where in the manifest each change comes from.

use std::collections::BTreeMap;

use crate::github::runner::print;
use crate::manifest::problem::Places;
use crate::name::Address;
use crate::plan::{Action, Change, Plan};
use crate::render::terminal::{USUAL, View};
use crate::render::what::{subject, what};

/// As wide as the terminal on stdout. Colours are removed again where they are not shown.
pub fn view() -> View {
    View { colour: true, ..View::of_width(print::width().unwrap_or(USUAL)) }
}

/// Where each change comes from, as `serverless-app.toml:42`: the field that changes, where it is the only one and
/// stands there, else its section. What is not in the manifest has no line.
pub fn lines(places: &Places, plan: &Plan) -> BTreeMap<Address, String> {
    let place = |change: &Change| line(places, plan, change).map(|line| format!("{}:{line}", places.file()));
    plan.changes.iter().filter_map(|change| Some((change.address.clone(), place(change)?))).collect()
}

fn line(places: &Places, plan: &Plan, change: &Change) -> Option<usize> {
    let section = subject::section(&change.address)?.path();
    let field = match (change.action, &what(plan, change)[..]) {
        (Action::Update | Action::Replace, [only]) => {
            only.field.split_once(".*").map_or(&*only.field, |(base, _)| base).to_owned()
        }
        _ => return places.line(&section),
    };
    places.line(&format!("{section}.{field}")).or_else(|| places.line(&section))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::aws::{Kind, Live, Observed};
    use crate::manifest::lower::{Sources, lower};
    use crate::manifest::read::read;
    use crate::name::Owner;
    use crate::plan::Mode;
    use crate::plan::build::{Request, plan};

    const TEXT: &str =
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[topic.alerts]\ndisplay_name = \"A\"\n\n[queue.jobs]\n";

    /// Where each change comes from, once the topic is there with another name.
    #[test]
    fn a_change_is_found_where_the_manifest_asks_for_it() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        let site = crate::aws::test_support::test_id(Kind::Topic, "").site;
        let made = |text: &str| {
            let source = read("m.toml", text, &owner.stage).unwrap();
            let lowered = lower(&source, &owner, &site, &Sources::default()).unwrap();
            (source.places, lowered.wanted)
        };
        let (places, wanted) = made(TEXT);
        let (_, before) = made(&TEXT.replace("\"A\"", "\"B\"").replace("queue.jobs", "queue.gone"));
        let live = before
            .into_values()
            .map(|wanted| (wanted.id.address.clone(), Live { id: wanted.id, observed: Observed::of(wanted.state) }));
        let (live, nothing, blobs) = (live.collect(), BTreeMap::new(), BTreeMap::new());
        let adopt = BTreeSet::new();
        let request = Request {
            owner: &owner,
            site: &site,
            wanted: &wanted,
            live: &live,
            mode: Mode::Deploy,
            adopt: &adopt,
            blobs,
            outputs: &nothing,
        };
        let lines = lines(&places, &plan(&request).unwrap());
        let lines: Vec<String> = lines.iter().map(|(address, line)| format!("{address} {line}")).collect();
        assert_eq!(lines, ["sns.topic/alerts m.toml:6", "sqs.queue/jobs m.toml:8"]);
    }
}
