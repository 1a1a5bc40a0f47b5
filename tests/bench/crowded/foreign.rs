//! What others have in an account.

use aws_sdk_cloudwatch::types::{ComparisonOperator, Statistic};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{FunctionCode, Runtime};
use serverless_app::aws::{Answer, Aws, AwsError};

/// So many of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Foreign {
    /// What they are called.
    pub name: &'static str,
    /// How many.
    pub count: usize,
    of: Of,
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Role,
    Function,
    RestApi,
    Alarm,
    Topic,
}

const fn foreign(name: &'static str, of: Of, count: usize) -> Foreign {
    Foreign { name, count, of }
}

/// A zip without files.
const EMPTY: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
const ROLE: &str = "arn:aws:iam::123456789012:role/other-0";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

impl Foreign {
    /// As many as a large company may have.
    pub const ALL: &[Foreign] = &[
        foreign("roles", Of::Role, 1000),
        foreign("functions", Of::Function, 5000),
        foreign("APIs", Of::RestApi, 600),
        foreign("alarms", Of::Alarm, 3000),
        foreign("topics", Of::Topic, 2000),
    ];

    /// Makes one of them.
    pub async fn make(&self, aws: &Aws, number: usize) -> Result<(), AwsError> {
        let (aws, name) = (&aws.write, format!("other-{number}"));
        match self.of {
            Of::Role => {
                let request = aws.iam.create_role().role_name(name).assume_role_policy_document(TRUST);
                request.send().await.answer("iam:CreateRole").map(drop)
            }
            Of::Function => {
                let code = FunctionCode::builder().zip_file(Blob::new(EMPTY)).build();
                let request = aws.lambda.create_function().function_name(name).runtime(Runtime::Python311);
                let request = request.handler("main.handler").role(ROLE).code(code);
                request.send().await.answer("lambda:CreateFunction").map(drop)
            }
            Of::RestApi => {
                let request = aws.apigateway.create_rest_api().name(name);
                request.send().await.answer("apigateway:CreateRestApi").map(drop)
            }
            Of::Alarm => {
                let request =
                    aws.cloudwatch.put_metric_alarm().alarm_name(name).namespace("Other").metric_name("Count");
                let request = request.statistic(Statistic::Sum).period(60).evaluation_periods(1).threshold(1.0);
                let request = request.comparison_operator(ComparisonOperator::GreaterThanThreshold);
                request.send().await.answer("cloudwatch:PutMetricAlarm").map(drop)
            }
            Of::Topic => aws.sns.create_topic().name(name).send().await.answer("sns:CreateTopic").map(drop),
        }
    }
}
