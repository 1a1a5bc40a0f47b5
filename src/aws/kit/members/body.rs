//! Bodies of answers as values, whatever the protocol. Only names and texts are exact; a number or a time is merely there.

use aws_smithy_cbor::Decoder;
use aws_smithy_cbor::data::Type;
use aws_smithy_cbor::decode::DeserializeError;
use serde_json::{Map, Value};
use xmlparser::{ElementEnd, Token, Tokenizer};

/// How deep a body may go; AWS's go nowhere near.
const DEPTH: usize = 100;

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Of all services that do not say otherwise.
    Json,
    /// Of S3 and of those with forms for requests.
    Xml,
    /// Of those that speak Smithy's own protocol.
    Cbor,
}

/// Why a body says nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer cannot be read as {form:?}: {why}")]
pub struct Unreadable {
    form: Form,
    why: String,
}

impl Form {
    /// The members of an answer with this content type and body. S3 sometimes does not set the type.
    pub fn of(content_type: Option<&str>, body: &[u8]) -> Self {
        match content_type {
            Some(of) if of.contains("cbor") => Self::Cbor,
            _ if body.trim_ascii_start().first() == Some(&b'<') => Self::Xml,
            _ => Self::Json,
        }
    }
}

/// The body as a value: of XML, what is within the root.
pub fn value(form: Form, body: &[u8]) -> Result<Value, Unreadable> {
    let read = match form {
        Form::Json => serde_json::from_slice(body).map_err(|error| error.to_string()),
        Form::Xml => std::str::from_utf8(body).map_err(|error| error.to_string()).and_then(xml),
        Form::Cbor => cbor(&mut Decoder::new(body), DEPTH).map_err(|error| error.to_string()),
    };
    read.map_err(|why| Unreadable { form, why })
}

/// An element that has not ended.
#[derive(Default)]
struct Open<'a> {
    name: &'a str,
    text: String,
    within: Map<String, Value>,
}

fn xml(text: &str) -> Result<Value, String> {
    let mut open = vec![Open::default()];
    for token in Tokenizer::from(text) {
        match token.map_err(|error| error.to_string())? {
            Token::ElementStart { local, .. } if open.len() <= DEPTH => {
                open.push(Open { name: local.as_str(), ..Open::default() });
            }
            Token::ElementStart { .. } => return Err("it is nested too deep".into()),
            Token::ElementEnd { end: ElementEnd::Open, .. } => {}
            Token::ElementEnd { .. } => close(&mut open)?,
            Token::Text { text } | Token::Cdata { text, .. } => {
                open.last_mut().ok_or("there is a closing tag too many")?.text.push_str(text.as_str());
            }
            _ => {}
        }
    }
    match open.pop() {
        Some(all) if open.is_empty() => Ok(all.within.into_iter().next().map_or(Value::Null, |(_, root)| root)),
        _ => Err("it ends too early".into()),
    }
}

/// Puts the innermost element into the one around it; several of one name are a list.
fn close(open: &mut Vec<Open<'_>>) -> Result<(), String> {
    let (Some(element), Some(around)) = (open.pop(), open.last_mut()) else {
        return Err("there is a closing bracket too many".into());
    };
    let value = match element.within.is_empty() {
        true => Value::from(element.text.trim()),
        false => Value::Object(element.within),
    };
    match around.within.get_mut(element.name) {
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None => drop(around.within.insert(element.name.to_owned(), value)),
    }
    Ok(())
}

fn cbor(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, DeserializeError> {
    match decoder.datatype()? {
        Type::Map | Type::MapIndef => map(decoder, deeper(decoder, depth)?),
        Type::Array | Type::ArrayIndef => list(decoder, deeper(decoder, depth)?),
        Type::String | Type::StringIndef => Ok(Value::from(decoder.str()?.into_owned())),
        Type::Null | Type::Undefined => decoder.skip().map(|()| Value::Null),
        _ => decoder.skip().map(|()| Value::Bool(true)),
    }
}

fn deeper(decoder: &Decoder<'_>, depth: usize) -> Result<usize, DeserializeError> {
    depth.checked_sub(1).ok_or_else(|| DeserializeError::custom("it is nested too deep", decoder.position()))
}

fn map(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, DeserializeError> {
    let (mut left, mut members) = (decoder.map()?, Map::new());
    while is_more(decoder, &mut left)? {
        let name = decoder.str()?.into_owned();
        members.insert(name, cbor(decoder, depth)?);
    }
    Ok(Value::Object(members))
}

fn list(decoder: &mut Decoder<'_>, depth: usize) -> Result<Value, DeserializeError> {
    let (mut left, mut items) = (decoder.list()?, Vec::new());
    while is_more(decoder, &mut left)? {
        items.push(cbor(decoder, depth)?);
    }
    Ok(Value::Array(items))
}

/// Counts down where the length was said, and else looks for the end.
fn is_more(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, DeserializeError> {
    match left {
        Some(0) => Ok(false),
        Some(left) => {
            *left -= 1;
            Ok(true)
        }
        None if decoder.datatype()? == Type::Break => decoder.skip().map(|()| false),
        None => Ok(true),
    }
}
