//! A Lambda runtime as packages see it: which wheels run there, and its name where they are resolved.

use super::{Architecture, FunctionSource, PackageError};

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

    /// `3.11`
    pub(super) fn version(self) -> String {
        format!("3.{}", self.minor)
    }

    /// `3.11.10`
    pub(super) fn full_version(self) -> String {
        format!("3.{}.{}", self.minor, self.patch())
    }

    /// The C library's minor version: Amazon Linux 2 up to Python 3.11, Amazon Linux 2023 from then on.
    fn glibc(self) -> u32 {
        if self.minor <= 11 { 26 } else { 34 }
    }

    pub(super) fn machine(self) -> &'static str {
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

    /// uv's names for the platforms to choose wheels for, the safest first. uv knows no glibc 2.26: what it finds for
    /// 2.28 is compared with [`Target::runs`] afterwards.
    pub(super) fn uv_platforms(self) -> Vec<String> {
        let minors: &[u32] = if self.glibc() == 26 { &[17, 28] } else { &[34] };
        minors.iter().map(|minor| format!("{}-manylinux_2_{minor}", self.machine())).collect()
    }

    /// The environment marker that is true there and nowhere else, as locks carry it.
    pub(super) fn environment(self) -> String {
        format!(
            "implementation_name == 'cpython' and python_version == '3.{}' and sys_platform == 'linux' and \
             platform_machine == '{}'",
            self.minor,
            self.machine()
        )
    }

    /// `==3.11.*`
    pub(super) fn requires_python(self) -> String {
        format!("==3.{}.*", self.minor)
    }

    /// Whether a wheel with these tags (each a `.`-separated set, as in a wheel's file name) runs there.
    pub(super) fn runs(self, python: &str, abi: &str, platform: &str) -> bool {
        let platforms = self.platforms();
        platform.split('.').any(|tag| tag == "any" || platforms.iter().any(|known| known == tag))
            && abi.split('.').any(|abi| python.split('.').any(|python| self.runs_code(python, abi)))
    }

    /// How well a wheel with these tags fits, the best being the least: the order of the tags that pip and uv choose
    /// by.
    pub(super) fn rank(self, python: &str, abi: &str, platform: &str) -> Option<(u32, u32, usize)> {
        let platforms = self.platforms();
        let each = |set: &'_ str| set.split('.').map(str::to_owned).collect::<Vec<_>>();
        let (pythons, abis) = (each(python), each(abi));
        let ranks = each(platform).into_iter().filter_map(|tag| {
            let known = platforms.iter().position(|known| *known == tag);
            let place = known.or_else(|| (tag == "any").then_some(0))?;
            let codes = pythons.iter().flat_map(|python| abis.iter().map(move |abi| (python, abi)));
            let best = codes.filter_map(|(python, abi)| self.rank_code(python, abi, known.is_none())).min()?;
            Some((best.0, best.1, place))
        });
        ranks.min()
    }

    /// Native before generic before any platform, and in each of them the newest Python first.
    fn rank_code(self, python: &str, abi: &str, any: bool) -> Option<(u32, u32)> {
        if !self.runs_code(python, abi) {
            return None;
        }
        let minor = |prefix: &str| python.strip_prefix(prefix).and_then(|digits| digits.parse::<u32>().ok());
        let own = minor("cp3") == Some(self.minor);
        // py311, then py3, then py310 and so on.
        let generic = match (python, minor("py3")) {
            ("py3", _) => 1,
            (_, Some(minor)) if minor == self.minor => 0,
            (_, minor) => 2 + self.minor.saturating_sub(minor.unwrap_or(0)),
        };
        Some(match (abi, any) {
            ("none", true) if own => (5, 0),
            ("none", true) => (6, generic),
            ("abi3", _) if own => (1, 0),
            ("none", false) if own => (2, 0),
            ("abi3", _) => (3, self.minor.saturating_sub(minor("cp3").unwrap_or(0))),
            ("none", false) => (4, generic),
            _ => (0, 0),
        })
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
    fn the_best_wheel_for_the_runtime_is_chosen() {
        let best = |target: Target, tags: &[&'static str]| {
            let ranked = tags.iter().filter_map(|tags| {
                let parts: Vec<&str> = tags.split('-').collect();
                Some((target.rank(parts[0], parts[1], parts[2])?, *tags))
            });
            ranked.min().map(|(_, tags)| tags)
        };
        let tags = [
            "py2.py3-none-any",
            "py3-none-manylinux2014_x86_64",
            "cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64",
            "cp311-abi3-manylinux_2_17_x86_64",
            "cp311-cp311-manylinux_2_17_x86_64",
            "cp311-cp311-manylinux_2_26_x86_64",
            "cp311-cp311-manylinux_2_28_x86_64",
            "cp312-cp312-manylinux_2_34_aarch64",
            "cp311-cp311-macosx_11_0_arm64",
        ];
        let intel = target("python3.11", Architecture::X86_64);
        assert_eq!(best(intel, &tags), Some("cp311-cp311-manylinux_2_26_x86_64"));
        assert_eq!(best(intel, &tags[..4]), Some("cp311-abi3-manylinux_2_17_x86_64"));
        assert_eq!(best(intel, &tags[..3]), Some("cp38-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64"));
        assert_eq!(best(intel, &tags[..2]), Some("py3-none-manylinux2014_x86_64"));
        assert_eq!(best(target("python3.12", Architecture::Arm64), &tags), Some("cp312-cp312-manylinux_2_34_aarch64"));
        assert_eq!(best(target("python3.11", Architecture::Arm64), &tags), Some("py2.py3-none-any"));
        assert_eq!(best(intel, &tags[7..]), None);
    }

    #[test]
    fn what_uv_is_asked_for_is_never_newer_than_what_is_checked_afterwards() {
        assert_eq!(
            target("python3.11", Architecture::X86_64).uv_platforms(),
            ["x86_64-manylinux_2_17", "x86_64-manylinux_2_28"]
        );
        assert_eq!(target("python3.12", Architecture::Arm64).uv_platforms(), ["aarch64-manylinux_2_34"]);
    }
}
