//! The roles that deploy an app: GitHub's identity provider, a plan role, and for each stage an apply role and the
//! permissions boundary of the app's own roles. If the manifest asks for it, also the bucket through which large zips
//! are sent to Lambda; and on request the role with which API Gateway writes logs, which the account shares.
//!
//! They are wanted resources like any other ([`wanted`]), so they are planned, applied, resumed and destroyed like any
//! other. They belong to the app, under a stage that no app can have ([`crate::name::Stage::bootstrap`]): no apply role
//! can reach their names and path, so it cannot reach its own role and boundary.
//!
//! - [`trust`]: which jobs of which repository a role trusts.
//! - [`github_names`]: what the command line says about GitHub, in forms that let nobody else in.
//! - [`boundary`]: the most that a role of the app can be allowed.
//! - [`lacking`]: which of that the current boundary does not allow.
//! - [`template`]: the same resources for those who create roles with another tool.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::document::Document;
use crate::aws::iam::{self, OidcProvider, provider, simulate};
use crate::aws::{Id, Kind, RequiredAction, State, Tags, Wanted, apigateway_account};
use crate::manifest::packages;
use crate::name::{Address, Name, Owner, Site, Stage};
use crate::plan::Note;
use crate::policy::document::{MANAGED, MANAGED_PER_ROLE};
use crate::policy::{TooLong, documents};
use crate::text::Text;

pub mod boundary;
pub mod github_names;
pub mod lacking;
mod made_up;
pub mod template;
pub mod trust;

pub use boundary::Boundary;
pub use trust::{Repository, Trust};

/// What is made, and for whom.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The app; any of its stages.
    pub owner: Owner,
    /// The account.
    pub site: Site,
    /// Tags beside ours.
    pub tags: Tags,
    /// Whose jobs are trusted.
    pub trust: Trust,
    /// What planning any of the stages needs.
    pub to_plan: Vec<RequiredAction>,
    /// The stages of this account.
    pub stages: BTreeMap<Stage, StageSetup>,
    /// The longest session of an apply role, in seconds: 3,600 to 43,200.
    pub session_seconds: i32,
    /// True if large zips are sent through a bucket of the app's own.
    pub packages: bool,
    /// True to give API Gateway a role to write logs, if the account has none in the site's region.
    pub api_logging: bool,
}

/// What one stage has.
#[derive(Debug, Clone)]
pub struct StageSetup {
    /// The environments whose jobs may apply.
    pub environments: BTreeSet<String>,
    /// What applying needs.
    pub to_apply: Vec<RequiredAction>,
    /// The permissions boundary of the app's roles, if `bootstrap` creates it.
    pub boundary: Option<Boundary>,
}

/// Why roles cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapError {
    /// One action on one resource is too long.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// A document has more characters than AWS takes.
    #[error("{what} has {length} characters, more than the limit of {limit}: {help}")]
    Document {
        what: String,
        /// Its characters.
        length: usize,
        /// AWS's limit.
        limit: usize,
        /// What to do.
        help: &'static str,
    },
    /// A role needs more policies than it can have.
    #[error(
        "the role {role} needs {count} policies, but a role can have only {MANAGED_PER_ROLE}: bootstrap fewer stages \
         together, or split the app"
    )]
    Policies {
        /// Which role.
        role: Name,
        /// How many policies.
        count: usize,
    },
}

/// All that is wanted, by address.
pub fn wanted(setup: &Setup) -> Result<BTreeMap<Address, Wanted>, BootstrapError> {
    let mut to = Collected { setup, wanted: BTreeMap::new() };
    to.provider();
    let trust = trust::to_plan(&setup.trust, &setup.site)?;
    // So that a plan can say what its apply may not do.
    let asks =
        setup.stages.keys().flat_map(|stage| simulate::required_actions(&role_arn(setup, &format!("apply-{stage}"))));
    let to_plan: Vec<RequiredAction> = setup.to_plan.iter().cloned().chain(asks).collect();
    to.role("plan", "plan", &to_plan, trust, iam::role::DEFAULT_SESSION)?;
    for (stage, parts) in &setup.stages {
        let trust = trust::to_apply(&setup.trust, &setup.site, &parts.environments)?;
        let name = format!("apply-{stage}");
        to.role(&name, &format!("apply the stage {stage} of"), &parts.to_apply, trust, setup.session_seconds)?;
        if let Some(boundary) = &parts.boundary {
            to.policy(&format!("boundary-{stage}"), boundary.document()?);
            boundary.recorder.iter().for_each(|document| to.policy(&format!("recorder-{stage}"), document.clone()));
        }
    }
    if setup.packages {
        let name = packages::name();
        let (physical, bucket) = packages::bucket(&setup.owner, &setup.site, to.tags(Kind::Bucket, name.as_str()));
        to.add(Kind::Bucket, name.as_str(), physical, bucket, BTreeSet::new());
    }
    if setup.api_logging {
        let state = apigateway_account::Account::of(&apigateway_account::role_arn(&setup.site));
        to.add(Kind::ApiAccount, "logging", apigateway_account::ROLE_NAME.into(), state, BTreeSet::new());
    }
    Ok(to.wanted)
}

