//! The emulators themselves: they start, keep accounts apart, and end with whoever started them.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serverless_app::aws::Aws;
use serverless_app::emulator::{Emulator, Make, cache_folder};

use crate::support::emulator::{ACCOUNT, MAKES, REGION, account, aws, fresh};

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
        assert!(Emulator::is_installed(make, &cache));
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
        let error = Emulator::start(Make::Moto, empty.path(), ACCOUNT, REGION).await.unwrap_err();
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
