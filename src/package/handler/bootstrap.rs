//! What `provided` runtimes start: the file `bootstrap`, a script or a binary for the function's processor and for the C library
//! that is there.

use super::super::files::Files;
use super::super::{Architecture, FunctionSource, PackageError};

const NAME: &str = "bootstrap";
/// The C library's minor version on Amazon Linux 2023, and on Amazon Linux 2.
const GLIBC: [(&str, u32); 2] = [("provided.al2023", 34), ("provided.al2", 26)];
/// Of ELF: the segment that names what loads the program.
const INTERPRETER: u32 = 3;

/// Checks `bootstrap`. It may come from a layer.
pub(super) fn check(source: &FunctionSource, files: &Files) -> Result<(), PackageError> {
    let wrong = |reason: String| Err(PackageError::Bootstrap { folder: source.folder.clone(), reason });
    let Some((_, file)) = files.iter().find(|(path, _)| *path == NAME) else {
        return match source.has_layers {
            true => Ok(()),
            false => wrong(format!(
                "does not exist, and {} starts nothing else; give the binary this name, or have a `build` make it",
                source.runtime
            )),
        };
    };
    if !file.executable {
        return wrong("cannot be executed; set its mode: chmod +x bootstrap".to_owned());
    }
    let Some(bytes) = file.bytes().filter(|bytes| !bytes.starts_with(b"#!")) else { return Ok(()) };
    match Elf::read(bytes) {
        Some(elf) => judge(&elf, bytes, source).map_or(Ok(()), wrong),
        None => wrong("is neither a binary for Linux nor a script that begins with #!; build it for Linux".to_owned()),
    }
}

/// What Lambda could not start.
fn judge(elf: &Elf, bytes: &[u8], source: &FunctionSource) -> Option<String> {
    let (machine, words) = match source.architecture {
        Architecture::X86_64 => (0x3e, "GOARCH=amd64, or --target x86_64-unknown-linux-musl"),
        Architecture::Arm64 => (0xb7, "GOARCH=arm64, or --target aarch64-unknown-linux-musl"),
    };
    if elf.machine != machine {
        let found = match elf.machine {
            0x3e => "x86_64".to_owned(),
            0xb7 => "arm64".to_owned(),
            other => format!("the machine {other:#x}"),
        };
        return Some(format!(
            "is a binary for {found}, and the function runs on {}; build it for that: {words}",
            source.architecture
        ));
    }
    let interpreter = elf.interpreter.as_deref()?;
    if interpreter.contains("musl") {
        return Some(format!("is loaded by {interpreter}, which Lambda does not have; link it statically"));
    }
    let (_, has) = GLIBC.iter().find(|(runtime, _)| *runtime == source.runtime)?;
    let needs = newest_glibc(bytes).filter(|needs| needs > has)?;
    Some(format!(
        "needs glibc 2.{needs}, and {} has 2.{has}; link it statically: CGO_ENABLED=0 (Go), or --target {}-unknown-linux-musl \
         (Rust)",
        source.runtime,
        if source.architecture == Architecture::Arm64 { "aarch64" } else { "x86_64" }
    ))
}

/// What is read of a binary.
struct Elf {
    machine: u16,
    /// What loads it; `None` where it is linked statically.
    interpreter: Option<String>,
}

impl Elf {
    /// `None` if it is none of 64 bits, least significant byte first, as both processors have them.
    fn read(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"\x7fELF\x02\x01") {
            return None;
        }
        let machine = half(bytes, 0x12)?;
        let (start, size, count) = (long(bytes, 0x20)?, half(bytes, 0x36)?, half(bytes, 0x38)?);
        let mut interpreter = None;
        for number in 0..usize::from(count) {
            let at = start.checked_add(number.checked_mul(usize::from(size))?)?;
            if word(bytes, at)? == INTERPRETER {
                let (from, length) = (long(bytes, at.checked_add(8)?)?, long(bytes, at.checked_add(32)?)?);
                let name = bytes.get(from..from.checked_add(length)?)?;
                interpreter = Some(String::from_utf8_lossy(name).trim_end_matches('\0').to_owned());
            }
        }
        Some(Self { machine, interpreter })
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?)).ok()
}

/// The newest version of glibc's symbols that a binary names, by its minor number.
fn newest_glibc(bytes: &[u8]) -> Option<u32> {
    const PREFIX: &[u8] = b"\0GLIBC_2.";
    let found = bytes.windows(PREFIX.len()).enumerate().filter(|(_, window)| *window == PREFIX);
    let version = |(at, _): (usize, &[u8])| {
        let rest = &bytes[at + PREFIX.len()..];
        let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(&rest[..digits]).ok()?.parse::<u32>().ok()
    };
    found.filter_map(version).max()
}

