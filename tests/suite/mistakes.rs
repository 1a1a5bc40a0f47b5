//! What people do wrong, and what they are told: message, place, what to do, exit code.

mod live;

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use crate::support::command::{Cli, Ran};
use crate::support::files::write;

const TABLE: &str = include_str!("mistakes/table.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    app: String,
    files: BTreeMap<String, String>,
    mistake: Vec<Mistake>,
}

/// A row; its fields are described at the top of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    name: String,
    edit: Option<[String; 2]>,
    #[serde(default)]
    append: String,
    manifest: Option<String>,
    #[serde(default)]
    latin1: bool,
    #[serde(default)]
    write: BTreeMap<String, String>,
    #[serde(default)]
    remove: Vec<String>,
    run: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    code: Option<i32>,
    place: Option<String>,
    marks: Option<String>,
    says: String,
    advice: String,
}

impl Mistake {
    fn manifest(&self, app: &str) -> String {
        let text = self.manifest.clone().unwrap_or_else(|| app.to_owned());
        let text = match &self.edit {
            Some([from, to]) => {
                assert!(text.contains(from.as_str()), "{}: the manifest has no {from:?}", self.name);
                text.replacen(from.as_str(), to, 1)
            }
            None => text,
        };
        text + &self.append
    }

    fn make(&self, table: &Table) -> Ran {
        let arguments: Vec<&str> = self.run.as_deref().unwrap_or("check --offline").split(' ').collect();
        let mut cli = Cli::new(&arguments).env("AWS_EC2_METADATA_DISABLED", "true");
        let home = cli.home();
        let text = self.manifest(&table.app);
        let manifest = match self.latin1 {
            true => text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect(),
            false => text.into_bytes(),
        };
        fs::write(home.join("serverless-app.toml"), manifest).expect("the manifest");
        for (path, text) in table.files.iter().chain(&self.write) {
            write(&home, path, text);
        }
        self.remove.iter().for_each(|path| fs::remove_file(home.join(path)).expect("a file less"));
        for (name, value) in &self.env {
            cli = cli.env(name, value);
        }
        cli.run()
    }

    /// What is not as the row says.
    fn wrong(&self, ran: &Ran) -> Vec<String> {
        let mut wrong = Vec::new();
        let code = self.code.unwrap_or(64);
        if ran.code != Some(code) {
            wrong.push(format!("it ends with {:?} rather than {code}", ran.code));
        }
        let place = self.place.as_ref().map(|place| format!("{place}: "));
        let marks = self.marks.as_ref().map(|marks| format!("\n{marks}\n"));
        for part in [Some(self.says.clone()), Some(self.advice.clone()), place, marks].into_iter().flatten() {
            if !ran.stderr.contains(&part) {
                wrong.push(format!("it does not say {part:?}"));
            }
        }
        wrong
    }
}

fn table() -> Table {
    toml::from_str(TABLE).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn each_mistake_is_answered_with_what_is_wrong_where_and_what_to_do() {
    let table = table();
    assert!(table.mistake.len() >= 60, "{}", table.mistake.len());
    let mut wrong = Vec::new();
    for mistake in &table.mistake {
        let ran = mistake.make(&table);
        let found = mistake.wrong(&ran);
        if !found.is_empty() {
            wrong.push(format!("{}: {}\n{}", mistake.name, found.join("; "), ran.stderr));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n\n{}", wrong.len(), table.mistake.len(), wrong.join("\n\n"));
}

/// The table could not fail if the app had the mistakes.
#[test]
fn without_a_mistake_nothing_is_said() {
    let table = table();
    let row = "name = \"none\"\ncode = 0\nsays = \"\"\nadvice = \"\"\n";
    let mistake: Mistake = toml::from_str(row).expect("a row");
    let ran = mistake.make(&table);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), "\nNext: serverless-app plan\n"), "{}", ran.stdout);
}

#[test]
fn types_references_and_packages_are_told_in_one_run_each_under_its_line() {
    let table = table();
    let row = "name = \"all\"\nsays = \"\"\nadvice = \"\"\nedit = [\"main.handler\", \"main.hander\"]\n\
               append = '''\nmemory = \"256\"\nenvironment = { TABLE = \"${table.oders.name}\" }\n[topic.more]\ndisplay_nme = \"x\"\n'''";
    let mistake: Mistake = toml::from_str(row).expect("a row");
    let ran = mistake.make(&table);
    assert_eq!(ran.code, Some(64), "{}", ran.stderr);
    let expected = r#"error:
serverless-app.toml:13:11: function hello: the handler `main.hander`: `src/main.py` defines no `hander`; did you mean `main.handler`?
   13 | handler = "main.hander"
      |           ^^^^^^^^^^^^^
serverless-app.toml:14:10: invalid type: string "256", expected a whole number
   14 | memory = "256"
      |          ^^^^^
  help: write 256 without quotes
serverless-app.toml:15:25: ${table.oders.name}: there is no table section "oders"; did you mean "orders"?
serverless-app.toml:17:1: there is no key "display_nme"; did you mean "display_name"?
   17 | display_nme = "x"
      | ^^^^^^^^^^^
  help: write display_name
"#;
    assert_eq!(ran.stderr, expected, "the line of the environment is not repeated: it may hold a secret");
}
