//! Usage plans and API keys.

use super::*;

pub(super) const USAGE_PLAN: &[Field] = &[
    later("description", "description", PLAIN),
    main("apiStages", "apis", Form::List),
    main("methodThrottle.**", "routes' limits", Form::Names),
    main("throttle.rateLimit", "throttle.rate", PLAIN),
    main("throttle.burstLimit", "throttle.burst", PLAIN),
    main("quota.limit", "quota.limit", PLAIN),
    main("quota.period", "quota.period", Form::Value(&[("DAY", "day"), ("WEEK", "week"), ("MONTH", "month")])),
    unless("0", "quota.offset", "quota.offset", PLAIN),
    main("keys", "keys", Form::List),
    later("tags.*", "tags", Form::Names),
];

pub(super) const API_KEY: &[Field] = &[
    later("description", "description", PLAIN),
    unless("true", "enabled", "enabled", PLAIN),
    later("tags.serverless-app:on-delete", "on_delete", ON_DELETE),
    later("tags.*", "tags", Form::Names),
];
