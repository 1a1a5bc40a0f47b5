//! A GitHub of the test's own on loopback: what it is asked to keep it keeps, and what it was not asked in the words of
//! its own API description it refuses.
//!
//! `fixtures/github/openapi.json` is the part of GitHub's description that we use. Whatever breaks it is answered with
//! 599 and fails the test when the server ends.

pub mod answers;
mod contract;
pub mod later;
mod repository;

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::proxy::http::Request;

/// The only token that it takes, as the runner would give it to a job.
pub const TOKEN: &str = "ghs_planted_token_of_the_loopback_github";
/// The id of the repository.
pub const REPOSITORY: u64 = 4201;
/// Its name.
pub const NAME: &str = "octo/shop";

/// A pull request, a comment and so on, as GitHub's answers have them.
#[derive(Debug, Default)]
pub struct State {
    /// By number.
    pub pulls: BTreeMap<u64, Value>,
    /// Numbers of the pull requests of a commit.
    pub pulls_of: BTreeMap<String, Vec<u64>>,
    /// By pull request or issue.
    pub comments: BTreeMap<u64, Vec<Value>>,
    /// All of them.
    pub check_runs: Vec<Value>,
    /// Of all workflows.
    pub runs: Vec<Value>,
    /// By run.
    pub artifacts: BTreeMap<u64, Vec<Value>>,
    /// By artifact.
    pub zips: BTreeMap<u64, Vec<u8>>,
    /// A run and the folder that its jobs lay artifacts into.
    pub uploads: Option<(u64, PathBuf)>,
    /// By pull request.
    pub reviews: BTreeMap<u64, Vec<Value>>,
    /// All of them.
    pub issues: Vec<Value>,
    /// A clone of the repository, which commits and their files come out of.
    pub clone: Option<PathBuf>,
    /// Tips of branches.
    pub branches: BTreeMap<String, String>,
    /// The default branch's commits, the first one first.
    pub history: Vec<String>,
    /// Of all environments, the first one first.
    pub deployments: Vec<Value>,
    /// By deployment, the latest first.
    pub statuses: BTreeMap<u64, Vec<Value>>,
    /// By run, of all attempts.
    pub jobs: BTreeMap<u64, Vec<Value>>,
    /// What accounts may do, by their names.
    pub permissions: BTreeMap<String, String>,
    /// Protections by name, where they are not as they should be; `None`: there is no such environment.
    pub environments: BTreeMap<String, Option<Value>>,
    /// Of the repository (without a name) and of each environment.
    pub variables: BTreeMap<String, BTreeMap<String, String>>,
    /// All of them are of the default branch.
    pub rulesets: Vec<Value>,
    /// True where the plan that the repository is of has no required reviewers.
    pub lacks_reviewers: bool,
    /// What jobs' tokens may do, where that is not as it should be.
    pub job_permissions: Value,
    /// What it says instead of an answer, to the next requests whose method and path begin so.
    pub faults: Vec<(String, Fault)>,
    /// Method and path of every request.
    pub log: Vec<String>,
    violations: Vec<String>,
    next: u64,
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status; for 429 with a pause of a second.
    Status(u16),
    /// The job lacks a permission.
    Forbidden,
    /// The plan that the repository is of lacks it.
    Upgrade,
    /// A secondary rate limit, with a pause of a second.
    Limited,
    /// It is done, and the connection ends without an answer.
    Lost,
}

/// A running GitHub. It ends when this is dropped.
pub struct Github {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    ended: Arc<AtomicBool>,
}

