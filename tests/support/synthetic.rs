//! Apps of any size, the same ones every time: what it costs to plan and to deploy a thousand functions is measured on
//! them.
//!
//! Each function has a folder of its own with one small file, a log group, a route and an alarm. Ten functions share a
//! role and a table. AWS's quotas set the rest: an API has 300 resources at most, so 250 routes go to one.

use std::fmt::Write;

use super::project::Project;

/// Functions of one role, and of one table.
pub const SHARING: usize = 10;
/// Routes of one API.
pub const ROUTES: usize = 250;

/// A project with an app of so many functions.
pub fn project(endpoint: &str, functions: usize) -> Project {
    let project = Project::at(endpoint, &manifest(functions));
    for number in 0..functions {
        let folder = project.folder().join(format!("functions/{}", function(number)));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("main.py"), source(number)).expect("a file");
    }
    project
}

/// The manifest of an app of so many functions.
pub fn manifest(functions: usize) -> String {
    let mut text = String::from("[app]\nname = \"synthetic\"\nregion = \"us-west-2\"\n\n[topic.alerts]\n");
    for group in 0..functions.div_ceil(SHARING) {
        text += &shared(group);
    }
    for number in 0..functions {
        text += &section(number);
    }
    for api in 0..functions.div_ceil(ROUTES) {
        writeln!(text, "\n[api.api-{api}]\nroutes = [").expect("a string takes everything");
        for number in api * ROUTES..functions.min((api + 1) * ROUTES) {
            let name = function(number);
            writeln!(text, "    {{ method = \"GET\", path = \"/{name}\", function = \"{name}\" }},")
                .expect("a string takes everything");
        }
        text += "]\n";
    }
    text
}

fn function(number: usize) -> String {
    format!("function-{number:04}")
}

/// A table and the role that may use it.
fn shared(group: usize) -> String {
    format!(
        r#"
[table.table-{group:03}]
hash_key = {{ name = "id", type = "S" }}

[role.role-{group:03}]
access = [{{ table = "table-{group:03}", actions = "read-write" }}]
"#
    )
}

/// A function and its alarm.
fn section(number: usize) -> String {
    let (name, group) = (function(number), number / SHARING);
    format!(
        r#"
[function.{name}]
source = "functions/{name}"
runtime = "python3.11"
handler = "main.handler"
role = "role-{group:03}"
environment = {{ TABLE = "${{table.table-{group:03}.name}}" }}

[alarm.errors-{number:04}]
metric = {{ namespace = "AWS/Lambda", name = "Errors", function = "{name}" }}
statistic = "Sum"
threshold = 1
notify = ["alerts"]
"#
    )
}

fn source(number: usize) -> String {
    format!("def handler(event, context):\n    return {{\"statusCode\": 200, \"body\": \"{number}\"}}\n")
}
