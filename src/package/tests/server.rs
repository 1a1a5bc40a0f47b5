//! A server on this machine.

use crate::package::index::Settings;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// What a request is answered: its number among those for the path, its path, its `authorization`.
type Answers = dyn Fn(usize, &str, Option<&str>) -> Answer + Send + Sync;

/// What a server answers.
#[derive(Clone)]
pub(crate) enum Answer {
    Says(u16, &'static str, Vec<u8>),
    /// Half of it, and then nothing any more.
    Breaks(Vec<u8>),
}

/// An index, or the server of its files.
pub(crate) struct Server {
    pub(crate) root: String,
    asked: Arc<Mutex<Vec<String>>>,
    /// The most requests that were open at once.
    pub(crate) at_once: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn new(answers: impl Fn(usize, &str, Option<&str>) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let (asked, at_once) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let (answers, log, most): (Arc<Answers>, _, _) = (Arc::new(answers), Arc::clone(&asked), Arc::clone(&at_once));
        let open = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answers, log, most, open) = (answers.clone(), log.clone(), most.clone(), open.clone());
                std::thread::spawn(move || {
                    most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let _ = serve(&stream.unwrap(), &*answers, &log);
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { root, asked, at_once }
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, answers: &Answers, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut authorization) = (String::new(), None);
    reader.read_line(&mut line)?;
    let is_head = line.starts_with("HEAD ");
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? <= 2 {
            break;
        }
        if let Some(value) = header.to_lowercase().find("authorization: ").map(|at| header[at + 15..].trim().to_owned())
        {
            authorization = Some(value);
        }
    }
    let number = {
        let mut log = log.lock().unwrap();
        log.push(path.clone());
        log.iter().filter(|asked| **asked == path).count()
    };
    let mut stream = stream;
    match answers(number, &path, authorization.as_deref()) {
        Answer::Says(status, header, body) => {
            let head =
                format!("HTTP/1.1 {status} X\r\n{header}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes())?;
            if is_head { Ok(()) } else { stream.write_all(&body) }
        }
        Answer::Breaks(body) => {
            let head = format!("HTTP/1.1 200 X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all(head.as_bytes())?;
            stream.write_all(&body[..body.len() / 2])
        }
    }
}

/// Settings of this index alone.
pub(crate) fn settings(index: &str) -> Settings {
    let variables = [("PIP_INDEX_URL", index.to_owned())];
    let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    Settings::for_test(&variable)
}
