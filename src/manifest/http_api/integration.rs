//! What a route calls: a function, a service, or what answers at a URL.

use std::collections::BTreeMap;

use super::key::RouteKey;
use super::mapping;
use super::route::Route;
use crate::aws::apigatewayv2::Integration;
use crate::aws::{events, sqs};
use crate::manifest::service_role::{Ask, ServiceRole};
use crate::manifest::{Cursor, kms, names};

/// What can be asked of a service, in AWS's words.
struct Service {
    /// Its name for HTTP APIs.
    subtype: &'static str,
    /// What the role is allowed.
    action: &'static str,
    /// Parameters that say who is asked: the route's own fields give them.
    receiver: &'static [&'static str],
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const SEND: Service = Service {
    subtype: "SQS-SendMessage",
    action: "sqs:SendMessage",
    receiver: &["QueueUrl"],
    required: &["MessageBody"],
    optional: &[
        "DelaySeconds",
        "MessageAttributes",
        "MessageDeduplicationId",
        "MessageGroupId",
        "MessageSystemAttributes",
    ],
};
const PUT: Service = Service {
    subtype: "EventBridge-PutEvents",
    action: "events:PutEvents",
    receiver: &["EventBusName"],
    required: &["Detail", "DetailType", "Source"],
    optional: &["Resources", "Time", "TraceHeader"],
};
const START: Service = Service {
    subtype: "StepFunctions-StartExecution",
    action: "states:StartExecution",
    receiver: &["StateMachineArn"],
    required: &[],
    optional: &["Input", "Name"],
};
const START_SYNC: Service = Service {
    subtype: "StepFunctions-StartSyncExecution",
    action: "states:StartSyncExecution",
    receiver: &["StateMachineArn"],
    required: &[],
    optional: &["Input", "Name", "TraceHeader"],
};
const STREAM: Service = Service {
    subtype: "Kinesis-PutRecord",
    action: "kinesis:PutRecord",
    receiver: &["Region", "StreamName"],
    required: &["Data", "PartitionKey"],
    optional: &["ExplicitHashKey", "SequenceNumberForOrdering"],
};

/// All of a request's body.
const BODY: &str = "$request.body";

/// Parameters by AWS's names.
type Parameters = BTreeMap<String, String>;

impl Route {
    /// What it calls; reports what AWS would refuse. It comes before the API where it must.
    pub(super) fn lower_integration(
        &self,
        key: RouteKey,
        role: &mut ServiceRole,
        here: &Cursor,
    ) -> Option<Integration> {
        let given = [
            self.function.is_some(),
            self.send.is_some(),
            self.put.is_some(),
            self.start.is_some(),
            self.stream.is_some(),
            self.url.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            let help = "give one of function, send, put, start, stream and url";
            here.problem("a route calls exactly one thing", Some(help));
            return None;
        }
        self.function(key, here)
            .or_else(|| self.send(key, role, here))
            .or_else(|| self.put(key, role, here))
            .or_else(|| self.start(key, role, here))
            .or_else(|| self.stream(key, role, here))
            .or_else(|| self.url(key, here))
    }

    fn function(&self, key: RouteKey, here: &Cursor) -> Option<Integration> {
        let (name, at) = (self.function.as_ref()?, here.at("function"));
        at.known("function", name, &here.manifest.function)?;
        at.need(names::function::address(name));
        let payload_format_version = self.payload.unwrap_or_default().as_str().into();
        let request_parameters = mapping::of_request(&self.parameters, key, &here.at("parameters"));
        let function = Integration::function(&here.invoked(name));
        Some(Integration { payload_format_version, request_parameters, ..function })
    }

    fn url(&self, key: RouteKey, here: &Cursor) -> Option<Integration> {
        let url = mapping::url(self.url.as_ref()?, key, &here.at("url"));
        Some(Integration {
            request_parameters: mapping::of_request(&self.parameters, key, &here.at("parameters")),
            response_parameters: mapping::of_responses(&self.responses, key, &here.at("responses")),
            ..Integration::http(key.method(), &url)
        })
    }

    fn send(&self, key: RouteKey, role: &mut ServiceRole, here: &Cursor) -> Option<Integration> {
        let (name, at) = (self.send.as_ref()?, here.at("send"));
        let queue = at.known("queue", name, &here.manifest.queue)?;
        at.name(names::queue::address(name));
        let url = sqs::url(here.site, &names::queue::physical(here.owner, name, queue.fifo));
        let mut parameters = named(&[("MessageBody", BODY), ("QueueUrl", &url)]);
        if let Some(group) = &self.message_group_id {
            let group = mapping::value(group, key, &here.at("message_group_id"));
            parameters.insert("MessageGroupId".into(), group);
        }
        let parameters = self.with_own(&SEND, parameters, key, here);
        let has = |parameter: &str| parameters.contains_key(parameter);
        if queue.fifo && !has("MessageGroupId") {
            let help = "set message_group_id: messages in the same group keep their order";
            at.problem(format!("{name} is a FIFO queue: its messages need a message group"), Some(help));
        }
        if queue.fifo && !queue.content_based_deduplication && !has("MessageDeduplicationId") {
            let help = "add content_based_deduplication = true to the queue, or the parameter MessageDeduplicationId";
            at.problem(format!("{name} has no content-based deduplication"), Some(help));
        }
        let arn = queue.arn(name, here);
        let key = queue.kms_key().map(|key| here.likely(key, ""));
        let ask = Ask {
            verb: "Send",
            name: name.as_str(),
            action: SEND.action,
            arn: &arn,
            key: key.as_deref(),
            key_actions: &kms::SEND,
        };
        role.allow(&ask, here);
        Some(Integration::service(SEND.subtype, &role.arn, parameters))
    }

