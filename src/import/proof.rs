//! The proof of a manifest that has been written: it is read, lowered and planned against what there is, and whatever the plan
//! would do beside setting our tags is said. So nothing that a writer forgets is silent.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::aws::observe::{self, ReadErrors};
use crate::aws::{Aws, Kind, Live, PlanReader, State, Wanted, lambda};
use crate::import::document::Draft;
use crate::import::reading::Reading;
use crate::import::{Unsaid, secret};
use crate::manifest::lower::{LayerCode, Lowered, Sources, lower};
use crate::manifest::names;
use crate::manifest::problem::{Problem, Problems};
use crate::manifest::read::{self, Source};
use crate::manifest::secret::evident_in;
use crate::name::{Address, Name, Owner, Site, hex};
use crate::package::Package;
use crate::plan::build::{Refusal, Request, plan};
use crate::plan::{Action, AttributeDiff, Change, Mode, Plan, Shown};
use crate::text::Text;

type Lives = BTreeMap<Address, Live>;

/// What a plan of the manifest would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Beside tags.
    pub changes: BTreeSet<Unsaid>,
    /// And must not.
    pub faults: BTreeSet<Unsaid>,
    /// Why there is none.
    pub problems: Vec<String>,
}

impl Proof {
    /// Without an answer of AWS there is none. What has been written by then is worth keeping.
    pub fn unread(errors: &ReadErrors) -> Self {
        let why = format!("what a plan would do is not known, because AWS could not be read:\n{errors}");
        Self { problems: vec![why], ..Self::default() }
    }
}

/// Plans it.
pub async fn prove(
    draft: &Draft,
    file: &str,
    owner: &Owner,
    site: &Site,
    reading: &Reading,
    aws: &Aws,
) -> Result<Proof, ReadErrors> {
    let (source, mut lowered) = match wanted(draft, file, owner, site, reading) {
        Ok(wanted) => wanted,
        Err(problems) => {
            let problems = problems.0.iter().map(Problem::to_string).collect();
            return Ok(Proof { problems, ..Proof::default() });
        }
    };
    let live = live(&source, &lowered, owner, site, aws).await?;
    lowered.wanted.values_mut().for_each(|wanted| as_live(wanted, &live));
    Ok(planned(&lowered, owner, site, &live))
}

/// What the manifest asks for, were everything in it decided.
pub fn wanted(
    draft: &Draft,
    file: &str,
    owner: &Owner,
    site: &Site,
    reading: &Reading,
) -> Result<(Source, Lowered), Problems> {
    let decided = draft.text.replace(secret::UNDECIDED, secret::STAND_IN);
    let source = read::read(file, &decided, &owner.stage)?;
    let lowered = lower(&source, owner, site, &sources(&source, draft, reading))?;
    Ok((source, lowered))
}

/// What lies beside the manifest, with the code that functions and layers have.
fn sources(source: &Source, draft: &Draft, reading: &Reading) -> Sources {
    let package = || Package { sha256: "0".repeat(64), zip: Vec::new().into(), requirements: Vec::new() };
    let packages = source.manifest.function.keys().map(|name| (name.clone(), package())).collect();
    let layers = source.manifest.layer.keys().map(|name| (name.clone(), Ok(layer(name, reading)))).collect();
    let files = draft.files.iter().map(|(path, text)| (path.clone(), Ok(text.clone()))).collect();
    Sources { packages, layers, files, api_logging: Some(true), ..Sources::default() }
}

/// The code of the version of a layer that there is.
fn layer(name: &Name, reading: &Reading) -> LayerCode {
    let of_layer = |live: &&Live| lambda::layer_of(live.id.address.name.as_str()) == name.as_str();
    let mut versions = reading.live.values().filter(|live| live.id.address.kind == Kind::LayerVersion).filter(of_layer);
    let digest = versions.find_map(|live| match &live.observed.state {
        State::LayerVersion(version) => STANDARD.decode(&version.code_sha256).ok().map(|digest| hex(&digest)),
        _ => None,
    });
    let sha256 = digest.unwrap_or_else(|| "0".repeat(64));
    LayerCode { package: Package { sha256, zip: Vec::new().into(), requirements: Vec::new() }, built_from: None }
}

/// What a plan of the manifest reads.
async fn live(source: &Source, lowered: &Lowered, owner: &Owner, site: &Site, aws: &Aws) -> Result<Lives, ReadErrors> {
    let reader = &PlanReader::new(aws);
    let mut listing = observe::list(reader, owner).await?;
    listing.narrow(&lowered.wanted);
    listing.called = names::called(&source.manifest, owner);
    listing.leave_out(|kind| source.manifest.has_by_need(kind), false);
    Ok(observe::survey(reader, owner, site, &lowered.wanted, &listing).await?.live)
}

/// What no manifest has to say: code is the repository's, and what a person has yet to decide stays as it is.
fn as_live(wanted: &mut Wanted, live: &Lives) {
    let state = live.get(&wanted.id.address).map(|live| &live.observed.state);
    let is_stand_in = |text: &String| text == secret::STAND_IN;
    match (&mut wanted.state, state) {
        (State::Function(wanted), Some(State::Function(live))) => {
            wanted.code_sha256.clone_from(&live.code_sha256);
            let is_undecided = |text: &Text| text.literal() == Some(secret::STAND_IN);
            decided(&mut wanted.environment, &live.environment, is_undecided);
        }
        (State::RestApi(wanted), Some(State::RestApi(live))) => {
            for (name, stage) in &mut wanted.stages {
                let known = live.stages.get(name).map(|stage| &stage.variables);
                known.into_iter().for_each(|known| decided(&mut stage.variables, known, is_stand_in));
            }
        }
        (State::HttpApi(wanted), Some(State::HttpApi(live))) => {
            for (name, stage) in &mut wanted.stages {
                let known = live.stages.get(name).map(|stage| &stage.stage_variables);
                known.into_iter().for_each(|known| decided(&mut stage.stage_variables, known, is_stand_in));
            }
        }
        _ => {}
    }
}

