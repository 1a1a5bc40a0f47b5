//! The closed list of risks.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Data is lost, something opens to the public or to other accounts, or somebody becomes administrator.
    Caution,
    /// Everything else that should be seen before approving.
    Warning,
}

/// What a manifest's `[deny]` can forbid of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Something opens to the public or to other accounts.
    Public,
    /// Somebody gets rights to administer.
    Admin,
    /// Nothing that is denied by class.
    Other,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident $level:ident $class:ident $heading:literal;)*) => {
        /// A kind of risk. The order is the rank: what stands first is shown first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RiskKind { $($(#[doc = $doc])+ $kind),* }

        impl RiskKind {
            /// All of them, the worst first.
            pub const ALL: &'static [RiskKind] = &[$(RiskKind::$kind),*];

            /// How bad it is.
            pub fn level(self) -> Level {
                match self { $(RiskKind::$kind => Level::$level),* }
            }

            /// What `[deny]` can forbid of it.
            pub fn class(self) -> Class {
                match self { $(RiskKind::$kind => Class::$class),* }
            }

            /// One to four words; no two kinds have the same.
            pub fn heading(self) -> &'static str {
                match self { $(RiskKind::$kind => $heading),* }
            }

            /// What it is about, for the documentation.
            pub fn about(self) -> &'static str {
                match self { $(RiskKind::$kind => concat!($($doc),+).trim_ascii()),* }
            }
        }
    };
}

kinds! {
    /// a table, bucket, queue, log group, archive or API key is deleted or replaced, with everything in it
    DataLoss Caution Other "Data loss";
    /// a route loses its authorization or its API key
    OpenRoute Caution Public "Open to the internet";
    /// a policy of an API, bucket, bus, topic, queue, function or role lets anybody in
    Everybody Caution Public "Open to everybody";
    /// a policy of an API, bucket, bus, topic, queue, function or role lets another account in, or whoever meets a
    /// condition
    OtherAccount Caution Public "Other accounts";
    /// a bucket is without one of the four blocks against public access
    AccessBlock Caution Public "Public access block";
    /// an API or a firewall lets more addresses in than before, or all; an API lets in more VPC endpoints
    Addresses Caution Public "More addresses";
    /// a service may invoke a function on behalf of any account
    AnySource Caution Public "Any source";
    /// a policy of AWS's that administers or gives full access is attached; action `*`; `iam:*`; `sts:AssumeRole` on
    /// all roles
    Administrator Caution Admin "Administrator rights";
    /// any role of the account may be passed to a service, and with it that role's rights
    PassRole Caution Admin "Passes any role";
    /// the policy that bounded what a role can be allowed is taken away
    Boundary Caution Admin "Boundary removed";
    /// a new route, or a new API's, that anybody may call, or one that calls a service from now on
    OpenApi Warning Other "Public API";
    /// callers of a route are judged by somebody else, or less of them is asked: fewer scopes, more audiences, an
    /// answer that holds longer
    WeakerAuthorization Warning Other "Weaker authorization";
    /// a domain name takes older versions of TLS, weaker ciphers, or requests that name another host than TLS has
    Tls Warning Other "Weaker TLS";
    /// pages of any origin may call an API or read a bucket
    AnyOrigin Warning Other "CORS";
    /// a policy allows all actions of a service, or actions on everything or on everything of a service, unless AWS
    /// knows nothing narrower
    Wildcard Warning Other "Wildcard rights";
    /// a role or policy that exists allows more than before, by itself or because a denial goes; a function or workflow
    /// gets another role
    MoreRights Warning Other "More rights";
    /// somebody else of this account, or on another condition, may assume a role that exists
    Trust Warning Other "Wider trust";
    /// a policy of a bucket, bus, topic, queue or API, or of who may assume a role, no longer denies what it denied
    Denial Warning Other "Fewer denials";
    /// a bucket takes notice of access control lists again
    Acls Warning Other "ACLs in force";
    /// a schedule that fired is switched off
    SwitchedOff Warning Other "Switched off";
    /// an API key is switched off or leaves its usage plan, or an API leaves that: whoever has the key is refused; or a
    /// policy of a bucket, bus, topic or queue no longer lets somebody in
    LockedOut Warning Other "Locked out";
    /// headers and bodies of requests are logged, with whatever secrets they hold
    LoggedData Warning Other "Secrets in logs";
    /// data at rest gets a weaker key, or none
    Encryption Warning Other "Weaker encryption";
    /// a table cannot be restored to a point in time any more
    Backups Warning Other "Backups off";
    /// a bucket no longer keeps what a write replaces
    Versioning Warning Other "Versioning off";
    /// a table can be deleted that could not be
    DeletionProtection Warning Other "Deletion protection off";
    /// items, objects, messages or log events go by themselves, or sooner than before
    Expiry Warning Other "Data expires";
    /// a firewall lets through what it stopped, or no longer stands before an API
    Firewall Warning Other "Weaker firewall";
    /// requests that a firewall blocks are no longer answered in its own words, or with less
    Answers Warning Other "Other answers";
    /// requests, executions or invocations are no longer logged, or less of them
    Logs Warning Other "Less logging";
    /// requests are no longer traced
    Tracing Warning Other "Tracing off";
    /// an alarm goes or no longer notifies, or somebody no longer gets a topic's messages or a rule's events
    Alarms Warning Other "Fewer alarms";
    /// a function, queue, topic or EventBridge no longer learns of what happens to a bucket's objects, or of less
    Notifications Warning Other "Fewer notifications";
    /// AWS Config records or judges less
    Recorder Warning Other "Less recorded";
    /// a limit of requests or executions is raised or taken away
    Throttle Warning Other "Higher limits";
    /// something is away for a while, or callers get a new definition all at once
    Downtime Warning Other "Downtime";
    /// a new version of a function gets all of the traffic at once, and no alarm puts it back
    AllAtOnce Warning Other "All at once";
    /// it costs money while nobody uses it: a firewall, AWS Config, a cache, capacity that is reserved
    Cost Warning Other "Runs up cost";
    /// files are deleted from a bucket because the folder that they come from does not have them
    FilesDeleted Warning Other "Files deleted";
    /// something is deleted that holds no data
    Gone Warning Other "Gone";
    /// something that holds data leaves the app and stays in the account
    LeftBehind Warning Other "Left behind";
    /// something that exists becomes the app's
    TakenOver Warning Other "Taken over";
}
