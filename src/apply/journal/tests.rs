use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::apply::report::Answered;

fn id() -> Sha {
    Sha::of(b"plan")
}

fn run() -> ApplyRun {
    ApplyRun { tool_version: "1".into(), started: now(), github: BTreeMap::new() }
}

fn sent(name: &str, step: usize) -> Sent {
    Sent {
        address: format!("sns.topic/{name}").parse().unwrap(),
        step,
        api: "sns:CreateTopic".into(),
        call: Sha::of(name.as_bytes()),
        attempt: 1,
        started: now(),
        milliseconds: 0,
        answer: Answered::Unknown,
        request_id: None,
        error: None,
        sweep: None,
    }
}

fn accepted(name: &str, step: usize) -> Sent {
    Sent { answer: Answered::Accepted, request_id: Some("r-1".into()), ..sent(name, step) }
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    (folder, path)
}

/// A journal with one answered and one unanswered call, as a killed process leaves it.
async fn killed() -> Vec<u8> {
    let (_folder, path) = place();
    let journal = Journal::open(&path, id(), run()).unwrap();
    let number = journal.sending(&sent("a", 0)).await.unwrap();
    journal.answered(number, accepted("a", 0)).await.unwrap();
    journal.sending(&sent("b", 0)).await.unwrap();
    std::fs::read(&path).unwrap()
}

fn told(pasts: &[Past]) -> Vec<Vec<(String, Answered)>> {
    let call = |sent: &Sent| (sent.address.to_string(), sent.answer);
    pasts.iter().map(|past| past.calls.iter().map(call).collect()).collect()
}

#[tokio::test]
async fn what_a_killed_run_sent_is_read_back_by_the_next() {
    let (_folder, path) = place();
    std::fs::write(&path, killed().await).unwrap();
    let next = Journal::open(&path, id(), run()).unwrap();
    let expected =
        vec![vec![("sns.topic/a".into(), Answered::Accepted), ("sns.topic/b".to_owned(), Answered::Unknown)]];
    assert_eq!((told(next.earlier()), next.damage()), (expected.clone(), None));
    assert_eq!(next.calls(), [], "what was sent before is not this run's");
    drop(next);
    assert_eq!(told(Journal::open(&path, id(), run()).unwrap().earlier()), expected, "a run without calls is left out");
    assert_eq!(read(&std::fs::read(&path).unwrap(), Sha::of(b"other")).0, [], "another plan's runs are not told");
}

#[tokio::test]
async fn a_last_line_may_be_torn_anywhere_and_the_journal_goes_on_behind_it() {
    let bytes = killed().await;
    let last = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in last..bytes.len() {
        let (pasts, damage) = read(&bytes[..cut], id());
        let whole = cut + 1 == bytes.len();
        assert_eq!((pasts[0].calls.len(), damage), (if whole { 2 } else { 1 }, None), "cut at {cut}");
        let (_folder, path) = place();
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let next = Journal::open(&path, id(), run()).unwrap();
        next.sending(&sent("c", 0)).await.unwrap();
        let (pasts, damage) = read(&std::fs::read(&path).unwrap(), id());
        assert_eq!((pasts.len(), damage), (2, None), "cut at {cut}");
        assert_eq!(pasts[1].calls[0].address.to_string(), "sns.topic/c");
    }
}

#[tokio::test]
async fn a_line_that_is_broken_in_the_middle_is_named_and_what_was_before_it_is_kept() {
    let text = String::from_utf8(killed().await).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let broken = [lines[0], lines[1], "{\"event\":\"answ", lines[3]].join("\n");
    let (pasts, damage) = read(broken.as_bytes(), id());
    assert_eq!((pasts[0].calls.len(), damage.unwrap().line), (1, 3));
    for (mixed, message) in [
        ([lines[0], lines[2]].join("\n"), "never sent"),
        ([lines[0], lines[1], lines[1]].join("\n"), "appears twice"),
        (lines[1].to_owned(), "has not begun"),
    ] {
        let damage = read(mixed.as_bytes(), id()).1.unwrap();
        assert!(damage.message.contains(message), "{damage}");
    }
}

#[tokio::test]
async fn runs_that_write_the_same_file_at_once_are_told_apart() {
    let (_folder, path) = place();
    let (mut one, other) = (Journal::open(&path, id(), run()).unwrap(), Journal::open(&path, id(), run()).unwrap());
    // Runs of one process within the same clock tick would be told by nothing else.
    one.of = "one".into();
    one.write(&Entry::Began { of: one.of.clone(), plan_id: id(), run: run() }).await.unwrap();
    let (first, second) = (one.sending(&sent("a", 0)).await.unwrap(), other.sending(&sent("b", 0)).await.unwrap());
    other.answered(second, accepted("b", 0)).await.unwrap();
    one.answered(first, accepted("a", 0)).await.unwrap();
    let (pasts, damage) = read(&std::fs::read(&path).unwrap(), id());
    let mut names: Vec<_> = told(&pasts).concat();
    names.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(damage, None);
    assert_eq!(names, [("sns.topic/a".into(), Answered::Accepted), ("sns.topic/b".into(), Answered::Accepted)]);
}

#[tokio::test]
async fn a_call_whose_line_cannot_be_written_is_told_as_not_sent() {
    let mut journal = Journal::in_memory(run());
    let read_only = File::open(std::env::current_exe().unwrap()).unwrap();
    journal.file = Some(Arc::new(Mutex::new(read_only)));
    let error = journal.sending(&sent("a", 0)).await.unwrap_err();
    assert!(error.to_string().starts_with("the journal cannot be written"), "{error}");
    assert_eq!(journal.calls()[0].answer, Answered::NotSent);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_reading_fail_without_a_word(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let (pasts, damage) = read(&bytes, id());
        prop_assert!(pasts.is_empty());
        // Only a lone last line may be nonsense without being told.
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        prop_assert_eq!(damage.is_some(), lines > 1);
    }

    #[test]
    fn a_changed_byte_never_adds_a_run_or_a_call(at in any::<prop::sample::Index>(), bit in 0..8u32) {
        static KILLED: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(killed())
        });
        let mut bytes = KILLED.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1u8 << bit;
        let (pasts, _) = read(&bytes, id());
        prop_assert!(pasts.len() <= 1 && pasts.iter().all(|past| past.calls.len() <= 2));
    }
}
