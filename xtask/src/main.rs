//! The project's own commands. `cargo xtask` alone lists them.

mod bench;
mod codec;
mod command;
mod dist;
mod docs;
mod frameworks;
mod fuzz;
mod run;
mod soak;
mod test;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask TASK

    run [ARGS]    build Nekonap and start `nekonap sandbox ARGS`: a QQ world with a bot logged in
    dist          build the program as it is shipped: optimised, without debug information
    test          run all unit tests, scenarios, and tests with real bot frameworks, which are installed under target/
    docs          generate docs/api/reference.md and the README's list of missing actions from the table of actions
    bench         print the table of speed and size, each figure with its baseline; also writes target/bench.json
    fuzz          run the property tests with many more cases (PROPTEST_CASES, default 20000)
    soak          run both programs for --hours N or --minutes N with frameworks that behave well and badly, faults on the
                  wire and restarts; fails if an event is lost; also writes target/soak.json
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let outcome = match task.as_deref() {
        Some("run") => run::run(&rest),
        Some("test") => test::test(),
        Some("dist") => dist::dist(),
        Some("docs") => docs::docs(),
        Some("bench") => bench::bench(&rest),
        Some("fuzz") => fuzz::fuzz(),
        Some("soak") => soak::soak(&rest),
        None | Some("help" | "-h" | "--help") => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(unknown) => Err(format!(
            "there is no task `{unknown}`; `cargo xtask` lists all tasks"
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
