//! What routes can request from AWS services, and the form in which each service expects it.

use std::collections::BTreeMap;

use super::template::Place;

/// A service's call: how it is made, and what a route can say of it, by AWS's names.
pub(super) struct Service {
    /// Of AWS's words.
    pub action: &'static str,
    /// Parameters that the route's own fields give.
    pub receiver: &'static [&'static str],
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
    form: Form,
    /// Headers that the service needs and API Gateway does not send by itself.
    pub headers: &'static [(&'static str, &'static str)],
    /// What callers get where it is not the service's answer.
    pub answer: Option<&'static str>,
}

/// How a request is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `Action=SendMessage&MessageBody=…`
    Query,
    /// A JSON document; of these parameters in other letters.
    Json(&'static [(&'static str, &'static str)]),
    /// A JSON document with one event.
    Event,
    /// A JSON document with an item, which is written apart.
    Item,
}

const FORM: &[(&str, &str)] = &[("Content-Type", "application/x-www-form-urlencoded")];
const EVENTS: &[(&str, &str)] =
    &[("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AWSEvents.PutEvents")];
const STREAMS: &[(&str, &str)] = &[("Content-Type", "application/x-amz-json-1.1")];

pub(super) const SEND: Service = Service {
    action: "sqs:SendMessage",
    receiver: &["QueueUrl"],
    required: &["MessageBody"],
    optional: &["DelaySeconds", "MessageDeduplicationId", "MessageGroupId"],
    form: Form::Query,
    headers: FORM,
    answer: None,
};
pub(super) const PUBLISH: Service = Service {
    action: "sns:Publish",
    receiver: &["TopicArn"],
    required: &["Message"],
    optional: &["MessageDeduplicationId", "MessageGroupId", "MessageStructure", "Subject"],
    form: Form::Query,
    headers: FORM,
    answer: None,
};
pub(super) const START: Service = Service {
    action: "states:StartExecution",
    receiver: &["StateMachineArn"],
    required: &[],
    optional: &["Input", "Name"],
    form: Form::Json(&[("Input", "input"), ("Name", "name"), ("StateMachineArn", "stateMachineArn")]),
    headers: &[],
    answer: None,
};
pub(super) const START_SYNC: Service = Service {
    action: "states:StartSyncExecution",
    // What has not succeeded says no more to callers than that.
    answer: Some(concat!(
        "#if($input.path('$.status') == 'SUCCEEDED')$input.path('$.output')",
        "#else#set($context.responseOverride.status = 500){\"message\":\"Internal Server Error\"}#end"
    )),
    ..START
};
pub(super) const EVENT: Service = Service {
    action: "events:PutEvents",
    receiver: &["EventBusName"],
    required: &["Detail", "DetailType", "Source"],
    optional: &["Time", "TraceHeader"],
    form: Form::Event,
    headers: EVENTS,
    // EventBridge answers 200 to what it has not taken.
    answer: Some(
        "#if($input.path('$.FailedEntryCount') != 0)#set($context.responseOverride.status = 500)#end$input.json('$')",
    ),
};
pub(super) const STREAM: Service = Service {
    action: "kinesis:PutRecord",
    receiver: &["StreamName"],
    required: &["Data", "PartitionKey"],
    optional: &["ExplicitHashKey", "SequenceNumberForOrdering"],
    form: Form::Json(&[]),
    headers: STREAMS,
    answer: None,
};
pub(super) const ITEM: Service = Service {
    action: "dynamodb:PutItem",
    receiver: &["Item", "TableName"],
    required: &[],
    optional: &["ConditionExpression"],
    form: Form::Item,
    headers: &[],
    answer: None,
};

/// What callers get of what this action answers, where that is not the answer itself.
pub(super) fn answer_of(action: &str) -> Option<&'static str> {
    [&SEND, &PUBLISH, &START, &START_SYNC, &EVENT, &STREAM, &ITEM].into_iter().find(|of| of.action == action)?.answer
}

/// Parameters by AWS's names.
pub(super) type Parameters = BTreeMap<String, String>;

impl Service {
    /// The service's name, and the action's.
    pub fn names(&self) -> (&'static str, &'static str) {
        self.action.split_once(':').unwrap_or((self.action, ""))
    }

    /// Where a parameter stands.
    pub fn place(&self, parameter: &str) -> Place {
        match (self.form, parameter) {
            (Form::Query, _) => Place::Form,
            (_, "Input" | "Detail") => Place::Document,
            (_, "Data") => Place::Base64,
            _ => Place::Json,
        }
    }

    /// A request of parameters that are written for their places.
    pub fn written(&self, parameters: Parameters, item: Option<&str>) -> String {
        let member = |name: &str, value: &str| format!("\"{name}\":\"{value}\"");
        let members = |names: &[(&str, &str)]| {
            let name = |name: &str| {
                names.iter().find(|(theirs, _)| *theirs == name).map_or(name.to_owned(), |(_, ours)| (*ours).to_owned())
            };
            parameters.iter().map(|(parameter, value)| member(&name(parameter), value)).collect::<Vec<_>>().join(",")
        };
        match self.form {
            Form::Query => {
                let (_, action) = self.names();
                let fields = parameters.iter().map(|(parameter, value)| format!("&{parameter}={value}"));
                format!("Action={action}{}", fields.collect::<String>())
            }
            Form::Json(names) => format!("{{{}}}", members(names)),
            Form::Event => format!("{{\"Entries\":[{{{}}}]}}", members(&[])),
            Form::Item => format!("{{{},\"Item\":{{{}}}}}", members(&[]), item.unwrap_or_default()),
        }
    }
}