#[cfg(test)]
mod tests {
    use super::super::super::files::{Content, File};
    use super::*;

    /// A binary of one segment and these bytes.
    fn elf(machine: u16, interpreter: &str, rest: &str) -> Vec<u8> {
        let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
        bytes.resize(0x12, 0);
        bytes.extend(machine.to_le_bytes());
        bytes.resize(0x20, 0);
        bytes.extend(64_u64.to_le_bytes());
        bytes.resize(0x36, 0);
        bytes.extend([56_u16.to_le_bytes(), u16::from(!interpreter.is_empty()).to_le_bytes()].concat());
        bytes.resize(64, 0);
        bytes.extend(3_u32.to_le_bytes());
        bytes.resize(64 + 8, 0);
        bytes.extend(120_u64.to_le_bytes());
        bytes.resize(64 + 32, 0);
        bytes.extend((interpreter.len() as u64 + 1).to_le_bytes());
        bytes.resize(120, 0);
        bytes.extend(interpreter.as_bytes());
        bytes.push(0);
        bytes.extend(rest.as_bytes());
        bytes
    }

    fn checked(source: &FunctionSource, file: Option<(Vec<u8>, bool)>) -> String {
        let mut files = Files::new("src", 1 << 20);
        if let Some((bytes, executable)) = file {
            files.add(NAME, File { content: Content::Bytes(bytes), executable, origin: "".into() }).unwrap();
        }
        check(source, &files).err().map(|error| error.to_string()).unwrap_or_default()
    }

    fn source(runtime: &str, architecture: Architecture) -> FunctionSource {
        FunctionSource { runtime: runtime.into(), architecture, folder: "src".into(), ..FunctionSource::default() }
    }

    #[test]
    fn a_bootstrap_must_be_there_and_executable_unless_a_layer_may_have_it() {
        let own = source("provided.al2023", Architecture::Arm64);
        assert!(checked(&own, None).contains("`src/bootstrap` does not exist"));
        assert_eq!(checked(&FunctionSource { has_layers: true, ..own.clone() }, None), "");
        assert!(checked(&own, Some((b"#!/bin/sh\n".to_vec(), false))).contains("chmod +x"));
        assert_eq!(checked(&own, Some((b"#!/bin/sh\n".to_vec(), true))), "");
        assert!(checked(&own, Some((b"\xcf\xfa\xed\xfe".to_vec(), true))).contains("build it for Linux"));
    }

    #[test]
    fn a_binary_is_for_the_functions_processor() {
        for (architecture, machine, other) in
            [(Architecture::X86_64, 0x3e, "arm64"), (Architecture::Arm64, 0xb7, "x86_64")]
        {
            let own = source("provided.al2023", architecture);
            assert_eq!(checked(&own, Some((elf(machine, "", ""), true))), "");
            let said = checked(&own, Some((elf(0x3e + 0xb7 - machine, "", ""), true)));
            assert!(said.contains(&format!("a binary for {other}")) && said.contains("GOARCH="), "{said}");
        }
    }

    #[test]
    fn a_binary_finds_its_loader_and_its_c_library() {
        let loader = "/lib64/ld-linux-x86-64.so.2";
        let said = |runtime: &str, of: Vec<u8>| checked(&source(runtime, Architecture::X86_64), Some((of, true)));
        let names = "\0GLIBC_2.2.5\0GLIBC_2.34\0";
        assert_eq!(said("provided.al2023", elf(0x3e, loader, names)), "");
        assert!(said("provided.al2", elf(0x3e, loader, names)).contains("needs glibc 2.34, and provided.al2 has 2.26"));
        assert!(said("provided.al2023", elf(0x3e, loader, "\0GLIBC_2.39\0")).contains("CGO_ENABLED=0"));
        assert!(said("provided.al2023", elf(0x3e, "/lib/ld-musl-x86_64.so.1", "")).contains("link it statically"));
        assert_eq!(said("provided.al2023", elf(0x3e, "", "\0GLIBC_2.39\0")), "", "it is linked statically");
    }

    #[test]
    fn a_binary_that_is_cut_off_is_no_binary() {
        let whole = elf(0x3e, "/lib64/ld-linux-x86-64.so.2", "");
        for length in 0..whole.len() - 1 {
            let said =
                checked(&source("provided.al2023", Architecture::X86_64), Some((whole[..length].to_vec(), true)));
            assert!(said.contains("neither a binary"), "{length}: {said}");
        }
        let mut wild = whole;
        wild[0x20..0x28].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(
            checked(&source("provided.al2023", Architecture::X86_64), Some((wild, true))).contains("neither a binary")
        );
    }
}
