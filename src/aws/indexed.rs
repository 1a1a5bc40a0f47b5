//! The resources that ARNs of the tagging index stand for.

use crate::aws::{Id, Kind};

/// Kind and physical name of what an ARN names, where the ARN tells them: those of APIs, usage plans and AWS Config rules hold
/// ids alone, and roles are in no region's index.
pub fn named_by(arn: &str) -> Option<(Kind, String)> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next()?, parts.nth(2)?);
    let after = |start: &str| resource.strip_prefix(start).filter(|name| !name.is_empty());
    let (kind, name) = match service {
        "cloudwatch" => (Kind::Alarm, after("alarm:")?),
        "dynamodb" => (Kind::Table, after("table/").filter(|name| !name.contains('/'))?),
        "events" => match after("rule/") {
            Some(rule) => (Kind::EventRule, rule),
            None => (Kind::EventBus, after("event-bus/")?),
        },
        "lambda" => (Kind::Function, after("function:").filter(|name| !name.contains(':'))?),
        "logs" => (Kind::LogGroup, after("log-group:").map(|name| name.strip_suffix(":*").unwrap_or(name))?),
        "s3" => (Kind::Bucket, after("").filter(|name| !name.contains('/'))?),
        "sns" => (Kind::Topic, after("").filter(|name| !name.contains(':'))?),
        "sqs" => (Kind::Queue, after("")?),
        "states" => (Kind::StateMachine, after("stateMachine:").filter(|name| !name.contains(':'))?),
        "wafv2" => (Kind::WebAcl, after("regional/webacl/")?.split('/').next()?),
        _ => return None,
    };
    Some((kind, name.to_owned()))
}

/// The ARN of what [`named_by`] names: where it follows from the name.
pub fn arn(id: &Id) -> Option<String> {
    let (site, name) = (&id.site, &id.name);
    Some(match id.address.kind {
        Kind::Alarm => site.arn("cloudwatch", &format!("alarm:{name}")),
        Kind::Bucket => format!("arn:{}:s3:::{name}", site.partition),
        Kind::EventBus => site.arn("events", &format!("event-bus/{name}")),
        Kind::EventRule => site.arn("events", &format!("rule/{name}")),
        Kind::Function => site.arn("lambda", &format!("function:{name}")),
        Kind::LogGroup => site.arn("logs", &format!("log-group:{name}")),
        Kind::Queue => site.arn("sqs", name),
        Kind::StateMachine => site.arn("states", &format!("stateMachine:{name}")),
        Kind::Table => site.arn("dynamodb", &format!("table/{name}")),
        Kind::Topic => site.arn("sns", name),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::test_support::test_id;

    #[test]
    fn an_arn_names_what_it_tells_the_name_of() {
        let at = "us-west-2:123456789012";
        for (arn, kind, name) in [
            (format!("arn:aws:cloudwatch:{at}:alarm:Shop Errors"), Kind::Alarm, "Shop Errors"),
            (format!("arn:aws:dynamodb:{at}:table/Orders"), Kind::Table, "Orders"),
            (format!("arn:aws:events:{at}:event-bus/Shop"), Kind::EventBus, "Shop"),
            (format!("arn:aws:events:{at}:rule/Paid"), Kind::EventRule, "Paid"),
            (format!("arn:aws:events:{at}:rule/Shop/Paid"), Kind::EventRule, "Shop/Paid"),
            (format!("arn:aws:lambda:{at}:function:Handler"), Kind::Function, "Handler"),
            (format!("arn:aws:logs:{at}:log-group:/aws/lambda/Handler"), Kind::LogGroup, "/aws/lambda/Handler"),
            (format!("arn:aws:logs:{at}:log-group:/own:*"), Kind::LogGroup, "/own"),
            ("arn:aws:s3:::shop-files".to_owned(), Kind::Bucket, "shop-files"),
            (format!("arn:aws:sns:{at}:Alerts"), Kind::Topic, "Alerts"),
            (format!("arn:aws:sqs:{at}:Jobs.fifo"), Kind::Queue, "Jobs.fifo"),
            (format!("arn:aws:states:{at}:stateMachine:Flow"), Kind::StateMachine, "Flow"),
            (format!("arn:aws:wafv2:{at}:regional/webacl/Wall/0a-1b"), Kind::WebAcl, "Wall"),
        ] {
            assert_eq!(named_by(&arn), Some((kind, name.to_owned())), "{arn}");
            let built = super::arn(&test_id(kind, name));
            assert_eq!(built.is_none(), kind == Kind::WebAcl, "whose ARN ends in an id");
            assert!(built.is_none_or(|built| arn.strip_suffix(":*").unwrap_or(&arn) == built), "{arn}");
        }
        for arn in [
            "arn:aws:apigateway:us-west-2::/restapis/abc",
            "arn:aws:dynamodb:us-west-2:123456789012:table/Orders/index/by-day",
            "arn:aws:lambda:us-west-2:123456789012:event-source-mapping:0a",
            "arn:aws:lambda:us-west-2:123456789012:function:Handler:live",
            "arn:aws:wafv2:us-west-2:123456789012:regional/ipset/Set/0a",
            "arn:aws:sqs:us-west-2:123456789012:",
            "text",
        ] {
            assert_eq!(named_by(arn), None, "{arn}");
        }
    }
}
