//! Layers: what is written about them, and what must be there then.

use super::app::{CODES, Name, PREFIX, World};
use super::random::Random;

/// `[layer.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    pub code: usize,
    pub note: usize,
    pub runtime: bool,
}

impl Layer {
    pub fn random(random: &mut Random) -> Self {
        Self { code: random.below(CODES), note: random.below(2), runtime: random.chance(50) }
    }

    pub fn write(&self, name: Name) -> String {
        let text = format!("[layer.{name}]\nsource = \"code-{}\"\ndescription = \"note {}\"\n", self.code, self.note);
        // No function has such a layer.
        let of_another = "runtimes = [\"provided.al2023\"]\narchitectures = [\"x86_64\", \"arm64\"]\n";
        text + if self.runtime { of_another } else { "" }
    }

    pub fn lines(&self, name: Name, world: &World) -> Vec<String> {
        let runtimes = if self.runtime { "provided.al2023" } else { "-" };
        vec![format!("layer {PREFIX}{name} {} note {} for {runtimes}", world.codes[self.code], self.note)]
    }
}
