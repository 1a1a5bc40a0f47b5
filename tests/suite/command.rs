//! The built binary, run as a user runs it.

use std::time::Duration;

use crate::support::command::Cli;
use crate::support::emulator::account;

#[test]
fn the_binary_runs_with_nothing_but_a_search_path() {
    let cli = Cli::new(&["--version"]).timeout(Duration::from_secs(20));
    let home = cli.home();
    let ran = cli.run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.took < Duration::from_secs(20));
    assert!(!home.exists(), "{home:?} outlived the run");
}

#[test]
fn credentials_and_an_endpoint_that_nobody_answers_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let cli = Cli::new(&["--help"]).aws("http://127.0.0.1:1", &account()).env("NO_COLOR", "1").folder(folder.path());
    let ran = cli.run();
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{}", ran.stdout);
}
