//! Unpaired surrogates in JSON text, such as `"a\ud83d"`. Programs that cut a string in the middle of a character write
//! them. JSON allows them, but a Rust string cannot contain them.

/// Replaces each unpaired surrogate escape with `\ufffd`. `None` if there is none.
pub(crate) fn replace_unpaired(text: &str) -> Option<String> {
    const ESCAPE: usize = 6;
    let mut replaced = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        let start = at + found;
        at = match unit(text, start) {
            // Another escape, such as `\n` or `\\`: skip the backslash and the character after it.
            None => start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8),
            Some(0xD800..=0xDBFF) if is_low(unit(text, start + ESCAPE)) => start + 2 * ESCAPE,
            Some(0xD800..=0xDFFF) => {
                replaced.push_str(&text[copied..start]);
                replaced.push_str("\\ufffd");
                copied = start + ESCAPE;
                copied
            }
            Some(_) => start + ESCAPE,
        };
    }
    (copied > 0).then(|| replaced + &text[copied..])
}

/// The UTF-16 code unit of the `\u` escape at `start`, if there is one.
fn unit(text: &str, start: usize) -> Option<u16> {
    let digits = text.get(start..start + 6)?.strip_prefix("\\u")?;
    let hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

fn is_low(unit: Option<u16>) -> bool {
    matches!(unit, Some(0xDC00..=0xDFFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpaired_surrogate_becomes_the_replacement_character() {
        for (text, wanted) in [
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\ude00b""#, r#""\ufffdb""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#"{"\uD83D":"你\uDBFF好"}"#, r#"{"\ufffd":"你\ufffd好"}"#),
            (r#""\\\ud83d""#, r#""\\\ufffd""#),
        ] {
            assert_eq!(replace_unpaired(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn other_text_is_not_changed() {
        for text in [
            "",
            "\\",
            r"\u",
            r"\ud8",
            r"\ud83你",
            r#""\ud83d\ude00""#,
            r#""\\ud83d""#,
            r#""\u00e9\n\"""#,
            r"\你",
        ] {
            assert_eq!(replace_unpaired(text), None, "{text}");
        }
    }
}
