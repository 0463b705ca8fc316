//! The options of a run.

use std::{path::PathBuf, time::Duration};

/// The longest run: four weeks.
const LONGEST: Duration = Duration::from_secs(28 * 86_400);

/// What to run, and how long.
pub(crate) struct Options {
    /// How long people talk.
    pub(crate) length: Duration,
    /// Messages that people send per second.
    pub(crate) rate: f64,
    /// The program to run.
    pub(crate) binary: PathBuf,
    /// Folder for the data and logs of a run. The data of the previous run is deleted.
    pub(crate) folder: PathBuf,
    /// File for the results.
    pub(crate) json: PathBuf,
}

impl Options {
    /// Reads `--hours N`, `--minutes N` and `--rate N` (messages per second), and the paths that `cargo xtask soak` sets.
    ///
    /// # Errors
    /// An option is unknown, has no positive number, or a path is not set.
    pub(crate) fn read(arguments: &[String]) -> Result<Self, String> {
        let path = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .ok_or_else(|| format!("{name} is not set: use `cargo xtask soak`"))
        };
        let mut seconds = 0.0;
        let mut rate = 20.0;
        let mut arguments = arguments.iter().filter(|argument| *argument != "--bench");
        while let Some(option) = arguments.next() {
            let value = arguments.next().map_or("", String::as_str);
            let number = value.parse().ok().filter(|number: &f64| *number > 0.0);
            let number =
                number.ok_or_else(|| format!("{option} needs a number above 0, not {value:?}"))?;
            match option.as_str() {
                "--hours" => seconds += 3_600.0 * number,
                "--minutes" => seconds += 60.0 * number,
                "--rate" => rate = number,
                _ => {
                    return Err(format!(
                        "there is no option {option}: --hours N, --minutes N and --rate N (messages per second) are there"
                    ));
                }
            }
        }
        if seconds == 0.0 {
            return Err("say how long: --hours N or --minutes N".to_owned());
        }
        let length = Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|length| *length <= LONGEST)
            .ok_or("a run lasts four weeks at most")?;
        if rate > 1_000.0 {
            return Err(format!(
                "--rate is at most 1000 messages per second, not {rate}"
            ));
        }
        Ok(Self {
            length,
            rate,
            binary: path("NEKONAP_BINARY")?,
            folder: path("NEKONAP_SOAK_FOLDER")?,
            json: path("NEKONAP_SOAK_JSON")?,
        })
    }
}
