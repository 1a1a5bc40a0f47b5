//! Answers that were recorded, given again with one of them changed.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::http::{Request, Response};
use super::label;

/// What a request asks, but for its signature and its number.
type Question = (String, String, Vec<u8>);

/// Which answer becomes what.
type Change = Option<(Question, Vec<u8>)>;

/// A loopback server that first asks an emulator, and then answers from memory. It ends when this is dropped.
pub struct Replay {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: String,
    answers: Mutex<BTreeMap<Question, (String, Response)>>,
    is_recorded: AtomicBool,
    change: Mutex<Change>,
    ended: AtomicBool,
}

/// One answer that was recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Service and operation.
    pub operation: String,
    /// Its body.
    pub body: Vec<u8>,
    question: Question,
}

impl Replay {
    /// Stands before `upstream`, an `http://host:port`, and records.
    pub fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            upstream: upstream.trim_start_matches("http://").to_owned(),
            answers: Mutex::default(),
            is_recorded: AtomicBool::new(false),
            change: Mutex::default(),
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

    /// From now on it answers from memory alone. Gives the answers that succeeded and have a body.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.shared.is_recorded.store(true, Ordering::SeqCst);
        let answers = self.shared.answers.lock().expect("the answers");
        let good = answers.iter().filter(|(_, (_, answer))| answer.status() == 200 && !answer.body().is_empty());
        good.map(|(question, (operation, answer))| Recorded {
            operation: operation.clone(),
            body: answer.body().to_vec(),
            question: question.clone(),
        })
        .collect()
    }

    /// From now on this answer has another body, and all others are as they were.
    pub fn change(&self, answer: &Recorded, body: Vec<u8>) {
        *self.shared.change.lock().expect("the change") = Some((answer.question.clone(), body));
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is over. If nobody listens any more, that is as well.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn serve(&self, mut client: TcpStream) {
        while let Ok(Some(request)) = Request::read(&mut client) {
            let (service, operation) = label::of(&request);
            let question = (format!("{service} {}", request.line), operation.clone(), request.body.clone());
            let answer = match self.is_recorded.load(Ordering::SeqCst) {
                true => self.remembered(&question),
                false => self.fetch(&request, question, format!("{service} {operation}")),
            };
            let sent = match answer {
                Some(answer) => answer.write(&mut client),
                // Asked only because of what was changed.
                None => client.write_all(b"HTTP/1.1 400 Unknown\r\ncontent-length: 0\r\n\r\n"),
            };
            if sent.is_err() {
                return;
            }
        }
    }

    fn fetch(&self, request: &Request, question: Question, operation: String) -> Option<Response> {
        let answer = Response::fetch(&self.upstream, request).ok()?.whole();
        self.answers.lock().expect("the answers").insert(question, (operation, answer.clone()));
        Some(answer)
    }

    fn remembered(&self, question: &Question) -> Option<Response> {
        let answer = self.answers.lock().expect("the answers").get(question).map(|(_, answer)| answer.clone())?;
        let change = self.change.lock().expect("the change");
        match &*change {
            Some((changed, body)) if changed == question => Some(answer.with_body(body.clone())),
            _ => Some(answer),
        }
    }
}
