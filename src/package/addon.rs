//! Native add-ons of Node.js are binaries, `*.node`, of one system and one processor: `npm` installs those of the machine that it
//! runs on unless it is asked for others.

use super::files::Files;
use super::{Architecture, FunctionSource, PackageError};

/// What packages bring along for Macs alone, and load on no other system.
const OF_MACS: &str = "fsevents.node";

/// The systems whose binaries begin so.
const OTHERS: [(&[u8], &str); 4] = [
    (b"\xcf\xfa\xed\xfe", "macOS"),
    (b"\xca\xfe\xba\xbe", "macOS"),
    (b"MZ", "Windows"),
    (b"\x7fELF", "Linux on another processor"),
];

/// Checks that some add-on is for the function, if there are any: a package may bring one for each system.
pub(super) fn check(source: &FunctionSource, files: &Files, command: &str) -> Result<(), PackageError> {
    let is_addon = |path: &str| path.ends_with(".node") && path.rsplit('/').next() != Some(OF_MACS);
    let addons = files.iter().filter(|(path, _)| is_addon(path));
    let read = addons.filter_map(|(path, file)| Some((path, runs_on(file.bytes()?)?)));
    let own = runs_on_name(source.architecture);
    let mut other = None;
    for (path, system) in read {
        if system == own {
            return Ok(());
        }
        other.get_or_insert((path, system));
    }
    let Some((path, found)) = other else { return Ok(()) };
    Err(PackageError::OtherAddon {
        path: format!("{}/{path}", source.folder),
        found,
        wanted: own,
        command: command.to_owned(),
    })
}

fn runs_on_name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "Linux on x86_64",
        Architecture::Arm64 => "Linux on arm64",
    }
}

/// What a binary runs on; `None` for what is no binary that is known here.
fn runs_on(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x7fELF\x02\x01") {
        match bytes.get(0x12..0x14) {
            Some([0x3e, 0]) => return Some(runs_on_name(Architecture::X86_64)),
            Some([0xb7, 0]) => return Some(runs_on_name(Architecture::Arm64)),
            _ => {}
        }
    }
    OTHERS.iter().find(|(begins, _)| bytes.starts_with(begins)).map(|(_, system)| *system)
}

#[cfg(test)]
mod tests {
    use super::super::files::{Content, File};
    use super::*;

    const COMMAND: &str = "npm ci --cpu=x64";

    fn elf(machine: u8) -> Vec<u8> {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        bytes.resize(0x12, 0);
        bytes.extend([machine, 0]);
        bytes
    }

    /// What is said of a function for `architecture` with these add-ons.
    fn said(architecture: Architecture, of: &[(&str, &[u8])]) -> Option<String> {
        let mut files = Files::new("src", 1 << 20);
        for (path, bytes) in of {
            let file = File { content: Content::Bytes(bytes.to_vec()), executable: false, origin: "".into() };
            files.add(path, file).unwrap();
        }
        let source = FunctionSource { folder: "src".into(), architecture, ..FunctionSource::default() };
        check(&source, &files, COMMAND).err().map(|error| error.to_string())
    }

    #[test]
    fn add_ons_that_are_all_for_something_else_are_an_error_with_what_installs_others() {
        let (intel, arm) = (elf(0x3e), elf(0xb7));
        let path = "node_modules/x/build/x.node";
        for (architecture, bytes, found) in [
            (Architecture::Arm64, intel.as_slice(), "Linux on x86_64"),
            (Architecture::X86_64, arm.as_slice(), "Linux on arm64"),
            (Architecture::X86_64, &b"\xcf\xfa\xed\xfe"[..], "macOS"),
            (Architecture::X86_64, &b"MZ\x90"[..], "Windows"),
            (Architecture::X86_64, &b"\x7fELF\x01\x01"[..], "Linux on another processor"),
        ] {
            let said = said(architecture, &[(path, bytes)]).expect(found);
            for part in ["`src/node_modules/x/build/x.node`", found, &architecture.to_string(), COMMAND] {
                assert!(said.contains(part), "{part}: {said}");
            }
        }
    }

    #[test]
    fn one_for_each_system_and_none_for_lambda_are_no_error() {
        let (intel, arm) = (elf(0x3e), elf(0xb7));
        for architecture in [Architecture::X86_64, Architecture::Arm64] {
            let both: [(&str, &[u8]); 3] =
                [("a/linux-arm64.node", &arm), ("a/linux-x64.node", &intel), ("a/darwin.node", b"\xcf\xfa\xed\xfe")];
            assert_eq!(said(architecture, &both), None);
            assert_eq!(said(architecture, &[("node_modules/fsevents/fsevents.node", b"\xca\xfe\xba\xbe")]), None);
            assert_eq!(said(architecture, &[("a.node", b"text"), ("b.js", b"MZ"), ("c.node", b"")]), None);
        }
    }
}
