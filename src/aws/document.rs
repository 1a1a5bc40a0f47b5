//! Policy documents, compared by what they mean and not by how AWS happens to write them back.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::text::Text;

/// A normalised policy document: statements, actions, resources, principals and condition values are always
/// lists, sorted and without repetitions; an account id as principal is its root's ARN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Value", into = "Value")]
pub struct Document(Value);

/// The partition that most accounts are in.
const AWS: &str = "aws";

impl Document {
    /// A document of these statements, in the current version of the policy language.
    pub fn new(statements: Vec<Value>) -> Self {
        Self::from(json!({"Version": "2012-10-17", "Statement": statements}))
    }

    /// Reads a document as an API returns it: plain JSON, or URL-encoded (RFC 3986) as IAM does.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if text.trim_start().starts_with('{') {
            return serde_json::from_str::<Value>(text).map(Self::from);
        }
        serde_json::from_str::<Value>(&percent_decode_str(text).decode_utf8_lossy()).map(Self::from)
    }

    /// The document as JSON.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The statements, normalised.
    pub fn statements(&self) -> &[Value] {
        self.0["Statement"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Visits every text that says what a statement is about.
    pub fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        let statements = self.0.get_mut("Statement").and_then(Value::as_array_mut);
        for resource in statements.into_iter().flatten().filter_map(|statement| statement.get_mut("Resource")) {
            for value in resource.as_array_mut().into_iter().flatten() {
                if let Ok(mut text) = serde_json::from_value::<Text>(value.clone()) {
                    visit(&mut text);
                    *value = serde_json::to_value(text).unwrap_or_default();
                }
            }
            *resource = set(resource.take());
        }
    }

    /// The same document with only the statements that `keep` accepts.
    pub fn retain(&self, keep: impl Fn(&Value) -> bool) -> Self {
        let mut document = self.0.clone();
        if let Some(Value::Array(statements)) = document.get_mut("Statement") {
            statements.retain(|s| keep(s));
        }
        Self(document)
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        let Value::Object(mut document) = value else { return Self(value) };
        if let Some(statements) = document.remove("Statement") {
            let partition = partition(&statements).to_owned();
            let statements = list(statements).into_iter().map(|value| statement(value, &partition)).collect();
            document.insert("Statement".into(), Value::Array(statements));
        }
        Self(Value::Object(document))
    }
}

impl From<Document> for Value {
    fn from(document: Document) -> Value {
        document.0
    }
}

/// The text that is sent to AWS: compact, keys sorted.
impl std::fmt::Display for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        one => vec![one],
    }
}

fn set(value: Value) -> Value {
    let mut items = list(value);
    items.sort_by_key(Value::to_string);
    items.dedup();
    Value::Array(items)
}

/// The partition that a document is for: that of an ARN in it, since all of them are of one. `aws` where it has none.
fn partition(value: &Value) -> &str {
    let found = match value {
        Value::String(text) => text.strip_prefix("arn:").and_then(|rest| rest.split(':').next()),
        Value::Array(items) => items.iter().map(partition).find(|found| *found != AWS),
        Value::Object(fields) => fields.values().map(partition).find(|found| *found != AWS),
        _ => None,
    };
    found.filter(|found| found.starts_with("aws-")).unwrap_or(AWS)
}

fn statement(value: Value, partition: &str) -> Value {
    let Value::Object(fields) = value else { return value };
    let fields = fields.into_iter().map(|(key, value)| match key.as_str() {
        "Action" | "NotAction" | "Resource" | "NotResource" => (key, set(value)),
        "Principal" | "NotPrincipal" => (key, principal(value, partition)),
        "Condition" => (key, condition(value)),
        _ => (key, value),
    });
    Value::Object(fields.collect())
}

fn principal(value: Value, partition: &str) -> Value {
    let Value::Object(kinds) = value else { return value };
    let kinds = kinds.into_iter().map(|(kind, value)| {
        let whom = list(value).into_iter().map(|v| if kind == "AWS" { account_root(v, partition) } else { v });
        (kind.clone(), set(whom.collect()))
    });
    Value::Object(kinds.collect())
}

