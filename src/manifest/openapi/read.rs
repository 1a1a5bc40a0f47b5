//! YAML and JSON to a document's values.
//!
//! The memory and stack that a file can use are limited: by its size, the depth of its values, their number, and the
//! length of their texts, with every alias expanded.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use serde_json::Number;

use super::node::{Member, Node, Place, Value};
use super::report::Wrong;
use crate::manifest::workflow::definition::json;

/// Bytes that a file can have; API Gateway itself takes as many.
const BYTES: usize = 6 * 1024 * 1024;
/// Values that lie in each other.
const DEPTH: usize = 100;
/// Values, with what aliases stand for.
const VALUES: usize = 200_000;

/// Reads a text; `file` says by its name whether it is JSON.
pub(super) fn read(file: &str, text: &str) -> Result<Node, Wrong> {
    if text.len() > BYTES {
        let message = format!("the file has {} bytes; at most {BYTES} are supported", text.len());
        return Err(Wrong::at((1, 1), message).help("split it into several files, for several APIs"));
    }
    if file.ends_with(".json") { read_json(text) } else { read_yaml(text) }
}

fn read_json(text: &str) -> Result<Node, Wrong> {
    // A byte order mark, which is no part of the text; YAML's reader leaves it out itself.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let root = json::read(text, &str::to_owned).map_err(|error| {
        let (line, column) = (error.line().max(1), error.column().max(1));
        let said = error.to_string();
        let reason = said.rsplit_once(" at line ").map_or(said.as_str(), |(reason, _)| reason);
        Wrong::at((line, column), format!("this is not valid JSON: {reason}"))
    })?;
    Walk { text, at: 0, place: (1, 1), values: 0 }.node(&root, 0)
}

/// Walks through a text once, whatever the length of its lines.
struct Walk<'t> {
    text: &'t str,
    /// The last byte that was asked for.
    at: usize,
    place: Place,
    values: usize,
}

impl Walk<'_> {
    /// The place of a byte that is not before the last one.
    fn place(&mut self, at: usize) -> Place {
        for c in self.text.get(self.at..at).unwrap_or_default().chars() {
            self.place = if c == '\n' { (self.place.0 + 1, 1) } else { (self.place.0, self.place.1 + 1) };
        }
        self.at = self.at.max(at);
        self.place
    }

    fn node(&mut self, node: &json::Node, depth: usize) -> Result<Node, Wrong> {
        let place = self.place(node.at);
        if depth > DEPTH {
            return Err(too_deep(place));
        }
        self.values += 1;
        if self.values > VALUES {
            return Err(too_many(place));
        }
        let value = match &node.value {
            json::Value::Null => Value::Null,
            json::Value::Bool(is) => Value::Bool(*is),
            json::Value::Number(number) => Value::Number(number.clone()),
            json::Value::Text(text) => Value::Text(text.clone()),
            json::Value::List(items) => {
                Value::List(items.iter().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            json::Value::Object(members) => {
                let member = |member: &json::Member| {
                    let place = self.place(member.at);
                    Ok::<_, Wrong>(Member {
                        name: member.name.clone(),
                        place,
                        node: self.node(&member.value, depth + 1)?,
                    })
                };
                Value::Table(unique(members.iter().map(member).collect::<Result<_, _>>()?)?)
            }
        };
        Ok(Node { place, value })
    }
}

fn too_many(place: Place) -> Wrong {
    Wrong::at(place, format!("the file contains more than {VALUES} values, including those that its aliases repeat"))
        .help("split it into several APIs, each with a file of its own, and use components and $ref instead of aliases")
}

fn too_deep(place: Place) -> Wrong {
    Wrong::at(place, format!("values are nested more than {DEPTH} levels deep"))
        .help("move some under components, and refer to them with $ref")
}

/// Of two members with one name readers take one or the other: neither is meant.
fn unique(members: Vec<Member>) -> Result<Vec<Member>, Wrong> {
    let mut seen = BTreeMap::new();
    for member in &members {
        if let Some((line, column)) = seen.insert(member.name.as_str(), member.place) {
            let message = format!("{:?} is defined twice, first at {line}:{column}", member.name);
            return Err(Wrong::at(member.place, message).help("remove one of them"));
        }
    }
    Ok(members)
}

/// YAML ends a line at a lone carriage return, and editors and GitHub do not: places would be those of nobody's lines.
fn check_line_ends(text: &str) -> Result<(), Wrong> {
    let lone = text.match_indices('\r').find(|(at, _)| !text[at + 1..].starts_with('\n'));
    let Some((at, _)) = lone else { return Ok(()) };
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    let place = (text[..at].matches('\n').count() + 1, line.chars().count() + 1);
    Err(Wrong::at(place, "a carriage return without a line feed").help("save the file with line feeds as line endings"))
}

fn read_yaml(text: &str) -> Result<Node, Wrong> {
    check_line_ends(text)?;
    let mut parser = Parser::new_from_str(text);
    let mut load = Load::default();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| {
            Wrong::at(within(text, place(error.marker())), format!("this is not valid YAML: {}", error.info()))
                .help("check that each level is indented alike, and that texts with `: ` or ` #` in them are in quotes")
        })?;
        load.event(event, span)?;
    }
    load.root.ok_or_else(|| Wrong::at((1, 1), "the file is empty").help("write openapi: 3.0.3, info and paths"))
}

