//! Listings, page after page.

/// Every item of a listing: `pages!(api, token => ask)`, in which `ask` gives what is on the page of a token, with the next
/// one's; the first has none, and so has what follows the last, whose token is empty or left out. `None` where a page has
/// nothing to list from: whatever holds it is gone.
macro_rules! pages {
    ($api:expr, $token:ident => $ask:expr) => {
        async {
            let (mut items, mut last) = (Vec::new(), None::<String>);
            loop {
                let $token = last.clone();
                let page: Option<(Vec<_>, Option<String>)> = $ask;
                let Some((page, next)) = page else { return Ok::<_, $crate::aws::AwsError>(None) };
                items.extend(page);
                let next = Option::<String>::filter(next, |token| !token.is_empty());
                if next.is_none() {
                    return Ok(Some(items));
                }
                if next == last {
                    let message = "a page says that it is its own next page";
                    return Err($crate::aws::AwsError::malformed($api, message));
                }
                last = next;
            }
        }
    };
}
pub(in crate::aws) use pages;

#[cfg(test)]
mod tests {
    use crate::aws::AwsError;

    /// The items of pages that are asked for by these tokens.
    async fn listed(all: &[(Option<&str>, &[u8], Option<&str>)]) -> Result<Option<Vec<u8>>, AwsError> {
        let page = |token: &Option<String>| {
            let found = all.iter().find(|(of, ..)| of.map(str::to_owned) == *token);
            found.map(|(_, items, next)| (items.to_vec(), next.map(str::to_owned)))
        };
        pages!("s:List", token => page(&token)).await
    }

    #[tokio::test]
    async fn pages_follow_each_other_until_there_is_no_next_one() {
        let two = [(None, &[1, 2][..], Some("a")), (Some("a"), &[3], Some(""))];
        assert_eq!(listed(&two).await.expect("items"), Some(vec![1, 2, 3]));
        assert_eq!(listed(&[(None, &[1], None)]).await.expect("items"), Some(vec![1]));
        assert_eq!(listed(&[]).await.expect("nothing"), None);
        assert_eq!(listed(&[(None, &[1], Some("a"))]).await.expect("nothing"), None, "gone meanwhile");
        let same = listed(&[(None, &[1], Some("a")), (Some("a"), &[2], Some("a"))]).await;
        assert!(same.expect_err("no end").to_string().contains("its own next page"));
    }
}
