//! A document's values, each with its place.

use serde_json::{Map, Number, Value as Json};

/// Line and column, from 1.
pub(super) type Place = (usize, usize);

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub place: Place,
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    /// In the order of the text; no two have one name.
    Table(Vec<Member>),
}

/// One member of a table.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub name: String,
    /// Where its name stands.
    pub place: Place,
    pub node: Node,
}

impl Node {
    /// The members; none of what is no table.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Table(members) => members,
            _ => &[],
        }
    }

    /// The items; none of what is no list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A member by its name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.member(name).map(|member| &member.node)
    }

    /// The text of a member.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// Its text; `None` for any other value.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// True for an object.
    pub fn is_table(&self) -> bool {
        matches!(self.value, Value::Table(_))
    }

    /// What kind of value it is, for people.
    pub fn noun(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The value without its places.
    pub fn json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(is) => Json::Bool(*is),
            Value::Number(number) => Json::Number(number.clone()),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => Json::Array(items.iter().map(Self::json).collect()),
            Value::Table(members) => Json::Object(
                members.iter().map(|member| (member.name.clone(), member.node.json())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// How many values it is made of; a long text counts as several.
    pub fn size(&self) -> usize {
        let below: usize = match &self.value {
            Value::Text(text) => weight(text),
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Table(members) => members.iter().map(|member| weight(&member.name) + member.node.size()).sum(),
            _ => 0,
        };
        below + 1
    }
}

/// Bytes of a text that take as much memory as a value.
const AS_A_VALUE: usize = 64;

/// What a text adds to the values that are counted.
pub(super) fn weight(text: &str) -> usize {
    text.len() / AS_A_VALUE
}

/// [`Node::size`] of a value without places.
pub(super) fn size_of(json: &Json) -> usize {
    let below: usize = match json {
        Json::String(text) => weight(text),
        Json::Array(items) => items.iter().map(size_of).sum(),
        Json::Object(fields) => fields.iter().map(|(name, field)| weight(name) + size_of(field)).sum(),
        _ => 0,
    };
    below + 1
}

impl From<&Json> for Node {
    /// A value that stands nowhere.
    fn from(json: &Json) -> Self {
        let value = match json {
            Json::Null => Value::Null,
            Json::Bool(is) => Value::Bool(*is),
            Json::Number(number) => Value::Number(number.clone()),
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Self::from).collect()),
            Json::Object(fields) => {
                let member =
                    |(name, json): (&String, &Json)| Member { name: name.clone(), place: (1, 1), node: json.into() };
                Value::Table(fields.iter().map(member).collect())
            }
        };
        Self { place: (1, 1), value }
    }
}
