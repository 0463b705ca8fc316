//! The `nekonap` program. The code is in the library, so that the scenario tests can run it in their own process.

use std::process::ExitCode;

/// The program makes many small allocations on many threads and runs for weeks; under that load mimalloc uses less memory
/// and time than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    nekonap::main()
}
