//! Everything that is wrong with a project whose manifest has problems.

use std::string::FromUtf8Error;

use crate::error::Error;
use crate::manifest::Section;
use crate::manifest::function::Function;
use crate::manifest::layer::Layer;
use crate::manifest::lower::{Sources, lower};
use crate::manifest::problem::{KeyPath, Problem, Problems};
use crate::package;
use crate::planning::Project;
use crate::position::line_and_column;

/// The manifest's problems of form, and what can be found in the rest of it and in the functions' folders. `project` is what
/// could be read.
pub(super) fn all(project: &Project, problems: Problems) -> Result<Problems, Error> {
    let Problems(mut all) = problems;
    let folders = project.folders();
    let (site, sources) = project.nowhere(Sources { folders, ..project.sources_without_code() })?;
    if let Err(Problems(found)) = lower(&project.source, &project.owner, &site, &sources) {
        all.extend(found);
    }
    for (name, source) in project.functions() {
        if let Err(error) = package::check(&source) {
            let place = KeyPath::default().at(Function::SECTION).at(&name).at(error.key());
            let is_sure = !project.source.places.are_in_doubt(&place);
            all.extend(is_sure.then(|| project.unpackaged(&name, &error)));
        }
    }
    for (name, source) in project.layers() {
        if let Err(error) = package::check(&source) {
            let place = KeyPath::default().at(Layer::SECTION).at(&name).at(error.key());
            let is_sure = !project.source.places.are_in_doubt(&place);
            all.extend(is_sure.then(|| project.unpackaged_layer(&name, &error)));
        }
    }
    all.sort();
    all.dedup();
    Ok(Problems(all))
}

/// A manifest that is no text.
pub(super) fn not_utf_8(file: &str, error: &FromUtf8Error) -> Error {
    let (start, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
    let text = String::from_utf8_lossy(start);
    let found = rest.first().map(|byte| format!(": there is the byte 0x{byte:02x}")).unwrap_or_default();
    let help = Some("save it as UTF-8, without a byte order mark of UTF-16".to_owned());
    let place = line_and_column(&text, usize::MAX);
    Problems(vec![Problem::at(file, &text, place, format!("the file is not UTF-8{found}"), help)]).into()
}
