//! On a paused clock: what is asked when, and who gets which answer.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::{Instant, sleep, timeout};

use super::*;

const TRIP: Duration = Duration::from_millis(100);

/// A service with one number, which it gives for every key below 1000; a request arrives after half a trip. It notes how
/// much each request has asked.
#[derive(Debug, Clone, Default)]
struct Service {
    number: Arc<Mutex<u32>>,
    requests: Arc<Mutex<Vec<usize>>>,
}

impl Service {
    fn ask(&self) -> impl Fn(BTreeSet<u32>) -> Asked + Send + 'static {
        let service = self.clone();
        move |keys| Box::pin(service.clone().answer(keys))
    }

    async fn answer(self, keys: BTreeSet<u32>) -> Answers<u32, u32> {
        self.requests.lock().unwrap().push(keys.len());
        sleep(TRIP / 2).await;
        let number = self.number();
        sleep(TRIP / 2).await;
        match keys.contains(&FAILS) {
            true => Err(AwsError::malformed("a:B", "no")),
            false => Ok(keys.into_iter().filter(|key| *key < 1000).map(|key| (key, number)).collect()),
        }
    }

    fn number(&self) -> u32 {
        *self.number.lock().unwrap()
    }

    fn change(&self) {
        *self.number.lock().unwrap() += 1;
    }

    fn requests(&self) -> Vec<usize> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

type Asked = std::pin::Pin<Box<dyn Future<Output = Answers<u32, u32>> + Send>>;

/// A key that makes a request fail.
const FAILS: u32 = 999;

fn batch(most: usize) -> (Service, Arc<Batch<u32, u32>>) {
    (Service::default(), Batch::new("a:B", most))
}

#[tokio::test(start_paused = true)]
async fn a_question_alone_leaves_at_once_and_so_does_one_more() {
    let (service, batch) = batch(100);
    let start = Instant::now();
    assert_eq!(batch.get(1, service.ask()).await, Ok(Some(0)));
    assert_eq!(start.elapsed(), TRIP);
    let late = async {
        sleep(TRIP / 4).await;
        let came = Instant::now();
        (batch.get(2, service.ask()).await, came.elapsed())
    };
    let (first, late) = tokio::join!(batch.get(1, service.ask()), late);
    assert_eq!((first, late), (Ok(Some(0)), (Ok(Some(0)), TRIP)));
    assert_eq!(service.requests(), [1, 1, 1]);
    assert_eq!(batch.get(1000, service.ask()).await, Ok(None), "the answer leaves it out");
}

#[tokio::test(start_paused = true)]
async fn what_comes_together_leaves_together_and_no_request_asks_too_much() {
    let (service, batch) = batch(100);
    let start = Instant::now();
    let answers = join_all((0..250).map(|key| batch.get(key, service.ask()))).await;
    assert!(answers.iter().all(|answer| *answer == Ok(Some(0))));
    assert_eq!(service.requests(), [100, 100, 50]);
    assert_eq!(start.elapsed(), 2 * TRIP);
    let same = join_all((0..250).map(|_| batch.get(7, service.ask()))).await;
    assert!(same.iter().all(|answer| *answer == Ok(Some(0))));
    assert_eq!(service.requests(), [1, 1, 1], "one question of many");
}

#[tokio::test(start_paused = true)]
async fn those_that_come_while_requests_are_away_wait_for_one_of_them_and_no_longer() {
    let (service, batch) = batch(100);
    let ask = async |key: u32, after: u32| {
        sleep(TRIP * after / 10).await;
        let came = Instant::now();
        batch.get(key, service.ask()).await.map(|_| came.elapsed())
    };
    let (a, b, late) = tokio::join!(ask(1, 0), ask(2, 1), join_all((3..60).map(|key| ask(key, 5))));
    assert_eq!((a, b), (Ok(TRIP), Ok(TRIP)));
    assert!(late.iter().all(|took| *took == Ok(TRIP + TRIP / 2)), "{late:?}");
    assert_eq!(service.requests(), [1, 1, 57]);
}

/// The promise: a caller whose change has ended sees it, however many requests are away that were made before.
#[tokio::test(start_paused = true)]
async fn an_answer_is_never_older_than_its_question() {
    let (service, batch) = batch(3);
    let caller = async |number: u32| {
        for turn in 0..50 {
            sleep(TRIP * ((number * 7 + turn * 13) % 23) / 20).await;
            service.change();
            let before = service.number();
            let seen = batch.get(number % 5, service.ask()).await.unwrap().unwrap();
            assert!(seen >= before, "an answer of {seen} to a question of {before}");
        }
    };
    join_all((0..20).map(caller)).await;
    let requests = service.requests();
    assert!(requests.iter().any(|asked| *asked > 1) && requests.len() < 1000, "{requests:?} are no test");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_to_everybody_in_the_request_and_is_not_kept() {
    let (service, batch) = batch(100);
    let failed = join_all([1, 2, FAILS].map(|key| batch.get(key, service.ask()))).await;
    assert!(failed.iter().all(|answer| answer.as_ref().is_err_and(|error| error.message == "no")), "{failed:?}");
    assert_eq!(service.requests(), [3]);
    assert_eq!(batch.get(1, service.ask()).await, Ok(Some(0)));
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_takes_nothing_from_the_others() {
    let (service, batch) = batch(2);
    let patient = |key| batch.get(key, service.ask());
    let impatient = |key| timeout(TRIP / 4, patient(key));
    // The first of each request that leaves at once, and one that still waits.
    let (a, b, c, d, e, f) = tokio::join!(impatient(1), patient(2), impatient(3), patient(4), impatient(5), patient(6));
    assert!(a.is_err() && c.is_err() && e.is_err());
    assert_eq!([b, d, f], [Ok(Some(0)), Ok(Some(0)), Ok(Some(0))]);
    assert_eq!(service.requests(), [2, 2, 1], "whoever has given up before is not asked for");
    assert_eq!(batch.get(1, service.ask()).await, Ok(Some(0)));
}
