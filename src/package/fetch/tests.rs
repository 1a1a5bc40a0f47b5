//! Fetching, from a server on this machine.

use super::*;
use crate::package::tests::server::{Answer, Server, settings};
use crate::package::tests::wheels::{TestWheel, wheel};
use std::sync::atomic::Ordering;
use tempfile::TempDir;

fn wanted(wheel: &TestWheel, root: &str) -> Wanted {
    let mut locked = wheel.locked();
    locked.url = format!("{root}/files/{}", wheel.file_name).parse().ok();
    locked.index = Some(format!("{root}/simple"));
    Wanted { owner: 3, folder: "app".into(), locked }
}

fn lib() -> TestWheel {
    wheel("lib", "1.0", "py3-none-any", &[("lib.py", "x = 1\n")])
}

/// Fetches a wheel with a new cache.
fn get(wanted: &Wanted, index: &str) -> Result<Wheel, String> {
    let cache = TempDir::new().unwrap();
    let cache = Cache::own(cache.path());
    let fetched = fetch(std::slice::from_ref(wanted), &cache, 1 << 20, settings(index));
    let kept = super::kept(wanted, &cache, 1 << 20).unwrap();
    match fetched {
        Ok(mut wheels) => {
            assert_eq!(kept.unwrap().entries, wheels[0].entries, "it is in the cache");
            Ok(wheels.remove(0))
        }
        Err((owner, error)) => {
            assert_eq!((owner, kept.is_none()), (3, true), "what is refused is not kept: {error}");
            Err(error.to_string())
        }
    }
}

#[test]
fn a_wheel_is_fetched_from_the_lock_s_address_and_broken_answers_are_asked_for_again() {
    let bytes = lib().bytes;
    let server = Server::new(move |number, _, _| match number {
        1 => Answer::Says(503, "retry-after: 0\r\n", Vec::new()),
        2 => Answer::Breaks(bytes.clone()),
        _ => Answer::Says(200, "", bytes.clone()),
    });
    let index = format!("{}/simple", server.root);
    let wheel = get(&wanted(&lib(), &server.root), &index).unwrap();
    assert_eq!(wheel.file_name, "lib-1.0-py3-none-any.whl");
    assert_eq!(server.asked(), ["/files/lib-1.0-py3-none-any.whl"; 3]);
}

