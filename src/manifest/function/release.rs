//! `release`: versions of a function, and the alias `live` that everything in the app invokes.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::lambda::{self, Canary, LIVE};
use crate::manifest::Cursor;
use crate::manifest::function::Function;
use crate::manifest::names::{self, own_part};
use crate::name::Name;

/// The old versions that are kept where nothing else is asked for.
const KEEP: i32 = 3;
/// Minutes that a part of the traffic is watched where nothing else is asked for.
const MINUTES: i32 = 10;

/// Each change of code or configuration is published as a version, and the alias `live` is moved to it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// The percentage of the traffic, from 1 to 99, that a new version gets before it gets all of it. Default: all at
    /// once.
    pub canary: Option<i32>,
    /// For how many minutes it gets that percentage, from 1 to 45. Default: 10.
    pub minutes: Option<i32>,
    /// The `[alarm.<name>]` sections that watch the canary: if one of them is in alarm, the alias is put back to the
    /// version before.
    #[serde(default)]
    pub alarms: Vec<Name>,
    /// How many old versions are kept to roll back to, from 1 to 50. Default: 3.
    pub keep: Option<i32>,
    /// Provisioned concurrency: how many environments are kept ready for the alias; each costs as long as it exists.
    pub provisioned: Option<i32>,
    /// True: Lambda keeps a snapshot of each initialised version, and starts from that.
    #[serde(default)]
    pub snap_start: bool,
}

impl Function {
    /// What is released of this function, which is its state otherwise; reports what Lambda would refuse.
    pub(super) fn lower_release(&self, name: &Name, mut state: lambda::Function, here: &Cursor) -> lambda::Function {
        let Some(release) = &self.release else { return state };
        let here = &here.at("release");
        check_name(name, here);
        here.check_range("keep", release.keep, 1..=50);
        here.check_range("provisioned", release.provisioned, 1..=i32::MAX);
        if release.snap_start {
            self.check_snap_start(release, here);
            state.snap_start = Some("PublishedVersions".into());
        }
        let alias = Some(LIVE.to_owned());
        state.url.iter_mut().for_each(|url| url.qualifier.clone_from(&alias));
        state.invoke_config.iter_mut().for_each(|config| config.qualifier.clone_from(&alias));
        let keep = usize::try_from(release.keep.unwrap_or(KEEP)).unwrap_or_default();
        let canary = release.lower_canary(here);
        state.release = Some(Box::new(lambda::Release::of(&state, keep, canary, release.provisioned)));
        state
    }

    fn check_snap_start(&self, release: &Release, here: &Cursor) {
        let here = here.at("snap_start");
        let others = [
            ("an image", self.image.is_some()),
            ("provisioned", release.provisioned.is_some()),
            ("file_system", self.file_system.is_some()),
            ("ephemeral_storage above 512", self.ephemeral_storage > 512),
        ];
        for (what, _) in others.iter().filter(|(_, is)| *is) {
            here.problem(
                format!("Lambda supports no snapshots for a function with {what}"),
                Some("remove one of them"),
            );
        }
        if self.is_packaged() && !takes_snapshots(&self.runtime) {
            let help = "use Java 11, Python 3.12, .NET 8 or later; or remove snap_start";
            here.problem(format!("Lambda supports no snapshots for {}", self.runtime), Some(help));
        }
    }
}

impl Release {
    fn lower_canary(&self, here: &Cursor) -> Option<Canary> {
        here.check_range("canary", self.canary, 1..=99);
        here.check_range("minutes", self.minutes, 1..=45);
        let mut alarms = BTreeSet::new();
        for (here, alarm) in here.at("alarms").each(&self.alarms) {
            if here.known("alarm", alarm, &here.manifest.alarm).is_some() {
                here.name(names::alarm::address(alarm));
                alarms.insert(names::alarm::physical(here.owner, alarm));
            }
        }
        let Some(percent) = self.canary else {
            if self.minutes.is_some() || !self.alarms.is_empty() {
                let help = "add canary = 10, the percentage of the traffic that a new version gets at first";
                here.problem("without a canary, nothing is watched", Some(help));
            }
            return None;
        };
        if self.alarms.is_empty() {
            let help = "add alarms = [\"errors\"], with an [alarm.errors] on the function's metric Errors";
            here.at("canary").problem("nothing determines whether the canary is healthy", Some(help));
        }
        if self.provisioned.is_some() {
            let help =
                "remove one of them: Lambda supports no provisioned concurrency for an alias that divides its traffic";
            here.at("canary").problem("canary and provisioned cannot be combined", Some(help));
        }
        let minutes = u32::try_from(self.minutes.unwrap_or(MINUTES)).unwrap_or_default();
        Some(Canary { percent: u8::try_from(percent).unwrap_or_default(), minutes, alarms })
    }
}

