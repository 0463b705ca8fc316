//! File names from outside, made safe.

/// The most bytes of a name that becomes the name of a file on disk. File systems allow 255.
const MAX_BYTES: usize = 200;

/// The last part of a path or name, without control characters. Empty if nothing is left, or if the name is `.` or `..`.
pub(crate) fn base(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|char| !char.is_control()).collect();
    match clean.trim() {
        "." | ".." => String::new(),
        clean => clean.to_owned(),
    }
}

/// A [`base`] name that every file system takes: at most 200 bytes, with its extension, without characters that Windows refuses.
pub(crate) fn on_disk(name: &str) -> String {
    let name: String = base(name)
        .chars()
        .map(|char| match char {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
            char => char,
        })
        .collect();
    if name.len() <= MAX_BYTES {
        return name;
    }
    let extension = extension(&name).map_or_else(String::new, |extension| format!(".{extension}"));
    let mut end = MAX_BYTES - extension.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &name[..end])
}

/// The extension of a name: 1 to 16 ASCII letters and digits after the last dot.
pub(crate) fn extension(name: &str) -> Option<&str> {
    let (_, extension) = name.rsplit_once('.')?;
    let is_extension = (1..=16).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_extension.then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_part_without_control_characters_remains() {
        for (name, clean) in [
            ("a.png", "a.png"),
            ("/etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("a\nb\u{7f}.txt", "ab.txt"),
            ("..", ""),
            ("x/", ""),
            (" 照片.jpg ", "照片.jpg"),
        ] {
            assert_eq!(base(name), clean, "{name:?}");
        }
    }

    #[test]
    fn long_name_keeps_its_extension() {
        let name = format!("{}.jpeg", "😀".repeat(63));
        let short = on_disk(&name);
        assert!(
            short.len() <= MAX_BYTES && short.ends_with("😀.jpeg"),
            "{short}"
        );
        assert_eq!(on_disk("a:b?.txt"), "a_b_.txt");
        assert_eq!(extension("a.tar.gz"), Some("gz"));
        assert_eq!(extension("a.b c"), None);
    }
}
