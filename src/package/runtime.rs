//! What a Lambda runtime is to pip: which wheels run there, and what an environment marker means there.
//!
//! pip judges markers (`; python_version < "3.12"`) by the interpreter that runs it, even when it chooses wheels for
//! another one. Hence [`Target::markers`]: `pip.py` puts these values in the place of the builder's own, so a lock does
//! not depend on who made it.

use super::{Architecture, FunctionSource, PackageError};
use std::collections::BTreeMap;

/// A Python runtime on an architecture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    /// The N of `python3.N`.
    minor: u32,
    architecture: Architecture,
}

impl Target {
    /// The target of a Python function; `None` for another runtime.
    pub(super) fn of(source: &FunctionSource) -> Result<Option<Self>, PackageError> {
        let Some(version) = source.runtime.strip_prefix("python") else { return Ok(None) };
        let unknown = || PackageError::RuntimeUnknown { runtime: source.runtime.clone() };
        let minor = version.strip_prefix("3.").ok_or_else(unknown)?;
        if minor.starts_with('0') || !minor.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unknown());
        }
        let minor = minor.parse().ok().filter(|minor| (8..100).contains(minor)).ok_or_else(unknown)?;
        Ok(Some(Self { minor, architecture: source.architecture }))
    }

    /// The patch release that requirements may count on. Lambda keeps its runtimes at the newest one by itself and says
    /// nowhere which that is; these have long been passed by every runtime, and 0 stands for what is newer than this
    /// table.
    fn patch(self) -> u32 {
        match self.minor {
            8 | 9 => 20,
            10 => 15,
            11 => 10,
            12 => 7,
            13 => 1,
            _ => 0,
        }
    }

    /// `3.11.10`
    fn full_version(self) -> String {
        format!("3.{}.{}", self.minor, self.patch())
    }

    /// The C library's minor version: Amazon Linux 2 up to Python 3.11, Amazon Linux 2023 from then on.
    fn glibc(self) -> u32 {
        if self.minor <= 11 { 26 } else { 34 }
    }

    fn machine(self) -> &'static str {
        match self.architecture {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "aarch64",
        }
    }

    /// Platform tags whose wheels run there, best first.
    pub(super) fn platforms(self) -> Vec<String> {
        let machine = self.machine();
        let mut tags = Vec::new();
        let oldest = if self.architecture == Architecture::X86_64 { 5 } else { 17 };
        for minor in (oldest..=self.glibc()).rev() {
            tags.push(format!("manylinux_2_{minor}_{machine}"));
            // The older spellings of three of them.
            let legacy = match minor {
                17 => "manylinux2014",
                12 => "manylinux2010",
                5 => "manylinux1",
                _ => continue,
            };
            tags.push(format!("{legacy}_{machine}"));
        }
        tags.push(format!("linux_{machine}"));
        tags
    }

    /// pip's options for choosing wheels for this target instead of for the builder.
    pub(super) fn options(self) -> Vec<String> {
        let mut options: Vec<String> = ["--only-binary=:all:", "--implementation=cp"].map(str::to_owned).to_vec();
        options.push(format!("--python-version={}", self.full_version()));
        options.push(format!("--abi=cp3{}", self.minor));
        options.extend(self.platforms().into_iter().map(|tag| format!("--platform={tag}")));
        options
    }

    /// Every environment marker's value there. What Lambda does not promise (its kernel) is empty.
    pub(super) fn markers(self) -> BTreeMap<&'static str, String> {
        let full = self.full_version();
        BTreeMap::from([
            ("implementation_name", "cpython".to_owned()),
            ("implementation_version", full.clone()),
            ("os_name", "posix".to_owned()),
            ("platform_machine", self.machine().to_owned()),
            ("platform_python_implementation", "CPython".to_owned()),
            ("platform_release", String::new()),
            ("platform_system", "Linux".to_owned()),
            ("platform_version", String::new()),
            ("python_full_version", full),
            ("python_version", format!("3.{}", self.minor)),
            ("sys_platform", "linux".to_owned()),
        ])
    }

    /// Whether a wheel with these tags (each a `.`-separated set, as in a wheel's file name) runs there.
    pub(super) fn runs(self, python: &str, abi: &str, platform: &str) -> bool {
        let platforms = self.platforms();
        platform.split('.').any(|tag| tag == "any" || platforms.iter().any(|known| known == tag))
            && abi.split('.').any(|abi| python.split('.').any(|python| self.runs_code(python, abi)))
    }

    fn runs_code(self, python: &str, abi: &str) -> bool {
        let minor = |prefix: &str| python.strip_prefix(prefix).and_then(|digits| digits.parse::<u32>().ok());
        let generic = python == "py3" || minor("py3").is_some_and(|minor| minor <= self.minor);
        match abi {
            "none" => generic || minor("cp3") == Some(self.minor),
            "abi3" => minor("cp3").is_some_and(|minor| minor <= self.minor),
            _ => minor("cp3") == Some(self.minor) && abi == python,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(runtime: &str, architecture: Architecture) -> Target {
        let source = FunctionSource { runtime: runtime.into(), architecture, ..FunctionSource::default() };
        Target::of(&source).unwrap().unwrap()
    }

    #[test]
    fn other_runtimes_have_no_target_and_strange_pythons_are_refused() {
        let of = |runtime: &str| Target::of(&FunctionSource { runtime: runtime.into(), ..FunctionSource::default() });
        assert_eq!(of("nodejs22.x").unwrap(), None);
        assert!(of("python3.13").unwrap().is_some());
        for runtime in
            ["python", "python2.7", "python3", "python3.", "python3.011", "python3.+9", "python3.7", "python3.999"]
        {
            assert!(matches!(of(runtime), Err(PackageError::RuntimeUnknown { .. })), "{runtime}");
        }
    }

    #[test]
    fn wheels_run_up_to_the_runtimes_c_library() {
        let old = target("python3.11", Architecture::X86_64);
        let new = target("python3.12", Architecture::X86_64);
        assert!(old.runs("cp311", "cp311", "manylinux_2_17_x86_64.manylinux2014_x86_64"));
        assert!(old.runs("cp311", "cp311", "manylinux1_x86_64"));
        assert!(!old.runs("cp311", "cp311", "manylinux_2_28_x86_64"));
        assert!(new.runs("cp312", "cp312", "manylinux_2_28_x86_64"));
        assert!(!new.runs("cp312", "cp312", "manylinux_2_35_x86_64"));
        assert!(!new.runs("cp312", "cp312", "manylinux_2_28_aarch64"));
        assert!(!new.runs("cp312", "cp312", "macosx_11_0_arm64"));
        assert!(target("python3.12", Architecture::Arm64).runs("cp312", "cp312", "manylinux2014_aarch64"));
    }

    #[test]
    fn wheels_run_on_their_own_python_unless_they_are_generic() {
        let target = target("python3.11", Architecture::X86_64);
        for (python, abi, runs) in [
            ("py3", "none", true),
            ("py2.py3", "none", true),
            ("py39", "none", true),
            ("py312", "none", false),
            ("py2", "none", false),
            ("cp311", "none", true),
            ("cp310", "none", false),
            ("cp37", "abi3", true),
            ("cp312", "abi3", false),
            ("cp311", "cp311", true),
            ("cp310", "cp310", false),
            ("cp311", "cp311t", false),
            ("pp311", "pypy311_pp73", false),
        ] {
            assert_eq!(target.runs(python, abi, "any"), runs, "{python}-{abi}");
        }
    }

    #[test]
    fn pip_gets_every_platform_tag_and_one_abi() {
        let options = target("python3.12", Architecture::Arm64).options();
        assert!(options.contains(&"--abi=cp312".to_owned()));
        assert!(options.contains(&"--platform=manylinux_2_34_aarch64".to_owned()));
        assert!(options.contains(&"--platform=manylinux2014_aarch64".to_owned()));
        assert!(
            !options.iter().any(|option| option.contains("x86_64") || option.contains("manylinux1")),
            "{options:?}"
        );
    }
}
