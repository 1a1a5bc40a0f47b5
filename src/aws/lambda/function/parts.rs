//! What a function has beside itself, each read by a call of its own: its URL, and what becomes of asynchronous invocations.
//!
//! Asking for both of every function would cost a plan two more calls each, so a tag of ours ([`tag::PARTS`]) says which of
//! them an apply has set, and only those are read. The tag is set before its part is made, and changed after URL and settings
//! have gone: an apply that is stopped in between forgets none. (Mappings are resources of their own: once the tag no longer
//! says that there are some, the tagging index still names one that is left.) Where the manifest asks for a part, a plan looks for it all the
//! same: what somebody has made by hand is never replaced unseen.

use super::invoke_config::InvokeConfig;
use super::url::{self, FunctionUrl};
use super::{Function, invoke_config};
use crate::aws::error::AwsError;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::{Aws, Id, Kind, Reader, Tags};
use crate::name::tag;

/// The words of [`tag::PARTS`].
const URL: &str = "url";
const INVOKE_CONFIG: &str = "invoke-config";
/// That there are mappings to it, which are resources of their own: then they are listed.
const MAPPINGS: &str = "mappings";

fn says(tags: &Tags, word: &str) -> bool {
    tags.get(tag::PARTS).is_some_and(|words| words.split(' ').any(|one| one == word))
}

/// True if a function with these tags has had mappings.
pub fn has_mappings(tags: &Tags) -> bool {
    says(tags, MAPPINGS)
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) url: Option<FunctionUrl>,
    pub(super) invoke_config: Option<InvokeConfig>,
    /// Where the URL is.
    pub(super) at: Option<String>,
    /// What is there although no apply has set it, and what nothing here knows.
    pub(super) unmodelled: Vec<Unmodelled>,
}

impl Function {
    /// The same function, with the tag that says which parts it has, and whether it has mappings.
    pub fn marked(mut self, has_mappings: bool) -> Self {
        let mut words = self.parts();
        words.extend(has_mappings.then_some(MAPPINGS));
        words.sort_unstable();
        match words.is_empty() {
            true => drop(self.tags.remove(tag::PARTS)),
            false => drop(self.tags.insert(tag::PARTS.into(), words.join(" "))),
        }
        self
    }

    /// Which parts it has that are read by a call of their own.
    pub fn parts(&self) -> Vec<&'static str> {
        let parts = [(INVOKE_CONFIG, self.invoke_config.is_some()), (URL, self.url.is_some())];
        parts.into_iter().filter(|(_, has)| *has).map(|(word, _)| word).collect()
    }
}

/// Reads the parts that a function's tags name.
pub(super) async fn read(reader: Reader<'_>, id: &Id, tags: &Tags) -> Result<Parts, AwsError> {
    let (is_url, is_config) = (says(tags, URL), says(tags, INVOKE_CONFIG));
    let wants = |part: &str| reader.wants_part(Kind::Function, &id.name, part);
    let (wants_url, wants_config) = (wants(URL), wants(INVOKE_CONFIG));
    let aws = reader.aws();
    let (url, config) =
        tokio::try_join!(read_url(aws, id, is_url || wants_url), read_config(aws, id, is_config || wants_config))?;
    let mut parts = Parts::default();
    match url {
        Some(found) if is_url => {
            (parts.url, parts.at) = (Some(found.url), Some(found.at));
            parts.unmodelled.extend(found.unread);
        }
        Some(_) => parts.unmodelled.push(Unmodelled::forbids("FunctionUrlConfig", "lambda:CreateFunctionUrlConfig")),
        None => {}
    }
    match config {
        Some((config, unread)) if is_config => {
            parts.invoke_config = Some(config);
            parts.unmodelled.extend(unread);
        }
        Some(_) => {
            parts.unmodelled.push(Unmodelled::erased("EventInvokeConfig", "lambda:PutFunctionEventInvokeConfig"));
        }
        None => {}
    }
    Ok(parts)
}

async fn read_url(aws: &Aws, id: &Id, asks: bool) -> Result<Option<url::Found>, AwsError> {
    if asks { url::read(aws, id).await } else { Ok(None) }
}

async fn read_config(aws: &Aws, id: &Id, asks: bool) -> Result<Option<(InvokeConfig, Vec<Unmodelled>)>, AwsError> {
    if asks { invoke_config::read(aws, id).await } else { Ok(None) }
}
