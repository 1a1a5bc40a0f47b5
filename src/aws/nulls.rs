//! A member that is null is absent, in a map as well.
//!
//! API Gateway reports `"responseTemplates": {"application/json": null}` if a template is empty, and the SDK then
//! refuses the whole answer: an API with one method that was created in the console could not be read at all.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;

/// Leaves out what is null of an answer.
#[derive(Debug, Clone, Copy)]
pub struct NoNulls;

impl Intercept for NoNulls {
    fn name(&self) -> &'static str {
        "no nulls"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = context.response().body().bytes().and_then(without_nulls) {
            *context.response_mut().body_mut() = SdkBody::from(body);
        }
        Ok(())
    }
}

/// The body without nulls; `None` if it has none. What is no JSON is its reader's to refuse.
fn without_nulls(body: &[u8]) -> Option<Vec<u8>> {
    if !body.windows(4).any(|word| word == b"null") {
        return None;
    }
    let mut value: Value = serde_json::from_slice(body).ok()?;
    drop_nulls(&mut value);
    serde_json::to_vec(&value).ok()
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_in_a_map_is_no_member_and_the_rest_stays() {
        let of = |body: &str| without_nulls(body.as_bytes()).map(|body| String::from_utf8(body).expect("text"));
        let answer = r#"{"item":[{"templates":{"application/json":null,"b":"null"},"rate":10000.0}],"position":null}"#;
        let read = r#"{"item":[{"rate":10000.0,"templates":{"b":"null"}}]}"#;
        let (found, expected): (Value, Value) =
            (serde_json::from_str(&of(answer).expect("a null")).unwrap(), serde_json::from_str(read).unwrap());
        assert_eq!(found, expected);
        for untouched in [r#"{"a":1}"#, "", "<null/>", r#"{"a": null"#] {
            assert_eq!(of(untouched), None, "{untouched}");
        }
    }
}
