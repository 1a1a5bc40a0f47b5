//! A function's zip as it is deployed, unpacked: what `import --code` takes to the repository.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use url::Url;
use zip::ZipArchive;

use super::http::{Client, Failure, repeated};
use super::index::Settings;
use super::path::unsafe_name;
use super::{PackageError, wheel};

/// The bytes behind a URL that AWS has signed, for the code of `folder`.
pub async fn download(url: &str, folder: &str) -> Result<Vec<u8>, PackageError> {
    let invalid = |reason: String| PackageError::Code { folder: folder.to_owned(), reason };
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or_else(|| invalid("AWS gives no URL for it".into()))?;
    let client = Client::new(Settings::read()?)?;
    let fetched = repeated(async || {
        let mut body = client.answer(&url, "*/*").await?;
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await? {
            if (bytes.len() + chunk.len()) as u64 > wheel::LARGEST {
                return Err(Failure::Package(invalid(format!("it has more than {} bytes", wheel::LARGEST))));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    });
    fetched.await.map_err(|failure| failure.of(folder))
}

/// The files of a zip, by their paths in it. Nothing of it is run, and nothing leads out of the folder that it is written to.
pub fn unpack(zip: &[u8], folder: &str) -> Result<BTreeMap<String, Vec<u8>>, PackageError> {
    let invalid = |reason: String| PackageError::Code { folder: folder.to_owned(), reason };
    let broken = |error: zip::result::ZipError| invalid(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(broken)?;
    if archive.has_duplicate_names() {
        return Err(invalid("it has two entries of the same name".into()));
    }
    let (mut files, mut left) = (BTreeMap::new(), wheel::LARGEST);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(broken)?;
        let name = entry.name().map_err(|error| invalid(error.to_string()))?.into_owned();
        if entry.is_dir() {
            continue;
        }
        let refuse = |what: &str| invalid(format!("`{}` is {what}", name.escape_debug()));
        if entry.is_symlink() {
            return Err(refuse("a symbolic link"));
        }
        if let Some(reason) = unsafe_name(&name) {
            return Err(invalid(format!("`{}` has a name that is not safe ({reason})", name.escape_debug())));
        }
        let mut bytes = Vec::new();
        entry.by_ref().take(left + 1).read_to_end(&mut bytes).map_err(|error| refuse(&format!("damaged: {error}")))?;
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(|| invalid(format!("it unpacks to more than {} bytes", wheel::LARGEST)))?;
        files.insert(name, bytes);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::package::tests::server::{Answer, Server};

    #[tokio::test]
    async fn code_is_fetched_as_it_is_and_what_is_not_there_is_said() {
        let code = zip(&[("main.py", "pass")]);
        let bytes = code.clone();
        let server = Server::new(move |_, path, _| match path {
            "/code" => Answer::Says(200, "", bytes.clone()),
            _ => Answer::Says(404, "", Vec::new()),
        });
        assert_eq!(download(&format!("{}/code", server.root), "hello").await.unwrap(), code);
        let told = download(&format!("{}/none", server.root), "hello").await.unwrap_err().to_string();
        assert!(told.contains("404"), "{told}");
        let told = download("s3://bucket/key", "hello").await.unwrap_err().to_string();
        assert!(told.contains("AWS gives no URL for it"), "{told}");
    }

    fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_come_out_under_their_paths() {
        let files = unpack(&zip(&[("main.py", "pass"), ("lib/a.py", "x")]), "hello").unwrap();
        let expected = [("lib/a.py".to_owned(), b"x".to_vec()), ("main.py".to_owned(), b"pass".to_vec())];
        assert_eq!(files, BTreeMap::from(expected));
    }

    #[test]
    fn what_leads_out_of_the_folder_or_is_no_zip_is_refused() {
        for name in ["../main.py", "/etc/main.py", "a/../../b", "a\\b"] {
            let told = unpack(&zip(&[(name, "x")]), "hello").unwrap_err().to_string();
            assert!(told.contains("hello") && told.contains("not safe"), "{name}: {told}");
        }
        assert!(unpack(b"text", "hello").is_err());
    }
}
