//! Wheels that nobody should have made.

use super::*;

#[test]
fn a_wheel_that_writes_elsewhere_is_refused() {
    for name in [
        "../evil.py",
        "/evil.py",
        "a/../../evil.py",
        "w-1.0.data/purelib/../../evil.py",
        "w-1.0.data/other/x",
        "w-1.0.data/x",
    ] {
        let sandbox = Sandbox::new("python3.11", &[MAIN]);
        sandbox.vendor(&[wheel("w", "1.0", "py3-none-any", &[(name, "")])]);
        assert_says(&sandbox.error(), &["w-1.0-py3-none-any.whl cannot be vendored"]);
    }
    let sandbox = Sandbox::new("python3.11", &[MAIN]);
    sandbox.vendor(&[wheels::with_link("w", "1.0")]);
    assert_says(&sandbox.error(), &["symbolic link"]);
    sandbox.vendor(&[wheels::broken("w", "1.0")]);
    assert_says(&sandbox.error(), &["w-1.0-py3-none-any.whl cannot be vendored"]);
}

/// Changes some bytes of a wheel, wherever they are.
fn changed(mut wheel: TestWheel, from: &[u8], to: &[u8]) -> TestWheel {
    let at = wheel.bytes.windows(from.len()).rposition(|bytes| bytes == from).expect("the bytes");
    wheel.bytes[at..at + to.len()].copy_from_slice(to);
    wheel
}

#[test]
fn a_wheel_that_is_not_what_its_directory_says_is_refused() {
    let text = "0123456789".repeat(50);
    let wheel = || wheel("w", "1.0", "py3-none-any", &[("w.py", &text)]);
    let size = 500_u32.to_le_bytes();
    let crc = {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        crc.sum().to_le_bytes()
    };
    let deflated = || wheels::deflated("w", "1.0", &[("w.py", &text)]);
    for (wheel, why) in [
        (changed(wheel(), &crc, &[0; 4]), "its checksum does not match"),
        (changed(deflated(), &size, &400_u32.to_le_bytes()), "it is longer than it says"),
        (changed(deflated(), &size, &600_u32.to_le_bytes()), "it is shorter than it says"),
        (changed(deflated(), &size, &u32::MAX.to_le_bytes()[..]), "it unpacks to more than"),
    ] {
        let sandbox = Sandbox::new("python3.11", &[MAIN]);
        sandbox.vendor(&[wheel]);
        assert_says(&sandbox.error(), &["w-1.0-py3-none-any.whl cannot be vendored", why]);
    }
}
