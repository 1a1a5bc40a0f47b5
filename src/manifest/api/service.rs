//! What routes request from AWS services, with the API's role, in the form that each service expects.
//!
//! A body whose content type a route does not accept is refused by API Gateway, with a 415. If it were passed on as it
//! is, callers could write the service's request themselves, with the role's rights.

use super::item::Put;
use super::request::{EVENT, ITEM, PUBLISH, Parameters, SEND, START, START_SYNC, STREAM, Service};
use super::{Route, template};
use crate::aws::apigateway::Integration;
use crate::aws::events;
use crate::manifest::http_api::integration::stream_of;
use crate::manifest::service_role::{Ask, ServiceRole};
use crate::manifest::{Cursor, kms, names};
use crate::name::Name;

/// All of a request's body.
const BODY: &str = "$request.body";

/// What a route asks, and what callers get of it unless the route says otherwise.
pub(super) struct Asked {
    pub integration: Integration,
    pub answer: Option<&'static str>,
}

/// A call on a receiver.
struct Call {
    service: &'static Service,
    /// Behind the service: `path/123456789012/jobs`, `action/StartExecution`.
    path: String,
    region: String,
    parameters: Parameters,
    item: Option<String>,
}

impl Route {
    /// What it asks of a service, if it does; reports what AWS would refuse.
    pub(super) fn lower_service(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Asked> {
        let call = self
            .send(role, here)
            .or_else(|| self.publish(role, here))
            .or_else(|| self.start(role, here))
            .or_else(|| self.event(role, here))
            .or_else(|| self.item(role, here))
            .or_else(|| self.stream(role, here))?;
        let template = match &self.request {
            Some(file) => self.own_template(file, here),
            None => self.template(&call, here),
        };
        let (service, site) = (call.service, here.site);
        let (name, _) = service.names();
        let headers = service.headers.iter();
        let integration = Integration {
            integration_type: "AWS".into(),
            uri: Some(format!("arn:{}:apigateway:{}:{name}:{}", site.partition, call.region, call.path)),
            integration_http_method: Some("POST".into()),
            credentials: Some(role.arn.clone()),
            request_parameters: headers
                .map(|(header, value)| (format!("integration.request.header.{header}"), format!("'{value}'")))
                .collect(),
            request_templates: self.types().into_iter().map(|of| (of.to_owned(), template.clone())).collect(),
            passthrough_behavior: Some("NEVER".into()),
            ..Integration::default()
        };
        Some(Asked { integration, answer: service.answer })
    }

    /// The template of a file, which says all of a request.
    fn own_template(&self, file: &str, here: &Cursor) -> String {
        let fields = [
            ("parameters", !self.parameters.is_empty()),
            ("source", self.source.is_some()),
            ("detail_type", self.detail_type.is_some()),
            ("message_group_id", self.message_group_id.is_some()),
        ];
        for (field, _) in fields.into_iter().filter(|(_, is_given)| *is_given) {
            let help = format!("set it in the template, and remove {field}");
            here.at(field).problem("a request template replaces all other settings of the request", Some(&help));
        }
        let here = here.at("request");
        here.file(file).map(|read| template::own(read, &here)).unwrap_or_default()
    }

    fn send(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Call> {
        let (name, at) = (self.send.as_ref()?, here.at("send"));
        let queue = at.known("queue", name, &here.manifest.queue)?;
        at.name(names::queue::address(name));
        let mut parameters = named(&[("MessageBody", BODY)]);
        parameters.extend(self.group());
        self.check_order(name, queue.fifo, queue.content_based_deduplication, &at);
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
        let physical = names::queue::physical(here.owner, name, queue.fifo);
        Some(Call::of(&SEND, format!("path/{}/{physical}", here.site.account), parameters, here))
    }

    fn publish(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Call> {
        let (name, at) = (self.publish.as_ref()?, here.at("publish"));
        let topic = at.known("topic", name, &here.manifest.topic)?;
        at.name(names::topic::address(name));
        let arn = topic.arn(name, here);
        let mut parameters = named(&[("Message", BODY), ("TopicArn", &arn)]);
        parameters.extend(self.group());
        self.check_order(name, topic.fifo, topic.content_based_deduplication, &at);
        let key = topic.kms_key.as_ref().map(|key| here.likely(key, ""));
        let ask = Ask {
            verb: "Publish",
            name: name.as_str(),
            action: PUBLISH.action,
            arn: &arn,
            key: key.as_deref(),
            key_actions: &kms::SEND,
        };
        role.allow(&ask, here);
        Some(Call::of(&PUBLISH, "path//".into(), parameters, here))
    }

    fn start(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Call> {
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
        let ask =
            Ask { verb: "Start", name: name.as_str(), action: service.action, arn: &arn, key: None, key_actions: &[] };
        role.allow(&ask, here);
        Some(Call::action(service, named(&[("Input", BODY), ("StateMachineArn", &arn)]), here))
    }

    fn event(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Call> {
        let (Some(Put::Event(name)), at) = (&self.put, here.at("put")) else { return None };
        let mut parameters = named(&[("Detail", BODY)]);
        let arn = if name.as_str() == events::DEFAULT_BUS {
            events::bus_arn(here.site, events::DEFAULT_BUS)
        } else {
            at.known("bus", name, &here.manifest.bus)?;
            at.name(names::bus::address(name));
            parameters.insert("EventBusName".into(), names::bus::physical(here.owner, name));
            names::bus::arn(here.site, here.owner, name)
        };
        for (parameter, value) in [("Source", &self.source), ("DetailType", &self.detail_type)] {
            parameters.extend(value.as_ref().map(|value| (parameter.to_owned(), value.clone())));
        }
        if self.source.as_ref().is_some_and(|source| source.starts_with("aws.")) {
            let help = Some("write a source of your own");
            here.at("source").problem("sources that begin with aws. are reserved for AWS", help);
        }
        let ask =
            Ask { verb: "Put", name: name.as_str(), action: EVENT.action, arn: &arn, key: None, key_actions: &[] };
        role.allow(&ask, here);
        Some(Call::action(&EVENT, parameters, here))
    }

    fn item(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Call> {
        let (Some(Put::Item(put)), at) = (&self.put, here.at("put")) else { return None };
        let (name, at_table) = (&put.table, at.at("table"));
        let table = at_table.known("table", name, &here.manifest.table)?;
        at_table.name(names::table::address(name));
        let arn = names::table::arn(here.site, here.owner, name);
        let key = table.kms_key().map(|key| here.likely(key, ""));
        let ask = Ask {
            verb: "Put",
            name: name.as_str(),
            action: ITEM.action,
            arn: &arn,
            key: key.as_deref(),
            key_actions: &kms::WRITE,
        };
        role.allow(&ask, here);
        let item = match &self.request {
            None => put.lower(table, self.route_key(), &at.at("item")),
            Some(_) if put.item.is_empty() => String::new(),
            Some(_) => {
                let help = Some("set it in the template, and remove item");
                at.at("item").problem("a request template replaces all other settings of the request", help);
                String::new()
            }
        };
        let parameters = named(&[("TableName", &names::table::physical(here.owner, name))]);
        Some(Call { item: Some(item), ..Call::action(&ITEM, parameters, here) })
    }

    fn stream(&self, role: &mut ServiceRole, here: &Cursor) -> Option<Call> {
        let at = here.at("stream");
        let arn = at.literal(self.stream.as_ref()?);
        let Some((region, name)) = stream_of(&arn, &at) else {
            let help = "write the ARN of a stream of this account, such as \
                        arn:aws:kinesis:us-west-2:123456789012:stream/clicks";
            at.problem(format!("{arn:?} is not a Kinesis stream of this account"), Some(help));
            return None;
        };
        let ask = Ask { verb: "Stream", name, action: STREAM.action, arn: &arn, key: None, key_actions: &[] };
        role.allow(&ask, here);
        let parameters = named(&[("Data", BODY), ("PartitionKey", "$context.requestId"), ("StreamName", name)]);
        Some(Call { region: region.to_owned(), ..Call::action(&STREAM, parameters, here) })
    }

    fn group(&self) -> Option<(String, String)> {
        Some(("MessageGroupId".to_owned(), self.message_group_id.clone()?))
    }

    /// What FIFO queues and topics need of each message.
    fn check_order(&self, name: &Name, fifo: bool, by_content: bool, here: &Cursor) {
        let has = |parameter: &str| self.parameters.contains_key(parameter) || self.request.is_some();
        if fifo && self.message_group_id.is_none() && !has("MessageGroupId") {
            let help = "set message_group_id: messages in the same group keep their order";
            here.problem(format!("{name} is FIFO: its messages need a message group"), Some(help));
        }
        if fifo && !by_content && !has("MessageDeduplicationId") {
            let help = "add content_based_deduplication = true to its section, or the parameter MessageDeduplicationId";
            here.problem(format!("{name} has no content-based deduplication"), Some(help));
        }
    }

    /// The request in the service's own form, of the route's parameters above the defaults; reports one that the service does not
    /// know, and one that is missing.
    fn template(&self, call: &Call, here: &Cursor) -> String {
        let (service, at) = (call.service, here.at("parameters"));
        let key = self.route_key();
        let mut parameters = call.parameters.clone();
        for (parameter, raw) in &self.parameters {
            let known = service.required.iter().chain(service.optional);
            if service.receiver.contains(&parameter.as_str()) {
                at.at(parameter).problem(format!("{parameter} is set by the route's target"), Some("remove it"));
            } else if !known.clone().any(|known| known == parameter) {
                let known: Vec<&str> = known.copied().collect();
                let help = format!(
                    "{} has the parameters {}; for others, use a template in request",
                    service.action,
                    known.join(", ")
                );
                at.at(parameter).problem(format!("{} has no parameter {parameter:?}", service.action), Some(&help));
            } else {
                parameters.insert(parameter.clone(), raw.clone());
            }
        }
        self.check_lacking(service, &parameters, here);
        let value = |(parameter, raw): (&String, &String)| {
            let place = service.place(parameter);
            // What follows from the receiver refers to nothing.
            let text = match service.receiver.contains(&parameter.as_str()) {
                true => place.text(raw),
                false => template::value(raw, key, place, &self.at(parameter, here)),
            };
            (parameter.clone(), text)
        };
        service.written(parameters.iter().map(value).collect(), call.item.as_deref())
    }

    /// Where a parameter stands in the route.
    fn at<'h>(&self, parameter: &str, here: &Cursor<'h>) -> Cursor<'h> {
        match parameter {
            _ if self.parameters.contains_key(parameter) => here.at("parameters").at(parameter),
            "Source" => here.at("source"),
            "DetailType" => here.at("detail_type"),
            "MessageGroupId" => here.at("message_group_id"),
            _ => here.at("parameters"),
        }
    }

    fn check_lacking(&self, service: &Service, parameters: &Parameters, here: &Cursor) {
        let lacking: Vec<&str> =
            service.required.iter().copied().filter(|required| !parameters.contains_key(*required)).collect();
        let fields: Vec<&str> = lacking
            .iter()
            .map(|parameter| match *parameter {
                "DetailType" => "detail_type",
                "Source" => "source",
                other => other,
            })
            .collect();
        if !lacking.is_empty() {
            let help = format!("give {}", fields.join(" and "));
            here.at("put").problem(format!("{} needs {}", service.action, lacking.join(" and ")), Some(&help));
        }
    }
}

impl Call {
    fn of(service: &'static Service, path: String, parameters: Parameters, here: &Cursor) -> Self {
        Self { service, path, region: here.site.region.to_string(), parameters, item: None }
    }

    fn action(service: &'static Service, parameters: Parameters, here: &Cursor) -> Self {
        let (_, action) = service.names();
        Self::of(service, format!("action/{action}"), parameters, here)
    }
}

fn named(parameters: &[(&str, &str)]) -> Parameters {
    parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
