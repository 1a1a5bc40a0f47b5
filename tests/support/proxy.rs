//! A loopback proxy before an emulator: records every request, and makes each take longer if asked to.
//!
//! Threads and plain HTTP/1.1 are enough here: requests of the SDK carry a length, and the emulator is asked to close
//! the connection after each answer.

mod exchange;
pub mod fault;
pub mod http;
mod label;
mod lag;
pub mod limits;
pub mod rename;
pub mod replay;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub use exchange::{Exchange, busy, is_change, waves};
use fault::Fault;
use http::{Request, Response};
use lag::Lag;
use limits::Limits;

/// Something to do once.
type Hook = Box<dyn FnOnce() + Send>;

/// Which request is meant.
#[derive(Debug, Clone)]
enum Aim {
    /// The one with this number of those that change something, counted from 0.
    Number(usize),
    /// The first of this operation.
    Operation(String),
}

/// A running proxy. It ends when this is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    latency: Duration,
    /// Held by the one request under way, where requests are to go one after another.
    turn: Option<Mutex<()>>,
    /// What is throttled, where that is asked for.
    limits: Option<Limits>,
    log: Mutex<Vec<Exchange>>,
    /// What happens to which request that changes something.
    armed: Mutex<Option<(Aim, Fault)>>,
    /// True once that has happened.
    fired: AtomicBool,
    lag: Lag,
    /// Of answers to an operation, a text and what stands in its place.
    edit: Mutex<Option<(String, String, String)>>,
    /// What is done before the next request of an operation goes on.
    hook: Mutex<Option<(String, Hook)>>,
    in_flight: AtomicUsize,
    ended: AtomicBool,
}

impl Proxy {
    /// Stands before `upstream`, an `http://host:port`; every answer waits for `latency` more.
    pub fn start(upstream: &str, latency: Duration) -> Self {
        Self::with(upstream, latency, None, None)
    }

    /// As `start`, but lets no request through before the one before it has been answered.
    pub fn sequential(upstream: &str, latency: Duration) -> Self {
        Self::with(upstream, latency, Some(Mutex::default()), None)
    }

    /// As `start`, but throttles what comes faster than AWS allows.
    pub fn limiting(upstream: &str, latency: Duration) -> Self {
        Self::with(upstream, latency, None, Some(Limits::default()))
    }

