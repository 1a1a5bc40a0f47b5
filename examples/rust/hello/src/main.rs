//! A function without dependencies: it asks Lambda's runtime interface for one event after another, and answers each.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

const ANSWER: &str = r#"{"statusCode": 200, "body": "Hello from Rust"}"#;

fn main() -> io::Result<()> {
    let host = env::var("AWS_LAMBDA_RUNTIME_API").map_err(io::Error::other)?;
    loop {
        let (id, _event) = ask(&host, "GET", "next", "")?;
        let id = id.ok_or_else(|| io::Error::other("an event without an id"))?;
        ask(&host, "POST", &format!("{id}/response"), ANSWER)?;
    }
}

/// Sends a request; returns the event's id, if there is one, and the body.
fn ask(host: &str, method: &str, path: &str, body: &str) -> io::Result<(Option<String>, Vec<u8>)> {
    let mut stream = TcpStream::connect(host)?;
    let length = body.len();
    let path = format!("/2018-06-01/runtime/invocation/{path}");
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut reader = BufReader::new(stream);
    let mut id = None;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") => id = Some(value.into()),
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut answer = Vec::new();
    reader.read_to_end(&mut answer)?;
    Ok((id, answer))
}
