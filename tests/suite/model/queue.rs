//! Queues: what is written about them, and what must be there then.

use super::app::{App, Name, PREFIX, World, list};
use super::data::on_delete;
use super::random::Random;

/// `[queue.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    pub visibility: i32,
    pub days: i32,
    pub key: Option<&'static str>,
    /// Another queue, later in the alphabet: no circle.
    pub dead_letter: Option<Name>,
    /// Takes no dead letters of others'.
    pub closed: bool,
    pub delete: bool,
}

/// A key of one's own, and none at all.
const KEYS: [&str; 2] = ["alias/own", "none"];

impl Queue {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self {
            visibility: random.pick(&[30, 60, 90]),
            days: random.pick(&[1, 4, 14]),
            key: random.maybe(&KEYS),
            dead_letter: random.maybe(&app.queue.keys().copied().collect::<Vec<_>>()),
            closed: random.chance(30),
            delete: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let mut text = format!("[queue.{name}]\nvisibility_timeout = {}\n", self.visibility);
        text += &format!("retention_days = {}\n{}", self.days, on_delete(self.delete));
        text += match self.key {
            None => "",
            Some("none") => "encryption = \"none\"\n",
            Some(_) => "encryption = { kms_key = \"alias/own\" }\n",
        };
        if let Some(other) = self.dead_letter {
            text += &format!("dead_letter = {{ queue = \"{other}\", after = 3 }}\n");
        }
        text + if self.closed { "redrive_allow = \"none\"\n" } else { "" }
    }

    pub fn lines(&self, name: Name, world: &World, app: &App) -> Vec<String> {
        let dead = self.dead_letter.map_or("-".to_owned(), |other| world.queue_arn(other));
        let sends = app.topic.iter().filter(|(_, topic)| topic.reaches(name));
        let sends: Vec<String> = sends.map(|(topic, _)| world.topic_arn(topic)).collect();
        vec![format!(
            "queue {PREFIX}{name} visibility={} retention={} key={} dead={dead} closed={} lets-in={} delete={}",
            self.visibility,
            self.days * 86_400,
            self.key.unwrap_or("sqs"),
            self.closed,
            list(&sends),
            self.delete
        )]
    }
}
