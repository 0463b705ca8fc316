//! The voice codec: a feature of Nekonap whose build needs libclang, turned on where that is installed.

use crate::command::available;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Folders with libraries, of Debian and its relatives, Fedora, Alpine, Arch and macOS. `LIBCLANG_PATH` comes first.
const FOLDERS: &[&str] = &[
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/Library/Developer/CommandLineTools/usr/lib",
    "/Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib",
    "/opt/homebrew/opt/llvm/lib",
    "/usr/local/opt/llvm/lib",
];

/// What to do without libclang.
const HINT: &str = "voice codec: off, because libclang is not installed (Debian: apt-get install libclang1); voice messages \
    can then only be sent as SILK or AMR / 未安装 libclang,只能发送 SILK 或 AMR 语音";

/// Turns the codec on for a build of the package `nekonap` or of the workspace, if libclang is installed. Otherwise prints what to
/// install.
pub(crate) fn turn_on(command: &mut Command) -> &mut Command {
    let Some(folder) = libclang() else {
        println!("{HINT}");
        return command;
    };
    // The library alone has no headers of C; those of gcc do. Without gcc, clang's own are there.
    if env::var_os("BINDGEN_EXTRA_CLANG_ARGS").is_none()
        && !available("clang", "--version")
        && let Some(headers) = gcc_headers()
    {
        command.env("BINDGEN_EXTRA_CLANG_ARGS", format!("-I{headers}"));
    }
    command
        .env("LIBCLANG_PATH", folder)
        .args(["--features", "nekonap/silk"])
}

/// The folder with libclang.
fn libclang() -> Option<PathBuf> {
    if let Some(given) = env::var_os("LIBCLANG_PATH").map(PathBuf::from) {
        let folder = if given.is_file() {
            given.parent()?.to_path_buf()
        } else {
            given
        };
        return has_libclang(&folder).then_some(folder);
    }
    let versions = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("llvm"))
        .map(|entry| entry.path().join("lib"))
        .collect();
    versions.sort();
    let known = FOLDERS.iter().map(PathBuf::from);
    versions
        .into_iter()
        .rev()
        .chain(known)
        .find(|folder| has_libclang(folder))
}

/// Whether a folder has the library under a name that bindgen looks for. `libclang-cpp` is another library.
fn has_libclang(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .any(|name| {
            let numbered = name
                .strip_prefix("libclang-")
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
            (numbered && name.contains(".so"))
                || name.starts_with("libclang.so")
                || name == "libclang.dylib"
                || name == "libclang.dll"
        })
}

/// The folder with the headers of C that belong to gcc.
fn gcc_headers() -> Option<String> {
    let output = Command::new("gcc")
        .arg("-print-file-name=include")
        .output()
        .ok()?;
    let folder = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    Path::new(&folder).is_absolute().then_some(folder)
}
