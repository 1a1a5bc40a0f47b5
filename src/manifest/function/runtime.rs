//! Lambda's runtimes: those that the SDK knows, and those that are deprecated.

use crate::aws::lambda;
use crate::manifest::problem::nearest;
use crate::manifest::{Cursor, Section, function::Function};
use crate::name::Name;

/// A runtime that AWS has deprecated, as `fixtures/aws/runtimes.py` takes it from AWS's table.
struct Deprecated<'t> {
    /// The day since which it gets no security updates.
    since: &'t str,
    /// The day from which on no function is created with it.
    no_create: &'t str,
    /// The day from which on no function with it is changed.
    no_update: &'t str,
    /// True if both have come.
    is_blocked: bool,
    /// What to go to.
    successor: &'t str,
}

fn deprecated(runtime: &str) -> Option<Deprecated<'static>> {
    include_str!("deprecated.txt").lines().find_map(|line| match line.split(' ').collect::<Vec<_>>().as_slice() {
        [name, since, no_create, no_update, state, successor] if *name == runtime => {
            let is_blocked = *state == "blocked";
            Some(Deprecated { since, no_create, no_update, is_blocked, successor })
        }
        _ => None,
    })
}

/// The runtimes that this release knows and AWS has not deprecated.
pub fn current() -> Vec<&'static str> {
    lambda::runtimes().iter().copied().filter(|known| deprecated(known).is_none()).collect()
}

/// Reports a runtime with which nothing can be created or changed any more; warns of one that is deprecated, and of one that
/// this release does not know: AWS offers new ones more often than it is released.
pub(super) fn check(runtime: &str, name: &Name, here: &Cursor) {
    let address = Function::address(name);
    match deprecated(runtime) {
        Some(Deprecated { since, no_create, no_update, is_blocked, successor }) => {
            let help = format!("choose another one, such as {successor}");
            if is_blocked {
                let message = format!("Lambda has accepted no functions with the runtime {runtime} since {no_update}");
                return here.problem(message, Some(&help));
            }
            let message = format!(
                "the runtime {runtime} has been deprecated since {since}; AWS creates no functions with it from \
                 {no_create} on, and updates none from {no_update} on"
            );
            here.warn(&address, message, &help);
        }
        None if lambda::runtimes().contains(&runtime) => {}
        None => {
            let near = nearest(runtime, &current()).map(|near| format!("did you mean {near}?"));
            let help = near.unwrap_or_else(|| "check that Lambda supports it".into());
            here.warn(&address, format!("this release does not know the runtime {runtime}"), &help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::function::tests::{lowered, problems};

    fn manifest(runtime: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[function.f]\nsource = \"src\"\nruntime = \"{runtime}\"\n\
             handler = \"main.handler\"\n"
        )
    }

    fn warnings(runtime: &str) -> Vec<String> {
        let lowered = lowered(&manifest(runtime), &[]).unwrap();
        lowered
            .warnings
            .iter()
            .map(|warning| format!("{}:{} {}", warning.line, warning.column, warning.message))
            .collect()
    }

    #[test]
    fn what_the_sdk_knows_and_aws_has_not_deprecated_is_taken_without_a_word() {
        for runtime in ["python3.11", "python3.15", "nodejs26.x", "ruby4.0", "java17.al2023", "provided.al2023"] {
            assert_eq!(warnings(runtime), [""; 0], "{runtime}");
        }
    }

    #[test]
    fn a_deprecated_runtime_is_warned_of_with_its_dates_in_the_plan_too() {
        let message = "the runtime python3.9 has been deprecated since 2025-12-15; AWS creates no functions with it \
                       from 2027-02-01 on, and updates none from 2027-03-03 on";
        assert_eq!(warnings("python3.9"), [format!("6:11 {message}")]);
        let notes = lowered(&manifest("python3.9"), &[]).unwrap().notes;
        assert_eq!(notes[0].message, format!("{message}; choose another one, such as python3.14"));
    }

    #[test]
    fn a_runtime_with_which_nothing_can_be_done_any_more_is_refused() {
        let told = problems(&manifest("python2.7"), &[]);
        assert_eq!(told, ["6:11: Lambda has accepted no functions with the runtime python2.7 since 2022-05-30"]);
    }

    #[test]
    fn an_unknown_runtime_is_warned_of_with_the_nearest_name() {
        let message = "this release does not know the runtime pyhton3.12";
        assert_eq!(warnings("pyhton3.12"), [format!("6:11 {message}")]);
        let notes = lowered(&manifest("pyhton3.12"), &[]).unwrap().notes;
        assert_eq!(notes[0].message, format!("{message}; did you mean python3.12?"));
    }

    #[test]
    fn each_line_of_the_table_is_a_runtime_with_its_days() {
        let is_day = |text: &str| text.len() == 10 && text.split('-').count() == 3;
        for line in include_str!("deprecated.txt").lines() {
            let runtime = line.split(' ').next().unwrap();
            let found = deprecated(runtime).unwrap_or_else(|| panic!("{line}"));
            assert!([found.since, found.no_create, found.no_update].into_iter().all(is_day), "{line}");
            assert!(lambda::runtimes().contains(&runtime), "{line}");
            assert!(lambda::runtimes().contains(&found.successor) && deprecated(found.successor).is_none(), "{line}");
        }
    }
}
