//! Deploys a serverless app to AWS from GitHub: what was reviewed is what runs.
//!
//! # From manifest to AWS
//!
//! 1. **read** ([`manifest::read`]): `serverless-app.toml` becomes a [`manifest::Manifest`], or a list of all its
//!    problems.
//! 2. **lower** ([`manifest::lower`]): manifest and site become wanted resources ([`aws::Wanted`]). Each has a kind, an
//!    address, a physical name and a complete state. The physical name is a pure function of app, stage and name, and
//!    no other app and stage can have it ([`name::Owner::prefix`]); or it is the name that its section gives
//!    ([`manifest::names`]). An id that AWS has not generated yet is a reference in the state ([`text::Text`]).
//! 3. **observe** ([`aws::observe`]): live resources are read into the same types as wanted ones. Tags say who owns
//!    them.
//! 4. **diff and plan** ([`plan::build`]): a kind is asked for one call at a time ([`aws::Resource::next_call`]), and
//!    the call's effect is applied to the state, until the wanted state is reached. The result, with what waits for
//!    what, is a [`plan::Plan`]. [`planning`] does steps 1 to 4 for every command that needs a plan.
//! 5. **render** ([`render`]): shows the plan to people, from the parsed plan file alone. The dangers come first
//!    ([`mod@risk`]).
//! 6. **apply** ([`mod@apply`]): the plan's bytes are verified, live state is compared with the plan's fingerprints,
//!    and exactly the plan's calls are sent. After each call, apply waits until live state is at the call's checkpoint.
//!    Only the parts of an API's definition are awaited together, before the API is deployed
//!    ([`aws::Resource::flows_into`]). The report is the receipt: every call that was sent, with its request id.
//!
//! [`import`] works in the other direction: it makes a manifest from what exists, and proves it by steps 1 to 4 before
//! writing it.
//!
//! # On GitHub
//!
//! - `plan` runs on the pull request's merge with its base; [`github::comment`] and [`github::check_run`] publish it.
//! - `build` runs the commands that build functions in other languages ([`package::Workshop`]), in a job that has no
//!   permissions worth stealing. The other jobs identify what it wrote by digest alone ([`package::Builds`]). Before an
//!   apply, it is built again from the merged source.
//! - `verify` finds the way back from the merged commit to that plan ([`github::provenance`]): pull request, run, check
//!   run, artifact ([`github::artifact`]), comment, envelope. All of these can only cause a refusal. The proof is that
//!   the bytes have the approved id, and that a fresh plan of the merged source asks for exactly what is left of the
//!   plan ([`plan::remaining`]). The event and the workflow say what the plan may be for and what it may take over. The
//!   manifest that the default branch had before the merge says what it must not do ([`github::contents`]). The plan
//!   itself decides none of that. An approval counts only if it comes from somebody with write access
//!   ([`github::provenance::approval`]), and a run is refused if a later merge has been applied since
//!   ([`github::provenance::replay`]). What people have read is bound to these bytes: the comment is rendered again
//!   from them and compared ([`render::shown`]).
//! - Every call and kind declares, beside its definition, what IAM must allow for it ([`aws::required_actions`]).
//!   [`policy`] generates the policies of these jobs' roles from these declarations alone.
//! - [`bootstrap`] defines these roles with their policies, GitHub's identity provider, and the permissions boundary of
//!   the app's own roles. They are planned and applied like an app's resources, under a stage that no app can have.
//! - What GitHub itself needs (environments, variables, the required check) is a list of requests
//!   ([`github::protection`]), sent only after a yes. `doctor` checks all of it, and what [`bootstrap`] would plan, and
//!   changes nothing.
//! - `apply` verifies again and sends the calls, with credentials from the job's identity token ([`github::oidc`]).
//! - [`environment`] is the only place that reads variables (except for clap, which reads those of its options), and
//!   [`github::runner::print`] is the only one that prints, so that nothing that is printed is a command to the runner.
//! - [`child`] is the only place that starts other programs, and it passes no token to them; [`github::checkout`] asks
//!   git.
//!
//! # What always holds
//!
//! - There is no state file: live AWS is the state, a plan is a pure function of manifest, packages and live state, and
//!   its id is the SHA-256 of its bytes.
//! - Planning from any checkpoint gives exactly the remaining steps, because [`aws::Resource::next_call`] sees nothing
//!   but two states. So an apply that was stopped anywhere is resumed by running it again, without a journal.
//! - A resource without our ownership tags is never written to.
//! - An apply never sees a cached answer: it has an [`aws::Aws`], which caches nothing. Only an [`aws::PlanReader`]
//!   keeps answers that one plan uses several times ([`aws::reader`]). The tagging index saves a plan a read only if it
//!   shows what is wanted. Reads may be sent together ([`aws::coalesced`]), but no answer is older than its question.
//! - Imports point one way. In this order, each module uses only those before it: `environment`, `kind`, `name`,
//!   `text`, `position`, `reason`, `canonical`, `child`, `package`, `emulator`, `aws`, `plan`, `policy`, `apply`,
//!   `risk`, `render`, `manifest`, `bootstrap`, `bundle`, `github`, `error`, `planning`, `import`, `cli`, `commands`,
//!   `main`. So `apply` and `render` never see the manifest, and neither do `aws` and `plan`. Within a module, no two
//!   files need each other.
//! - `kind`, `name`, `text`, `position`, `canonical`, `plan`, `policy`, `risk`, `manifest` and `bootstrap` only
//!   compute. Clippy forbids files, environment, clock and processes everywhere (`clippy.toml`); a file that needs one
//!   of them says so at its top.
//! - Every failure has a reason and an exit code, from closed lists ([`mod@reason`]).
//! - Reads are retried automatically. A call that changes something is sent once, and only [`aws::settle`] decides
//!   whether it is sent again, after looking at its effect.
//!
//! The terms are defined in `docs/glossary.md`.
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
