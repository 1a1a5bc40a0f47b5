//! Roles, policies, permissions.

use super::*;

pub(super) const POLICY: &[Field] = &[
    main("PolicyDocument.Statement", "access", Form::Rights),
    implied("PolicyDocument.Version"),
    later("OtherVersions", "other versions", Form::Changed),
    later("Tags.*", "tags", Form::Names),
];

/// Of a section of its own.
pub(super) const ROLE: &[Field] = &[
    main("AssumeRolePolicyDocument.Statement", "trusts", Form::Trust),
    implied("AssumeRolePolicyDocument.Version"),
    main("ManagedPolicyArns", "managed", Form::Managed),
    main("InlinePolicies.*.Statement", "rights", Form::Rights),
    implied("InlinePolicies.*.Version"),
    main("PermissionsBoundary", "permissions_boundary", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

/// Of another section.
pub(super) const ROLE_OF: &[Field] = &[
    main("AssumeRolePolicyDocument.Statement", "trusts", Form::Trust),
    implied("AssumeRolePolicyDocument.Version"),
    main("ManagedPolicyArns", "managed policies", Form::Managed),
    main("InlinePolicies.*.Statement", "rights", Form::Rights),
    implied("InlinePolicies.*.Version"),
    main("PermissionsBoundary", "permissions_boundary", PLAIN),
    later("Tags.*", "tags", Form::Names),
];

pub(super) const PERMISSION: &[Field] = &[
    later("Statements.*.Principal", "callers.*.Principal", PLAIN),
    later("Statements.*.SourceArn", "callers.*.SourceArn", PLAIN),
    later("Statements.*.SourceAccount", "callers.*.SourceAccount", PLAIN),
    later("Statements.*.Action", "callers.*.Action", PLAIN),
    later("Statements.*.FunctionUrlAuthType", "callers.*.FunctionUrlAuthType", PLAIN),
    later("Statements.*.InvokedViaFunctionUrl", "callers.*.InvokedViaFunctionUrl", PLAIN),
    later("Statements.*.Foreign.**", "callers.*.statement", Form::Changed),
];
