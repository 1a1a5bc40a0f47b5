//! The reads that AWS limits more than the calls that they are for, and that one request answers for many: each kind
//! of them goes through a [`Batch`], which all clones of the same clients share.

use std::sync::{Arc, Mutex};

use crate::aws::batch::Batch;
use crate::aws::logs;

/// `DescribeAlarms` takes so many names.
const ALARMS: usize = 100;

/// What is asked together.
#[derive(Debug, Clone)]
pub struct Together {
    /// Alarms by name.
    pub alarms: Arc<Batch<String, aws_sdk_cloudwatch::types::MetricAlarm>>,
    /// Log groups, however many.
    pub groups: Arc<Batch<logs::Asked, aws_sdk_cloudwatchlogs::types::LogGroup>>,
    /// Which log groups there are, by what was asked so far.
    pub known_groups: Arc<Mutex<logs::Known>>,
}

impl Default for Together {
    fn default() -> Self {
        Self {
            alarms: Batch::new("cloudwatch:DescribeAlarms", ALARMS),
            groups: Batch::new("logs:DescribeLogGroups", usize::MAX),
            known_groups: Arc::default(),
        }
    }
}
