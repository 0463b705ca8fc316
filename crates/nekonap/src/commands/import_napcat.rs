//! `nekonap import-napcat`: converts NapCat's configuration into `nekonap.toml`.

use crate::{
    cli::ImportNapcat,
    config::file,
    language::Language,
    napcat::{self, Source},
};
use std::{
    fs,
    io::{self, Write},
};

/// Largest file that is read, in bytes. NapCat's are some KiB.
const MAX_BYTES: u64 = 16 << 20;

pub(super) fn import_napcat(options: &ImportNapcat) -> Result<(), String> {
    let mut files = Vec::new();
    for path in &options.files {
        let text = read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.push((name, text));
    }
    let sources: Vec<Source<'_>> = files
        .iter()
        .map(|(name, text)| Source { name, text })
        .collect();
    let imported = napcat::import(&sources)?;
    match &options.output {
        None => io::stdout()
            .write_all(imported.text.as_bytes())
            .map_err(|error| error.to_string())?,
        Some(path) => {
            let written = file::create(path, &imported.text).map_err(|error| error.to_string())?;
            if !written {
                return Err(format!(
                    "{} exists and was not changed: name another file with --output, or remove it / 文件已存在,未作更改",
                    path.display()
                ));
            }
        }
    }
    let language = Language::of_environment();
    for note in imported.notes {
        let text = language.choose(&note.english, &note.chinese);
        let _ = writeln!(io::stderr(), "{}: {}: {text}", note.file, note.key);
    }
    if let Some(path) = &options.output {
        let path = path.display();
        let _ = writeln!(
            io::stderr(),
            "{path}: written; start with: nekonap run --config {path} / 已写入"
        );
    }
    Ok(())
}

fn read(path: &std::path::Path) -> io::Result<String> {
    use io::Read as _;
    let mut text = String::new();
    let read = fs::File::open(path)?
        .take(MAX_BYTES)
        .read_to_string(&mut text)?;
    if read as u64 == MAX_BYTES {
        return Err(io::Error::other("the file is larger than 16 MiB"));
    }
    Ok(text)
}
