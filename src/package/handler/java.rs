//! Of Java the handler's class is a file of the package, or in a jar of its folder `lib`.

use super::super::files::Files;
use super::super::jar;
use super::super::{FunctionSource, PackageError};

/// Checks that the handler's class is there. What a jar holds that cannot be read nobody knows.
pub(super) fn check(source: &FunctionSource, files: &Files) -> Result<(), PackageError> {
    let class = source.handler.split("::").next().unwrap_or_default();
    let expected = format!("{}.class", class.replace('.', "/"));
    let jars = || files.iter().filter(|(path, _)| path.starts_with("lib/") && path.ends_with(".jar"));
    let is_there = files.contains(&expected)
        || jars().any(|(_, file)| file.bytes().and_then(|bytes| jar::has(bytes, &expected)).unwrap_or(true));
    if is_there {
        return Ok(());
    }
    let (handler, folder) = (source.handler.clone(), source.folder.clone());
    Err(PackageError::ClassMissing { handler, expected, folder })
}

#[cfg(test)]
mod tests {
    use super::super::super::files::{Content, File};
    use super::*;
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn made(entry: &str) -> Vec<u8> {
        let mut jar = ZipWriter::new(Cursor::new(Vec::new()));
        jar.start_file(entry, SimpleFileOptions::default()).unwrap();
        jar.write_all(b"class").unwrap();
        jar.finish().unwrap().into_inner()
    }

    fn checked(handler: &str, of: &[(&str, Vec<u8>)]) -> String {
        let mut files = Files::new("src", 1 << 20);
        for (path, bytes) in of {
            let file = File { content: Content::Bytes(bytes.clone()), executable: false, origin: "".into() };
            files.add(path, file).unwrap();
        }
        let (handler, folder) = (handler.to_owned(), "src".to_owned());
        let source = FunctionSource { handler, folder, runtime: "java21".into(), ..FunctionSource::default() };
        check(&source, &files).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn the_handlers_class_is_a_file_or_in_a_jar_of_lib() {
        for handler in ["shop.Order::handle", "shop.Order"] {
            assert_eq!(checked(handler, &[("shop/Order.class", Vec::new())]), "");
            assert_eq!(checked(handler, &[("lib/shop.jar", made("shop/Order.class"))]), "");
            assert_eq!(checked(handler, &[("lib/shop.jar", b"no jar".to_vec())]), "", "nobody knows");
            let said =
                checked(handler, &[("shop.jar", made("shop/Order.class")), ("lib/a.jar", made("shop/Other.class"))]);
            assert!(said.contains("`shop/Order.class`") && said.contains("`build`"), "{said}");
        }
    }
}
