//! Resources for which services have their own forms of names.

use super::parameters::{Given, Parameters};
use super::resource::Resources;
use super::right::On;
use super::target::Target;

impl Resources<'_> {
    /// A function by name, `<account>:function:<name>` or ARN; its alias or version in it, or in `Qualifier`.
    pub(super) fn function(&self) -> On {
        let name = match self.parameters.at("FunctionName") {
            Given::Text(name) => name,
            _ => return self.unknown("lambda:function:*"),
        };
        let arn = match name.split_once(":function:") {
            Some((before, _)) if before.starts_with("arn:") => name.to_owned(),
            Some((account, name)) => {
                self.arn(&format!("lambda:function:{name}")).replace(&*self.site.account.to_string(), account)
            }
            None => self.arn(&format!("lambda:function:{}", name.trim_start_matches("function:"))),
        };
        match self.parameters.at("Qualifier") {
            Given::Text(qualifier) if arn.matches(':').count() == 6 => On::Resource(format!("{arn}:{qualifier}")),
            Given::Unknown if arn.matches(':').count() == 6 => On::Resource(format!("{arn}*")),
            _ => On::Resource(arn),
        }
    }

    pub(super) fn table(&self) -> On {
        let table = self.named(self.parameters.at("TableName"), "dynamodb:table/{}");
        match (table, self.parameters.at("IndexName")) {
            (On::Resource(table), Given::Text(index)) => On::Resource(format!("{table}/index/{index}")),
            (On::Resource(table), Given::Unknown) if self.parameters.at("TableName") != Given::Unknown => {
                On::Resource(format!("{table}*"))
            }
            (table, _) => table,
        }
    }

    pub(super) fn tables(&self) -> Vec<On> {
        let names = self.parameters.names("RequestItems").unwrap_or_default();
        if names.is_empty() {
            return vec![self.unknown("dynamodb:table/*")];
        }
        names.into_iter().map(|name| self.named(Given::Text(name), "dynamodb:table/{}")).collect()
    }

    /// `https://sqs.<region>.<suffix>/<account>/<name>`
    pub(super) fn queue(&self) -> On {
        let url = match self.parameters.at("QueueUrl") {
            Given::Text(url) => url,
            _ => return self.unknown("sqs:*"),
        };
        let parts: Vec<&str> = url.trim_end_matches('/').rsplitn(3, '/').collect();
        let [name, account, host] = parts.as_slice() else { return self.unknown("sqs:*") };
        let host = host.split_once("://").map_or(*host, |(_, host)| host);
        let region = match host.split('.').collect::<Vec<_>>().as_slice() {
            ["sqs", region, ..] | [region, "queue", ..] => (*region).to_owned(),
            _ => self.site.region.to_string(),
        };
        On::Resource(format!("arn:{}:sqs:{region}:{account}:{name}", self.site.partition))
    }

    /// A message to a telephone number is no topic's.
    pub(super) fn topic(&self) -> Vec<On> {
        match self.parameters.first(&["TopicArn", "TargetArn"]) {
            Given::No if self.parameters.at("PhoneNumber") != Given::No => Vec::new(),
            given => vec![self.named(given, "sns:{}")],
        }
    }

    pub(super) fn buses(&self) -> Vec<On> {
        let Some(entries) = self.parameters.entries("Entries") else {
            return vec![self.unknown("events:event-bus/*")];
        };
        let bus = |entry: Parameters<'_>| match entry.at("EventBusName") {
            Given::No => self.named(Given::Text("default"), "events:event-bus/{}"),
            given => self.named(given, "events:event-bus/{}"),
        };
        entries.into_iter().map(bus).collect()
    }

    /// IAM is asked about a state machine without its version or alias.
    pub(super) fn machine(&self, kind: &str, rest: &str) -> On {
        match self.parameters.at("StateMachineArn") {
            Given::Text(arn) => {
                let machine: Vec<&str> = arn.splitn(8, ':').take(7).collect();
                On::Resource(machine.join(":").replace(":stateMachine:", &format!(":{kind}:")) + rest)
            }
            _ => self.unknown(&format!("states:{kind}:*")),
        }
    }

    pub(super) fn bucket(&self) -> On {
        self.named(self.parameters.at("Bucket"), "s3:{}")
    }

    pub(super) fn object(&self) -> On {
        match (self.bucket(), self.parameters.at("Key")) {
            (On::Resource(bucket), Given::Text(key)) => {
                On::Resource(format!("{bucket}/{}", key.trim_start_matches('/')))
            }
            _ => self.objects(),
        }
    }

    pub(super) fn objects(&self) -> On {
        match self.bucket() {
            On::Resource(bucket) => On::Resource(format!("{bucket}/*")),
            _ => self.unknown("s3:*/*"),
        }
    }

    pub(super) fn uri(&self, given: Given<'_>, scheme: &str) -> Vec<On> {
        match given {
            Given::Text(uri) if uri.starts_with("arn:") => vec![On::Resource(uri.to_owned())],
            Given::Text(uri) => {
                let path = uri.strip_prefix(scheme).unwrap_or(uri).trim_start_matches('/');
                vec![On::Resource(self.arn(&format!("s3:{}", path.split('?').next().unwrap_or(path))))]
            }
            Given::Unknown => vec![self.unknown("s3:*/*")],
            Given::No => Vec::new(),
        }
    }

    /// A model by id or ARN. An inference profile (`us.` before the model's id) leads to the model in several regions.
    pub(super) fn model(&self) -> Vec<On> {
        let id = match self.parameters.at("ModelId") {
            Given::Text(id) if id.starts_with("arn:") => return vec![On::Resource(id.to_owned())],
            Given::Text(id) => id,
            _ => return vec![self.unknown("bedrock:foundation-model/*")],
        };
        // `<provider>.<model>`, or `<geography>.<provider>.<model>`.
        let profile =
            id.split_once('.').filter(|(geography, model)| GEOGRAPHIES.contains(geography) && model.contains('.'));
        match profile {
            Some((_, model)) => vec![
                On::Resource(self.arn(&format!("bedrock:inference-profile/{id}"))),
                On::Resource(format!("arn:{}:bedrock:*::foundation-model/{model}", self.site.partition)),
            ],
            None => vec![On::Resource(self.arn(&format!("bedrock:foundation-model/{id}")))],
        }
    }

    pub(super) fn api(&self) -> Vec<On> {
        match self.parameters.at("AuthType") {
            Given::Text("IAM_ROLE") => {}
            _ => return Vec::new(),
        }
        let part = |name: &str| match self.parameters.at(name) {
            Given::Text(text) => text.trim_start_matches('/'),
            _ => "*",
        };
        let id = part("ApiEndpoint").split('.').next().unwrap_or("*");
        let stage = if self.parameters.at("Stage") == Given::No { "*" } else { part("Stage") };
        let path = if self.parameters.at("Path") == Given::No { "*" } else { part("Path") };
        let arn = self.arn(&format!("execute-api:{id}/{stage}/{}/{path}", part("Method")));
        vec![if id == "*" { On::Unknown(vec![arn]) } else { On::Resource(arn) }]
    }

    /// `arn:aws:events:<region>:<account>:connection/<name>/<id>`; its secret is `events!connection/<name>/<id>`.
    pub(super) fn connection(&self, target: Target) -> Vec<On> {
        let given = match self.parameters.first(&["Authentication", "InvocationConfig"]) {
            Given::No => return Vec::new(),
            _ => self.parameters.first(&["Authentication/ConnectionArn", "InvocationConfig/ConnectionArn"]),
        };
        let name = match given {
            Given::Text(arn) => arn.split_once(":connection/").and_then(|(_, rest)| rest.split('/').next()),
            _ => None,
        };
        let secret = self.arn(&format!("secretsmanager:secret:events!connection/{}/*", name.unwrap_or("*")));
        vec![match (target, name) {
            (Target::ConnectionSecret, Some(_)) => On::Resource(secret),
            (Target::ConnectionSecret, None) => On::Unknown(vec![secret]),
            _ => self.named(given, "events:connection/{}"),
        }]
    }
}

/// What inference profiles that AWS defines begin with.
const GEOGRAPHIES: [&str; 9] = ["us", "us-gov", "eu", "apac", "au", "jp", "ca", "sa", "global"];
