//! The zip's own bytes.

use super::*;

#[test]
fn what_a_wheel_has_compressed_is_copied() {
    let text = "a line of some length\n".repeat(100);
    let greeting = wheels::deflated("greeting", "1.0", &[("greeting.py", &text)]);
    let sandbox = Sandbox::new("python3.11", &[MAIN]);
    let packed = |bytes: &[u8]| {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let index = archive.index_for_name("greeting.py").unwrap();
        let mut stream = Vec::new();
        archive.by_index_raw(index).unwrap().read_to_end(&mut stream).unwrap();
        stream
    };
    sandbox.vendor(std::slice::from_ref(&greeting));
    let zip = sandbox.build().unwrap().zip.bytes().unwrap();
    assert_eq!(packed(&zip), packed(&greeting.bytes));
    assert_eq!(unzip(&zip)["greeting.py"].0, text);
}

#[test]
fn what_is_no_smaller_compressed_is_stored_and_a_name_may_be_in_any_script() {
    let sandbox = Sandbox::new("ruby3.4", &[("leer.js", ""), ("größe.js", "x"), ("lang.js", &"x".repeat(99))]);
    let zip = sandbox.build().unwrap().zip.bytes().unwrap();
    let mut archive = ZipArchive::new(Cursor::new(&zip[..])).unwrap();
    let method = |name: &str, archive: &mut ZipArchive<Cursor<&[u8]>>| archive.by_name(name).unwrap().compression();
    assert_eq!(method("leer.js", &mut archive), ::zip::CompressionMethod::Stored);
    assert_eq!(method("größe.js", &mut archive), ::zip::CompressionMethod::Stored);
    assert_eq!(method("lang.js", &mut archive), ::zip::CompressionMethod::Deflated);
    assert_eq!(unzip(&zip)["größe.js"].0, "x");
}

#[test]
fn more_files_than_the_format_s_first_form_has_numbers_for() {
    let mut files = files::Files::new("app", u64::MAX);
    for number in 0..70_000 {
        let content = files::Content::Bytes(Vec::new());
        files.add(&format!("{number}"), files::File { content, executable: false, origin: "app".into() }).unwrap();
    }
    let draft = zip::Draft::new(&files).unwrap();
    let mut written = Vec::new();
    draft.write(&mut written).unwrap();
    assert_eq!(ZipArchive::new(Cursor::new(written)).unwrap().len(), 70_000);
}
