//! Deploys a serverless app to AWS from GitHub: what was reviewed is what runs.
//!
//! # From manifest to AWS
//!
//! 1. **read** ([`manifest::read`]): `serverless-app.toml` becomes a [`manifest::Manifest`], or all its problems.
//! 2. **lower** ([`manifest::lower`]): manifest and site become wanted resources ([`aws::Wanted`]). Each has a
//!    kind, an address, a physical name that is a pure function of app, stage and name and that no other app and stage can
//!    have ([`name::Owner::prefix`]) or what its section calls it ([`manifest::names`]), and a complete state: an id that AWS has yet to make up is a reference in it
//!    ([`text::Text`]).
//! 3. **observe** ([`aws::observe`]): live resources, in the same types as wanted ones. Tags say whose they are.
//! 4. **diff and plan** ([`plan::build`]): a kind is asked for one call at a time ([`aws::Resource::next_call`]) and the
//!    call's effect is applied, until wanted is reached. The result, with what waits for what, is a [`plan::Plan`].
//!    [`planning`] does steps 1 to 4 for every command that needs a plan, and returns it finished.
//! 5. **render** ([`render`]): the plan for people, from the parsed plan file alone; what is dangerous about it comes first
//!    ([`mod@risk`]).
//! 6. **apply** ([`mod@apply`]): the plan's bytes are verified, live state is compared with the plan's fingerprints, and
//!    exactly the plan's calls are sent, each followed by a wait until live state is at its checkpoint; only the parts of an
//!    API's definition are awaited together, before it is deployed ([`aws::Resource::flows_into`]). The report is the
//!    receipt: every call that was sent, with its request id.
//!
//! [`import`] goes the other way: what exists becomes a manifest, which it proves by steps 1 to 4 before it is written.
//!
//! # On GitHub
//!
//! - `plan` runs on the pull request's merge with its base; [`github::comment`] and [`github::check_run`] publish it.
//! - `build` runs the commands that functions in other languages are made by ([`package::Workshop`]), in a job that has nothing
//!   to take; the others take what it wrote by digest alone ([`package::Builds`]), and before an apply it is built again from the
//!   merged source.
//! - `verify` goes back from the merged commit to that plan ([`github::provenance`]): pull request, run, check run,
//!   artifact ([`github::artifact`]), comment, envelope. All of that can only refuse. The proof is that the bytes have the
//!   approved id, and that the merged source, planned afresh, asks for exactly what is left of the plan
//!   ([`plan::remaining`]). What the plan may be for and take over is said by the event and the workflow, what it must not do
//!   by the manifest as the default branch had it before the merge ([`github::contents`]); the plan itself says none of that.
//!   Whoever has approved it must be one who may write ([`github::provenance::approval`]), and a run that a later merge has
//!   overtaken is refused ([`github::provenance::replay`]). What people have read is bound to these bytes: the comment is
//!   rendered again from them and compared ([`render::shown`]).
//! - Every call and kind declares what IAM must allow for it, beside its definition ([`aws::required_actions`]); [`policy`] makes the
//!   documents for the roles of these jobs from nothing else.
//! - [`bootstrap`] wants the roles of these jobs, with those documents, GitHub's identity provider and what bounds the app's own
//!   roles; they are planned and applied like an app's resources, under a stage that no app can have.
//! - What GitHub itself needs (environments, variables, the required check) is a list of requests ([`github::protection`]), sent
//!   after a yes; `doctor` looks at all of it, and at what [`bootstrap`] would plan, and changes nothing.
//! - `apply` does the same again and sends the calls, with credentials from the job's identity token ([`github::oidc`]).
//! - [`environment`] is the only place that reads variables (clap does for the options that have one), and
//!   [`github::runner::print`] the only one that prints, so that nothing which is printed is a command to the runner.
//! - [`child`] is the only place that starts other programs, and hands them no token; [`github::checkout`] asks git.
//!
//! # What always holds
//!
//! - There is no state file: live AWS is the state, a plan is a pure function of manifest, packages and live state,
//!   and its id is the SHA-256 of its bytes.
//! - Planning from any checkpoint gives exactly the remaining steps, because [`aws::Resource::next_call`] sees nothing but
//!   two states. So an apply that was stopped anywhere is resumed by running it again, without a journal.
//! - A resource without our ownership tags is never written to.
//! - An apply never sees a cached answer: it has an [`aws::Aws`], which keeps none, and only an [`aws::PlanReader`] has the
//!   answers that one plan uses several times ([`aws::reader`]). The tagging index spares a plan a read only where it says
//!   what is wanted. Reads may leave together ([`aws::coalesced`]), but no answer is older than its question.
//! - Imports point one way. From the ground floor up, each of these uses only what stands before it: `environment`, `kind`,
//!   `name`, `text`, `position`, `reason`, `canonical`, `child`, `package`, `emulator`, `aws`, `plan`, `policy`, `apply`,
//!   `risk`, `render`, `manifest`, `bootstrap`, `bundle`, `github`, `error`, `planning`, `import`, `cli`, `commands`, `main`. So `apply`
//!   and `render` never see the manifest, and `aws` and `plan` know none. Within them no two files need each other.
//! - `kind`, `name`, `text`, `position`, `canonical`, `plan`, `policy`, `risk`, `manifest` and `bootstrap` only compute. Clippy refuses
//!   files, environment, clock and processes everywhere (`clippy.toml`); a file that needs one of them says so at its top.
//! - Every failure has a reason and an exit code, from closed lists ([`mod@reason`]).
//! - Reads retry by themselves; a call that changes something is sent once, and only [`aws::settle`] decides whether
//!   it is sent again, after a look at what became of it.
//!
//! What words mean is in `docs/glossary.md`.
//!
//! # What is absent on purpose
//!
//! No dry run (a plan that is not applied is one), no lock, no backend, no traits over clients, no dynamic dispatch
//! over kinds: they are a closed list in [`mod@kind`].

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests make files and wait"))]

pub mod apply;
pub mod aws;
pub mod bootstrap;
pub mod bundle;
pub mod canonical;
pub mod child;
pub mod cli;
pub mod commands;
pub mod emulator;
pub mod environment;
pub mod error;
pub mod github;
pub mod import;
pub mod kind;
pub mod manifest;
pub mod name;
pub mod package;
pub mod plan;
pub mod planning;
pub mod policy;
pub mod position;
pub mod reason;
pub mod render;
pub mod risk;
pub mod text;
