//! Forms with files (RFC 7578), as web pages post them. Only what pages need: the names of the parts and their bytes.

/// Maximum number of parts.
const MAX_PARTS: usize = 64;

/// The parts of a form, each with its name; `None` if the content type or the body is not that of a form, or it has too many
/// parts.
pub(super) fn read<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<(String, &'a [u8])>> {
    let rest = content_type.strip_prefix("multipart/form-data")?;
    let boundary = rest.split(';').find_map(|parameter| {
        let value = parameter.trim().strip_prefix("boundary=")?;
        Some(value.trim_matches('"'))
    })?;
    if boundary.is_empty() {
        return None;
    }
    let first = format!("--{boundary}");
    let next = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        if parts.len() >= MAX_PARTS {
            return None;
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, next.as_bytes())?;
        let part = &rest[..end];
        let head = find(part, b"\r\n\r\n")?;
        let name = name(std::str::from_utf8(&part[..head]).ok()?)?;
        parts.push((name, &part[head + 4..]));
        rest = &rest[end + next.len()..];
    }
}

/// The name in the headers of a part.
fn name(headers: &str) -> Option<String> {
    let line = headers.lines().find(|line| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("content-disposition")
    })?;
    line.split(';').find_map(|parameter| {
        let value = parameter.trim().strip_prefix("name=")?;
        Some(value.trim_matches('"').to_owned())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=x";

    #[test]
    fn parts_are_read_with_their_names() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --x\r\ncontent-disposition: form-data; name=\"data\"; filename=\"f\"\r\nContent-Type: y\r\n\r\n\x00\r\n-\r\n--x--\r\n";
        let parts = read(KIND, body).expect("a form");
        assert_eq!(
            parts,
            [
                ("a".to_owned(), &b"1"[..]),
                ("data".to_owned(), &b"\x00\r\n-"[..])
            ]
        );
        assert!(read("multipart/form-data; boundary=\"x\"", body).is_some());
    }

    #[test]
    fn other_bodies_are_no_forms() {
        for (kind, body) in [
            ("application/json", &b"--x--"[..]),
            ("multipart/form-data", b"--x--"),
            ("multipart/form-data; boundary=", b"----"),
            (KIND, b""),
            (KIND, b"--y--"),
            (KIND, b"--x"),
            (KIND, b"--x\r\n\r\n"),
            (
                KIND,
                b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--",
            ),
            (
                KIND,
                b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
            ),
        ] {
            assert_eq!(read(kind, body), None, "{kind} {body:?}");
        }
        let part = "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x";
        let many = format!("--x{}--", part.repeat(MAX_PARTS + 1));
        assert_eq!(read(KIND, many.as_bytes()), None);
    }
}
