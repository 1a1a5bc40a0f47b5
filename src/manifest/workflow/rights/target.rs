//! The resource for which an action of a call is checked.

/// The resource for which an action of a call is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// IAM knows none.
    Everything,
    /// What a parameter names, by ARN or as a part of one: `("JobName", "glue:job/{}")`.
    Named(&'static str, &'static str),
    /// The same; what is meant where the parameter is left out.
    Default(&'static str, &'static str, &'static str),
    /// The same, if it is there: nothing is needed without it.
    Optional(&'static str, &'static str),
    /// One that only the call itself shows.
    Like(&'static str),
    /// The function of `FunctionName`.
    Function,
    /// The table of `TableName`, or its index of `IndexName`.
    Table,
    /// The tables that are named in `RequestItems`.
    Tables,
    /// The queue of `QueueUrl`.
    Queue,
    /// The topic of `TopicArn` or `TargetArn`; none of a message to a telephone number.
    Topic,
    /// The buses of `Entries`.
    Buses,
    /// The state machine of `StateMachineArn`.
    Machine,
    /// The executions of that.
    Executions,
    /// The bucket of `Bucket`.
    Bucket,
    /// The object of `Key` in it.
    Object,
    /// Whatever objects are in it.
    Objects,
    /// The object that a parameter names as `s3://<bucket>/<key>`, if it is there.
    Uri(&'static str),
    /// The object that `CopySource` names.
    Copied,
    /// The model of `ModelId`.
    Model,
    /// The method of an API that `apigateway:invoke` calls with the state machine's role.
    Api,
    /// The connection that `http:invoke` authenticates with.
    Connection,
    /// The secret of that.
    ConnectionSecret,
}
