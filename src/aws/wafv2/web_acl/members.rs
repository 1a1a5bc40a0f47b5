//! Which members of a web ACL are read or judged: `observe` reports whether others are set.

use crate::aws::kit::members::{Shape, members};

/// The call that erases what it does not name.
pub(super) const ERASED_BY: &str = "wafv2:UpdateWebACL";

/// What rules, actions and bodies hold is judged by the table of shapes.
pub(super) const SHAPE: Shape = Shape {
    at: &["WebACL"],
    named_by: "",
    members: members! {
        Name, Id, ARN, Description,
        CustomResponseBodies, DefaultAction, Rules,
        VisibilityConfig { SampledRequestsEnabled, CloudWatchMetricsEnabled, MetricName },
        // AWS's own.
        Capacity, LabelNamespace, ManagedByFirewallManager, PostProcessFirewallManagerRuleGroups,
        PreProcessFirewallManagerRuleGroups, RetrofittedByFirewallManager,
        // Judged by `others`.
        ApplicationConfig, AssociationConfig { RequestBody }, CaptchaConfig, ChallengeConfig,
        DataProtectionConfig, MonetizationConfig, OnSourceDDoSProtectionConfig { ALBLowReputationMode }, TokenDomains,
    },
    erased_by: ERASED_BY,
};