/// A file that ends in the midst of a line ends there, and not in a line behind it as YAML's reader has it.
fn within(text: &str, (line, column): Place) -> Place {
    let last = text.lines().count().max(1);
    if line > last && !text.ends_with('\n') {
        return (last, text.lines().last().unwrap_or_default().chars().count() + 1);
    }
    (line, column)
}

fn place(marker: &Marker) -> Place {
    (marker.line().max(1), marker.col() + 1)
}

/// A list or a table of which more is to come.
struct Open {
    place: Place,
    anchor: usize,
    of: Part,
}

enum Part {
    List(Vec<Node>),
    /// With the name whose value is to come.
    Table(Vec<Member>, Option<(String, Place)>),
}

#[derive(Default)]
struct Load {
    root: Option<Node>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    values: usize,
}

impl Load {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Wrong> {
        let place = place(&span.start);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Wrong::at(place, "a second document begins here").help("keep a single document in the file"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref(), place)?;
                self.add(Node { place, value }, anchor)
            }
            Event::Alias(anchor) => {
                let named = self.anchors.get(&anchor).cloned();
                let mut node =
                    named.ok_or_else(|| Wrong::at(place, "the alias is inside the value that it refers to"))?;
                self.count(node.size(), place)?;
                node.place = place;
                self.add(node, 0)
            }
            Event::SequenceStart(anchor, tag) => self.begin(anchor, tag.as_deref(), place, Part::List(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                self.begin(anchor, tag.as_deref(), place, Part::Table(Vec::new(), None))
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => Ok(()),
        }
    }

    fn count(&mut self, values: usize, place: Place) -> Result<(), Wrong> {
        self.values = self.values.saturating_add(values);
        if self.values > VALUES {
            return Err(too_many(place));
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, place: Place, of: Part) -> Result<(), Wrong> {
        let is_plain = tag.is_none_or(|tag| tag.is_yaml_core_schema() && ["map", "seq"].contains(&tag.suffix.as_str()));
        if !is_plain {
            return Err(foreign_tag(place));
        }
        if self.open.len() >= DEPTH {
            return Err(too_deep(place));
        }
        self.open.push(Open { place, anchor, of });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Wrong> {
        let Some(Open { place, anchor, of }) = self.open.pop() else { return Ok(()) };
        let value = match of {
            Part::List(items) => Value::List(items),
            Part::Table(members, _) => Value::Table(unique(members)?),
        };
        self.add(Node { place, value }, anchor)
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Wrong> {
        self.count(1, node.place)?;
        if anchor > 0 {
            // It may be repeated as often as there are values, so it counts for what it takes.
            self.count(node.size(), node.place)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.of) {
            None => self.root = Some(node),
            Some(Part::List(items)) => items.push(node),
            Some(Part::Table(members, name)) => match name.take() {
                Some((name, place)) => members.push(Member { name, place, node }),
                None => *name = Some((self::name(&node)?, node.place)),
            },
        }
        Ok(())
    }
}

/// Names of JSON are texts: `200` of a response is one.
fn name(node: &Node) -> Result<String, Wrong> {
    match &node.value {
        Value::Text(text) if text == "<<" => {
            Err(Wrong::at(node.place, "YAML's merge key is not supported").help("use components and $ref instead"))
        }
        Value::Text(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(is) => Ok(is.to_string()),
        Value::Null => Ok("null".into()),
        Value::List(_) | Value::Table(_) => {
            Err(Wrong::at(node.place, "a key must be a text").help("write name: value"))
        }
    }
}

fn foreign_tag(place: Place) -> Wrong {
    Wrong::at(place, "OpenAPI does not allow YAML tags")
        .help("write out what the tag stands for: tags are not expanded")
}

/// A scalar by YAML's core schema.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, place: Place) -> Result<Value, Wrong> {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => return Ok(Value::Text(text.to_owned())),
        Some(_) => return Err(foreign_tag(place)),
        None => {}
    }
    if style != ScalarStyle::Plain {
        return Ok(Value::Text(text.to_owned()));
    }
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text) {
            Some(number) => Value::Number(number),
            None => Value::Text(text.to_owned()),
        },
    })
}

/// A number of JSON by YAML's core schema. What JSON does not have, such as `.inf`, is a text, which no number may be.
fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !digits.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let of_base =
        |start: &str, base: u32| text.strip_prefix(start).and_then(|rest| u64::from_str_radix(rest, base).ok());
    if let Some(number) = of_base("0x", 16).or_else(|| of_base("0o", 8)) {
        return Some(number.into());
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let plain = text.strip_prefix('+').unwrap_or(text);
        let whole = plain.parse::<i64>().ok().map(Number::from).or_else(|| plain.parse::<u64>().ok().map(Number::from));
        return whole.or_else(|| Number::from_f64(plain.parse().ok()?));
    }
    let is_float = digits.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    is_float.then(|| text.parse::<f64>().ok().and_then(Number::from_f64)).flatten()
}