    fn put(&self, key: RouteKey, role: &mut ServiceRole, here: &Cursor) -> Option<Integration> {
        let (name, at) = (self.put.as_ref()?, here.at("put"));
        let mut parameters = named(&[("Detail", BODY)]);
        let arn = if name.as_str() == events::DEFAULT_BUS {
            events::bus_arn(here.site, events::DEFAULT_BUS)
        } else {
            at.known("bus", name, &here.manifest.bus)?;
            at.name(names::bus::address(name));
            parameters.insert("EventBusName".into(), names::bus::physical(here.owner, name));
            names::bus::arn(here.site, here.owner, name)
        };
        for (parameter, field, value) in
            [("Source", "source", &self.source), ("DetailType", "detail_type", &self.detail_type)]
        {
            let value = value.as_ref().map(|value| (parameter.to_owned(), mapping::value(value, key, &here.at(field))));
            parameters.extend(value);
        }
        let parameters = self.with_own(&PUT, parameters, key, here);
        if parameters.get("Source").is_some_and(|source| source.starts_with("aws.")) {
            let help = Some("write a source of your own");
            here.at("source").problem("sources that begin with aws. are reserved for AWS", help);
        }
        let ask = Ask { verb: "Put", name: name.as_str(), action: PUT.action, arn: &arn, key: None, key_actions: &[] };
        role.allow(&ask, here);
        Some(Integration::service(PUT.subtype, &role.arn, parameters))
    }

    fn start(&self, key: RouteKey, role: &mut ServiceRole, here: &Cursor) -> Option<Integration> {
        let (name, at) = (self.start.as_ref()?, here.at("start"));
        let workflow = at.known("workflow", name, &here.manifest.workflow)?;
        at.name(names::workflow::address(name));
        if self.sync && !workflow.is_express() {
            let help = "add type = \"EXPRESS\" to the workflow, or remove sync";
            here.at("sync")
                .problem(format!("callers can wait only for an express workflow, and {name} is not one"), Some(help));
        }
        let service = if self.sync { &START_SYNC } else { &START };
        let arn = names::workflow::arn(here.site, here.owner, name);
        let parameters = named(&[("Input", BODY), ("StateMachineArn", &arn)]);
        let parameters = self.with_own(service, parameters, key, here);
        let ask =
            Ask { verb: "Start", name: name.as_str(), action: service.action, arn: &arn, key: None, key_actions: &[] };
        role.allow(&ask, here);
        Some(Integration::service(service.subtype, &role.arn, parameters))
    }

    fn stream(&self, key: RouteKey, role: &mut ServiceRole, here: &Cursor) -> Option<Integration> {
        let at = here.at("stream");
        let arn = at.literal(self.stream.as_ref()?);
        let Some((region, name)) = stream_of(&arn, &at) else {
            let help = "write the ARN of a stream of this account, such as \
                        arn:aws:kinesis:us-west-2:123456789012:stream/clicks";
            at.problem(format!("{arn:?} is not a Kinesis stream of this account"), Some(help));
            return None;
        };
        let mut parameters = named(&[("Data", BODY), ("PartitionKey", "$context.requestId"), ("StreamName", name)]);
        if region != here.site.region.as_str() {
            parameters.insert("Region".into(), region.to_owned());
        }
        let parameters = self.with_own(&STREAM, parameters, key, here);
        let ask = Ask { verb: "Stream", name, action: STREAM.action, arn: &arn, key: None, key_actions: &[] };
        role.allow(&ask, here);
        Some(Integration::service(STREAM.subtype, &role.arn, parameters))
    }

    /// These parameters, and the route's own above them; reports one that the service does not know, and one that is missing.
    fn with_own(&self, service: &Service, mut parameters: Parameters, key: RouteKey, here: &Cursor) -> Parameters {
        let here = here.at("parameters");
        for (parameter, raw) in &self.parameters {
            let here = here.at(parameter);
            let known = service.required.iter().chain(service.optional);
            if service.receiver.contains(&parameter.as_str()) {
                here.problem(format!("{parameter} is set by the route's target"), Some("remove it"));
            } else if !known.clone().any(|known| known == parameter) {
                let known: Vec<&str> = known.copied().collect();
                let help = format!("{} has the parameters {}", service.subtype, known.join(", "));
                here.problem(format!("{} has no parameter {parameter:?}", service.subtype), Some(&help));
            } else {
                parameters.insert(parameter.clone(), mapping::value(raw, key, &here));
            }
        }
        let lacking = service.required.iter().filter(|required| !parameters.contains_key(**required));
        let lacking: Vec<&str> = lacking.copied().collect();
        if !lacking.is_empty() {
            let fields = lacking.iter().map(|parameter| match *parameter {
                "DetailType" => "detail_type",
                "Source" => "source",
                other => other,
            });
            let fields: Vec<&str> = fields.collect();
            here.problem(
                format!("{} needs {}", service.subtype, lacking.join(" and ")),
                Some(&format!("give {}", fields.join(" and "))),
            );
        }
        parameters
    }
}

fn named(parameters: &[(&str, &str)]) -> Parameters {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Region and name of a stream by its ARN; it must be of this account, as far as that is known.
pub fn stream_of<'a>(arn: &'a str, here: &Cursor) -> Option<(&'a str, &'a str)> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, "kinesis", region, account, resource] = parts.as_slice() else { return None };
    let name = resource.strip_prefix("stream/").filter(|name| !name.is_empty() && !name.contains('/'))?;
    let is_ours = here.sources.without_account || *account == here.site.account.as_str();
    (*partition == here.site.partition && !region.is_empty() && is_ours).then_some((*region, name))
}
