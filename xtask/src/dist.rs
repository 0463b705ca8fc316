//! `cargo xtask dist`: builds the program as it is shipped.

use crate::{
    codec,
    command::{cargo, execute, target},
};

pub(crate) fn dist() -> Result<(), String> {
    let mut command = cargo();
    command.args(["build", "--profile", "dist", "--locked"]);
    command.args(["--package", "nekonap", "--bin", "nekonap"]);
    execute(codec::turn_on(&mut command))?;
    let program = format!("nekonap{}", std::env::consts::EXE_SUFFIX);
    println!("{}", target().join("dist").join(program).display());
    Ok(())
}
