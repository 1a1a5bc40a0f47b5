//! The statements of a function's resource policy: who may invoke it.
//!
//! The policy belongs to its function entirely: a statement that the manifest does not ask for is drift. AWS takes
//! statements one by one, and a changed one has to go before it can come again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::error::{Answer, AwsError};
use crate::aws::kit::calls::calls;
use crate::aws::rate::Limit;
use crate::aws::settle::{Rule, rule};
use crate::aws::{Aws, Found, Id, Kind, Observed, Resource};
use crate::name::{Address, Owner};
use crate::text::Text;

mod need;

/// Who may invoke one function. Without statements it does not exist.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Permission {
    /// The statements by their id.
    pub statements: BTreeMap<String, Statement>,
}

/// One statement that allows `lambda:InvokeFunction`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statement {
    /// A service such as `apigateway.amazonaws.com`.
    pub principal: String,
    /// On whose behalf the service may do so.
    pub source_arn: Option<Text>,
    /// The account that this must belong to.
    pub source_account: Option<String>,
    /// The whole statement, where it is of a form that this program never writes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<Value>,
}

calls! {
    /// The calls on a function's resource policy.
    pub enum Call {
        /// Adds a statement.
        "lambda:AddPermission" => Add(AddPermission),
        /// Removes a statement.
        "lambda:RemovePermission" => Remove(RemovePermission),
    }
}

/// Input of `AddPermission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AddPermission {
    /// The function's physical name.
    pub function_name: String,
    /// The statement's id.
    pub statement_id: String,
    /// `lambda:InvokeFunction`.
    pub action: String,
    /// The service.
    pub principal: String,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_arn: Option<Text>,
    /// The account that this must belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_account: Option<String>,
}

/// Input of `RemovePermission`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RemovePermission {
    /// The function's physical name.
    pub function_name: String,
    /// The statement's id.
    pub statement_id: String,
}

const HEALS: &[Rule] =
    &[rule("lambda:AddPermission", "ResourceNotFoundException", "", 120, "a new function to be known everywhere")];

impl Resource for Permission {
    type Call = Call;
    type Seed = ();
    const HEALS: &'static [Rule] = HEALS;
    const LIMITS: &'static [Limit] = super::LIMITS;

    fn lane(id: &Id) -> String {
        Address::new(Kind::Function, id.address.name.clone()).to_string()
    }

    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Call> {
        let none = BTreeMap::new();
        let (want, live) = (want.map_or(&none, |w| &w.statements), live.map_or(&none, |l| &l.statements));
        let function_name = id.name.clone();
        let stale = live.iter().find(|(sid, statement)| want.get(*sid) != Some(statement));
        if let Some((sid, _)) = stale {
            return Some(Call::Remove(RemovePermission { function_name, statement_id: sid.clone() }));
        }
        let (sid, new) = want.iter().find(|(sid, _)| !live.contains_key(*sid))?;
        Some(Call::Add(AddPermission {
            function_name,
            statement_id: sid.clone(),
            action: "lambda:InvokeFunction".into(),
            principal: new.principal.clone(),
            source_arn: new.source_arn.clone(),
            source_account: new.source_account.clone(),
        }))
    }

    fn effect(call: &Call, state: Option<Self>) -> Option<Self> {
        let mut statements = state.map(|state| state.statements).unwrap_or_default();
        match call {
            Call::Add(input) => {
                let statement = Statement {
                    principal: input.principal.clone(),
                    source_arn: input.source_arn.clone(),
                    source_account: input.source_account.clone(),
                    foreign: None,
                };
                statements.insert(input.statement_id.clone(), statement);
            }
            Call::Remove(input) => drop(statements.remove(&input.statement_id)),
        }
        (!statements.is_empty()).then_some(Self { statements })
    }

    fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.statements.values_mut().filter_map(|statement| statement.source_arn.as_mut()).for_each(visit);
    }

    async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<()>>, AwsError> {
        super::candidates(aws, owner).await
    }

    async fn observe(aws: &Aws, id: &Id, seed: Option<&()>) -> Result<Option<Observed<Self>>, AwsError> {
        if seed.is_none() && super::absent::is_absent(aws, &id.name).await? {
            return Ok(None);
        }
        let answer = aws.read.lambda.get_policy().function_name(&id.name).send().await;
        let answer = answer.found("lambda:GetPolicy", &["ResourceNotFoundException"])?;
        let policy = AwsError::held("lambda:GetPolicy", answer.map(|answer| answer.policy))?;
        let Some(text) = policy else { return Ok(None) };
        let document = Document::parse(&text).map_err(|e| AwsError::malformed("lambda:GetPolicy", e.to_string()))?;
        let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
        Ok((!statements.is_empty()).then(|| Observed::of(Self { statements })))
    }

    async fn send(aws: &Aws, _: &Id, call: &Call) -> Result<(), AwsError> {
        match call {
            Call::Add(input) => {
                let api = "lambda:AddPermission";
                let source = input.source_arn.as_ref().map(|arn| crate::aws::literal(api, arn)).transpose()?;
                let request = aws.write.lambda.add_permission().function_name(&input.function_name);
                let request = request
                    .statement_id(&input.statement_id)
                    .action(&input.action)
                    .principal(&input.principal)
                    .set_source_arn(source.map(str::to_owned))
                    .set_source_account(input.source_account.clone());
                request.send().await.answer(api).map(drop)
            }
            Call::Remove(input) => {
                let request = aws.write.lambda.remove_permission().function_name(&input.function_name);
                let request = request.statement_id(&input.statement_id);
                request.send().await.answer("lambda:RemovePermission").map(drop)
            }
        }
    }
}

