//! Parts of a function, each read by a call of its own: its URL, the settings of asynchronous invocations, how its
//! runtime is updated, and what happens to loops.
//!
//! Reading all of them for every function would cost a plan four more calls each, so a tag of ours ([`tag::PARTS`])
//! says which of them an apply has set, and only those are read. The tag is set before its part is created, and changed
//! only after URL and settings are deleted and the rest has AWS's defaults again: so an apply that is stopped in
//! between forgets none. (Mappings are resources of their own: once the tag no longer says that there are some, the
//! tagging index still lists one that is left.) If the manifest asks for a part, a plan looks for it all the same: what
//! somebody has created by hand is never replaced unseen.

use std::collections::BTreeMap;

use super::invoke_config::InvokeConfig;
use super::marks::{
    INVOKE_CONFIG, LIVE_INVOKE_CONFIG, LIVE_URL, MAPPINGS, PROVISIONED, RECURSION, RUNTIME, URL, VERSIONS,
    has_versions, says,
};
use super::release::{self, LIVE, Release, Version};
use super::url::{self, FunctionUrl};
use super::{Function, RuntimeManagementConfig, invoke_config, recursion, runtime_management};
use crate::aws::error::AwsError;
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::{Id, Kind, Reader, Tags};
use crate::name::tag;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) url: Option<FunctionUrl>,
    pub(super) invoke_config: Option<InvokeConfig>,
    pub(super) runtime_management_config: Option<RuntimeManagementConfig>,
    pub(super) recursive_loop: Option<String>,
    pub(super) release: Option<Box<Release>>,
    /// What calls on versions and the alias need to know.
    pub(super) numbers: BTreeMap<String, String>,
    /// Versions that are still on the move, and why.
    pub(super) pending: Vec<(Version, String)>,
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
        let parts = [
            (INVOKE_CONFIG, self.invoke_config.as_ref().is_some_and(|config| config.qualifier.is_none())),
            (LIVE_INVOKE_CONFIG, self.invoke_config.as_ref().is_some_and(|config| config.qualifier.is_some())),
            (PROVISIONED, self.release.as_ref().is_some_and(|of| of.provisioned_concurrent_executions.is_some())),
            (RECURSION, self.recursive_loop.is_some()),
            (RUNTIME, self.runtime_management_config.is_some()),
            (URL, self.url.as_ref().is_some_and(|url| url.qualifier.is_none())),
            (LIVE_URL, self.url.as_ref().is_some_and(|url| url.qualifier.is_some())),
            (VERSIONS, self.release.is_some()),
        ];
        parts.into_iter().filter(|(_, has)| *has).map(|(word, _)| word).collect()
    }
}

/// Reads the parts that a function's tags name, and those that the manifest asks for.
pub(super) async fn read(reader: Reader<'_>, id: &Id, tags: &Tags) -> Result<Parts, AwsError> {
    let asks = |part: &str| says(tags, part) || reader.wants_part(Kind::Function, &id.name, part);
    let aws = reader.aws();
    let has_release = has_versions(tags) || asks(VERSIONS);
    let (url, live_url, config, live_config, runtime, recursion, release) = tokio::try_join!(
        asked(asks(URL), url::read(aws, id, None)),
        asked(asks(LIVE_URL), url::read(aws, id, Some(LIVE))),
        asked(asks(INVOKE_CONFIG), invoke_config::read(aws, id, None)),
        asked(asks(LIVE_INVOKE_CONFIG), invoke_config::read(aws, id, Some(LIVE))),
        asked(asks(RUNTIME), runtime_management::read(aws, id)),
        asked(asks(RECURSION), recursion::read(aws, id)),
        asked(has_release, release::read(aws, id, says(tags, PROVISIONED))),
    )?;
    let mut parts = Parts::default();
    parts.found_url(url, says(tags, URL));
    parts.found_url(live_url, says(tags, LIVE_URL));
    parts.found_invoke_config(config, says(tags, INVOKE_CONFIG));
    parts.found_invoke_config(live_config, says(tags, LIVE_INVOKE_CONFIG));
    parts.found_release(release.unwrap_or_default(), has_versions(tags));
    match runtime {
        found if says(tags, RUNTIME) => parts.runtime_management_config = found,
        Some(_) => {
            parts.unmodelled.push(Unmodelled::erased("RuntimeManagementConfig", "lambda:PutRuntimeManagementConfig"));
        }
        None => {}
    }
    match recursion {
        found if says(tags, RECURSION) => parts.recursive_loop = found,
        Some(_) => parts.unmodelled.push(Unmodelled::erased("RecursiveLoop", "lambda:PutFunctionRecursionConfig")),
        None => {}
    }
    Ok(parts)
}

impl Parts {
    fn found_url(&mut self, found: Option<url::Found>, is_ours: bool) {
        match found {
            Some(found) if is_ours => {
                (self.url, self.at) = (Some(found.url), Some(found.at));
                self.unmodelled.extend(found.unread);
            }
            Some(_) => self.unmodelled.push(Unmodelled::forbids("FunctionUrlConfig", "lambda:CreateFunctionUrlConfig")),
            None => {}
        }
    }

    /// What others have released of a function is neither moved nor deleted.
    fn found_release(&mut self, found: release::Found, is_ours: bool) {
        if is_ours {
            (self.release, self.numbers, self.pending) = (found.release, found.outputs, found.pending);
        } else if found.release.is_some_and(|release| release.live.is_some()) {
            self.unmodelled.push(Unmodelled::forbids("the alias `live`", "lambda:CreateAlias"));
        }
    }

    fn found_invoke_config(&mut self, found: Option<(InvokeConfig, Vec<Unmodelled>)>, is_ours: bool) {
        match found {
            Some((config, unread)) if is_ours => {
                self.invoke_config = Some(config);
                self.unmodelled.extend(unread);
            }
            Some(_) => {
                self.unmodelled.push(Unmodelled::erased("EventInvokeConfig", "lambda:PutFunctionEventInvokeConfig"));
            }
            None => {}
        }
    }
}

/// A read that is only made where it is asked for.
async fn asked<T>(asks: bool, read: impl Future<Output = Result<Option<T>, AwsError>>) -> Result<Option<T>, AwsError> {
    if asks { read.await } else { Ok(None) }
}
