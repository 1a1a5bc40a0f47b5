//! The emulators themselves: they start, keep accounts apart, and end with whoever started them.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serverless_app::aws::Aws;
use serverless_app::emulator::{Emulator, MINISTACK, Package, Patches, Server, cache_folder};

use crate::support::act::ACT;
use crate::support::emulator::servers::{ASKING_IAM, MOTO};
use crate::support::emulator::{ACCOUNT, MAKES, Make, REGION, account, aws, fresh};
use crate::support::tools::{GO, NODE};

async fn account_of(endpoint: &str, access_key: &str) -> String {
    let aws = Aws::emulator(&REGION.parse().unwrap(), endpoint, access_key).await.unwrap();
    aws.site().await.unwrap().account.to_string()
}

/// True once nothing listens there any more, within five seconds.
fn goes_away(endpoint: &str) -> bool {
    let (address, start) = (endpoint.trim_start_matches("http://"), Instant::now());
    while start.elapsed() < Duration::from_secs(5) {
        if TcpStream::connect(address).is_err() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

#[tokio::test]
async fn an_emulator_answers_for_its_account_until_it_is_stopped() {
    for make in MAKES {
        let emulator = fresh(make).await;
        let endpoint = emulator.endpoint().to_owned();
        assert_eq!(account_of(&endpoint, "test").await, ACCOUNT, "{make:?}");
        assert_eq!(account_of(&endpoint, "210987654321").await, "210987654321", "{make:?}");
        emulator.stop().await;
        assert!(goes_away(&endpoint), "{make:?}");
    }
}

#[tokio::test]
async fn an_emulator_ends_when_it_is_dropped_and_starts_again_in_seconds() {
    let cache = cache_folder().unwrap();
    for make in MAKES {
        let endpoint = fresh(make).await.endpoint().to_owned();
        assert!(goes_away(&endpoint), "{make:?}");
        assert!(make.server().package.is_installed(&cache));
        let start = Instant::now();
        let again = fresh(make).await;
        assert!(start.elapsed() < Duration::from_secs(20), "{make:?} took {:?}", start.elapsed());
        assert_ne!(again.pid(), None);
    }
}

/// Says to a test that it is the other process of itself.
const OTHER: &str = "TEST_IS_THE_OTHER_PROCESS";

/// One test of this binary, as another process.
fn itself(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(OTHER, "yes").stdout(Stdio::piped());
    command
}

/// The other process starts an emulator, says where, and is killed.
#[tokio::test]
async fn an_emulator_ends_when_its_starter_is_killed() {
    if std::env::var_os(OTHER).is_some() {
        let emulator = fresh(Make::Ministack).await;
        println!("\nendpoint {}", emulator.endpoint());
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    let mut holder = itself("emulator::an_emulator_ends_when_its_starter_is_killed").spawn().unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
    let endpoint = lines.find_map(|line| line.strip_prefix("endpoint ").map(str::to_owned)).expect("an endpoint");
    assert_eq!(account_of(&endpoint, "test").await, ACCOUNT);
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(goes_away(&endpoint), "{endpoint} still listens");
}

/// The other process finds no python3 on its search path.
#[tokio::test]
async fn without_python_the_error_says_what_is_needed() {
    let empty = tempfile::tempdir().unwrap();
    if std::env::var_os(OTHER).is_some() {
        let error = Emulator::start(&MINISTACK, empty.path(), ACCOUNT, REGION).await.unwrap_err();
        println!("\nerror {error}");
        return;
    }
    let mut other = itself("emulator::without_python_the_error_says_what_is_needed");
    let output = other.env("PATH", empty.path()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("error python3 does not run") && text.contains("needs Python 3.10 or later"), "{text}");
}

#[tokio::test]
async fn accounts_are_worlds_of_their_own() {
    for make in MAKES {
        let (one, other) = (aws(make).await, aws(make).await);
        one.write.sns.create_topic().name("apart").send().await.unwrap();
        assert_eq!(one.read.sns.list_topics().send().await.unwrap().topics().len(), 1, "{make:?}");
        assert_eq!(other.read.sns.list_topics().send().await.unwrap().topics().len(), 0, "{make:?}");
    }
    assert_ne!(account(), account());
}

#[test]
fn every_package_is_pinned_and_hashed_with_all_that_it_needs() {
    for Package { name, version, requirements } in [MINISTACK.package, MOTO.package, ACT, NODE, GO] {
        let lines: Vec<&str> = requirements.lines().filter(|line| !line.starts_with('#')).collect();
        let pins: Vec<&&str> = lines.iter().filter(|line| !line.starts_with(' ')).collect();
        assert!(pins.iter().all(|pin| pin.contains("==") && pin.ends_with('\\')), "{name}");
        assert!(
            lines.iter().filter(|line| line.starts_with(' ')).all(|line| line.contains("--hash=sha256:")),
            "{name}"
        );
        let itself = format!("{name}=={version} ");
        assert!(pins.iter().any(|pin| pin.starts_with(&itself)), "{itself}");
    }
}

/// The package of patches of this name.
fn named(server: Server, name: &str) -> Patches {
    *server.patches.iter().find(|patches| patches.name == name).expect("a package")
}

#[test]
fn every_file_of_a_package_of_patches_is_carried() {
    let (ours, theirs) = ("src/emulator", "tests/support/emulator");
    let recorded = named(MINISTACK, "recorded");
    let all = [
        (ours, named(MINISTACK, "ministack_gaps")),
        (ours, recorded),
        (theirs, named(MOTO, "moto_gaps")),
        (theirs, named(ASKING_IAM, "iam_gaps")),
    ];
    for (place, patches) in all {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(place).join(patches.name);
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut there: Vec<String> = names.filter(|name| name.ends_with(".py")).collect();
        there.sort();
        assert_eq!(there, patches.files.iter().map(|(name, _)| *name).collect::<Vec<_>>(), "{}", patches.name);
    }
}

#[test]
fn the_program_carries_the_emulator_of_rehearse_and_nothing_that_tests_alone_use() {
    let program = std::fs::read(env!("CARGO_BIN_EXE_serverless-app")).unwrap();
    let carries = |text: &str| program.windows(text.len()).any(|window| window == text.as_bytes());
    let first = |text: &'static str| text.lines().next().unwrap();
    let text_of = |patches: serverless_app::emulator::Patches, file: &str| {
        first(patches.files.iter().find(|(name, _)| *name == file).expect("a file").1)
    };
    let recorded = text_of(named(MINISTACK, "recorded"), "__init__.py");
    for text in ["ministack==1", text_of(named(MINISTACK, "ministack_gaps"), "__init__.py"), recorded] {
        assert!(carries(text), "{text}");
    }
    let asking = text_of(named(ASKING_IAM, "iam_gaps"), "questions.py");
    for text in ["moto==5", text_of(named(MOTO, "moto_gaps"), "__init__.py"), asking] {
        assert!(!carries(text), "{text}");
    }
}
