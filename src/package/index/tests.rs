use super::*;
use std::path::Path;

fn settings(variables: &[(&str, &str)], uv: &str, pip: &str, netrc: &str) -> Result<Settings, PackageError> {
    let mut files = files::Files::default();
    files.add_uv(Path::new("uv.toml"), uv)?;
    files.add_pip(Path::new("pip.conf"), pip);
    let variable =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Settings::from(&variable, files, Netrc::parse(netrc))
}

fn urls(settings: &Settings) -> Vec<String> {
    settings.indexes.iter().map(|index| index.url.to_string()).collect()
}

fn shown_to(settings: &Settings, url: &str) -> Option<(String, String)> {
    settings.credentials(&Url::parse(url).unwrap()).map(|found| (found.user, found.password))
}

fn pair(user: &str, password: &str) -> Option<(String, String)> {
    Some((user.to_owned(), password.to_owned()))
}

#[test]
fn without_settings_it_is_pypi() {
    let settings = settings(&[], "", "", "").unwrap();
    assert_eq!(urls(&settings), ["https://pypi.org/simple"]);
    assert!(!settings.is_configured && settings.knows("https://pypi.org/simple/"));
    assert_eq!(shown_to(&settings, "https://pypi.org/simple/x/"), None);
}

#[test]
fn variables_win_over_files_and_uvs_over_pips() {
    let uv = "index-url = \"https://uv.example.org/simple\"\n[[index]]\nname = \"Our-Own\"\nurl = \"https://own.example.org/simple\"\n";
    let pip = "[global]\nindex-url = https://pip.example.org/simple\nextra-index-url =\n    https://one.example.org/simple\n    https://two.example.org/simple\nproxy = http://proxy.example.org:3128\ncert = /etc/ca.pem\n";
    let all = [("UV_DEFAULT_INDEX", "https://a.example.org/simple"), ("PIP_INDEX_URL", "https://b.example.org/simple")];
    let others = ["https://own.example.org/simple", "https://one.example.org/simple", "https://two.example.org/simple"];
    for (variables, default) in [
        (&all[..], "https://a.example.org/simple"),
        (&all[1..], "https://b.example.org/simple"),
        (&[], "https://uv.example.org/simple"),
    ] {
        let settings = settings(variables, uv, pip, "").unwrap();
        assert_eq!(urls(&settings), [&others[..], &[default]].concat());
        assert_eq!(settings.proxy.as_deref(), Some("http://proxy.example.org:3128"));
        assert_eq!(settings.certificates, [PathBuf::from("/etc/ca.pem")]);
    }
    assert_eq!(urls(&settings(&[], "", pip, "").unwrap())[2], "https://pip.example.org/simple");
}

#[test]
fn credentials_are_shown_to_their_own_host_over_tls_alone() {
    let variables = [
        ("PIP_INDEX_URL", "https://me:s%40cret@pip.example.org/simple"),
        ("UV_INDEX", "our-own=https://own.example.org/simple"),
        ("UV_INDEX_OUR_OWN_USERNAME", "it"),
        ("UV_INDEX_OUR_OWN_PASSWORD", "word"),
    ];
    let netrc = "# hosts\nmachine files.example.org login net password \"r c\"\nmacdef x\nmachine evil.example.org\n\ndefault login any password one\n";
    let settings = settings(&variables, "", "", netrc).unwrap();
    assert_eq!(urls(&settings), ["https://own.example.org/simple", "https://pip.example.org/simple"]);
    assert_eq!(shown_to(&settings, "https://pip.example.org/files/a.whl"), pair("me", "s@cret"));
    assert_eq!(shown_to(&settings, "https://own.example.org/x"), pair("it", "word"));
    assert_eq!(shown_to(&settings, "https://files.example.org/x"), pair("net", "r c"));
    assert_eq!(shown_to(&settings, "https://pip.example.org:444/x"), pair("any", "one"));
    assert_eq!(shown_to(&settings, "http://pip.example.org/x"), None);
    assert!(!format!("{settings:?}").contains("cret") && !format!("{settings:?}").contains("r c"));
    let for_uv = settings.for_uv();
    assert_eq!(for_uv[0], ("UV_DEFAULT_INDEX", "https://me:s%40cret@pip.example.org/simple".to_owned()));
    assert_eq!(for_uv[1], ("UV_INDEX", "https://it:word@own.example.org/simple".to_owned()));
}

#[test]
fn a_setting_that_is_no_address_is_named_without_its_secret() {
    for url in ["no address of:secret", "ftp://me:secret@example.org/simple"] {
        let error = settings(&[("PIP_INDEX_URL", url)], "", "", "").unwrap_err().to_string();
        assert!(error.contains("PIP_INDEX_URL") && !error.contains("secret"), "{error}");
    }
    let error = settings(&[], "index-url = 1\n", "", "").unwrap_err().to_string();
    assert!(error.contains("uv.toml"), "{error}");
}

#[test]
fn an_address_is_shown_without_credentials_and_signature() {
    let url = Url::parse("https://me:secret@example.org/a/b.whl?X-Amz-Signature=secret#sha256=00").unwrap();
    assert_eq!(shown(&url), "https://example.org/a/b.whl");
}

#[test]
fn pages_are_read_as_json_and_as_html() {
    let page = Url::parse("https://example.org/simple/lib/").unwrap();
    let json = r#"{"meta": {"api-version": "1.1"}, "files": [
        {"filename": "lib-1.0-py3-none-any.whl", "url": "../../files/lib-1.0-py3-none-any.whl", "hashes": {"sha256": "ab"}, "size": 7},
        {"filename": "lib-1.0.tar.gz", "url": "https://files.example.org/lib-1.0.tar.gz", "hashes": {}}]}"#;
    let html = "<!DOCTYPE html><html><body><abbr>x</abbr>
        <A data-requires-python=\"&gt;=3\" HREF='../../files/lib-1.0-py3-none-any.whl?a=1&amp;b=2#sha256=AB'>lib-1.0-py3-none-any.whl</A>
        <a href=https://files.example.org/lib-1.0.tar.gz>lib-1.0.tar.gz</a></body></html>";
    let json = simple::files(&page, json).unwrap();
    let html = simple::files(&page, html).unwrap();
    assert_eq!(json[0].url.as_str(), "https://example.org/files/lib-1.0-py3-none-any.whl");
    assert_eq!((json[0].sha256.as_deref(), json[0].size), (Some("ab"), Some(7)));
    assert_eq!(html[0].url.as_str(), "https://example.org/files/lib-1.0-py3-none-any.whl?a=1&b=2");
    assert_eq!((html[0].sha256.as_deref(), html[0].file_name.as_str()), (Some("ab"), "lib-1.0-py3-none-any.whl"));
    assert_eq!((html[1].url.clone(), html[1].sha256.clone()), (json[1].url.clone(), None));
    assert_eq!(html.len(), 2);
    assert_eq!(simple::files(&page, "Service Unavailable"), None);
    assert_eq!(simple::files(&page, "{\"files\": 1}"), None);
}
