//! The calls on a mapping.

use super::*;
use crate::aws::kit::calls::calls;
use crate::aws::kit::settings::{Part, settings};
use crate::aws::kit::tags::{tag_calls, tag_inputs};

calls! {
    /// The calls on a mapping.
    pub enum Call {
        /// Makes the mapping.
        "lambda:CreateEventSourceMapping" => Create(Box<CreateEventSourceMapping>),
        /// Other settings.
        "lambda:UpdateEventSourceMapping" => Update(Box<UpdateEventSourceMapping>),
        /// Adds or changes tags.
        "lambda:TagResource" => Tag(TagResource),
        /// Removes tags.
        "lambda:UntagResource" => Untag(UntagResource),
        /// Deletes the mapping.
        "lambda:DeleteEventSourceMapping" => Delete(MappingUuid),
    }
}

settings! {
    /// Input of `CreateEventSourceMapping`. AWS refuses of a queue what only a stream has, so defaults are left out.
    #[serde(rename_all = "PascalCase")]
    create CreateEventSourceMapping {
        /// The function's physical name, with the alias if that is invoked.
        function_name: String,
        /// The queue, or the stream.
        event_source_arn: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        starting_position: Option<String>,
        /// In seconds since 1970.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        starting_position_timestamp: Option<i64>,
        tags: Tags,
    }
    /// Input of `UpdateEventSourceMapping`: what it leaves out is kept.
    #[serde(rename_all = "PascalCase")]
    update UpdateEventSourceMapping {
        /// The id that AWS made up.
        #[serde(rename = "UUID")]
        uuid: Text,
        /// The function's name, with the alias if that is invoked, where another one shall be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        function_name: Option<String>,
    }
    Settings of EventSourceMapping {
        enabled: bool = enabled,
        batch_size: i32 = batch_size,
        maximum_batching_window_in_seconds: i32 = maximum_batching_window_in_seconds,
        function_response_types: BTreeSet<String> = function_response_types
            [serde(default, skip_serializing_if = "BTreeSet::is_empty")],
        /// All patterns; without any it clears them.
        filter_criteria: FilterCriteria = filters [serde(default, skip_serializing_if = "FilterCriteria::is_none")],
        scaling_config: ScalingConfig = maximum_concurrency
            [serde(default, skip_serializing_if = "ScalingConfig::is_none")],
        parallelization_factor: i32 = parallelization_factor [serde(default = "one", skip_serializing_if = "is_one")],
        bisect_batch_on_function_error: bool = bisect_batch_on_function_error
            [serde(default, skip_serializing_if = "is_false")],
        maximum_retry_attempts: i32 = maximum_retry_attempts
            [serde(default = "endless", skip_serializing_if = "is_endless")],
        maximum_record_age_in_seconds: i32 = maximum_record_age_in_seconds
            [serde(default = "endless", skip_serializing_if = "is_endless")],
        tumbling_window_in_seconds: i32 = tumbling_window_in_seconds
            [serde(default, skip_serializing_if = "is_zero")],
        destination_config: DestinationConfig = on_failure
            [serde(default, skip_serializing_if = "DestinationConfig::is_none")],
    }
}

/// The alias in a name such as `worker:live`.
pub(super) fn alias(function_name: &str) -> Option<String> {
    function_name.split_once(':').map(|(_, alias)| alias.to_owned())
}

fn one() -> i32 {
    1
}

fn is_one(number: &i32) -> bool {
    *number == 1
}

fn endless() -> i32 {
    -1
}

fn is_endless(number: &i32) -> bool {
    *number == -1
}

fn is_zero(number: &i32) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// `FilterCriteria`; without filters it clears them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FilterCriteria {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) filters: Vec<Filter>,
}

/// One filter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Filter {
    /// JSON, as text.
    pub(super) pattern: String,
}

impl FilterCriteria {
    fn is_none(&self) -> bool {
        self.filters.is_empty()
    }
}

impl Part<BTreeSet<String>> for FilterCriteria {
    fn of(patterns: &BTreeSet<String>) -> Self {
        Self { filters: patterns.iter().map(|pattern| Filter { pattern: pattern.clone() }).collect() }
    }