/// The policy of the alias has a name of its own, which no other function's may be.
fn check_name(name: &Name, here: &Cursor) {
    match own_part(name, LIVE) {
        Some(own) if here.manifest.function.contains_key(&own) => {
            let message = format!("the function {own} has the same name as the alias of this one");
            here.problem(message, Some("give one of them another name"));
        }
        Some(_) => {}
        None => here.problem("the name of the function's alias would be too long", Some("use 55 characters at most")),
    }
}

/// True for a managed runtime that SnapStart knows: all later ones too.
fn takes_snapshots(runtime: &str) -> bool {
    let digits = |rest: &str| rest.trim_end_matches(".al2023").parse::<u32>().ok();
    let is_from =
        |prefix: &str, least: u32| runtime.strip_prefix(prefix).and_then(digits).is_some_and(|is| is >= least);
    is_from("java", 11) || is_from("python3.", 12) || is_from("dotnet", 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::function::tests::{lowered, problems, state};

    const ALARM: &str = "[alarm.errors]\nmetric = { namespace = \"AWS/Lambda\", function = \"f\", name = \"Errors\" }\nstatistic = \"Sum\"\ncomparison = \">\"\n\
                         threshold = 0\nperiod = 60\n";

    fn manifest(release: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{ALARM}[function.f]\nsource = \"src\"\nruntime = \"python3.12\"\n\
             handler = \"main.handler\"\nurl = {{ auth = \"none\" }}\nmax_retries = 1\n{release}\n"
        )
    }

    #[test]
    fn whoever_invokes_a_released_function_invokes_its_alias() {
        let lowered = lowered(&manifest("release = {}"), &[]).unwrap();
        let function = state(&lowered, "lambda.function/f");
        assert_eq!(
            (&function["Url"]["Qualifier"], &function["InvokeConfig"]["Qualifier"]),
            (&"live".into(), &"live".into())
        );
        assert_eq!(function["Tags"]["serverless-app:parts"], "live-invoke-config live-url versions");
        let digest = function["Release"]["Live"].as_str().unwrap();
        assert_eq!(digest.len(), 64, "{digest}");
        let policy = &lowered.wanted[&"lambda.permission/f-live".parse().unwrap()];
        assert_eq!(policy.id.name, "shop--test-f:live");
        assert!(!lowered.wanted.contains_key(&"lambda.permission/f".parse().unwrap()));
        let plain = state(&self::lowered(&manifest(""), &[]).unwrap(), "lambda.function/f");
        assert!(plain.get("Release").is_none() && plain["Url"].get("Qualifier").is_none(), "{plain}");
    }

    #[test]
    fn what_a_version_holds_is_code_and_settings_and_not_what_belongs_to_the_function() {
        let of = |more: &str| {
            let lowered = lowered(&manifest(&format!("release = {{}}\n{more}")), &[]).unwrap();
            state(&lowered, "lambda.function/f")["Release"]["Live"].clone()
        };
        let plain = of("");
        for same in
            ["description = \"x\"", "reserved_concurrency = 2", "tags = { a = \"b\" }", "recursive_loops = \"allow\""]
        {
            assert_eq!(of(same), plain, "{same}");
        }
        for other in ["memory = 256", "timeout = 20", "environment = { AB = \"b\" }"] {
            assert_ne!(of(other), plain, "{other}");
        }
    }

    #[test]
    fn a_release_that_cannot_be_is_a_problem_with_what_to_do() {
        for (release, expected) in [
            ("canary = 10", "nothing determines whether the canary is healthy"),
            ("alarms = [\"errors\"]", "without a canary, nothing is watched"),
            ("minutes = 5", "without a canary, nothing is watched"),
            ("canary = 100, alarms = [\"errors\"]", "100 is out of range"),
            ("canary = 10, minutes = 60, alarms = [\"errors\"]", "60 is out of range"),
            ("canary = 10, alarms = [\"eror\"]", "eror"),
            ("canary = 10, alarms = [\"errors\"], provisioned = 2", "canary and provisioned cannot be combined"),
            ("keep = 0", "0 is out of range"),
            ("snap_start = true, provisioned = 2", "Lambda supports no snapshots for a function with provisioned"),
        ] {
            let said = problems(&manifest(&format!("release = {{ {release} }}")), &[]);
            assert!(said.iter().any(|one| one.contains(expected)), "{release}: {said:?}");
        }
        let full = "release = { canary = 10, minutes = 5, alarms = [\"errors\"], keep = 2 }";
        assert!(lowered(&manifest(full), &[]).is_ok());
    }

    #[test]
    fn snapshots_are_of_runtimes_that_have_them() {
        for runtime in ["java11", "java21", "python3.12", "python3.14", "dotnet8"] {
            assert!(takes_snapshots(runtime), "{runtime}");
        }
        for runtime in ["java8.al2", "python3.11", "python3.9", "nodejs22.x", "provided.al2023", "dotnet6", "ruby3.3"] {
            assert!(!takes_snapshots(runtime), "{runtime}");
        }
    }
}
