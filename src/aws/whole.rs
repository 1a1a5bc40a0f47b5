//! No answer is not an empty answer.
//!
//! Services that speak JSON read a body of no bytes as one without members: a list that was lost on the way would say
//! that nothing exists, and a plan would make all of it again. No read that we send is answered so; `HEAD` is
//! not among them.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Refuses an answer that says nothing. For clients that only read.
#[derive(Debug, Clone, Copy)]
pub struct Whole;

/// The answer has no body.
#[derive(Debug, thiserror::Error)]
#[error("the answer is empty, where AWS always says something")]
struct Empty;

impl Intercept for Whole {
    fn name(&self) -> &'static str {
        "whole answers"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let is_empty = response.body().content_length() == Some(0);
        if response.status().is_success() && is_empty { Err(Empty.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use crate::aws::{Answer, Aws};

    /// What a read of a list becomes when its answer has this body.
    async fn listed(body: &'static str) -> Result<usize, String> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            assert_ne!(client.read(&mut [0; 8192]).unwrap(), 0);
            write!(client, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
        });
        let aws = Aws::emulator(&"us-west-2".parse().unwrap(), &endpoint, "123456789012").await.unwrap();
        let answer = aws.read.dynamodb.list_tables().send().await.answer("dynamodb:ListTables");
        serving.join().unwrap();
        answer.map(|answer| answer.table_names().len()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_list_that_was_lost_on_the_way_is_not_an_empty_list() {
        assert_eq!(listed(r#"{"TableNames":["a"]}"#).await, Ok(1));
        assert_eq!(listed(r#"{"TableNames":[]}"#).await, Ok(0));
        let lost = listed("").await.unwrap_err();
        assert!(lost.starts_with("dynamodb:ListTables: ") && lost.contains("the answer is empty"), "{lost}");
    }

    #[tokio::test]
    async fn an_answer_that_cannot_be_read_is_not_repeated() {
        let spoilt = listed(r#"{"TableNames":{"Environment":"planted-secret"}}"#).await.unwrap_err();
        assert!(spoilt.starts_with("dynamodb:ListTables: ") && !spoilt.contains("planted"), "{spoilt}");
    }
}
