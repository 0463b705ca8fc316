//! Access tokens that are generated or saved in a file.

use nekonap_gateway::Token;
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Random bytes in a generated token. In hex, the token is twice as long.
const RANDOM_BYTES: usize = 16;

/// Name of the token's file in a data folder.
pub const FILE: &str = "token";

/// Generates a token: 32 hex digits.
pub fn generate() -> String {
    hex::encode(rand::random::<[u8; RANDOM_BYTES]>())
}

/// The token that is saved in a folder. If there is none, generates one and saves it, readable only by this user.
///
/// # Errors
///
/// A message for the user: the file cannot be read or written, or does not hold a valid token.
pub fn saved_in(folder: &Path) -> Result<String, String> {
    let path = folder.join(FILE);
    let describe = |error: io::Error| {
        format!(
            "the access token cannot be read from or saved to {}: {error}. Set `onebot.token` in the configuration, or make the folder writable",
            path.display()
        )
    };
    match fs::read_to_string(&path) {
        Ok(text) => {
            let text = text.trim().to_owned();
            Token::new(text.as_str()).map_err(|error| {
                format!(
                    "{} does not hold a valid access token: {error}. Write a token there, or delete the file to generate a new one",
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
            let mut file = options.open(&path).map_err(describe)?;
            writeln!(file, "{token}").map_err(describe)?;
            Ok(token)
        }
        Err(error) => Err(describe(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_generated_once_and_only_the_user_can_read_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = saved_in(folder.path()).expect("generated");
        assert_eq!(first.len(), 2 * RANDOM_BYTES);
        assert_eq!(saved_in(folder.path()).expect("saved"), first);
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
            saved_in(folder.path())
                .expect_err("refused")
                .contains("token")
        );
    }
}
