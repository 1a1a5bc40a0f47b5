//! How a function's folder becomes what is packaged: a command, where it writes the result, and what it depends on.

use super::PackageError;
use super::build_error::BuildError;
use super::folder::{Exclude, NoPattern, glob_set};
use globset::GlobSet;
use std::path::{Component, Path};

/// Folders that tools make: where the output lies in one, all of it is made.
const MADE: [&str; 4] = ["build", "dist", "out", "target"];

/// What npm and its like make, wherever it lies.
const INSTALLED: &str = "node_modules";

/// A function's `build`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipe {
    /// For `sh`, in the function's folder.
    pub command: String,
    /// What it makes, relative to the folder: a folder or a jar; `.` where it is the folder itself.
    pub output: String,
    /// What it depends on, patterns as in `.gitignore`; all of the folder where there are none.
    pub inputs: Vec<String>,
}

impl Recipe {
    /// What can be wrong with it before it is run.
    pub(super) fn check(&self, folder: &str) -> Result<(), PackageError> {
        let parts = || Path::new(&self.output).components();
        if self.output.is_empty() || !parts().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(BuildError::OutputOutside { folder: folder.to_owned(), output: self.output.clone() }.into());
        }
        if self.command.trim().is_empty() || self.command.contains('\0') {
            return Err(BuildError::NoCommand.into());
        }
        self.takes().map(drop)
    }

    /// The patterns of what it depends on.
    pub(super) fn takes(&self) -> Result<GlobSet, PackageError> {
        let invalid = |NoPattern { pattern, reason }| BuildError::InvalidInputs { pattern, reason };
        Ok(glob_set(self.inputs.iter().map(String::as_str)).map_err(invalid)?)
    }

    /// What is never an input: what the command makes, and what tools install.
    pub(super) fn leaves_out(&self) -> Result<Exclude, PackageError> {
        let normal = |part| match part {
            Component::Normal(part) => Some(globset::escape(part.to_str()?)),
            _ => None,
        };
        let parts: Vec<String> = Path::new(&self.output).components().filter_map(normal).collect();
        let made = parts.first().filter(|first| MADE.contains(&first.as_str())).map(|first| format!("/{first}"));
        let output = (!parts.is_empty()).then(|| format!("/{}", parts.join("/")));
        let all: Vec<String> = [Some(INSTALLED.to_owned()), made, output].into_iter().flatten().collect();
        Exclude::new(&all, false)
    }
}

/// True for a file that a pattern matches, or a folder above it.
pub(super) fn is_taken(set: &GlobSet, path: &Path) -> bool {
    set.is_empty() || path.ancestors().filter(|above| !above.as_os_str().is_empty()).any(|above| set.is_match(above))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(output: &str, inputs: &[&str]) -> Recipe {
        let inputs = inputs.iter().map(|pattern| (*pattern).to_owned()).collect();
        Recipe { command: "make".into(), output: output.into(), inputs }
    }

    #[test]
    fn what_a_build_makes_is_no_input_of_it() {
        for (output, path, is_left_out) in [
            (".", "dist/a", false),
            (".", "node_modules", true),
            ("dist", "dist", true),
            ("dist", "src/dist", false),
            ("target/lambda/hello", "target", true),
            ("lib/made", "lib", false),
            ("lib/made", "lib/made", true),
            ("./out", "out", true),
            ("[x]", "[x]", true),
            ("[x]", "x", false),
        ] {
            let found = recipe(output, &[]).leaves_out().unwrap().matches(Path::new(path));
            assert_eq!(found, is_left_out, "{output} {path}");
        }
    }

    #[test]
    fn inputs_are_files_and_folders_with_all_in_them() {
        let set = recipe(".", &["src", "/go.mod", "lib/*.rs"]).takes().unwrap();
        for (path, taken) in
            [("src/a/b.rs", true), ("go.mod", true), ("a/go.mod", false), ("lib/a.rs", true), ("x", false)]
        {
            assert_eq!(is_taken(&set, Path::new(path)), taken, "{path}");
        }
        assert!(is_taken(&recipe(".", &[]).takes().unwrap(), Path::new("anything")));
    }

    #[test]
    fn a_recipe_that_cannot_be_is_refused() {
        for output in ["", "/tmp", "../x", "a/../b"] {
            assert!(recipe(output, &[]).check("app").unwrap_err().to_string().contains("output"), "{output}");
        }
        for pattern in ["!a", "["] {
            assert!(recipe(".", &[pattern]).check("app").unwrap_err().to_string().contains(pattern), "{pattern}");
        }
        let silent = Recipe { command: " ".into(), ..recipe(".", &[]) };
        assert!(silent.check("app").unwrap_err().to_string().contains("command"));
        recipe("./dist", &["src/**"]).check("app").unwrap();
    }
}
