//! Configuration variables, which workflows read as `vars`. Shapes: GitHub's REST API, "List repository variables" and "List
//! environment variables". A job's own token may read none of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::api::{Api, ApiError};
use super::environment;
use super::protection::Change;

/// Names and values.
pub type Variables = BTreeMap<String, String>;

/// Those of the repository.
pub async fn of_repository(api: &Api) -> Result<Variables, ApiError> {
    read(api, "/actions").await
}

/// Those of one environment; none where there is no such environment.
pub async fn of_environment(api: &Api, name: &str) -> Result<Variables, ApiError> {
    match read(api, &environment::path(name)).await {
        Err(error) if error.status() == Some(404) => Ok(Variables::new()),
        read => read,
    }
}

async fn read(api: &Api, below: &str) -> Result<Variables, ApiError> {
    #[derive(Deserialize)]
    struct Variable {
        name: String,
        value: String,
    }
    let all: Vec<Variable> = api.pages(&format!("{below}/variables"), Some("variables")).await?;
    Ok(all.into_iter().map(|one| (one.name, one.value)).collect())
}

/// What gives a variable this value, of an environment or of the repository; nothing where it has it.
pub fn change(found: &Variables, environment: Option<&str>, name: &str, value: &str) -> Option<Change> {
    let below = environment.map_or_else(|| "/actions".into(), environment::path);
    let body = json!({"name": name, "value": value});
    match found.get(name) {
        Some(has) if has == value => None,
        Some(_) => Some(Change { method: "PATCH", path: format!("{below}/variables/{name}"), body }),
        None => Some(Change { method: "POST", path: format!("{below}/variables"), body }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_variable_without_its_value_is_set() {
        let found = Variables::from([("ROLE".into(), "arn".into())]);
        assert_eq!(change(&found, None, "ROLE", "arn"), None);
        let other = change(&found, Some("a b"), "ROLE", "other").unwrap();
        assert_eq!((other.method, other.path.as_str()), ("PATCH", "/environments/a%20b/variables/ROLE"));
        let new = change(&found, None, "NEW", "arn").unwrap();
        assert_eq!((new.method, new.path.as_str()), ("POST", "/actions/variables"));
        assert_eq!(new.body, json!({"name": "NEW", "value": "arn"}));
    }
}
