//! Reads whose rate AWS limits more strictly than that of the calls that need them, and that one request can answer for
//! many: each kind of them uses a [`Batch`], which all clones of the same clients share.

use std::sync::{Arc, Mutex};

use crate::aws::kit::members::Described;
use crate::aws::logs;

pub mod batch;

use batch::Batch;

/// `DescribeAlarms` takes so many names.
const ALARMS: usize = 100;

/// Reads that leave together.
#[derive(Debug, Clone)]
pub struct CoalescedReads {
    /// Alarms by name.
    pub alarms: Arc<Batch<String, Described<aws_sdk_cloudwatch::types::MetricAlarm>>>,
    /// Log groups, however many.
    pub log_groups: Arc<Batch<logs::Asked, aws_sdk_cloudwatchlogs::types::LogGroup>>,
    /// Which log groups exist, according to the answers so far: it determines how to ask, and is never an answer.
    pub known_log_groups: Arc<Mutex<logs::Known>>,
}

impl Default for CoalescedReads {
    fn default() -> Self {
        Self {
            alarms: Batch::new("cloudwatch:DescribeAlarms", ALARMS),
            log_groups: Batch::new("logs:DescribeLogGroups", usize::MAX),
            known_log_groups: Arc::default(),
        }
    }
}