#[test]
fn a_wheel_whose_bytes_do_not_fit_is_refused_and_named() {
    for (body, why) in [
        (b"other".repeat(200), "it has more than"),
        (b"other".to_vec(), "it has 5 bytes"),
        (vec![0; lib().bytes.len()], "it has the hash"),
    ] {
        let server = Server::new(move |_, _, _| Answer::Says(200, "", body.clone()));
        let error = get(&wanted(&lib(), &server.root), &format!("{}/simple", server.root)).unwrap_err();
        for part in ["lib==1.0", "`app/pylock.toml`", &lib().sha256(), why, &server.root] {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
        assert_eq!(server.asked().len(), 1, "it is not asked for again");
    }
}

#[test]
fn credentials_go_to_the_index_s_host_and_not_where_it_redirects_to() {
    let bytes = lib().bytes;
    let elsewhere = Server::new(move |_, _, authorization| match authorization {
        None => Answer::Says(200, "", bytes.clone()),
        Some(_) => Answer::Says(400, "", Vec::new()),
    });
    let to: &'static str = Box::leak(format!("location: {}/files/lib.whl\r\n", elsewhere.root).into_boxed_str());
    let server = Server::new(move |_, _, authorization| match authorization {
        Some("Basic bWU6c2VjcmV0") => Answer::Says(302, to, Vec::new()),
        _ => Answer::Says(401, "", Vec::new()),
    });
    let with = |user: &str| format!("{}/simple", server.root.replace("://", &format!("://{user}@")));
    get(&wanted(&lib(), &server.root), &with("me:secret")).unwrap();
    let error = get(&wanted(&lib(), &server.root), &with("me:wrong-one")).unwrap_err();
    for part in ["refuses access (401)", "netrc", "PIP_INDEX_URL", &server.root] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
    assert!(!error.contains("wrong-one"), "{error}");
}

#[test]
fn without_an_address_the_index_is_asked_for_the_hash() {
    let (bytes, sha256) = (lib().bytes, lib().sha256());
    let server = Server::new(move |_, path, _| match path {
        "/simple/lib/" => {
            let page = format!(
                "<html><a href='/x/lib-1.0-py3-none-any.whl#sha256={sha256}'>lib-1.0-py3-none-any.whl</a></html>"
            );
            Answer::Says(200, "", page.into_bytes())
        }
        "/x/lib-1.0-py3-none-any.whl" => Answer::Says(200, "", bytes.clone()),
        _ => Answer::Says(404, "", Vec::new()),
    });
    let index = format!("{}/simple", server.root);
    let mut hash_alone = wanted(&lib(), &server.root);
    (hash_alone.locked.url, hash_alone.locked.size, hash_alone.locked.file_name) = (None, None, None);
    assert_eq!(get(&hash_alone, &index).unwrap().file_name, "lib-1.0-py3-none-any.whl");
    // The same where it is not at the lock's address any more, and where the lock was made with another index: a mirror.
    get(&wanted(&lib(), &server.root), &index).unwrap();
    get(&wanted(&lib(), "http://127.0.0.1:9"), &index).unwrap();
    hash_alone.locked.requirement.sha256 = "0".repeat(64);
    let error = get(&hash_alone, &index).unwrap_err();
    assert!(error.contains("lib==1.0 with the hash 0000") && error.contains(&index), "{error}");
}

#[test]
fn an_index_that_cannot_be_reached_or_is_none_is_named() {
    let server = Server::new(|_, _, _| Answer::Says(200, "", b"hello".to_vec()));
    let mut hash_alone = wanted(&lib(), &server.root);
    hash_alone.locked.url = None;
    let error = get(&hash_alone, &format!("{}/simple", server.root)).unwrap_err();
    assert!(error.contains("/simple/lib/") && error.contains("not a page of an index"), "{error}");
    let error = get(&hash_alone, "http://127.0.0.1:9/simple").unwrap_err();
    assert!(error.contains("http://127.0.0.1:9/simple/lib/ cannot be reached") && error.contains("PROXY"), "{error}");
}

#[test]
fn redirects_end_and_a_loop_is_named() {
    let server = Server::new(|_, path, _| {
        let to: &'static str = Box::leak(format!("location: {path}\r\n").into_boxed_str());
        Answer::Says(302, to, Vec::new())
    });
    let error = get(&wanted(&lib(), &server.root), &format!("{}/simple", server.root)).unwrap_err();
    assert!(error.contains("redirected too many times"), "{error}");
    assert_eq!(server.asked().len(), 6);
}

#[test]
fn many_are_fetched_at_once_and_each_once() {
    let names: [&'static str; 20] = std::array::from_fn(|number| &*Box::leak(format!("lib{number}").into_boxed_str()));
    let wheels: Vec<TestWheel> = names.iter().map(|name| wheel(name, "1.0", "py3-none-any", &[])).collect();
    let files: BTreeMap<String, Vec<u8>> =
        wheels.iter().map(|wheel| (format!("/files/{}", wheel.file_name), wheel.bytes.clone())).collect();
    let server = Server::new(move |_, path, _| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        files.get(path).map_or(Answer::Says(404, "", Vec::new()), |bytes| Answer::Says(200, "", bytes.clone()))
    });
    let cache = TempDir::new().unwrap();
    let all: Vec<Wanted> = wheels.iter().map(|wheel| wanted(wheel, &server.root)).collect();
    let index = settings(&format!("{}/simple", server.root));
    assert_eq!(fetch(&all, &Cache::own(cache.path()), 1 << 20, index).unwrap().len(), 20);
    assert_eq!(server.asked().len(), 20);
    assert!((2..=AT_ONCE).contains(&server.at_once.load(Ordering::SeqCst)));
    assert_eq!(super::wheels(all, &Cache::own(cache.path()), 1 << 20).unwrap().len(), 20);
    assert_eq!(server.asked().len(), 20, "what is cached is not asked for");
}
