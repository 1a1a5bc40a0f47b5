//! The values of API keys never get past the HTTP client.
//!
//! API Gateway shows a key's value to whoever creates the key and, for a key in a usage plan, in answers about that.
//! The SDK would read it into a type that can be printed. So it is removed from these answers as soon as they arrive,
//! before the SDK, or anything that could log it, has seen them.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// The service, as the SDK calls it.
const SERVICE: &str = "API Gateway";

/// The operations whose answers may hold values.
const OPERATIONS: [&str; 8] = [
    "CreateApiKey",
    "CreateUsagePlanKey",
    "GetApiKey",
    "GetApiKeys",
    "GetUsagePlanKey",
    "GetUsagePlanKeys",
    "ImportApiKeys",
    "UpdateApiKey",
];

/// Where a list stands in an answer.
const LISTS: [&str; 2] = ["item", "items"];

/// In the place of an answer that cannot be read: it cannot be told what is in it.
const UNREADABLE: &[u8] = b"an answer that is not JSON";

/// The answer without values.
pub fn withheld(service: &str, operation: &str, mut answer: HttpResponse) -> HttpResponse {
    let may_hold = service == SERVICE && OPERATIONS.contains(&operation);
    if let Some(body) = answer.body().bytes().filter(|body| may_hold && !body.is_empty()).map(without_values) {
        *answer.body_mut() = SdkBody::from(body);
        // It was of the body that came.
        answer.headers_mut().remove("content-length");
    }
    answer
}

fn without_values(body: &[u8]) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else { return UNREADABLE.into() };
    strip(&mut answer);
    for list in LISTS {
        answer.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten().for_each(strip);
    }
    serde_json::to_vec(&answer).unwrap_or_else(|_| UNREADABLE.into())
}

/// Not what is further inside: a tag may be called so.
fn strip(key: &mut Value) {
    if let Some(members) = key.as_object_mut() {
        members.remove("value");
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::http::StatusCode;

    use super::*;

    const PLANTED: &str = "planted-value-0123456789";

    fn answered(service: &str, operation: &str, body: &str) -> String {
        let mut answer = HttpResponse::new(StatusCode::try_from(201).unwrap(), SdkBody::from(body));
        answer.headers_mut().insert("content-length", body.len().to_string());
        let answer = withheld(service, operation, answer);
        let length = answer.headers().get("content-length").map(str::to_owned);
        assert!(length.is_none_or(|length| length == answer.body().bytes().unwrap().len().to_string()), "{operation}");
        String::from_utf8(answer.body().bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn a_value_is_taken_out_of_every_answer_that_may_hold_one_and_a_tag_of_that_name_stays() {
        let one = format!(r#"{{"id":"a1","value":"{PLANTED}","tags":{{"value":"mine"}}}}"#);
        let list = format!(r#"{{"position":"p","item":[{one}],"items":[{one}]}}"#);
        for operation in OPERATIONS {
            for body in [&one, &list] {
                let seen = answered(SERVICE, operation, body);
                assert!(!seen.contains(PLANTED), "{operation}: {seen}");
                assert!(seen.contains(r#""value":"mine""#) && seen.contains("a1"), "{operation}: {seen}");
            }
        }
    }

    #[test]
    fn an_answer_that_cannot_be_read_is_not_passed_on() {
        for cut in [format!(r#"{{"value":"{PLANTED}""#), format!("<value>{PLANTED}</value>")] {
            let seen = answered(SERVICE, "CreateApiKey", &cut);
            assert!(!seen.contains(PLANTED), "{seen}");
        }
        assert_eq!(answered(SERVICE, "CreateApiKey", ""), "");
    }

    #[test]
    fn other_answers_stay_as_they_are() {
        let body = r#"{"value": "x"}"#;
        assert_eq!(answered(SERVICE, "GetUsagePlans", body), body);
        assert_eq!(answered("SSM", "GetApiKeys", body), body);
    }
}
