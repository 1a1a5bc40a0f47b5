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
    /// a bucket lacks one of the four settings of S3 Block Public Access
    AccessBlock Caution Public "Public access block";
    /// an API or a firewall lets more addresses in than before, or all; an API lets in more VPC endpoints
    Addresses Caution Public "More addresses";
    /// a service may invoke a function on behalf of any account
    AnySource Caution Public "Any source";
    /// an AWS managed policy with administrator or full access is attached; action `*`; `iam:*`; `sts:AssumeRole` on
    /// all roles
    Administrator Caution Admin "Administrator rights";
    /// any role of the account may be passed to a service, and with it that role's rights
    PassRole Caution Admin "Passes any role";
    /// a role's permissions boundary is removed
    Boundary Caution Admin "Boundary removed";
    /// a new route, or a new API's, that anybody may call, or one that calls a service from now on
    OpenApi Warning Other "Public API";
    /// callers of a route are authorized by something else, or have to show less: fewer scopes, more audiences, a
    /// result that is cached longer
    WeakerAuthorization Warning Other "Weaker authorization";
    /// a domain name accepts older versions of TLS, weaker ciphers, or requests for another host than TLS names
    Tls Warning Other "Weaker TLS";
    /// pages of any origin may call an API or read a bucket
    AnyOrigin Warning Other "CORS";
    /// a policy allows all actions of a service, or actions on all resources or on all resources of a service, unless
    /// AWS has nothing narrower
    Wildcard Warning Other "Wildcard rights";
    /// an existing role or policy allows more than before, by itself or because a denial is removed; a function or
    /// workflow gets another role
    MoreRights Warning Other "More rights";
    /// somebody else in this account may assume an existing role, or somebody on another condition
    Trust Warning Other "Wider trust";
    /// a policy of a bucket, bus, topic, queue or API, or of who may assume a role, no longer denies what it denied
    Denial Warning Other "Fewer denials";
    /// access control lists of a bucket are in force again
    Acls Warning Other "ACLs in force";
    /// an enabled schedule is switched off
    SwitchedOff Warning Other "Switched off";
    /// an API key is switched off or removed from its usage plan, or an API is: whoever has the key is refused; or a
    /// policy of a bucket, bus, topic or queue no longer lets somebody in
    LockedOut Warning Other "Locked out";
    /// headers and bodies of requests are logged, with any secrets in them
    LoggedData Warning Other "Secrets in logs";
    /// data at rest gets a weaker key, or none
    Encryption Warning Other "Weaker encryption";
    /// a table can no longer be restored to a point in time
    Backups Warning Other "Backups off";
    /// a bucket no longer keeps what a write replaces
    Versioning Warning Other "Versioning off";
    /// a table loses its protection against deletion
    DeletionProtection Warning Other "Deletion protection off";
    /// items, objects, messages or log events expire, or expire sooner than before
    Expiry Warning Other "Data expires";
    /// a firewall lets through what it stopped, or no longer protects an API
    Firewall Warning Other "Weaker firewall";
    /// requests that a firewall blocks no longer get its custom response, or only a part of it
    Answers Warning Other "Other answers";
    /// requests, executions or invocations are no longer logged, or fewer of them
    Logs Warning Other "Less logging";
    /// requests are no longer traced
    Tracing Warning Other "Tracing off";
    /// an alarm is deleted or no longer notifies, or somebody no longer gets a topic's messages or a rule's events
    Alarms Warning Other "Fewer alarms";
    /// a function, queue, topic or EventBridge is no longer notified of what happens to a bucket's objects, or of less
    Notifications Warning Other "Fewer notifications";
    /// AWS Config records or evaluates less
    Recorder Warning Other "Less recorded";
    /// a limit of requests or executions is raised or removed
    Throttle Warning Other "Higher limits";
    /// something is away for a while, or callers get a new definition all at once
    Downtime Warning Other "Downtime";
    /// a new version of a function gets all of the traffic at once, and no alarm puts it back
    AllAtOnce Warning Other "All at once";
    /// it costs money even if nobody uses it: a firewall, AWS Config, a cache, reserved capacity
    Cost Warning Other "Runs up cost";
    /// files are deleted from a bucket because the folder that they come from does not have them
    FilesDeleted Warning Other "Files deleted";
    /// something is deleted that holds no data
    Gone Warning Other "Gone";
    /// something that holds data is no longer managed and stays in the account
    LeftBehind Warning Other "Left behind";
    /// something that already exists becomes the app's
    TakenOver Warning Other "Taken over";
}
