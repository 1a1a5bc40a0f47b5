//! What can go wrong with one request.

use std::io::{Result, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::http::Response;

/// What happens to one request that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Refused because of too many requests.
    Throttled,
    /// An internal error, before anything was done.
    InternalError,
    /// 503 with a body in the service's form.
    Unavailable,
    /// 503 without a body.
    UnavailableEmpty,
    /// The connection ends before the request is done.
    ResetBefore,
    /// It is done, and the connection ends without an answer.
    AnswerLost,
    /// It is done, and the connection ends after the answer's head.
    BodyLost,
    /// It is done, and the answer comes after the client has given up.
    Stalled,
    /// It is done, and half of the answer's body comes.
    Truncated,
    /// It is done, and the answer is no HTTP.
    Malformed,
    /// It is done, and the client is killed before it hears of it.
    Killed,
    /// Refused for good: no policy allows this action on this resource. In no campaign, since no next apply heals it.
    Denied(&'static str, &'static str),
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 11] = [
        Fault::Throttled,
        Fault::InternalError,
        Fault::Unavailable,
        Fault::UnavailableEmpty,
        Fault::ResetBefore,
        Fault::AnswerLost,
        Fault::BodyLost,
        Fault::Stalled,
        Fault::Truncated,
        Fault::Malformed,
        Fault::Killed,
    ];

    /// How long a stalled answer takes.
    pub const STALL: Duration = Duration::from_secs(6);

    /// True if the request still reaches the emulator.
    pub fn is_done(self) -> bool {
        use Fault::{AnswerLost, BodyLost, Killed, Malformed, Stalled, Truncated};
        matches!(self, AnswerLost | BodyLost | Stalled | Truncated | Malformed | Killed)
    }

    /// Gives the client what is left of the answer to a request of this service, and ends the connection.
    pub fn answer(self, service: &str, answer: Option<&Response>, client: &mut TcpStream) -> Result<()> {
        let empty = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
        let bytes = answer.map(Response::bytes).unwrap_or_default();
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
        match self {
            Fault::Throttled => client.write_all(&throttled(service))?,
            Fault::InternalError => client.write_all(&failure(service, 500, "InternalFailure"))?,
            Fault::Unavailable => client.write_all(&failure(service, 503, "ServiceUnavailable"))?,
            Fault::UnavailableEmpty => client.write_all(empty)?,
            Fault::ResetBefore | Fault::AnswerLost | Fault::Killed => {}
            Fault::BodyLost => client.write_all(&bytes[..head])?,
            Fault::Stalled => std::thread::sleep(Self::STALL),
            Fault::Truncated => client.write_all(&bytes[..head + (bytes.len() - head) / 2])?,
            Fault::Denied(action, resource) => client.write_all(&denied(service, action, resource))?,
            Fault::Malformed => client.write_all(b"SSH-2.0-what\r\n\r\n")?,
        }
        client.shutdown(Shutdown::Both)
    }
}

/// As AWS words it.
fn denied(service: &str, action: &str, resource: &str) -> Vec<u8> {
    let user = "User: arn:aws:sts::123456789012:assumed-role/deploy/x";
    let why = "because no identity-based policy allows the action";
    failed(
        service,
        403,
        "AccessDenied",
        &format!("{user} is not authorized to perform: {action} on resource: {resource} {why}"),
    )
}

fn throttled(service: &str) -> Vec<u8> {
    match service {
        "s3" => failure(service, 503, "SlowDown"),
        "lambda" | "apigateway" => failure(service, 429, "TooManyRequestsException"),
        "iam" | "sns" | "monitoring" => failure(service, 400, "Throttling"),
        _ => failure(service, 400, "ThrottlingException"),
    }
}

/// An error as the service's protocol writes it.
fn failure(service: &str, status: u16, code: &str) -> Vec<u8> {
    failed(service, status, code, "made by a test")
}

fn failed(service: &str, status: u16, code: &str, message: &str) -> Vec<u8> {
    let error = format!("<Code>{code}</Code><Message>{message}</Message>");
    let (body, of) = match service {
        "s3" => (format!("<?xml version=\"1.0\"?><Error>{error}</Error>").into_bytes(), "application/xml"),
        "iam" | "sns" => {
            let body = format!("<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>");
            (body.into_bytes(), "text/xml")
        }
        "monitoring" => (in_cbor(&[("__type", code), ("message", message)]), "application/cbor"),
        _ => (format!("{{\"__type\":\"{code}\",\"message\":\"{message}\"}}").into_bytes(), "application/json"),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} No\r\nx-amzn-errortype: {code}\r\ncontent-type: {of}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.into_bytes(), body].concat()
}

/// A map of texts, each shorter than 64 KiB.
fn in_cbor(members: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| {
        let length = u16::try_from(text.len()).expect("a short text").to_be_bytes();
        [&[0x79, length[0], length[1]], text.as_bytes()].concat()
    };
    let count = u8::try_from(members.len()).expect("few members");
    let texts = members.iter().flat_map(|(name, value)| [text(name), text(value)]);
    std::iter::once(vec![0xa0 + count]).chain(texts).collect::<Vec<_>>().concat()
}
