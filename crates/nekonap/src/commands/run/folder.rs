//! The data folder of an account: `session.json`, `archive.db`, `account`, `token`, `qrcode.png`.

use nekonap_ids::Uin;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A data folder. It belongs to one account: the first that logs in, or the one that the configuration names.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Creates the folder if needed, with mode 0700.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| {
            format!(
                "the data folder {} cannot be created: {error}. Set another folder with `data` in the configuration",
                path.display()
            )
        })?;
        Ok(Self(path.to_path_buf()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    fn account_file(&self) -> PathBuf {
        self.0.join("account")
    }

    /// The account that owns the folder; `None` before the first log-in. `wanted`: the account of the configuration.
    pub(super) fn owner(&self, wanted: Option<Uin>) -> Result<Option<Uin>, String> {
        let path = self.account_file();
        let owner: Uin = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{}: {error}", path.display())),
            Ok(text) => text.trim().parse().map_err(|error| {
                format!(
                    "{} must contain the number of the account that this folder belongs to: {error}. Write the number there, \
                     or set another folder with `data` in the configuration",
                    path.display()
                )
            })?,
        };
        match wanted.filter(|wanted| *wanted != owner) {
            Some(wanted) => Err(format!(
                "the folder {} belongs to {owner}, but `uin` in the configuration is {wanted}: set another folder with `data`",
                self.0.display()
            )),
            None => Ok(Some(owner)),
        }
    }

    pub(super) fn set_owner(&self, uin: Uin) -> Result<(), String> {
        let path = self.account_file();
        fs::write(&path, format!("{uin}\n")).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Moves the session of another account to `session-UIN.json`, so that the next start asks for a log-in; returns the
    /// error message.
    pub(super) fn reject(&self, owner: Uin, other: Uin) -> String {
        let path = self.0.join(format!("session-{other}.json"));
        let moved = match fs::rename(self.0.join("session.json"), &path) {
            Ok(()) => format!("; the session of {other} was moved to {}", path.display()),
            Err(_) => String::new(),
        };
        format!(
            "the folder {} belongs to {owner}, but {other} logged in{moved}. Restart and scan with {owner}, or set another \
             folder for {other} with `data` in the configuration",
            self.0.display()
        )
    }
}