    fn attribute(&self) -> BTreeSet<String> {
        self.filters.iter().map(|filter| filter.pattern.clone()).collect()
    }
}

/// `ScalingConfig`; without a number it clears it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ScalingConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) maximum_concurrency: Option<i32>,
}

impl ScalingConfig {
    fn is_none(&self) -> bool {
        self.maximum_concurrency.is_none()
    }
}

impl Part<Option<i32>> for ScalingConfig {
    fn of(maximum_concurrency: &Option<i32>) -> Self {
        Self { maximum_concurrency: *maximum_concurrency }
    }

    fn attribute(&self) -> Option<i32> {
        self.maximum_concurrency
    }
}

/// `DestinationConfig` of a stream's mapping; without a destination it clears it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DestinationConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on_failure: Option<OnFailure>,
}

/// `OnFailure`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OnFailure {
    /// An ARN.
    pub(super) destination: String,
}

impl DestinationConfig {
    fn is_none(&self) -> bool {
        self.on_failure.is_none()
    }
}

impl Part<Option<String>> for DestinationConfig {
    fn of(destination: &Option<String>) -> Self {
        Self { on_failure: destination.clone().map(|destination| OnFailure { destination }) }
    }

    fn attribute(&self) -> Option<String> {
        self.on_failure.as_ref().map(|on_failure| on_failure.destination.clone())
    }
}

/// Input of `DeleteEventSourceMapping`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappingUuid {
    /// The id that AWS made up.
    #[serde(rename = "UUID")]
    pub(super) uuid: Text,
}

tag_inputs!(TagResource, UntagResource { #[serde(rename = "Resource")] resource: Text } mapped);
tag_calls!(Call: Tag(TagResource), Untag(UntagResource));

impl UpdateEventSourceMapping {
    /// The call that changes nothing but what is invoked.
    pub(super) fn moving(uuid: Text, function_name: String) -> Self {
        Self {
            uuid,
            function_name: Some(function_name),
            enabled: None,
            batch_size: None,
            maximum_batching_window_in_seconds: None,
            function_response_types: None,
            filter_criteria: None,
            scaling_config: None,
            parallelization_factor: None,
            bisect_batch_on_function_error: None,
            maximum_retry_attempts: None,
            maximum_record_age_in_seconds: None,
            tumbling_window_in_seconds: None,
            destination_config: None,
        }
    }
}

impl CreateEventSourceMapping {
    /// The mapping that this makes.
    pub(super) fn mapping(&self) -> EventSourceMapping {
        let mut mapping = EventSourceMapping {
            qualifier: alias(&self.function_name),
            event_source_arn: self.event_source_arn.clone(),
            starting_position: self.starting_position.clone(),
            starting_position_timestamp: self.starting_position_timestamp,
            tags: self.tags.clone(),
            ..EventSourceMapping::default()
        };
        self.parts().apply(&mut mapping);
        mapping
    }
}

impl CreateEventSourceMapping {
    /// What is sent of the attributes: as in the plan, without what is AWS's default.
    pub(super) fn sent(&self) -> Settings<'_> {
        let settings = self.parts();
        Settings {
            function_response_types: settings.function_response_types.filter(|types| !types.is_empty()),
            filter_criteria: settings.filter_criteria.filter(|criteria| !criteria.is_none()),
            scaling_config: settings.scaling_config.filter(|config| !config.is_none()),
            parallelization_factor: settings.parallelization_factor.filter(|factor| !is_one(factor)),
            bisect_batch_on_function_error: settings.bisect_batch_on_function_error.filter(|is| !is_false(is)),
            maximum_retry_attempts: settings.maximum_retry_attempts.filter(|count| !is_endless(count)),
            maximum_record_age_in_seconds: settings.maximum_record_age_in_seconds.filter(|age| !is_endless(age)),
            tumbling_window_in_seconds: settings.tumbling_window_in_seconds.filter(|window| !is_zero(window)),
            destination_config: settings.destination_config.filter(|config| !config.is_none()),
            ..settings
        }
    }
}