impl Github {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (state, ended) = (Arc::new(Mutex::new(State { next: 1000, ..State::default() })), Arc::default());
        let github = Self { address, state: Arc::clone(&state), ended: Arc::clone(&ended) };
        let ended: Arc<AtomicBool> = ended;
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let state = Arc::clone(&state);
                std::thread::spawn(move || serve(client, address, &state));
            }
        });
        github
    }

    /// Where its API answers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it keeps, after a test that failed with it too: one that panics again on its way out ends all tests.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The variables of a job that this event started, with its files in `folder`. What a push does not say of before is
    /// the commit before it in the history of `main`, or where `main` is.
    pub fn environment(&self, event: &str, payload: &Value, sha: &str, folder: &Path) -> Vec<(String, String)> {
        let path = |name: &str| folder.join(name).display().to_string();
        let mut payload = payload.clone();
        if event == "push" && payload["before"].is_null() {
            payload["before"] = json!(self.state().before(sha));
        }
        std::fs::write(folder.join("event.json"), payload.to_string()).expect("the event");
        let git_ref = if event == "pull_request" { "refs/pull/7/merge" } else { "refs/heads/main" };
        let workflow = if event == "pull_request" { "serverless-app-plan.yml" } else { "serverless-app-apply.yml" };
        [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_REPOSITORY", NAME.to_owned()),
            ("GITHUB_REPOSITORY_ID", REPOSITORY.to_string()),
            ("GITHUB_API_URL", self.url()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("GITHUB_RUN_ID", "77".to_owned()),
            ("GITHUB_RUN_ATTEMPT", "1".to_owned()),
            ("GITHUB_SHA", sha.to_owned()),
            ("GITHUB_REF", git_ref.to_owned()),
            ("GITHUB_EVENT_NAME", event.to_owned()),
            ("GITHUB_EVENT_PATH", path("event.json")),
            ("GITHUB_WORKFLOW_REF", format!("{NAME}/.github/workflows/{workflow}@{git_ref}")),
            ("GITHUB_OUTPUT", path("output")),
            ("GITHUB_STEP_SUMMARY", path("summary")),
            ("GITHUB_TOKEN", TOKEN.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}

impl Drop for Github {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over. If nobody listens any more, that is as well.
        let _ = TcpStream::connect(self.address);
        let violations = std::mem::take(&mut self.state().violations);
        if !std::thread::panicking() {
            assert_eq!(violations, Vec::<String>::new(), "what GitHub's description does not allow");
        }
    }
}

impl State {
    /// A number that was not used yet.
    pub fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Keeps an artifact of a run.
    pub fn upload(&mut self, run: u64, name: &str, zip: Vec<u8>) -> u64 {
        let id = self.next();
        let digest = serverless_app::canonical::Sha::of(&zip).to_string();
        let artifact = answers::artifact(id, name, run, zip.len(), &digest);
        self.artifacts.entry(run).or_default().push(artifact);
        self.zips.insert(id, zip);
        id
    }

    /// Takes in what the jobs of a run have laid down since.
    fn pick_up(&mut self) {
        let Some((run, folder)) = self.uploads.clone() else { return };
        let zips = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        for path in zips.filter(|path| path.extension().is_some_and(|extension| extension == "zip")) {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
            let known = self.artifacts.get(&run).into_iter().flatten().any(|artifact| artifact["name"] == name);
            if !known && !name.starts_with('.') {
                let zip = std::fs::read(path).expect("a zip");
                self.upload(run, &name, zip);
            }
        }
    }

    fn fault(&mut self, request: &str) -> Option<Fault> {
        let at = self.faults.iter().position(|(start, _)| request.starts_with(start))?;
        Some(self.faults.remove(at).1)
    }
}

/// The outputs that a step has written.
pub fn outputs(path: &PathBuf) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let (mut outputs, mut lines) = (BTreeMap::new(), text.lines());
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").expect("a name and a delimiter");
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        outputs.insert(name.to_owned(), value.join("\n"));
    }
    outputs
}

fn serve(mut client: TcpStream, address: SocketAddr, state: &Mutex<State>) {
    while let Ok(Some(request)) = Request::read(&mut client) {
        let (method, target) = request.target();
        let line = format!("{method} {target}");
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.log.push(line.clone());
        let fault = state.fault(&line);
        let answer = match fault {
            Some(Fault::Status(status)) => Answer::error(status, "made by a test"),
            Some(Fault::Limited) => {
                let mut limited = Answer::error(403, "You have exceeded a secondary rate limit");
                limited.headers.push(("retry-after", "1".into()));
                limited
            }
            Some(Fault::Upgrade) => {
                Answer::error(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
            }
            Some(Fault::Forbidden) => Answer::error(403, "Resource not accessible by integration"),
            _ => answer(&mut state, &request, address),
        };
        drop(state);
        if fault == Some(Fault::Lost) || client.write_all(&answer.bytes()).is_err() {
            return;
        }
    }
}

/// Status, further headers, body.
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn json(status: u16, body: &Value) -> Self {
        Self { status, headers: vec![("content-type", "application/json".into())], body: body.to_string().into() }
    }

    fn error(status: u16, message: &str) -> Self {
        let mut answer = Self::json(status, &json!({"message": message}));
        if status == 429 {
            answer.headers.push(("retry-after", "1".into()));
        }
        answer
    }

    fn bytes(&self) -> Vec<u8> {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n{headers}\r\n", self.status, self.body.len());
        [head.as_bytes(), &self.body].concat()
    }
}

/// The store of artifacts, which is not GitHub itself and wants no token; then the API.
fn answer(state: &mut State, request: &Request, address: SocketAddr) -> Answer {
    let (method, target) = request.target();
    if let Some(id) = target.strip_prefix("/store/") {
        return match (request.header("authorization"), id.parse().ok().and_then(|id: u64| state.zips.get(&id))) {
            (Some(_), _) => Answer::error(400, "a token where none belongs"),
            (None, Some(zip)) => Answer { status: 200, headers: Vec::new(), body: zip.clone() },
            (None, None) => Answer::error(404, "no such blob"),
        };
    }
    if request.header("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Answer::error(401, "Bad credentials");
    }
    let Some(below) = target.strip_prefix(&format!("/repos/{NAME}")) else { return Answer::error(404, "Not Found") };
    let (path, query) = below.split_once('?').unwrap_or((below, ""));
    let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
    let call = contract::Call { method, path, query, body: &body };
    if let Err(why) = call.check(request) {
        state.violations.push(format!("{method} {target}: {why}"));
        return Answer::error(599, &why);
    }
    state.pick_up();
    let mut answer = answers::answer(state, method, path, &call.query(), &body);
    if let Some(location) = answer.headers.iter_mut().find(|(name, _)| *name == "location") {
        location.1 = format!("http://{address}{}", location.1);
    }
    if let Err(why) = call.check_answer(answer.status, &answer.body) {
        state.violations.push(format!("the answer to {method} {target}: {why}"));
    }
    answer
}
