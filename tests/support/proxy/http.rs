//! As much of HTTP/1.1 as the SDK and the emulators speak.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;

/// A request as it came in.
pub struct Request {
    /// The request line.
    pub line: String,
    /// The headers, in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer as it goes out.
#[derive(Clone)]
pub struct Response {
    line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// The next one of a connection; `None` at its end.
    pub fn read(client: &mut TcpStream) -> Result<Option<Self>> {
        let Some((line, headers, mut body)) = read_head(client)? else { return Ok(None) };
        let length = match header(&headers, "content-length") {
            Some(digits) => digits.parse().map_err(|_| invalid("a length that is no number"))?,
            None if header(&headers, "transfer-encoding").is_some() => return Err(invalid("a body without length")),
            None => 0,
        };
        if header(&headers, "expect").is_some() {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let have = body.len();
        body.resize(length, 0);
        client.read_exact(&mut body[have.min(length)..])?;
        Ok(Some(Self { line, headers, body }))
    }

    /// The same in other words.
    pub fn with(self, word: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let (line, headers, body) = worded((self.line, self.headers, self.body), word);
        Self { line, headers, body }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Method and target.
    pub fn target(&self) -> (&str, &str) {
        let mut parts = self.line.split(' ');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }
}

impl Response {
    /// Sends the request on, and reads the answer to its end.
    pub fn fetch(upstream: &str, request: &Request) -> Result<Self> {
        let mut server = TcpStream::connect(upstream)?;
        let mut bytes = format!("{}\r\n", request.line).into_bytes();
        for (name, value) in &request.headers {
            if !["connection", "expect"].contains(&name.as_str()) {
                bytes.extend(format!("{name}: {value}\r\n").into_bytes());
            }
        }
        bytes.extend_from_slice(b"connection: close\r\n\r\n");
        bytes.extend_from_slice(&request.body);
        server.write_all(&bytes)?;
        loop {
            let Some((line, headers, mut body)) = read_head(&mut server)? else { return Err(invalid("no answer")) };
            if !line.starts_with("HTTP/1.1 100") {
                server.read_to_end(&mut body)?;
                return Ok(Self { line, headers, body });
            }
        }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    /// The body, as it goes over the wire.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The same with another body.
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.headers.retain(|(name, _)| name != "content-length");
        self.headers.push(("content-length".into(), body.len().to_string()));
        Self { body, ..self }
    }

    /// The same in other words.
    pub fn with(self, word: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let (line, headers, body) = worded((self.line, self.headers, self.body), word);
        Self { line, headers, body }
    }

    /// The same in one piece.
    pub fn whole(mut self) -> Self {
        if header(&self.headers, "transfer-encoding").is_none() {
            return self;
        }
        self.headers.retain(|(name, _)| name != "transfer-encoding");
        let body = unchunked(&self.body);
        self.with_body(body)
    }

    /// Sends it to the client, whose connection stays open.
    pub fn write(&self, client: &mut TcpStream) -> Result<()> {
        client.write_all(&self.bytes())
    }

    /// All that goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.line).into_bytes();
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "connection") {
            bytes.extend(format!("{name}: {value}\r\n").into_bytes());
        }
        let delimits_itself =
            ["content-length", "transfer-encoding"].iter().any(|n| header(&self.headers, n).is_some());
        if !delimits_itself && self.status() != 204 {
            bytes.extend(format!("content-length: {}\r\n", self.body.len()).into_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

type Head = (String, Vec<(String, String)>, Vec<u8>);

/// Reads until the empty line; what came after it is the beginning of the body.
fn read_head(stream: &mut TcpStream) -> Result<Option<Head>> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16384]);
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut lines = text.split("\r\n").map(str::to_owned);
            let line = lines.next().unwrap_or_default();
            let headers = lines.filter_map(|line| {
                let (name, value) = line.split_once(':')?;
                Some((name.trim().to_lowercase(), value.trim().to_owned()))
            });
            return Ok(Some((line, headers.collect(), rest)));
        }
        match stream.read(&mut buffer)? {
            0 if bytes.is_empty() => return Ok(None),
            0 => return Err(invalid("an unfinished head")),
            more => bytes.extend_from_slice(&buffer[..more]),
        }
    }
}

/// All of it in other words, with the length that it has then. A checksum of what it was is left out.
fn worded((line, headers, body): Head, word: impl Fn(&[u8]) -> Vec<u8>) -> Head {
    let text = |text: &str| String::from_utf8_lossy(&word(text.as_bytes())).into_owned();
    let new = word(&body);
    let header = |(name, value): (String, String)| match name.as_str() {
        "x-amz-crc32" => None,
        // The answer to HEAD has a length and no body.
        "content-length" if !body.is_empty() => Some((name, new.len().to_string())),
        _ => Some((name, text(&value))),
    };
    let headers = headers.into_iter().filter_map(header).collect();
    (text(&line), headers, new)
}

/// The chunks without their sizes.
fn unchunked(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = chunks.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&chunks[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let (from, size) = (end + 2, size.unwrap_or(0));
        if size == 0 || from + size + 2 > chunks.len() {
            break;
        }
        body.extend_from_slice(&chunks[from..from + size]);
        chunks = &chunks[from + size + 2..];
    }
    body
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn invalid(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}
