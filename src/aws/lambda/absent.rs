//! Which of many new functions do not exist yet.
//!
//! `GetPolicy` allows only 15 calls a second, so for a function that no listing of this plan has found, it is called
//! only once the function is known to exist. For few functions, everything is read at once; for more, the configuration
//! is read first; for many, a page of `ListFunctions` reports 50 of them. That listing is as long as the account has
//! functions, so it is given up if it would take longer than reading each function.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_sdk_lambda::types::FunctionConfiguration;

use crate::aws::error::{Answer, AwsError};
use crate::aws::lambda::configuration;
use crate::aws::{Kind, PlanReader};

/// So many calls of `GetPolicy` leave at once.
const FEW: usize = 15;
/// A page of `ListFunctions`.
const PAGE: usize = 50;
/// In the time of a page, about so many functions are read otherwise.
const IN_A_PAGE_S_TIME: usize = 8;

/// How a function is set up. `GetFunction` would give a link to the code as well.
pub async fn get(reader: &PlanReader, name: &str) -> Result<Option<Arc<FunctionConfiguration>>, AwsError> {
    let ask = async {
        let answer = reader.aws().read.lambda.get_function_configuration().function_name(name).send().await;
        let found = answer.found("lambda:GetFunctionConfiguration", &["ResourceNotFoundException"])?;
        Ok(found.map(|answer| Arc::new(configuration::of(answer))))
    };
    reader.once(|cache| &cache.functions, name, ask).await
}

/// True if there is certainly no function of this name, which no listing has named.
pub async fn is_absent(reader: &PlanReader, name: &str) -> Result<bool, AwsError> {
    let unlisted = reader.unlisted(Kind::Function);
    if unlisted <= FEW {
        return Ok(false);
    }
    let names = if unlisted > PAGE { names(reader, unlisted / IN_A_PAGE_S_TIME).await? } else { None };
    match names {
        Some(names) => Ok(!names.contains(name)),
        None => Ok(get(reader, name).await?.is_none()),
    }
}

/// The functions of the account; `None` if they do not fit into so many pages.
async fn names(reader: &PlanReader, most: usize) -> Result<Option<Arc<BTreeSet<String>>>, AwsError> {
    let ask = async {
        let (mut names, mut count) = (BTreeSet::new(), 0);
        let mut pages = reader.aws().read.lambda.list_functions().into_paginator().send();
        while let Some(page) = pages.next().await {
            count += 1;
            if count > most {
                return Ok(None);
            }
            let functions = page.answer("lambda:ListFunctions")?.functions.unwrap_or_default();
            names.extend(functions.into_iter().filter_map(|function| function.function_name));
        }
        Ok(Some(Arc::new(names)))
    };
    reader.once(|cache| &cache.function_names, "", ask).await
}
