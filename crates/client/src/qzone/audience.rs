//! Ids of posts, and who may see a post. api/newer §3.2, api/actions §3.14

use std::fmt;

use nekonap_ids::Uin;

/// Id of a post: 24 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PostId(String);

impl PostId {
    /// Number of digits.
    pub const LENGTH: usize = 24;

    /// Checks the form of an id; `None` if the text is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for PostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who may see a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QzoneAudience {
    /// Everybody.
    Everybody,
    /// The owner's friends.
    Friends,
    /// These people.
    Only(Vec<Uin>),
    /// The owner.
    Owner,
    /// Everybody except these people.
    Except(Vec<Uin>),
}

impl QzoneAudience {
    /// The audience with a `ugc_right`: 1, 4, 16, 64 or 128; `people` are those of 16 and 128. `None` for other values.
    pub fn from_right(right: i64, people: Vec<Uin>) -> Option<Self> {
        Some(match right {
            1 => Self::Everybody,
            4 => Self::Friends,
            16 => Self::Only(people),
            64 => Self::Owner,
            128 => Self::Except(people),
            _ => return None,
        })
    }

    /// The value of `ugc_right`.
    pub const fn right(&self) -> u32 {
        match self {
            Self::Everybody => 1,
            Self::Friends => 4,
            Self::Only(_) => 16,
            Self::Owner => 64,
            Self::Except(_) => 128,
        }
    }

    /// Fields of a form.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("ugc_right", self.right().to_string())];
        if let Self::Only(people) | Self::Except(people) = self {
            let people: Vec<String> = people.iter().map(Uin::to_string).collect();
            fields.push(("allow_uins", people.join("|")));
            fields.push(("who", "1".to_owned()));
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_posts_have_24_hexadecimal_digits() {
        assert!(PostId::parse("0a1b2c3d4e5f60718293A4B5").is_some());
        for wrong in [
            "",
            "0a1b",
            "0a1b2c3d4e5f60718293a4b5c",
            "0a1b2c3d4e5f60718293a4bg",
        ] {
            assert_eq!(PostId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_right_has_its_number_and_its_fields() {
        let people = || {
            vec![
                Uin::new(10002).expect("a uin"),
                Uin::new(10003).expect("a uin"),
            ]
        };
        for (right, names) in [
            (1, None),
            (4, None),
            (16, Some("10002|10003")),
            (64, None),
            (128, Some("10002|10003")),
        ] {
            let audience = QzoneAudience::from_right(right, people()).expect("a right");
            let fields = audience.fields();
            assert_eq!(fields[0], ("ugc_right", right.to_string()));
            let list = fields.iter().find(|(name, _)| *name == "allow_uins");
            assert_eq!(list.map(|(_, list)| list.as_str()), names, "{right}");
        }
        for wrong in [0, 2, 3, 8, 32, 256, -1] {
            assert_eq!(QzoneAudience::from_right(wrong, people()), None);
        }
    }
}
