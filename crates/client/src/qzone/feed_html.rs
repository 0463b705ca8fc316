//! Text and pictures of a post from the HTML of a feed, read leniently: the layout of this HTML is not specified. api/newer §4.3

use super::provisional::{FEED_PICTURES, FEED_TEXT};
use crate::extras::unescaped;

/// Maximum number of pictures that are read.
const MAX_PICTURES: usize = 100;

/// The text of the post; `None` if the HTML has no element for it.
pub(super) fn content(html: &str) -> Option<String> {
    let inside = element(html, FEED_TEXT)?;
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            rest = "";
            break;
        };
        if tag.starts_with("br") {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    Some(unescaped(&text))
}

/// URLs of the pictures; `None` if the HTML has no element for them.
pub(super) fn pictures(html: &str) -> Option<Vec<String>> {
    let inside = element(html, FEED_PICTURES)?;
    let tags = inside.split("<img").skip(1).take(MAX_PICTURES);
    let url = |tag: &str| {
        let (tag, _) = tag.split_once('>')?;
        let (_, value) = tag.split_once(" src=")?;
        let quote = value
            .chars()
            .next()
            .filter(|quote| "\"'".contains(*quote))?;
        let (url, _) = value[1..].split_once(quote)?;
        Some(unescaped(url)).filter(|url| !url.is_empty())
    };
    Some(tags.filter_map(url).collect())
}

/// What is inside the first element with a class, which contains no element of the same kind.
fn element<'a>(html: &'a str, class: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = html[from..].find(class).map(|at| at + from) {
        from = at + class.len();
        let (before, after) = (&html[..at], &html[from..]);
        let Some(open) = before.rfind('<') else {
            continue;
        };
        let tag = &before[open + 1..];
        let whole = !after.starts_with(|char: char| char.is_alphanumeric() || char == '-')
            && !before.ends_with(|char: char| char.is_alphanumeric() || char == '-');
        if !whole || tag.contains('>') || !tag.contains("class=") {
            continue;
        }
        let name = tag
            .split(|char: char| !char.is_ascii_alphanumeric())
            .next()?;
        let (_, inside) = after.split_once('>')?;
        let end = inside.find(&format!("</{name}"))?;
        return Some(&inside[..end]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_and_pictures_are_read_where_the_html_has_them() {
        let html = r#"<li><div class="f-info-x">no</div><div class="a f-info b">A &lt;b&gt;<br/>c <a href="x">@Bob</a></div>
            <div class='img-box'><a><img class="i" src="http://a/1?b=1&amp;c=2"/></a><img alt="" src='http://a/2'></div>
            <img src="http://a/3"></li>"#;
        assert_eq!(content(html).as_deref(), Some("A <b>\nc @Bob"));
        let urls = pictures(html).expect("pictures");
        assert_eq!(urls, ["http://a/1?b=1&c=2", "http://a/2"]);
        for other in [
            "",
            "f-info",
            "<div>f-info</div>",
            "<div class=\"f-info\">open",
        ] {
            assert_eq!(content(other), None, "{other}");
            assert_eq!(pictures(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn no_html_panics(html in r#"([<>="'/é]|class|f-info|img-box|img| src|div|x){0,60}"#) {
            let _ = content(&html);
            let _ = pictures(&html);
        }
    }
}
