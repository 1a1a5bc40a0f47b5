//! What of a web ACL is read or judged: `observe` says of the rest of what is here whether it is expressed or set.

use crate::aws::kit::members::{Shape, members};

/// The call that erases what it does not name.
pub(super) const ERASED_BY: &str = "wafv2:UpdateWebACL";

/// Statements and actions that cannot be expressed here make the whole rule unmodelled: they are in the list without
/// their members, or not at all.
pub(super) const SHAPE: Shape = Shape {
    at: &["WebACL"],
    named_by: "",
    members: members! {
        Name, Id, ARN, Description,
        DefaultAction { Block { CustomResponse }, Allow { CustomRequestHandling } },
        Rules {
            Name, Priority, RuleLabels, CaptchaConfig, ChallengeConfig,
            Statement {
                RateBasedStatement {
                    Limit, EvaluationWindowSec, AggregateKeyType, ScopeDownStatement, ForwardedIPConfig, CustomKeys,
                },
                ManagedRuleGroupStatement {
                    VendorName, Name, Version, ExcludedRules { Name }, ScopeDownStatement, ManagedRuleGroupConfigs,
                    RuleActionOverrides {
                        Name,
                        ActionToUse {
                            Block { CustomResponse }, Allow { CustomRequestHandling }, Count { CustomRequestHandling },
                            Captcha, Challenge, Monetize,
                        },
                    },
                },
                IPSetReferenceStatement { ARN, IPSetForwardedIPConfig },
                AndStatement, AsnMatchStatement, ByteMatchStatement, GeoMatchStatement, LabelMatchStatement,
                NotStatement, OrStatement, RegexMatchStatement, RegexPatternSetReferenceStatement,
                RuleGroupReferenceStatement, SizeConstraintStatement, SqliMatchStatement, XssMatchStatement,
            },
            Action {
                Block { CustomResponse }, Allow { CustomRequestHandling }, Count { CustomRequestHandling }, Captcha,
                Challenge, Monetize,
            },
            OverrideAction { None {}, Count { CustomRequestHandling } },
            VisibilityConfig { SampledRequestsEnabled, CloudWatchMetricsEnabled, MetricName },
        },
        VisibilityConfig { SampledRequestsEnabled, CloudWatchMetricsEnabled, MetricName },
        // AWS's own.
        Capacity, LabelNamespace, ManagedByFirewallManager, PostProcessFirewallManagerRuleGroups,
        PreProcessFirewallManagerRuleGroups, RetrofittedByFirewallManager,
        // Judged by `others`.
        ApplicationConfig, AssociationConfig { RequestBody }, CaptchaConfig, ChallengeConfig, CustomResponseBodies,
        DataProtectionConfig, MonetizationConfig, OnSourceDDoSProtectionConfig { ALBLowReputationMode }, TokenDomains,
    },
    erased_by: ERASED_BY,
};
