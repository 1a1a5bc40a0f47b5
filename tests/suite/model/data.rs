//! Tables, topics and buckets: what is written about them, and what must be there then.

use serverless_app::package::StaticFile;

use super::app::{App, Name, PREFIX, REGION, World, list};
use super::random::Random;

/// `[table.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub keys: Keys,
    pub capacity: Option<i64>,
    pub index: bool,
    pub expires: bool,
    pub recovery: bool,
    pub stream: Option<(&'static str, &'static str)>,
    pub protected: bool,
    pub aws_owned: bool,
    pub delete: bool,
}

/// What a table cannot change without being made anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Keys {
    number: bool,
    range: bool,
    local: bool,
}

const STREAMS: [(&str, &str); 2] = [("new-image", "NEW_IMAGE"), ("new-and-old-images", "NEW_AND_OLD_IMAGES")];

impl Table {
    pub fn random(random: &mut Random) -> Self {
        let range = random.chance(50);
        Self {
            keys: Keys { number: random.chance(30), range, local: range && random.chance(30) },
            capacity: random.maybe(&[1, 3]),
            index: random.chance(40),
            expires: random.chance(40),
            recovery: random.chance(40),
            stream: random.maybe(&STREAMS),
            protected: random.chance(25),
            aws_owned: random.chance(30),
            delete: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let mut text = format!("[table.{name}]\nhash_key = {{ name = \"id\", type = \"{}\" }}\n", self.key_type());
        let capacity = self.capacity.map(|n| format!("provisioned = {{ read = {n}, write = 1 }}"));
        if self.keys.range {
            text += "range_key = { name = \"at\", type = \"S\" }\n";
        }
        text += &capacity.iter().map(|line| format!("{line}\n")).collect::<String>();
        if self.index {
            let more = capacity.map(|capacity| format!(", {capacity}")).unwrap_or_default();
            text += &format!("global_index.by-owner = {{ hash_key = {{ name = \"owner\", type = \"S\" }}{more} }}\n");
        }
        if self.keys.local {
            text +=
                "local_index.by-rank = { range_key = { name = \"rank\", type = \"N\" }, projection = \"keys-only\" }\n";
        }
        if self.expires {
            text += "time_to_live = \"expires\"\n";
        }
        if let Some((written, _)) = self.stream {
            text += &format!("stream = \"{written}\"\n");
        }
        if self.aws_owned {
            text += "encryption = \"aws-owned\"\n";
        }
        text += &format!("point_in_time_recovery = {}\n", self.recovery);
        text + &format!("deletion_protection = {}\n{}", self.protected, on_delete(self.delete))
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let name = format!("{PREFIX}{name}");
        let keys = format!("id:{}{}", self.key_type(), if self.keys.range { "/at:S" } else { "" });
        let capacity = self.capacity.unwrap_or(0);
        let stream = self.stream.map_or("-", |(_, shown)| shown);
        let mut lines = vec![format!(
            "table {name} {keys} capacity={capacity} expires={} recovery={} stream={stream} protected={} owned-key={} \
             delete={}",
            self.expires, self.recovery, self.protected, self.aws_owned, self.delete
        )];
        if self.index {
            lines.push(format!("table {name} index by-owner owner ALL capacity={capacity}"));
        }
        if self.keys.local {
            lines.push(format!("table {name} index by-rank id/rank KEYS_ONLY"));
        }
        lines
    }

    fn key_type(&self) -> &'static str {
        if self.keys.number { "N" } else { "S" }
    }
}

/// `[topic.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    pub display: Option<usize>,
    pub mail: bool,
    pub queue: Option<bool>,
    /// A queue of the app's, and what decides which messages it gets.
    pub sends: Option<(Name, Filter)>,
    pub function: Option<Name>,
}

/// What decides which messages a queue gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Filter {
    None,
    Attributes,
    Body,
}

impl Topic {
    pub fn random(random: &mut Random, app: &App) -> Self {
        let display = random.maybe(&[1, 2, 3]);
        let function = random.maybe(&app.function.keys().copied().collect::<Vec<_>>());
        let queue = random.maybe(&app.queue.keys().copied().collect::<Vec<_>>());
        let filter = random.pick(&[Filter::None, Filter::Attributes, Filter::Body]);
        let sends = queue.map(|queue| (queue, filter));
        Self { display, mail: random.chance(25), queue: random.maybe(&[true, false]), sends, function }
    }

    pub fn write(&self, name: Name) -> String {
        let mut subscriptions = Vec::new();
        if self.mail {
            subscriptions.push("{ email = \"ops@example.com\" }".to_owned());
        }
        if let Some(raw) = self.queue {
            subscriptions.push(format!("{{ sqs = \"arn:aws:sqs:{REGION}:${{account}}:jobs\", raw = {raw} }}"));
        }
        subscriptions.extend(self.sends.map(|(queue, filter)| match filter {
            Filter::None => format!("{{ queue = \"{queue}\" }}"),
            Filter::Attributes => format!("{{ queue = \"{queue}\", filter = {{ kind = [\"order\"] }} }}"),
            Filter::Body => {
                format!("{{ queue = \"{queue}\", raw = true, filter_body = {{ of = {{ kind = [\"order\"] }} }} }}")
            }
        }));
        subscriptions.extend(self.function.map(|function| format!("{{ lambda = \"{function}\" }}")));
        let display = self.display.map(|number| format!("display_name = \"Topic {number}\"\n")).unwrap_or_default();
        format!("[topic.{name}]\n{display}subscriptions = [{}]\n", subscriptions.join(", "))
    }

