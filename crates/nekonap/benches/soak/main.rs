//! The soak: a world of 1,000 groups in which people talk, a bot in all of them, and frameworks that behave well and badly, for
//! minutes or hours, with faults on the wire and restarts of both programs. `cargo xtask soak --minutes N` runs it. It prints a
//! table, and fails if a connection with `replay` lost or repeated an event, a program crashed, or memory exceeded its limit.

mod calls;
mod endpoint;
mod frameworks;
mod histogram;
mod ledger;
mod options;
mod program;
mod report;
mod run;
mod talk;
mod trouble;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    // `cargo bench` passes `--bench`. Without it, this is a test run of all targets, which should not run the soak.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    nekonap::prepare();
    let outcome = options::Options::read(&arguments).and_then(|options| {
        let runtime = tokio::runtime::Runtime::new()
            .map_err(|error| format!("cannot start the runtime: {error}"))?;
        runtime.block_on(run::run(&options))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("soak: {message}");
            ExitCode::FAILURE
        }
    }
}