/// What an apply prints: the ARNs that workflows name.
pub fn outputs(setup: &Setup) -> BTreeMap<String, Text> {
    let arn = |name: String| Text::from(role_arn(setup, &name));
    let apply = setup.stages.keys().map(|stage| (format!("apply_role_{stage}"), arn(format!("apply-{stage}"))));
    apply.chain([("plan_role".to_owned(), arn("plan".into()))]).collect()
}

/// What reviewers should know: managed policies whose content a boundary does not know, so that it allows nothing of
/// them.
pub fn notes(setup: &Setup) -> Vec<Note> {
    let boundaries = setup.stages.iter().filter_map(|(stage, parts)| Some((stage, parts.boundary.as_ref()?)));
    let notes = boundaries.flat_map(|(stage, boundary)| {
        let address = Address::new(Kind::Policy, part(&format!("boundary-{stage}")));
        boundary.unknown.iter().map(move |(role, arn)| Note {
            address: address.clone(),
            message: format!(
                "allows nothing that {arn} allows, which {role} has, because its content is not known here; name a \
                 policy of your own in [app] permissions_boundary"
            ),
        })
    });
    notes.collect()
}

/// The ARN of the plan role (`plan`) or of a stage's apply role (`apply-<stage>`).
pub fn role_arn(setup: &Setup, name: &str) -> String {
    let owner = setup.owner.bootstrap();
    setup.site.global_arn("iam", &format!("role{}{}", owner.path(), owner.physical(name, 64)))
}

struct Collected<'a> {
    setup: &'a Setup,
    wanted: BTreeMap<Address, Wanted>,
}

impl Collected<'_> {
    fn add(&mut self, kind: Kind, name: &str, physical: String, state: impl Into<State>, needs: BTreeSet<Address>) {
        let address = Address::new(kind, part(name));
        let id = Id {
            address: address.clone(),
            name: physical,
            site: self.setup.site.clone(),
            owner: self.setup.owner.bootstrap(),
        };
        self.wanted.insert(address, Wanted { id, state: state.into(), needs, adopt: false, named: false });
    }

    fn tags(&self, kind: Kind, name: &str) -> Tags {
        let mut tags = self.setup.tags.clone();
        tags.extend(self.setup.owner.bootstrap().tags(&Address::new(kind, part(name))));
        tags
    }

    fn provider(&mut self) {
        let state = OidcProvider { client_id_list: BTreeSet::from([trust::audience(&self.setup.site).to_owned()]) };
        self.add(Kind::OidcProvider, "github", provider::GITHUB.into(), state, BTreeSet::new());
    }

    fn policy(&mut self, name: &str, document: Document) {
        let state = iam::Policy::new(document, self.tags(Kind::Policy, name));
        let physical = self.setup.owner.bootstrap().physical(name, 128);
        self.add(Kind::Policy, name, physical, state, BTreeSet::new());
    }

    /// A role, and the policies that say what it may do.
    fn role(
        &mut self,
        name: &str,
        verb: &str,
        needs: &[RequiredAction],
        trust: Document,
        seconds: i32,
    ) -> Result<(), BootstrapError> {
        let owner = self.setup.owner.bootstrap();
        let documents = documents(needs.to_vec(), MANAGED)?;
        if documents.len() > MANAGED_PER_ROLE {
            return Err(BootstrapError::Policies { role: part(name), count: documents.len() });
        }
        let mut waits = BTreeSet::from([Address::new(Kind::OidcProvider, part("github"))]);
        let mut arns = BTreeSet::new();
        for (index, document) in documents.into_iter().enumerate() {
            let policy = format!("{name}-{}", index + 1);
            arns.insert(iam::policy_arn(&self.setup.site, &owner, &owner.physical(&policy, 128)));
            waits.insert(Address::new(Kind::Policy, part(&policy)));
            self.policy(&policy, document);
        }
        let role = iam::Role {
            path: None,
            description: Some(format!("May {verb} {} for {}", owner.app, self.setup.trust.repository)),
            max_session_duration: seconds,
            assume_role_policy_document: trust,
            managed_policy_arns: arns,
            inline_policies: BTreeMap::new(),
            permissions_boundary: None,
            tags: self.tags(Kind::Role, name),
        };
        self.add(Kind::Role, name, owner.physical(name, 64), role, waits);
        Ok(())
    }
}

fn part(name: &str) -> Name {
    name.parse().expect("our words, a stage and a number joined by hyphens are a name")
}

/// An error where a document is longer than AWS takes.
fn fits(what: &str, document: Document, limit: usize, help: &'static str) -> Result<Document, BootstrapError> {
    let length = crate::policy::document::length(&document);
    if length <= limit {
        return Ok(document);
    }
    Err(BootstrapError::Document { what: what.into(), length, limit, help })
}
