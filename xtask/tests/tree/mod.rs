//! Reads the text files of the repository, for tests that check all of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A text file of the repository.
pub(crate) struct Text {
    /// Path relative to the root, with `/` as the separator.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Text {
    /// Line number (from 1) of a byte offset.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }
}

/// The root folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is in the root folder")
        .to_owned()
}

/// All files with one of the extensions, sorted by path. Skips hidden folders, build output and installed packages.
pub(crate) fn texts(extensions: &[&str]) -> Vec<Text> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.retain(|path| {
        path.extension()
            .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
    });
    paths.sort();
    paths
        .into_iter()
        .map(|path| Text {
            text: fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            path: path
                .strip_prefix(&root)
                .expect("a path below the root")
                .to_string_lossy()
                .replace('\\', "/"),
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let entry = entry.expect("a readable entry");
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = entry.file_type().expect("the type of an entry");
        if kind.is_dir() {
            let skipped = name.starts_with('.')
                || ["target", "node_modules", "__pycache__"].contains(&&*name);
            if !skipped {
                walk(&entry.path(), found);
            }
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
}
