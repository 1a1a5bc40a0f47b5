//! A missing answer is not an empty answer, and a part of an answer is not all of it.
//!
//! For services that use JSON, a body of no bytes is read as an object without members, and the SDK's XML reader takes
//! a tag that it cannot read for the end of a list. What was lost on the way would seem not to exist, and a plan would
//! create it again. No read that we send has an empty answer, except for `HEAD`, whose answers have no body.
//!
//! Members of an answer that no type knows are looked for here as well, by [`members::note`].

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use crate::aws::kit::members::{self, Form};

/// Refuses an answer that says nothing, or that ends early. For clients that only read.
#[derive(Debug, Clone, Copy)]
pub struct CompleteBody;

/// Marks a request whose answer has no body.
#[derive(Debug)]
struct HasNoBody;

impl Storable for HasNoBody {
    type Storer = StoreReplace<Self>;
}

/// What an answer lacks.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum Lost {
    #[error("the answer is empty, although AWS always sends a body here")]
    All,
    #[error("the answer ends before its last element is closed")]
    End,
}

/// What is lost of a body. JSON that ends early is told by its reader.
fn lost(body: &[u8]) -> Option<Lost> {
    let body = body.trim_ascii();
    match body.first() {
        None => Some(Lost::All),
        Some(b'<') if !is_closed(&String::from_utf8_lossy(body)) => Some(Lost::End),
        Some(_) => None,
    }
}

/// Whether XML ends with its root.
fn is_closed(text: &str) -> bool {
    let root = match text.strip_prefix("<?") {
        Some(declared) => declared.split_once("?>").map_or("", |(_, root)| root.trim_start()),
        None => text,
    };
    let Some(inside) = root.strip_prefix('<') else { return false };
    let name = inside.split(|c: char| c.is_whitespace() || c == '/' || c == '>').next().unwrap_or_default();
    let is_alone = inside.ends_with("/>") && inside.find('>') == Some(inside.len() - 1);
    !name.is_empty() && (is_alone || inside.ends_with(&format!("</{name}>")))
}

impl Intercept for CompleteBody {
    fn name(&self) -> &'static str {
        "whole answers"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.request().method() == "HEAD" {
            bag.interceptor_state().store_put(HasNoBody);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if bag.load::<HasNoBody>().is_some() {
            return Ok(());
        }
        let response = context.response();
        // Bodies are in memory here: our HTTP client gives none before its end.
        let Some(body) = response.body().bytes().filter(|_| response.status().is_success()) else { return Ok(()) };
        if let Some(lost) = lost(body) {
            return Err(lost.into());
        }
        Ok(members::note(Form::of(response.headers().get("content-type"), body), body)?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::{Lost, lost};
    use crate::aws::{Answer, Aws};

    #[test]
    fn xml_that_ends_anywhere_before_its_end_is_lost() {
        let declared =
            "<?xml version=\"1.0\"?>\n<A xmlns=\"urn:a\"><Result><List><member>a</member></List></Result></A>";
        for whole in [declared, "<A><B/></A>", "<A/>", "<A xmlns=\"urn:a\"/>"] {
            assert_eq!(lost(format!("{whole}\n").as_bytes()), None, "{whole}");
            for end in 1..whole.len() {
                assert_eq!(lost(&whole.as_bytes()[..end]), Some(Lost::End), "{}", &whole[..end]);
            }
        }
        assert_eq!(lost(b" \n"), Some(Lost::All));
        assert_eq!(lost(b"{}"), None);
    }

    /// What a read of a list becomes when its answer has this body.
    async fn listed(body: &'static str) -> Result<usize, String> {
        let (aws, serving) = answering(body.as_bytes()).await;
        let answer = aws.read.dynamodb.list_tables().send().await.answer("dynamodb:ListTables");
        serving.join().unwrap();
        answer.map(|answer| answer.table_names().len()).map_err(|error| error.to_string())
    }

    /// Clients whose first answer has this body.
    async fn answering(body: &'static [u8]) -> (Aws, std::thread::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let serving = std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            assert_ne!(client.read(&mut [0; 8192]).unwrap(), 0);
            write!(client, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
            client.write_all(body).unwrap();
        });
        (Aws::emulator(&"us-west-2".parse().unwrap(), &endpoint, "123456789012").await.unwrap(), serving)
    }

    #[tokio::test]
    async fn topics_that_were_lost_on_the_way_are_not_absent() {
        let (aws, serving) = answering(b"<ListTopicsResponse><ListTopicsResult><T").await;
        let answer = aws.read.sns.list_topics().send().await.answer("sns:ListTopics");
        serving.join().unwrap();
        let lost = answer.unwrap_err().to_string();
        assert!(lost.starts_with("sns:ListTopics: ") && lost.contains("ends before"), "{lost}");
    }

    #[tokio::test]
    async fn alarms_that_were_lost_on_the_way_are_not_absent() {
        for cut in [&b""[..], b"\xa1", b"\xa1\x6cMetricAlarms", b"\xa1\x6cMetricAlarms\x81\xa1"] {
            let (aws, serving) = answering(cut).await;
            let answer = aws.read.cloudwatch.describe_alarms().send().await.answer("cloudwatch:DescribeAlarms");
            serving.join().unwrap();
            let lost = answer.unwrap_err().to_string();
            assert!(lost.starts_with("cloudwatch:DescribeAlarms: "), "{lost}");
        }
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