/// Gives what is undecided the value that it has.
fn decided<T: Clone>(wanted: &mut BTreeMap<String, T>, live: &BTreeMap<String, T>, is_undecided: impl Fn(&T) -> bool) {
    for (name, value) in wanted.iter_mut().filter(|(_, value)| is_undecided(value)) {
        if let Some(known) = live.get(name) {
            value.clone_from(known);
        }
    }
}

fn planned(lowered: &Lowered, owner: &Owner, site: &Site, live: &Lives) -> Proof {
    let request = Request {
        owner,
        site,
        wanted: &lowered.wanted,
        live,
        mode: Mode::Deploy,
        adopt: &BTreeSet::new(),
        blobs: BTreeMap::new(),
        outputs: &lowered.outputs,
    };
    match plan(&request) {
        Ok(plan) => of_plan(&plan),
        Err(refusals) => {
            let (faults, others): (Vec<&Refusal>, Vec<&Refusal>) =
                refusals.0.iter().partition(|refusal| is_fault(refusal));
            let line = |refusal: &Refusal| Unsaid { what: "the plan is refused".into(), why: refusal.to_string() };
            let (faults, changes) = (faults.into_iter().map(line).collect(), others.into_iter().map(line).collect());
            Proof { changes, faults, problems: Vec::new() }
        }
    }
}

/// True for what no manifest should have asked for that stands for what there is.
fn is_fault(refusal: &Refusal) -> bool {
    !matches!(refusal, Refusal::WouldErase { .. } | Refusal::Forbidden { .. } | Refusal::InTheWay { .. })
}

fn of_plan(plan: &Plan) -> Proof {
    let mut proof = Proof::default();
    for change in &plan.changes {
        let what = || format!("{} ({})", change.address, change.name);
        let fault = |why: &str| Unsaid { what: what(), why: why.to_owned() };
        match change.action {
            Action::Create => drop(proof.changes.insert(fault("it does not exist, and would be created"))),
            Action::Delete if change.address.kind == Kind::Permission => {
                proof
                    .changes
                    .insert(fault("nothing in the manifest asks for these permissions: they would be removed"));
            }
            Action::Delete | Action::Release => drop(proof.faults.insert(fault("it would be deleted"))),
            Action::Replace if change.address.kind != Kind::Permission => {
                proof.faults.insert(fault(&format!("it would be recreated: {}", paths(change))));
            }
            Action::Update | Action::Adopt | Action::Replace => {
                proof
                    .changes
                    .extend(change.diff.iter().filter(|one| !is_of_ours(one)).map(|one| difference(change, one)));
            }
        }
    }
    let notes = plan.notes.iter().map(|note| Unsaid { what: note.address.to_string(), why: note.message.clone() });
    proof.changes.extend(notes);
    proof
}

fn paths(change: &Change) -> String {
    change.diff.iter().map(|one| one.path.as_str()).collect::<Vec<_>>().join(", ")
}

/// True for a tag that says whose a resource is.
fn is_of_ours(diff: &AttributeDiff) -> bool {
    diff.path
        .split_once('.')
        .is_some_and(|(start, key)| start.eq_ignore_ascii_case("tags") && key.starts_with("serverless-app:"))
}

fn difference(change: &Change, diff: &AttributeDiff) -> Unsaid {
    let what = format!("{} ({}): {}", change.address, change.name, diff.path);
    Unsaid { what, why: format!("from {} to {}", shown(&diff.old), shown(&diff.new)) }
}

/// A value on one line, if it is short.
fn shown(value: &Shown) -> String {
    const WIDTH: usize = 120;
    match value {
        Shown::Absent => "nothing".into(),
        Shown::Hidden => "a value that may be secret".into(),
        Shown::Value(value) => {
            let text = value.to_string();
            if evident_in(&text).is_some() {
                return "a value that may be secret".into();
            }
            let start: String = text.chars().take(WIDTH).collect();
            if start.len() < text.len() { format!("{start}…") } else { text }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::AwsError;

    #[test]
    fn a_value_that_holds_a_secret_is_not_shown() {
        let of = |value: &str| shown(&Shown::Value(serde_json::json!(value)));
        assert_eq!(of("https://app:hunter2@x.example/"), "a value that may be secret");
        assert_eq!(of("https://x.example/"), "\"https://x.example/\"");
    }

    #[test]
    fn without_aws_s_answer_there_is_no_proof_and_the_report_says_so() {
        let proof = Proof::unread(&ReadErrors(vec![AwsError::malformed("sns:ListTopics", "no")]));
        let (changes, faults) = (proof.changes.len(), proof.faults.len());
        assert_eq!((changes, faults, proof.problems.len()), (0, 0, 1));
        assert!(proof.problems[0].ends_with("could not be read:\nsns:ListTopics: no"), "{:?}", proof.problems);
    }
}
