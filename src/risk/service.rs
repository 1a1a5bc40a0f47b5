//! Routes of REST APIs that call a service with the API's role: whoever may call them can make the service do that.

use super::finding::Finding;
use super::kind::RiskKind;
use super::reach::Reach;
use super::sentence::Sentence;
use super::sides::{Attributes, Sides};

/// What people call the services that an API can ask.
const SERVICES: [(&str, &str); 6] = [
    ("dynamodb", "DynamoDB"),
    ("events", "EventBridge"),
    ("kinesis", "Kinesis"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("states", "Step Functions"),
];

/// The service that a method asks.
fn service(side: &Attributes, method: &str) -> Option<&'static str> {
    let at = |attribute: &str| side.text(&format!("methods.{method}.integration.{attribute}"));
    at("credentials")?;
    let service = at("uri")?.split(':').nth(4)?;
    Some(SERVICES.iter().find(|(name, _)| *name == service).map_or("a service", |(_, called)| *called))
}

/// Words after those that say who may call a new method; none if it calls no service.
pub fn asks(side: &Attributes, method: &str) -> String {
    service(side, method).map_or(String::new(), |service| format!(", and so call {service} in the API's name"))
}

/// A method that already needed no authorization calls another service from now on.
pub fn asks_now(sides: &Sides, method: &str, reach: Reach) -> Option<Finding> {
    let service = service(&sides.new, method)?;
    if self::service(&sides.old, method) == Some(service) {
        return None;
    }
    Some(Finding::of(RiskKind::OpenApi, sides.change, ("", ""), method, |number| {
        let (calls, needs) = (number.of("calls", "call"), number.of("needs", "need"));
        let sentence = Sentence::default().words(" of API ").value(&sides.change.address.name);
        let who = reach.who();
        sentence.words(format!(" {calls} {service} from now on and {needs} no authorization: {who} can use that"))
    }))
}
