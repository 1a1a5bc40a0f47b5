//! AWS's own JSON, whose texts may contain ids that AWS generates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use crate::text::Text;

/// A value. There is no `null`: what is not set is not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a value without null")]
pub enum Json {
    /// True or false.
    Flag(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Text),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Object),
}

/// The members of an object.
pub type Object = BTreeMap<String, Json>;

impl Json {
    /// Plain JSON, all of whose texts are literal; what is `null` is left out.
    pub fn of(value: &Value) -> Self {
        Self::filled(value, &|text| text.into())
    }

    /// The same, with each text filled in.
    pub fn filled(value: &Value, fill: &dyn Fn(&str) -> Text) -> Self {
        let is_set = |value: &&Value| !value.is_null();
        match value {
            Value::Null => Self::Object(Object::new()),
            Value::Bool(is) => Self::Flag(*is),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(fill(text)),
            Value::Array(items) => {
                Self::List(items.iter().filter(is_set).map(|item| Self::filled(item, fill)).collect())
            }
            Value::Object(fields) => {
                let set = fields.iter().filter(|(_, field)| !field.is_null());
                Self::Object(set.map(|(name, field)| (name.clone(), Self::filled(field, fill))).collect())
            }
        }
    }

    /// An object with one member.
    pub fn one(name: &str, value: Json) -> Self {
        Self::Object(Object::from([(name.to_owned(), value)]))
    }

    /// The members, if it is an object.
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.object()?.get(name)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// Visits every text.
    pub fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        match self {
            Self::Text(text) => visit(text),
            Self::List(items) => items.iter_mut().for_each(|item| item.texts(visit)),
            Self::Object(fields) => fields.values_mut().for_each(|field| field.texts(visit)),
            Self::Flag(_) | Self::Number(_) => {}
        }
    }

    /// Visits every member of every object in it.
    pub fn members<'j>(&'j self, visit: &mut dyn FnMut(&'j str, &'j Json)) {
        match self {
            Self::List(items) => items.iter().for_each(|item| item.members(visit)),
            Self::Object(fields) => {
                for (name, field) in fields {
                    visit(name, field);
                    field.members(visit);
                }
            }
            Self::Flag(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }

    /// As plain JSON; an id that is not known yet as people read it.
    pub fn plain(&self) -> Value {
        match self {
            Self::Flag(is) => Value::Bool(*is),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.to_string()),
            Self::List(items) => items.iter().map(Self::plain).collect(),
            Self::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field.plain())).collect(),
        }
    }
}

impl From<Text> for Json {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::text::OutputRef;

    #[test]
    fn a_value_survives_json_with_its_references() {
        let id: OutputRef = "wafv2.ip-set/a.id".parse().unwrap();
        let mut value = Json::of(&json!({"a": [1, true, "x", {"b": "", "gone": null}], "c": "", "d": null}));
        let Json::Object(fields) = &mut value else { panic!("an object") };
        fields.insert("e".into(), Text::from("arn/").then(id).into());
        let written = serde_json::to_value(&value).unwrap();
        let expected = json!({"a": [1, true, "x", {"b": ""}], "c": "", "e": {"$join": ["arn/", {"$output": "wafv2.ip-set/a.id"}]}});
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<Json>(written).unwrap(), value);
        assert!(serde_json::from_value::<Json>(json!({"a": null})).is_err());
        let mut texts = 0;
        value.texts(&mut |_| texts += 1);
        assert_eq!(texts, 4);
        assert_eq!(value.plain()["e"], "arn/${wafv2.ip-set/a.id}");
    }
}