    /// True if it sends to this queue.
    pub fn reaches(&self, queue: Name) -> bool {
        self.sends.is_some_and(|(name, _)| name == queue)
    }

    pub fn lines(&self, name: Name, world: &World, app: &App) -> Vec<String> {
        let alarms = app.alarm.values().any(|alarm| alarm.notify.contains(&name));
        let display = self.display.map_or("-".to_owned(), |number| format!("Topic {number}"));
        let name = format!("{PREFIX}{name}");
        let mut lines = vec![format!("topic {name} display={display} alarms={alarms}")];
        let mut sends = |to: String| lines.push(format!("topic {name} sends to {to}"));
        if self.mail {
            sends("email:ops@example.com raw=false filter=-".into());
        }
        if let Some(raw) = self.queue {
            sends(format!("sqs:arn:aws:sqs:{REGION}:{}:jobs raw={raw} filter=-", world.account));
        }
        if let Some((queue, filter)) = self.sends {
            let filter = match filter {
                Filter::None => "raw=false filter=-",
                Filter::Attributes => r#"raw=false filter=MessageAttributes{"kind":["order"]}"#,
                Filter::Body => r#"raw=true filter=MessageBody{"of":{"kind":["order"]}}"#,
            };
            sends(format!("sqs:{} {filter}", world.queue_arn(queue)));
        }
        if let Some(function) = self.function {
            sends(format!("lambda:{} raw=false filter=-", world.function_arn(function)));
        }
        lines
    }
}

/// The folders of files, each with its number; in the order of a listing.
pub const SITES: [(usize, &[(&str, &str)]); 3] = [
    (0, &[("a.txt", "a"), ("b.txt", "b"), ("index.html", "<p>0")]),
    (1, &[("a.txt", "a"), ("index.html", "<p>1")]),
    (2, &[("b.txt", "another b"), ("c/d.txt", "d"), ("index.html", "<p>1")]),
];

/// `[bucket.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    pub versioning: bool,
    pub ownership: (&'static str, &'static str),
    pub expires: Option<i32>,
    pub cors: bool,
    pub tls: bool,
    pub function: Option<Name>,
    pub bridge: bool,
    /// The folder of its files.
    pub files: Option<usize>,
    pub delete: bool,
}

const OWNERSHIPS: [(&str, &str); 3] = [
    ("bucket-owner-enforced", "BucketOwnerEnforced"),
    ("bucket-owner-preferred", "BucketOwnerPreferred"),
    ("object-writer", "ObjectWriter"),
];

impl Bucket {
    pub fn random(random: &mut Random, app: &App) -> Self {
        let function = random.maybe(&app.function.keys().copied().collect::<Vec<_>>());
        Self {
            versioning: random.chance(60),
            ownership: random.pick(&OWNERSHIPS),
            expires: random.maybe(&[7, 30]),
            cors: random.chance(40),
            tls: random.chance(70),
            function,
            bridge: random.chance(30),
            files: random.maybe(&SITES.map(|site| site.0)),
            delete: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let mut text = format!("[bucket.{name}]\nversioning = {}\nenforce_tls = {}\n", self.versioning, self.tls);
        text += &format!("ownership = \"{}\"\n{}", self.ownership.0, on_delete(self.delete));
        if let Some(days) = self.expires {
            text += &format!("lifecycle = [{{ id = \"old\", prefix = \"tmp/\", expiration_days = {days} }}]\n");
        }
        if self.cors {
            text += "cors = [{ origins = [\"https://example.com\"], methods = [\"GET\", \"PUT\"] }]\n";
        }
        if let Some(function) = self.function {
            text += &format!(
                "notify = [{{ events = [\"object-created\"], prefix = \"in/\", function = \"{function}\" }}]\n"
            );
        }
        if self.bridge {
            text += "eventbridge = true\n";
        }
        if let Some(site) = self.files {
            text += &format!("files = {{ folder = \"site-{site}\", prefix = \"v/\" }}\n");
        }
        text
    }

    pub fn lines(&self, name: Name, world: &World, app: &App) -> Vec<String> {
        let rules = self.expires.map(|days| format!("old tmp/ {days}"));
        let cors = list(if self.cors { &["https://example.com GET+PUT"] } else { &[] });
        let notified = self.function.map(|function| format!("{} s3:ObjectCreated:* in/", world.function_arn(function)));
        let lie = SITES.iter().filter(|site| app.lie.get(name) == Some(&site.0)).flat_map(|site| site.1);
        let lie = lie.map(|(path, text)| format!("v/{path} {}", StaticFile::of(*path, text.as_bytes()).md5));
        vec![format!(
            "bucket {} versioned={} {} rules={} cors={cors} tls={} notifies={} bridge={} files={} delete={}",
            world.bucket(name),
            self.versioning,
            self.ownership.1,
            list(&rules.iter().collect::<Vec<_>>()),
            self.tls,
            list(&notified.iter().collect::<Vec<_>>()),
            self.bridge,
            list(&lie.collect::<Vec<_>>()),
            self.delete
        )]
    }
}

/// What is written in a section that may lose its data.
pub fn on_delete(delete: bool) -> &'static str {
    if delete { "on_delete = \"delete\"\n" } else { "" }
}
