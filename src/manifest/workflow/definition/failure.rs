//! What happens after a failure: `Retry` and `Catch`.

use super::check::{At, Check, Language};
use super::field::{CATCHER, Field, RETRIER};

/// Every error; it stands alone, in the last entry.
const ALL: &str = "States.ALL";

impl Check {
    /// The retriers and catchers of a state.
    pub fn failures(&self, state: &At<'_>, language: Language) {
        self.entries(state, "Retry", RETRIER, language);
        self.entries(state, "Catch", CATCHER, language);
    }

    fn entries(&self, state: &At<'_>, name: &str, table: &[Field], language: Language) {
        let Some(list) = state.get(name).filter(|list| self.list(list)) else { return };
        let last = list.items().count().saturating_sub(1);
        for (index, entry) in list.items().enumerate() {
            if !self.object(&entry) {
                continue;
            }
            self.fields(&entry, &format!("an entry of {name}"), &[table], language);
            if name == "Catch" && !entry.has("Next") {
                self.fault(&entry, "it has no Next");
            }
            match entry.get("ErrorEquals") {
                Some(errors) => self.errors(&errors, index == last),
                None => self.fault(&entry, "it needs ErrorEquals"),
            }
        }
    }

    /// The names of errors.
    fn errors(&self, errors: &At<'_>, last: bool) {
        if !self.filled_list(errors) {
            return;
        }
        let named: Vec<_> = errors.items().collect();
        for error in named.iter().filter(|error| error.text().is_none()) {
            self.fault(error, "expected the name of an error");
        }
        if let Some(all) = named.iter().find(|error| error.text() == Some(ALL)) {
            if named.len() > 1 {
                self.fault(all, format!("{ALL} cannot be combined with other errors"));
            } else if !last {
                self.fault(all, format!("{ALL} must be in the last entry: entries after it are never reached"));
            }
        }
    }
}
