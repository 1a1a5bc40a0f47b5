//! What the files of routes are called.

/// Words of a text for the name of a file.
pub fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_routes_file_is_called_by_its_words() {
        assert_eq!(slug("POST /Orders/{id}"), "post-orders-id");
    }
}
