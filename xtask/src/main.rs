//! The project's own commands. `cargo xtask` alone lists them.

mod bench;
mod command;
mod docs;
mod frameworks;
mod run;
mod soak;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask TASK

    run [ARGS]    build Nekonap and start `nekonap sandbox ARGS`: a QQ world with a bot logged in
    test          everything: unit tests, scenarios, and real bot frameworks; installs what it needs under target/
    docs          write what comes from the table of actions: docs/api/reference.md, the README's list of missing actions
    bench         the table of speed and size, each figure beside its baseline; also as target/bench.json
    soak          the property tests again, with many more cases (PROPTEST_CASES, default 20000)
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match task.as_deref() {
        Some("run") => run::run(&rest),
        Some("test") => test::test(),
        Some("docs") => docs::docs(),
        Some("bench") => bench::bench(&rest),
        Some("soak") => soak::soak(),
        None | Some("help" | "-h" | "--help") => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(unknown) => Err(format!(
            "there is no task `{unknown}`; `cargo xtask` lists them"
        )),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
