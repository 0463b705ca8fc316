//! Access tokens: given, generated, or kept in a file.

use nekonap_gateway::Token;
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Bytes of chance in a generated token; written in hex, it is twice as long.
const CHANCE: usize = 16;

/// The name of the file in a data folder.
pub const FILE: &str = "token";

/// A new token.
pub fn generate() -> String {
    hex::encode(rand::random::<[u8; CHANCE]>())
}

/// The token that is kept in a folder; made and written there, for its user alone, when there is none.
///
/// # Errors
///
/// A sentence: the file cannot be read or written, or holds something that is no token.
pub fn kept_in(folder: &Path) -> Result<String, String> {
    let path = folder.join(FILE);
    let told = |error: io::Error| {
        format!(
            "the access token is kept in {}: {error}. Give `onebot.token` in the configuration instead, or make the folder writable",
            path.display()
        )
    };
    match fs::read_to_string(&path) {
        Ok(text) => {
            let text = text.trim().to_owned();
            Token::new(text.as_str()).map_err(|error| {
                format!(
                    "{} holds no access token: {error}. Write one there, or delete the file and a new one is made",
                    path.display()
                )
            })?;
            Ok(text)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let token = generate();
            let mut options = fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path).map_err(told)?;
            writeln!(file, "{token}").map_err(told)?;
            Ok(token)
        }
        Err(error) => Err(told(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_kept_for_its_user_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = kept_in(folder.path()).expect("made");
        assert_eq!(first.len(), 2 * CHANCE);
        assert_eq!(kept_in(folder.path()).expect("kept"), first);
        assert_ne!(generate(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE))
                .expect("a file")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(folder.path().join(FILE), "two words\n").expect("written");
        assert!(
            kept_in(folder.path())
                .expect_err("refused")
                .contains("token")
        );
    }
}
