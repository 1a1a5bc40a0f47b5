use proptest::prelude::*;
use proptest::sample::Index;
use zip::write::SimpleFileOptions;

use super::*;

/// Small enough to reach.
const SMALL: Limits = Limits { files: 10, file: 100, all: 150 };

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

/// Unpacks into a folder whose parent is watched too; gives what it holds.
fn unpacked(bytes: &[u8]) -> Result<Vec<String>, String> {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("draft");
    fs::create_dir(&folder).unwrap();
    let unpacked = unpack(Cursor::new(bytes), &folder, SMALL);
    assert_eq!(names(place.path()), ["draft"], "nothing beside the draft");
    unpacked.map_err(|e| e.to_string())?;
    Ok(names(&folder))
}

/// One name in the place of another of its length, in headers and directory alike.
fn renamed(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    while let Some(at) = bytes.windows(from.len()).position(|window| window == from.as_bytes()) {
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn a_bundle_is_unpacked() {
    let blob = format!("blobs/{}.zip", "a".repeat(64));
    let bytes = zipped(&[("plan.json", b"{}"), (&blob, b"zip"), ("envelope.json", b"{}")]);
    assert_eq!(unpacked(&bytes).unwrap(), ["blobs", "envelope.json", "plan.json"]);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_directory("blobs/", SimpleFileOptions::default()).unwrap();
    assert_eq!(unpacked(&zip.finish().unwrap().into_inner()).unwrap(), ["blobs"]);
}

#[test]
fn what_no_bundle_holds_is_refused() {
    let hex = "a".repeat(64);
    let names = [
        "../plan.json",
        "/etc/passwd",
        "./plan.json",
        "blobs/../plan.json",
        "blobs/x.zip",
        "other",
        "blobs\\a",
        "C:plan.json",
        "PLAN.JSON",
        "plan.json/",
        &format!("blobs/{}.zip", hex.to_uppercase()),
        &format!("blobs/{hex}.zip/x"),
        &format!("blobs/../blobs/{hex}.zip"),
        &format!("/blobs/{hex}.zip"),
    ];
    for name in names {
        let refused = unpacked(&zipped(&[("envelope.json", b"{}"), (name, b"x")])).unwrap_err();
        assert!(refused.contains("it contains"), "{name}: {refused}");
    }
    assert!(unpacked(b"no zip").unwrap_err().contains("not a bundle"));
    assert!(unpacked(b"").unwrap_err().contains("not a bundle"));
}

#[test]
fn links_and_folders_are_no_files_of_a_bundle() {
    for name in ["plan.json", "blobs", "blobs/"] {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_symlink(name, "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let refused = unpacked(&zip.finish().unwrap().into_inner()).unwrap_err();
        assert!(refused.contains("it contains"), "{name}: {refused}");
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_directory("blobs/deeper", SimpleFileOptions::default()).unwrap();
    assert!(unpacked(&zip.finish().unwrap().into_inner()).unwrap_err().contains("it contains"));
}

#[test]
fn a_file_that_is_there_twice_is_refused() {
    let bytes = zipped(&[("plan.json", b"{\"one\":1}"), ("qlan.json", b"{\"two\":2}")]);
    let refused = unpacked(&renamed(bytes, "qlan.json", "plan.json")).unwrap_err();
    assert!(refused.contains("twice"), "{refused}");
}

#[test]
fn a_bomb_is_stopped_while_it_is_read() {
    let bytes = zipped(&[("plan.json", &vec![0; 1_000_000])]);
    assert!(bytes.len() < 10_000);
    assert!(unpacked(&bytes).unwrap_err().contains("more than 100 bytes"));
    let two = zipped(&[("plan.json", &[0; 90]), ("plan.md", &[0; 90])]);
    assert!(unpacked(&two).unwrap_err().contains("more than 60 bytes"), "both together are too much");
    let many: Vec<String> = (0..11).map(|number| format!("blobs/{number:064x}.zip")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert!(unpacked(&zipped(&many)).unwrap_err().contains("11 files"));
}

#[test]
fn a_size_that_the_zip_declares_is_not_believed() {
    let mut bytes = zipped(&[("plan.json", &[b'x'; 1000])]);
    // The size in both headers: 1000 bytes become one.
    let mut lies = 0;
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == 1000u32.to_le_bytes() {
            bytes[at..at + 4].copy_from_slice(&1u32.to_le_bytes());
            lies += 1;
        }
    }
    assert_eq!(lies, 2, "header and directory");
    let refused = unpacked(&bytes).unwrap_err();
    assert!(refused.contains("more than 100 bytes") || refused.contains("cannot be unpacked"), "{refused}");
}

#[test]
fn every_changed_byte_of_a_zip_is_an_error_or_leaves_a_bundle() {
    let bytes = zipped(&[("plan.json", b"{\"a\":1}"), ("plan.md", b"text")]);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0xff;
        if let Ok(names) = unpacked(&changed) {
            assert!(names.iter().all(|name| name == "blobs" || KNOWN.contains(&name.as_str())), "{at}: {names:?}");
        }
    }
}

/// One way to spoil a zip.
#[derive(Debug, Clone)]
enum Spoilt {
    Cut(Index),
    Flip(Index, u8),
    /// Two or four bytes become as many ones, or nothing: counts, sizes, offsets.
    Number(Index, usize, u8),
    /// A part stands somewhere else, over what was there: entries overlap.
    Moved(Index, Index, usize),
    /// A part stands there once more.
    Inserted(Index, Index, usize),
}

fn spoilt() -> impl Strategy<Value = Vec<Spoilt>> {
    let at = any::<Index>;
    let one = prop_oneof![
        at().prop_map(Spoilt::Cut),
        (at(), any::<u8>()).prop_map(|(at, bits)| Spoilt::Flip(at, bits)),
        (at(), prop_oneof![Just(2), Just(4)], prop_oneof![Just(0), Just(0xff), Just(0x7f)])
            .prop_map(|(at, width, byte)| Spoilt::Number(at, width, byte)),
        (at(), at(), 1..80usize).prop_map(|(from, to, count)| Spoilt::Moved(from, to, count)),
        (at(), at(), 1..80usize).prop_map(|(from, to, count)| Spoilt::Inserted(from, to, count)),
    ];
    prop::collection::vec(one, 1..4)
}

fn spoil(mut bytes: Vec<u8>, spoilt: &[Spoilt]) -> Vec<u8> {
    for one in spoilt {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        let part = |at: &Index, count: usize| at.index(length)..(at.index(length) + count).min(length);
        match one {
            Spoilt::Cut(at) => bytes.truncate(at.index(length)),
            Spoilt::Flip(at, bits) => bytes[at.index(length)] ^= bits,
            Spoilt::Number(at, width, byte) => bytes[part(at, *width)].fill(*byte),
            Spoilt::Moved(from, to, count) => {
                let moved = bytes[part(from, *count)].to_vec();
                let to = part(to, moved.len());
                let count = to.len();
                bytes[to].copy_from_slice(&moved[..count]);
            }
            Spoilt::Inserted(from, to, count) => {
                let more = bytes[part(from, *count)].to_vec();
                let to = to.index(length);
                bytes.splice(to..to, more);
            }
        }
    }
    bytes
}

/// A zip of a bundle that has zips inside, stored and packed.
fn nested() -> Vec<u8> {
    let blob = format!("blobs/{}.zip", "a".repeat(64));
    let inner = zipped(&[("plan.json", b"{}")]);
    zipped(&[("plan.json", b"{\"a\":1}"), ("plan.md", &[b'x'; 90]), (&blob, &inner[..100]), ("envelope.json", b"{}")])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_spoilt_zip_is_refused_in_words_or_leaves_a_bundle(spoilt in spoilt()) {
        match unpacked(&spoil(nested(), &spoilt)) {
            Ok(names) => {
                let known = |name: &String| name == "blobs" || KNOWN.contains(&name.as_str());
                prop_assert!(names.iter().all(known), "{names:?}");
            }
            Err(told) => prop_assert!(told.starts_with("the artifact is not a bundle: ") && told.len() > 30, "{told}"),
        }
    }
}
