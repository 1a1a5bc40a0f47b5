//! `[stage.<name>]` in the schema. Tables that are merged have all their fields, with nothing required; a value that
//! replaces another (a list, a scalar, one of several shapes) has to be complete.

use serde_json::{Map, Value, json};

/// The suffix of the name of a definition in which nothing is required.
pub const ENDING: &str = "Overrides";

/// What of `[app]` stands in a stage's own table.
const OF_THE_APP: [&str; 3] = ["account", "region", "tags"];

/// Replaces what the schema says of stages.
pub fn add(schema: &mut Value, names: &str) {
    let all = schema["$defs"].as_object().cloned().unwrap_or_default();
    let mut found = Found { all: &all, open: Vec::new(), closed: Map::new() };
    let mut fields = Map::new();
    for (section, of) in schema["properties"].as_object().into_iter().flatten().filter(|(name, _)| *name != "stage") {
        fields.insert(section.clone(), found.partial(of));
    }
    for name in OF_THE_APP {
        fields.insert(name.into(), all["App"]["properties"][name].clone());
    }
    while let Some(name) = found.open.pop() {
        found.define(&name);
    }
    let mut closed = found.closed;
    closed.insert(
        format!("Stage{ENDING}"),
        json!({
            "description": "What is different in this stage: account, region and tags, and values of any section.",
            "type": "object", "properties": fields, "additionalProperties": false,
        }),
    );
    schema["properties"]["stage"] = json!({
        "description": "The app's stages, and what is different in each: account, region, tags, and values of any section.",
        "type": "object",
        "propertyNames": { "pattern": names },
        "additionalProperties": { "$ref": format!("#/$defs/Stage{ENDING}") },
    });
    if let Some(definitions) = schema["$defs"].as_object_mut() {
        definitions.extend(closed);
    }
}

/// The definitions that stages need.
struct Found<'s> {
    /// All that there are.
    all: &'s Map<String, Value>,
    /// Named, and not yet defined.
    open: Vec<String>,
    closed: Map<String, Value>,
}

impl Found<'_> {
    /// The same with nothing required, as far as tables go.
    fn partial(&mut self, schema: &Value) -> Value {
        let mut schema = schema.clone();
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            if self.all.get(name).is_some_and(|definition| definition.get("properties").is_some()) {
                let (name, own) = (name.to_owned(), format!("{name}{ENDING}"));
                schema["$ref"] = json!(format!("#/$defs/{own}"));
                if !self.closed.contains_key(&own) && !self.open.contains(&name) {
                    self.open.push(name);
                }
            }
            return schema;
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()).cloned() {
            schema["additionalProperties"] = self.partial(&values);
        }
        // A table or nothing: what may be left out.
        let optional = schema.get("anyOf").and_then(Value::as_array).cloned();
        if let Some(optional) = optional.filter(|all| all.contains(&json!({ "type": "null" }))) {
            schema["anyOf"] = optional.iter().map(|one| self.partial(one)).collect();
        }
        schema
    }

    fn define(&mut self, name: &str) {
        let all = self.all;
        let mut definition = all[name].clone();
        if let Some(object) = definition.as_object_mut() {
            object.remove("required");
        }
        let own = format!("{name}{ENDING}");
        // Before its fields: a definition may hold itself.
        self.closed.insert(own.clone(), Value::Null);
        for (field, of) in all[name]["properties"].as_object().into_iter().flatten() {
            definition["properties"][field] = self.partial(of);
        }
        self.closed.insert(own, definition);
    }
}