    fn with(upstream: &str, latency: Duration, turn: Option<Mutex<()>>, limits: Option<Limits>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            upstream: upstream.trim_start_matches("http://").to_owned(),
            latency,
            turn,
            limits,
            log: Mutex::default(),
            armed: Mutex::default(),
            fired: AtomicBool::new(false),
            lag: Lag::default(),
            edit: Mutex::default(),
            hook: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if serving.ended.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.serve(client));
            }
        });
        Self { address, shared }
    }

    /// Where it answers.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, by their starts.
    pub fn log(&self) -> Vec<Exchange> {
        let mut log = self.shared.log.lock().expect("the log").clone();
        log.sort_by_key(|exchange| exchange.started);
        log
    }

    /// Lets `fault` happen to the request that changes something and has this number from now on, counted from 0.
    pub fn arm(&self, number: usize, fault: Fault) {
        *self.shared.armed.lock().expect("the fault") = Some((Aim::Number(number), fault));
    }

    /// Lets `fault` happen to the next request of this operation.
    pub fn arm_at(&self, operation: &str, fault: Fault) {
        *self.shared.armed.lock().expect("the fault") = Some((Aim::Operation(operation.into()), fault));
    }

    /// Does something when the next request of this operation has come in, before it goes on.
    pub fn before(&self, operation: &str, hook: impl FnOnce() + Send + 'static) {
        *self.shared.hook.lock().expect("the hook") = Some((operation.into(), Box::new(hook)));
    }

    /// From now on, answers to an operation have one text in the place of another.
    pub fn edit(&self, operation: &str, from: &str, to: &str) {
        *self.shared.edit.lock().expect("the edit") = Some((operation.into(), from.into(), to.into()));
    }

    /// From now on, answers are what they are.
    pub fn edit_nothing(&self) {
        *self.shared.edit.lock().expect("the edit") = None;
    }

    /// True once the fault has happened.
    pub fn fired(&self) -> bool {
        self.shared.fired.load(Ordering::SeqCst)
    }

    /// From now on, a read is answered as it was before until so long after a write.
    pub fn lag(&self, by: Duration) {
        self.shared.lag.set(by, None);
    }

    /// As `lag`, after writes of one operation.
    pub fn lag_after(&self, operation: &str, by: Duration) {
        self.shared.lag.set(by, Some(operation));
    }

    /// How many answers lagged behind.
    pub fn stale(&self) -> usize {
        self.shared.lag.count()
    }

    /// How many requests were throttled since this was asked last, by service and operation. From now on as many pass
    /// at once as after a pause of minutes.
    pub fn take_throttled(&self) -> BTreeMap<String, usize> {
        self.shared.limits.as_ref().map(Limits::take_throttled).unwrap_or_default()
    }

    /// Forgets all requests so far.
    pub fn clear(&self) {
        self.shared.log.lock().expect("the log").clear();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over. If nobody listens any more, that is as well.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    /// A throttle, where this request comes too fast.
    fn limit(&self, service: &str, operation: &str) -> Option<Fault> {
        let passes = self.limits.as_ref().is_none_or(|limits| limits.pass(service, operation));
        (!passes).then_some(Fault::Throttled)
    }

    /// What is to happen to this request.
    fn fault(&self, operation: &str) -> Option<Fault> {
        let mut armed = self.armed.lock().expect("the fault");
        let (aim, fault) = armed.take()?;
        let still = match aim {
            Aim::Number(0) if is_change(operation) => None,
            Aim::Number(number) if is_change(operation) => Some(Aim::Number(number - 1)),
            Aim::Operation(aim) if aim == operation => None,
            aim => Some(aim),
        };
        match still {
            None => self.fired.store(true, Ordering::SeqCst),
            Some(aim) => {
                *armed = Some((aim, fault));
                return None;
            }
        }
        Some(fault)
    }

    fn write(&self, request: &Request, operation: &str) -> std::io::Result<Response> {
        let hook = self.hook.lock().expect("the hook").take_if(|(of, _)| of == operation);
        if let Some((_, hook)) = hook {
            hook();
        }
        let answer = Response::fetch(&self.upstream, request);
        self.lag.written(operation);
        answer
    }

    fn edited(&self, operation: &str, answer: Response) -> Response {
        match &*self.edit.lock().expect("the edit") {
            Some((of, from, to)) if of == operation => {
                let answer = answer.whole();
                let body = String::from_utf8_lossy(answer.body()).replace(from, to).into_bytes();
                answer.with_body(body)
            }
            _ => answer,
        }
    }

    fn read(&self, request: &Request) -> std::io::Result<Response> {
        if let Some(stale) = self.lag.stale(request) {
            return Ok(stale);
        }
        let asked = Instant::now();
        let answer = Response::fetch(&self.upstream, request)?;
        self.lag.answered(request, asked, &answer);
        Ok(answer)
    }

    fn serve(&self, mut client: TcpStream) {
        while let Ok(Some(request)) = Request::read(&mut client) {
            let started = Instant::now();
            let (service, operation) = label::of(&request);
            assert_eq!(request.header("serverless-app-operation"), None, "what is for our own client has left it");
            let fault = self.limit(&service, &operation).or_else(|| self.fault(&operation));
            let in_flight = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            let turn = self.turn.as_ref().map(|turn| turn.lock().expect("a turn"));
            let asked = Instant::now();
            let answer = match fault {
                Some(fault) if !fault.is_done() => Err(std::io::ErrorKind::ConnectionReset.into()),
                _ if is_change(&operation) => self.write(&request, &operation),
                _ => self.read(&request),
            };
            let answer = answer.map(|answer| self.edited(&operation, answer));
            let answered = Instant::now();
            std::thread::sleep(self.latency);
            drop(turn);
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            let status = answer.as_ref().map_or(0, Response::status);
            let ended = Instant::now();
            let exchange = Exchange { service, operation, started, asked, answered, ended, in_flight, status };
            if let Some(fault) = fault {
                let _ = fault.answer(&exchange.service, answer.as_ref().ok(), &mut client);
            }
            if fault.is_none_or(Fault::is_done) {
                self.log.lock().expect("the log").push(exchange);
            }
            let (Ok(response), None) = (answer, fault) else { return };
            if response.write(&mut client).is_err() {
                return;
            }
        }
    }
}
