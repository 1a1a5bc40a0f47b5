//! The resource of a call: the ARN of what its parameters name.

use super::parameters::{Given, Parameters};
use super::right::On;
use super::target::Target;
use crate::name::Site;

/// The parameters of a call, and where it is called.
pub struct Resources<'a> {
    /// Account and region.
    pub site: &'a Site,
    /// What the definition says.
    pub parameters: Parameters<'a>,
}

impl Resources<'_> {
    /// What an action is done with; nothing where the call does not do it.
    pub fn of(&self, target: Target) -> Vec<On> {
        match target {
            Target::Everything => vec![On::Everything],
            Target::Named(name, pattern) => vec![self.named(self.parameters.at(name), pattern)],
            Target::Default(name, pattern, default) => vec![match self.parameters.at(name) {
                Given::No => self.named(Given::Text(default), pattern),
                given => self.named(given, pattern),
            }],
            Target::Optional(name, pattern) => match self.parameters.at(name) {
                Given::Text(text) => vec![self.named(Given::Text(text), pattern)],
                _ => Vec::new(),
            },
            Target::Like(pattern) => vec![self.unknown(&pattern.replace("{}", "*"))],
            Target::Function => vec![self.function()],
            Target::Table => vec![self.table()],
            Target::Tables => self.tables(),
            Target::Queue => vec![self.queue()],
            Target::Topic => self.topic(),
            Target::Buses => self.buses(),
            Target::Machine => vec![self.machine("stateMachine", "")],
            Target::Executions => vec![self.machine("execution", ":*")],
            Target::Bucket => vec![self.bucket()],
            Target::Object => vec![self.object()],
            Target::Objects => vec![self.objects()],
            Target::Uri(name) => self.uri(self.parameters.at(name), "s3://"),
            Target::Copied => self.uri(self.parameters.at("CopySource"), ""),
            Target::Model => self.model(),
            Target::Api => self.api(),
            Target::Connection | Target::ConnectionSecret => self.connection(target),
        }
    }

    /// `glue:job/x` as an ARN of this account and region; of this partition alone for `iam`, `s3` and models.
    pub fn arn(&self, resource: &str) -> String {
        let (service, resource) = resource.split_once(':').unwrap_or((resource, "*"));
        let site = self.site;
        match service {
            "iam" => site.global_arn(service, resource),
            "s3" => format!("arn:{}:s3:::{resource}", site.partition),
            "bedrock" if resource.starts_with("foundation-model/") => {
                format!("arn:{}:bedrock:{}::{resource}", site.partition, site.region)
            }
            _ => site.arn(service, resource),
        }
    }

    /// An ARN of a form of IAM's reference, such as `sqs:{Region}:{Account}:{QueueName}`: of this account and region, with `*`
    /// for the rest.
    pub fn of_form(&self, form: &str) -> String {
        let form = form.replace("{Region}", self.site.region.as_str()).replace("{Account}", self.site.account.as_str());
        let mut parts = form.split('{');
        let mut arn = format!("arn:{}:{}", self.site.partition, parts.next().unwrap_or_default());
        for part in parts {
            arn = arn + "*" + part.split_once('}').map_or("", |(_, rest)| rest);
        }
        arn
    }

    /// One that is known when the state machine runs.
    pub fn unknown(&self, resource: &str) -> On {
        On::Unknown(vec![self.arn(resource)])
    }

    /// An ARN stays what it is; a name takes its place in the pattern. `:*` at the end of that stands for versions, where the
    /// name has none.
    pub fn named(&self, given: Given<'_>, pattern: &str) -> On {
        match given {
            Given::Text(arn) if arn.starts_with("arn:") => On::Resource(arn.to_owned()),
            Given::Text(name) => {
                let pattern = pattern.strip_suffix(":*").filter(|_| name.contains(':')).unwrap_or(pattern);
                // A parameter's slash is not said twice.
                let name = if pattern.contains("parameter/") { name.trim_start_matches('/') } else { name };
                On::Resource(self.arn(&pattern.replace("{}", name)))
            }
            _ => self.unknown(&pattern.replace("{}", "*")),
        }
    }
}
