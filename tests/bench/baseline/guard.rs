//! Web ACLs, IP sets, and AWS Config.

use aws_sdk_wafv2::types::Scope::Regional;
use serverless_app::aws::Id;

use super::{Read, Reader, together};

impl Reader<'_> {
    pub(super) async fn web_acl(&self, id: &Id) -> Read {
        let waf = &self.clients.wafv2;
        let listed = self.ask("wafv2:ListWebACLs", waf.list_web_acls().scope(Regional).limit(100).send()).await?;
        let acls = listed.and_then(|listed| listed.web_acls).unwrap_or_default();
        let Some(acl) = acls.into_iter().find(|acl| acl.name() == Some(&id.name)) else { return Ok(()) };
        let (key, arn) = (acl.id.unwrap_or_default(), acl.arn.unwrap_or_default());
        together!(self,
            "wafv2:GetWebACL" => waf.get_web_acl().scope(Regional).name(&id.name).id(&key),
            "wafv2:ListTagsForResource" => waf.list_tags_for_resource().resource_arn(&arn),
        )
        .map(drop)
    }

    pub(super) async fn ip_set(&self, id: &Id) -> Read {
        let waf = &self.clients.wafv2;
        let listed = self.ask("wafv2:ListIPSets", waf.list_ip_sets().scope(Regional).limit(100).send()).await?;
        let sets = listed.and_then(|listed| listed.ip_sets).unwrap_or_default();
        let Some(set) = sets.into_iter().find(|set| set.name() == Some(&id.name)) else { return Ok(()) };
        let (key, arn) = (set.id.unwrap_or_default(), set.arn.unwrap_or_default());
        together!(self,
            "wafv2:GetIPSet" => waf.get_ip_set().scope(Regional).name(&id.name).id(&key),
            "wafv2:ListTagsForResource" => waf.list_tags_for_resource().resource_arn(&arn),
        )
        .map(drop)
    }

    pub(super) async fn recorder(&self, id: &Id) -> Read {
        let config = &self.clients.config;
        together!(self,
            "config:DescribeConfigurationRecorders" =>
                config.describe_configuration_recorders().configuration_recorder_names(&id.name),
            "config:DescribeConfigurationRecorderStatus" =>
                config.describe_configuration_recorder_status().configuration_recorder_names(&id.name),
        )
        .map(drop)
    }

    pub(super) async fn delivery_channel(&self, id: &Id) -> Read {
        let request = self.clients.config.describe_delivery_channels().delivery_channel_names(&id.name);
        self.ask("config:DescribeDeliveryChannels", request.send()).await.map(drop)
    }

    pub(super) async fn rule(&self, id: &Id) -> Read {
        let config = &self.clients.config;
        let request = config.describe_config_rules().config_rule_names(&id.name);
        let described = self.ask("config:DescribeConfigRules", request.send()).await?;
        let rules = described.and_then(|described| described.config_rules).unwrap_or_default();
        let Some(arn) = rules.into_iter().find_map(|rule| rule.config_rule_arn) else { return Ok(()) };
        let request = config.list_tags_for_resource().resource_arn(arn);
        self.ask("config:ListTagsForResource", request.send()).await.map(drop)
    }
}
