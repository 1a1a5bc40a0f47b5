//! Functions, their permissions, roles and logs, and state machines.

use futures_util::future::try_join_all;
use serverless_app::aws::Id;

use super::{Read, Reader, together};

impl Reader<'_> {
    pub(super) async fn function(&self, id: &Id) -> Read {
        let (lambda, name) = (&self.clients.lambda, &id.name);
        let arn = id.site.arn("lambda", &format!("function:{name}"));
        together!(self,
            "lambda:GetFunction" => lambda.get_function().function_name(name),
            "lambda:GetFunctionConfiguration" => lambda.get_function_configuration().function_name(name),
            "lambda:GetFunctionConcurrency" => lambda.get_function_concurrency().function_name(name),
            "lambda:ListTags" => lambda.list_tags().resource(&arn),
        )
        .map(drop)
    }

    pub(super) async fn permission(&self, id: &Id) -> Read {
        let policy = self.clients.lambda.get_policy().function_name(&id.name);
        self.ask("lambda:GetPolicy", policy.send()).await.map(drop)
    }

    pub(super) async fn log_group(&self, id: &Id) -> Read {
        let (logs, arn) = (&self.clients.logs, id.site.arn("logs", &format!("log-group:{}", id.name)));
        together!(self,
            "logs:DescribeLogGroups" => logs.describe_log_groups().log_group_name_prefix(&id.name),
            "logs:ListTagsForResource" => logs.list_tags_for_resource().resource_arn(&arn),
        )
        .map(drop)
    }

    pub(super) async fn role(&self, id: &Id) -> Read {
        let (iam, name) = (&self.clients.iam, &id.name);
        let inline = async {
            let listed = self.ask("iam:ListRolePolicies", iam.list_role_policies().role_name(name).send()).await?;
            let policies = listed.map(|listed| listed.policy_names).unwrap_or_default();
            let each = policies.iter().map(|policy| {
                let request = iam.get_role_policy().role_name(name).policy_name(policy);
                self.ask("iam:GetRolePolicy", request.send())
            });
            try_join_all(each).await.map(drop)
        };
        let others = async {
            together!(self,
                "iam:GetRole" => iam.get_role().role_name(name),
                "iam:ListAttachedRolePolicies" => iam.list_attached_role_policies().role_name(name),
                "iam:ListRoleTags" => iam.list_role_tags().role_name(name),
            )
        };
        tokio::try_join!(inline, others).map(drop)
    }

    pub(super) async fn policy(&self, id: &Id) -> Read {
        let arn = id.site.global_arn("iam", &format!("policy{}{}", id.owner.path(), id.name));
        let iam = &self.clients.iam;
        let document = async {
            let policy = self.ask("iam:GetPolicy", iam.get_policy().policy_arn(&arn).send()).await?;
            let Some(version) = policy.and_then(|policy| policy.policy?.default_version_id) else { return Ok(()) };
            let request = iam.get_policy_version().policy_arn(&arn).version_id(version);
            self.ask("iam:GetPolicyVersion", request.send()).await.map(drop)
        };
        let others = async {
            together!(self,
                "iam:ListPolicyVersions" => iam.list_policy_versions().policy_arn(&arn),
                "iam:ListPolicyTags" => iam.list_policy_tags().policy_arn(&arn),
            )
        };
        tokio::try_join!(document, others).map(drop)
    }

    pub(super) async fn state_machine(&self, id: &Id) -> Read {
        let (sfn, arn) = (&self.clients.sfn, id.site.arn("states", &format!("stateMachine:{}", id.name)));
        together!(self,
            "states:DescribeStateMachine" => sfn.describe_state_machine().state_machine_arn(&arn),
            "states:ListTagsForResource" => sfn.list_tags_for_resource().resource_arn(&arn),
        )
        .map(drop)
    }
}