/// A statement by its id, or by its place where it has none.
fn read((place, statement): (usize, &Value)) -> (String, Statement) {
    let sid = statement["Sid"].as_str().map_or_else(|| place.to_string(), str::to_owned);
    let one = |value: &Value| {
        value.as_array().filter(|all| all.len() == 1).and_then(|all| all[0].as_str().map(str::to_owned))
    };
    let principal = one(&statement["Principal"]["Service"]);
    let condition = |operators: [&str; 2], key: &str| {
        operators.iter().find_map(|operator| {
            let keys = statement["Condition"][*operator].as_object()?;
            keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).and_then(|(_, value)| one(value))
        })
    };
    let source_arn = condition(["ArnLike", "ArnEquals"], "AWS:SourceArn");
    let source_account = condition(["StringEquals", "StringLike"], "AWS:SourceAccount");
    let understood = [source_arn.is_some(), source_account.is_some()].iter().filter(|is| **is).count();
    let conditions = statement["Condition"]
        .as_object()
        .map_or(0, |all| all.values().filter_map(Value::as_object).map(|keys| keys.len()).sum());
    let ours = principal.is_some()
        && conditions == understood
        && one(&statement["Action"]).as_deref() == Some("lambda:InvokeFunction")
        && statement["Effect"] == "Allow";
    let foreign = (!ours).then(|| statement.clone());
    let statement = Statement {
        principal: principal.unwrap_or_default(),
        source_arn: source_arn.map(Text::from),
        source_account,
        foreign,
    };
    (sid, statement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::State;
    use crate::plan::steps::{assert_properties, test_id};
    use proptest::prelude::*;
    use serde_json::json;

    prop_compose! {
        fn permission(may_be_foreign: bool)(statements in proptest::collection::btree_map(
            "[a-c]",
            ("[a-b]", proptest::option::of("[x-y]"), proptest::option::of("[1-2]"), any::<bool>()),
            1..4
        )) -> State {
            let statements = statements.into_iter().map(|(sid, (principal, arn, source_account, foreign))| {
                let foreign = foreign.then(|| json!({"Sid": sid})).filter(|_| may_be_foreign);
                (sid, Statement { principal, source_arn: arn.map(Text::from), source_account, foreign })
            });
            Permission { statements: statements.collect() }.into()
        }
    }

    proptest! {
        #[test]
        fn the_three_properties_hold(
            want in proptest::option::of(permission(false)),
            live in proptest::option::of(permission(true)),
        ) {
            assert_properties(&test_id(Kind::Permission, "shop--test-thing"), want.as_ref(), live.as_ref());
        }
    }

    #[test]
    fn statements_are_read_as_aws_writes_them() {
        let text = r#"{"Version":"2012-10-17","Id":"default","Statement":[
            {"Sid":"api","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",
             "Resource":"arn:f","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:a"}}},
            {"Sid":"org","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction",
             "Resource":"arn:f","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"},"ArnLike":{"AWS:SourceArn":"arn:t"}}}]}"#;
        let document = Document::parse(text).unwrap();
        let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
        let api = Statement {
            principal: "apigateway.amazonaws.com".into(),
            source_arn: Some("arn:a".into()),
            source_account: Some("123456789012".into()),
            foreign: None,
        };
        assert_eq!(statements["api"], api);
        assert!(statements["org"].foreign.is_some(), "a condition that we do not know makes it another statement");
    }

    #[test]
    fn a_statement_of_another_form_is_seen_and_can_be_removed() {
        let theirs = json!({"Sid": "x", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "lambda:InvokeFunction", "Resource": "arn"});
        let document = Document::new(vec![theirs]);
        let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
        assert!(statements["x"].foreign.is_some());
        let live = Permission { statements };
        let call = Permission::next(&test_id(Kind::Permission, "f"), None, Some(&live));
        assert_eq!(call, Some(Call::Remove(RemovePermission { function_name: "f".into(), statement_id: "x".into() })));
    }
}
