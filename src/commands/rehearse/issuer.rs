//! Who makes tokens in a rehearsal: an issuer on this machine, with a key that is made for it.
//!
//! A token of its names the real issuer, and in its header (`jku`) where its key is. The emulator takes that from a token where the
//! address is of this machine; AWS takes it from no token. So nothing of what is planned or deployed differs, and the real
//! issuer is not asked.

use std::net::Ipv4Addr;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::error::Error;

/// What its key is called.
const KEY: &str = "rehearsal";
/// The longest question that is read, in bytes.
const LONGEST: usize = 8192;
/// How long a question and its answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// An issuer. It answers until it is dropped.
pub struct Issuer {
    key: KeyPair,
    keys: String,
    server: JoinHandle<()>,
}

impl Issuer {
    /// Makes a key and serves its public half on the loopback interface.
    pub async fn start() -> Result<Self, Error> {
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| failed("no key can be made for tokens"))?;
        let set = key_set(key.public_key().as_ref()).ok_or_else(|| failed("the key for tokens has no modulus"))?;
        let unheard = |error: std::io::Error| failed(&format!("no port is free for an issuer of tokens: {error}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(unheard)?;
        let keys = format!("http://{}/keys", listener.local_addr().map_err(unheard)?);
        let server = tokio::spawn(serve(listener, set.to_string()));
        Ok(Self { key, keys, server })
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> Result<String, Error> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": KEY, "jku": self.keys});
        let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let sign = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        sign.map_err(|_| failed("a token cannot be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn failed(why: &str) -> Error {
    Error::Rehearsal(why.to_owned())
}

/// Answers every question with the keys, one connection each.
async fn serve(listener: TcpListener, keys: String) {
    while let Ok((stream, _)) = listener.accept().await {
        let keys = keys.clone();
        tokio::spawn(async move {
            // Whoever asks sees for himself whether he got an answer.
            drop(tokio::time::timeout(PATIENCE, answer(stream, &keys)).await);
        });
    }
}

async fn answer(mut stream: TcpStream, keys: &str) -> std::io::Result<()> {
    let (mut question, mut part) = (Vec::new(), [0; 1024]);
    while !question.ends_with(b"\r\n\r\n") && question.len() < LONGEST {
        match stream.read(&mut part).await? {
            0 => return Ok(()),
            read => question.extend_from_slice(&part[..read]),
        }
    }
    let length = keys.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    stream.write_all(format!("{head}Content-Length: {length}\r\n\r\n{keys}").as_bytes()).await?;
    stream.shutdown().await
}

/// A set of one public key, as RFC 7517 has it, from the `RSAPublicKey` of RFC 8017.
fn key_set(der: &[u8]) -> Option<Value> {
    let (sequence, _) = element(der)?;
    let (modulus, rest) = element(sequence)?;
    let (exponent, _) = element(rest)?;
    // What would read as negative begins with a zero.
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes.strip_prefix(&[0]).unwrap_or(bytes));
    let key =
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY, "n": number(modulus), "e": number(exponent)});
    Some(json!({"keys": [key]}))
}

/// What the first element of this DER holds, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0x81 | 0x82 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
        }
        short => (usize::from(short), rest),
    };
    rest.split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_its_der() {
        let der = [0x30, 0x0a, 0x02, 0x03, 0x00, 0xc3, 0x01, 0x02, 0x03, 0x01, 0x00, 0x01];
        let keys = key_set(&der).expect("a key")["keys"][0].clone();
        assert_eq!((&keys["n"], &keys["e"]), (&json!("wwE"), &json!("AQAB")));
        let long = [[0x30, 0x82, 0x01, 0x00].as_slice(), &[0; 256]].concat();
        assert_eq!(element(&long), Some(([0; 256].as_slice(), [].as_slice())));
        for cut in 0..der.len() {
            assert_eq!(key_set(&der[..cut]), None, "{cut}");
        }
    }

    #[tokio::test]
    async fn a_token_is_signed_with_the_key_that_is_served() {
        let issuer = Issuer::start().await.expect("an issuer");
        let token = issuer.token(&json!({"iss": "https://issuer.example"})).expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        let part =
            |at: usize| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[at]).unwrap()).unwrap() };
        assert_eq!((parts.len(), &part(1)["iss"]), (3, &json!("https://issuer.example")));
        let address = part(0)["jku"].as_str().expect("an address").to_owned();
        let host = address.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/keys")).expect("an address");
        let mut stream = TcpStream::connect(host).await.expect("a connection");
        stream.write_all(b"GET /keys HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("a question");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let keys: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).expect("a body")).expect("JSON");
        let key = |name: &str| URL_SAFE_NO_PAD.decode(keys["keys"][0][name].as_str().unwrap()).unwrap();
        let public = aws_lc_rs::signature::RsaPublicKeyComponents { n: key("n"), e: key("e") };
        let signed = format!("{}.{}", parts[0], parts[1]);
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
        let scheme = &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
        assert!(public.verify(scheme, signed.as_bytes(), &signature).is_ok());
        assert!(public.verify(scheme, b"another text", &signature).is_err());
    }
}