fn account_root(value: Value, partition: &str) -> Value {
    match value.as_str() {
        Some(id) if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) => {
            json!(format!("arn:{partition}:iam::{id}:root"))
        }
        _ => value,
    }
}

fn condition(value: Value) -> Value {
    let Value::Object(operators) = value else { return value };
    let operators = operators.into_iter().map(|(operator, keys)| match keys {
        Value::Object(keys) => {
            let keys: Map<_, _> = keys.into_iter().map(|(key, value)| (key, text_set(value))).collect();
            (operator, Value::Object(keys))
        }
        other => (operator, other),
    });
    Value::Object(operators.collect())
}

fn text_set(value: Value) -> Value {
    let as_text = |v: Value| if v.is_string() { v } else { Value::String(v.to_string()) };
    set(list(value).into_iter().map(as_text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_is_the_root_of_its_own_partition() {
        let document = |partition: &str, principal: &str| {
            let bucket = format!("arn:{partition}:s3:::b");
            Document::new(vec![json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:GetObject",
                "Resource": [bucket, format!("{bucket}/*")]})])
        };
        for partition in ["aws", "aws-cn", "aws-us-gov", "aws-eusc"] {
            let root = format!("arn:{partition}:iam::123456789012:root");
            assert_eq!(document(partition, "123456789012"), document(partition, &root));
            assert_eq!(document(partition, "123456789012").statements()[0]["Principal"]["AWS"], json!([root]));
        }
        let bare =
            json!({"Statement": {"Principal": {"AWS": "123456789012"}, "Condition": {"ArnLike": {"a": "arn:x"}}}});
        let root = json!(["arn:aws:iam::123456789012:root"]);
        assert_eq!(Document::from(bare).statements()[0]["Principal"]["AWS"], root, "no ARN says another");
    }

    #[test]
    fn documents_that_mean_the_same_are_equal() {
        let one = json!({"Statement": {"Effect": "Allow", "Action": "a:B", "Principal": {"AWS": "123456789012"},
            "Resource": ["y", "x"], "Condition": {"Bool": {"aws:SecureTransport": false}}}});
        let other = json!({"Statement": [{"Condition": {"Bool": {"aws:SecureTransport": ["false"]}}, "Action": ["a:B"],
            "Effect": "Allow", "Resource": ["x", "y", "x"], "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}}]});
        assert_eq!(Document::from(one), Document::from(other));
    }

    #[test]
    fn what_a_statement_is_about_is_a_reference_where_aws_makes_it_up() {
        let id = "apigateway.rest-api/api.id".parse().unwrap();
        let known = crate::text::Outputs::from([(id, "abc".to_owned())]);
        let on =
            |resources: Value| Document::new(vec![json!({"Effect": "Allow", "Action": "a:B", "Resource": resources})]);
        let wanted =
            on(json!(["arn:x:z", {"$join": ["arn:x:", {"$output": "apigateway.rest-api/api.id"}, "/*"]}, "*"]));
        let mut live = on(json!(["arn:x:abc/*", "arn:x:z", "*"]));
        live.texts(&mut |text| *text = text.symbolise(&known));
        assert_eq!(live, wanted);
        let mut resolved = wanted.value().clone();
        crate::text::resolve_json(&mut resolved, &known);
        assert_eq!(Document::from(resolved), on(json!(["arn:x:abc/*", "arn:x:z", "*"])));
    }

    #[test]
    fn documents_are_read_plain_and_url_encoded() {
        let plain = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:B","Resource":"x+y"}]}"#;
        let encoded = percent_encoding::utf8_percent_encode(plain, percent_encoding::NON_ALPHANUMERIC).to_string();
        assert_eq!(Document::parse(plain).unwrap(), Document::parse(&encoded).unwrap());
        assert_eq!(Document::parse(&encoded).unwrap().statements()[0]["Resource"], json!(["x+y"]));
        assert!(Document::parse("%7B").is_err());
    }
}
